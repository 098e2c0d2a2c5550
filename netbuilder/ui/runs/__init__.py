"""Runs side by side: what differs between two of them."""
