"""The start page: what to begin with, before anything is drawn."""
