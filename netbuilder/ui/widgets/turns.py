"""The order in which the keyboard visits widgets: with Tab from one to the next, with F6 from one panel to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget


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


def is_on_screen(widget: QWidget) -> bool:
    """Whether any of it can be seen. A dock behind the tab of another counts as visible for Qt."""
    window = widget.window()
    area = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return widget.isVisible() and window.rect().intersects(area)


class Round:
    """The round through the panels. `panels` says which there are now, in their order; one that is hidden, or in which
    nothing takes the focus, is passed over."""

    def __init__(self, panels: Callable[[], Sequence[QWidget]]):
        self._panels = panels

    def go_on(self) -> None:
        self._go(1)

    def go_back(self) -> None:
        self._go(-1)

    def _go(self, by: int) -> None:
        panels = [panel for panel in self._panels() if is_on_screen(panel)]
        focused = QApplication.focusWidget()
        here = next((at for at, one in enumerate(panels) if _is_in(focused, one)), -1 if by > 0 else 0)
        for step in range(1, len(panels) + 1):
            entry = _entry(panels[(here + by * step) % len(panels)])
            if entry is not None:
                entry.window().activateWindow()  # a panel may float
                entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return


def _entry(panel: QWidget) -> QWidget | None:
    """Where the focus goes in a panel: where it was there before, else to the first that takes it."""
    before = panel.focusWidget()
    if before is not None and _is_in(before, panel) and takes_focus(before):
        return before
    if takes_focus(panel):
        return panel
    widget = panel.nextInFocusChain()
    while widget is not panel:
        if panel.isAncestorOf(widget) and takes_focus(widget):
            return widget
        widget = widget.nextInFocusChain()
    return None


def takes_focus(widget: QWidget) -> bool:
    """Whether Tab stops at it now."""
    return _stops(widget) and widget.isEnabled() and widget.isVisible()


def _is_in(widget: QWidget | None, panel: QWidget) -> bool:
    return widget is not None and (widget is panel or panel.isAncestorOf(widget))


def _stops(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
