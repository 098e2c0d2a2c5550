"""A workbench with a small network on a real canvas, and a hand that presses, drags and lets go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtTest import QTest

from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.project import Project
from netbuilder.project.document import Document
from netbuilder.ui.actions import Actions
from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.canvas.commands import commands
from netbuilder.ui.workbench import Workbench


def chain() -> Graph:
    """image → conv → relu, with a lonely norm below."""
    graph = Graph()
    for id, kind, name, place in (
        ("n1", "input", "image", (0.0, 0.0)),
        ("n2", "conv2d", "conv", (240.0, 0.0)),
        ("n3", "relu", "relu", (480.0, 0.0)),
        ("n4", "batch_norm2d", "norm", (240.0, 160.0)),
    ):
        graph = edits.add_node(graph, Node(id, kind, name, {}, place))
    graph = edits.connect(graph, Edge("n1", "y", "n2", "x"))
    return edits.connect(graph, Edge("n2", "y", "n3", "x"))


@pytest.fixture
def bench(qapp, tmp_path: Path) -> Iterator[Workbench]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = Workbench(settings, document=Document(Project().with_graph(chain())))
    yield made
    made.close()


@pytest.fixture
def canvas(bench: Workbench, qtbot) -> Canvas:
    made = Canvas(bench)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    with qtbot.waitExposed(made):
        made.show()
    actions = Actions(made, made, bench.keymap)  # the keys of the canvas, as in the window
    actions.connect_all(commands(made))
    made.set_zoom(1.0)
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


class Hand:
    """A mouse on the canvas, aimed at places of the scene."""

    def __init__(self, canvas: Canvas):
        self._canvas = canvas
        self._at = QPoint()

    def pixel(self, place: QPointF) -> QPoint:
        return self._canvas.mapFromScene(place)

    def press(self, place: QPointF, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier) -> None:
        self._at = self.pixel(place)
        QTest.mousePress(self._canvas.viewport(), button, keys, self._at)

    def move(self, place: QPointF) -> None:
        end = self.pixel(place)
        for step in (1, 2, 3, 4):
            QTest.mouseMove(self._canvas.viewport(), self._at + (end - self._at) * step / 4)
        self._at = end

    def release(self, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseRelease(self._canvas.viewport(), button, keys, self._at)

    def drag(self, start: QPointF, end: QPointF, button=Qt.MouseButton.LeftButton) -> None:
        self.press(start, button)
        self.move(end)
        self.release(button)

    def click(self, place: QPointF, keys=Qt.KeyboardModifier.NoModifier) -> None:
        self.press(place, keys=keys)
        self.release(keys=keys)

    def double_click(self, place: QPointF) -> None:
        left, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseDClick(self._canvas.viewport(), left, no_keys, self.pixel(place))


@pytest.fixture
def hand(canvas: Canvas) -> Hand:
    return Hand(canvas)


@pytest.fixture
def body(canvas: Canvas):
    """The middle of a node, in the scene."""
    return lambda id: canvas.scene().node_item(id).rect().center()


@pytest.fixture
def port(canvas: Canvas):
    """A port of a node, in the scene."""
    return lambda id, name: canvas.scene().node_item(id).port_position(name)
