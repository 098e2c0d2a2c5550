"""The order in which Tab visits widgets that were made later than those around them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def take_turn(parent: QWidget) -> None:
    """Let Tab visit what is in `parent` where `parent` stands, from its first child to its last: by itself, Qt puts
    new widgets after everything else in the window."""
    window = parent.window()  # the list of a combo box is a window of its own
    inside = [child for child in parent.findChildren(QWidget) if _stops(child) and child.window() is window]
    before = parent.previousInFocusChain()
    while before is not None and before is not parent and (not _stops(before) or parent.isAncestorOf(before)):
        before = before.previousInFocusChain()
    if before is not None and before is not parent and before.window() is window:
        inside.insert(0, before)
    for one, next in pairwise(inside):
        QWidget.setTabOrder(one, next)


def _stops(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
