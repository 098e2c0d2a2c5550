"""The menu at the cursor in which a layer is searched for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QListView

from netbuilder.layers import standard
from netbuilder.layers.layer import purpose
from netbuilder.ui.canvas.search_menu import LEFT, RIGHT, SMALL, TITLE


def test_all_of_what_each_layer_is_for_can_be_read(canvas):
    menu = canvas.floating.menu
    menu.open_at(QPoint(40, 40), standard())
    rows, font = menu.findChild(QListView), QFont(menu.font())
    font.setPixelSize(SMALL)
    kinds = menu.found()
    assert len(kinds) == len(list(standard()))
    for row, kind in enumerate(kinds):
        place = rows.sizeHintForIndex(rows.model().index(row, 0))
        room = QRect(0, 0, place.width() - LEFT - RIGHT, 1000)
        words = QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, purpose(standard().find(kind)))
        assert words.height() <= place.height() - TITLE, kind
        assert words.width() <= room.width(), kind


def test_the_list_ends_at_the_end_of_a_row(canvas):
    menu = canvas.floating.menu
    for typed in ("", "random", "attention", "einsum"):
        menu.open_at(QPoint(40, 40), standard())
        menu.field.setText(typed)
        rows = menu.findChild(QListView)
        ends, high = {0}, 0
        for row in range(len(menu.found())):
            high += rows.sizeHintForIndex(rows.model().index(row, 0)).height()
            ends.add(high)
        assert rows.height() in ends
