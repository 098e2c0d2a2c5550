"""Two runs compared: their settings, their drawings and what they reached. Plain values; it knows nothing about Qt, and
reads nothing but the two folders it is given."""
