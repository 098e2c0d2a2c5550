"""What the keyboard does on a plot that has it: closer, further, along, all. It knows no curves.

+ and -: closer and further, around the middle. Left and Right: along, with Shift a whole width. End: to the newest, as
wide as it is. Home, 0 or F: all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from netbuilder.ui import zoom
from netbuilder.ui.plot_mouse import NOTCH

if TYPE_CHECKING:
    from netbuilder.ui.curve_axes import CurveAxes

ALONG = 0.2  # of the width
CLOSER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
FURTHER = (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)
ALL = (Qt.Key.Key_Home, Qt.Key.Key_0, Qt.Key.Key_F)
HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
TABLE = (  # what it does, and the keys: the words of the cheat-sheet
    ("Go closer, further", ("+", "-")),
    ("Go along the curves", ("Left", "Right")),
    ("By a whole width", ("Shift+Left", "Shift+Right")),
    ("To the newest", ("End",)),
    ("Show all", ("Home", "0", "F")),
)


class PlotKeys(QObject):
    """`focused` when the plot gets the keyboard (True) or loses it."""

    focused = Signal(bool)

    def __init__(self, axes: CurveAxes):
        super().__init__(axes)
        self._axes = axes
        axes.widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        axes.widget.installEventFilter(self)

    def _press(self, event: QKeyEvent) -> bool:
        """Do what the key is for. False where it is for somebody else."""
        if not self._is_ours(event):
            return False
        shared, mouse = self._axes.shared, self._axes.mouse
        key, (low, high) = Qt.Key(event.key()), shared.seen
        wide = high - low
        if key in CLOSER or key in FURTHER:
            factor = NOTCH if key in CLOSER else 1 / NOTCH
            mouse.want(zoom.closer((low, high), (low + high) / 2, factor, shared.end, shared.narrowest))
        elif key in ALL:
            mouse.want(None)
        else:
            share = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else ALONG
            by = {Qt.Key.Key_Left: -share * wide, Qt.Key.Key_Right: share * wide}.get(key, shared.end)
            mouse.want(zoom.moved((low, high), by, shared.end))
        return True

    def _is_ours(self, event: QKeyEvent) -> bool:
        ours = (*CLOSER, *FURTHER, *ALL, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End)
        return not event.modifiers() & HELD and Qt.Key(event.key()) in ours

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QKeyEvent() if event.type() == QEvent.Type.ShortcutOverride:
                if self._is_ours(event):  # it is no shortcut of the window here
                    event.accept()
                    return True
            case QKeyEvent() if event.type() == QEvent.Type.KeyPress:
                if self._press(event):
                    event.accept()
                else:
                    event.ignore()  # for the page around: Esc, Tab, what scrolls
                return True
            case _ if event.type() == QEvent.Type.FocusIn:
                self.focused.emit(True)
            case _ if event.type() == QEvent.Type.FocusOut:
                self.focused.emit(False)
        return False
