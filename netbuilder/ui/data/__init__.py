"""The Data workspace: where the data comes from, and what is in it."""
