"""What views have in common that show an answer at many places: one of them can be chosen, with the mouse or arrows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from netbuilder.ui.inspector.view import View

Place = tuple[int, ...]
ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
ACROSS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class PlacesView(View):
    """`place_chosen` with an index along each axis, of which the last runs from left to right. `marked` is the place
    that is explained."""

    place_chosen = Signal(object)

    def __init__(self, bench, parent=None):
        super().__init__(bench, parent)
        self.marked: Place | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mark(self, place: Place | None) -> None:
        """Outline the place that is explained, or none. Tells nobody."""
        self.marked = place if place is not None and len(place) == len(self._sides()) else None
        self.update()

    def _sides(self) -> Place:
        """How many places there are along each axis."""
        raise NotImplementedError

    def _down(self) -> int:
        """By how many places the Up and Down keys go along the only axis."""
        return 0

    def place_at(self, point: QPointF) -> Place | None:
        """The place under the mouse."""
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position()) if self.result is not None else None
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.mark(place)
            self.place_chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, sides = Qt.Key(event.key()), self._sides() if self.result is not None else ()
        if not sides or (key not in ALONG and key not in ACROSS):
            super().keyPressEvent(event)
            return
        at = list(self.marked or [0] * len(sides))
        if self.marked is not None:
            if key in ALONG:
                at[-1] += ALONG[key]
            elif len(sides) > 1:
                at[-2] += ACROSS[key]
            elif 0 <= at[0] + ACROSS[key] * self._down() < sides[0]:  # else there is no line there
                at[0] += ACROSS[key] * self._down()
        place = tuple(min(side - 1, max(0, one)) for one, side in zip(at, sides, strict=True))
        self.mark(place)
        self.place_chosen.emit(place)
