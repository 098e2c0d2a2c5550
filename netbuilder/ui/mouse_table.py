"""What the mouse can do, in one table: the words of the cheat-sheet. The gestures themselves are the canvas's."""

from __future__ import annotations

MOUSE = (  # what it does, and how the hand does it
    ("Add a layer", "drag it from the list, or double-click it there"),
    ("Search for a layer", "double-click the canvas"),
    ("Connect", "drag from a port to a port or a node"),
    ("Add and connect", "drag from a port into the open"),
    ("Plug in elsewhere", "drag the end of an edge off its port"),
    ("Put into an edge", "drop a node on the edge"),
    ("Take out and heal", "Shift + drag a node"),
    ("Copy", "Alt + drag, or Ctrl + Shift + drag"),
    ("Cut edges", "Ctrl + drag across them"),
    ("Select several", "drag a rectangle; with Shift it adds"),
    ("Add to the selection", "Ctrl + click"),
    ("Rename, open a block", "double-click it"),
    ("Change a number", "drag its name sideways"),
    ("Move the view", "drag with the middle button or Space"),
    ("Zoom, go sideways", "wheel, Shift + wheel"),
    ("Back, forward", "the thumb buttons"),
    ("Menu", "right button"),
    ("Call off a drag", "Esc, or a second button"),
)
