"""The Train workspace and what it shares with the Training panel."""
