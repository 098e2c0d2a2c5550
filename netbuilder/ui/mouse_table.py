"""What the mouse can do, in one table: the words of the cheat-sheet. The gestures themselves are the canvas's."""

from __future__ import annotations

MOUSE = (  # what it does, and how the hand does it
    ("Add a layer", "drag it from the list"),
    ("Search for a layer", "double-click the canvas"),
    ("Connect", "drag from port to port"),
    ("Add and connect", "drag a port into the open"),
    ("Plug in elsewhere", "drag an edge off its port"),
    ("Put into an edge", "drop a node on it"),
    ("Take out and heal", "Shift + drag a node"),
    ("Copy", "Alt + drag"),
    ("Cut edges", "Ctrl + drag across them"),
    ("Select several", "drag a rectangle"),
    ("Add to the selection", "Ctrl + click, Shift + drag"),
    ("Rename, or open a block", "double-click it"),
    ("Change a number", "drag its name sideways"),
    ("Move the view", "drag the middle button"),
    ("Zoom, go sideways", "wheel, Shift + wheel"),
    ("Back, forward", "the thumb buttons"),
    ("Menu", "right button"),
    ("Call off a drag", "Esc"),
)
PLOT_MOUSE = (
    ("Go into a stretch", "drag across it"),
    ("Go closer, further", "wheel"),
    ("Move along", "Shift + drag"),
    ("Show all", "double-click"),
)
