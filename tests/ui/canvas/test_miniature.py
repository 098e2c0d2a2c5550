"""A project's drawing as a small picture: all of it is there, whichever the theme, and sharp on any screen."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from netbuilder.graph import Graph, Node
from netbuilder.graph.annotations import put_note
from netbuilder.graph.edits import add_node
from netbuilder.graph.graph import Note
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.file import open_file
from netbuilder.resources import samples
from netbuilder.ui.canvas.miniature import miniature
from netbuilder.ui.canvas.scene import NetworkScene
from netbuilder.ui.theme import DARK, THEMES, Theme

SIZE = QSize(240, 120)
LAYERS = standard()


def inked(image: QImage) -> QRect:
    """The smallest box around everything that is painted, in pixels."""
    ink = [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha()]
    if not ink:
        return QRect()
    columns, rows = zip(*ink, strict=True)
    return QRect(min(columns), min(rows), max(columns) - min(columns) + 1, max(rows) - min(rows) + 1)


def picture(project: Project, theme: Theme = DARK, ratio: float = 1.0) -> QImage:
    return miniature(project, LAYERS, theme, SIZE, ratio).toImage()


def one_node(name: str = "layer") -> Graph:
    return add_node(Graph(), Node("n1", "linear", name))


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_every_sample_has_a_drawing_that_fills_its_picture_one_way_and_is_in_the_middle(sample, qtbot: QtBot) -> None:
    box = inked(picture(open_file(sample.path).project))
    room = QRect(0, 0, SIZE.width(), SIZE.height())
    assert room.contains(box)
    assert box.width() > 0.6 * room.width() or box.height() > 0.6 * room.height()
    assert abs(box.center().x() - room.center().x()) <= 5
    assert abs(box.center().y() - room.center().y()) <= 5


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES.keys())
def test_a_drawing_has_the_colours_of_its_theme(theme: Theme, qtbot: QtBot) -> None:
    others = [other for other in THEMES.values() if other is not theme]
    project = Project().with_graph(one_node())
    assert all(picture(project, theme) != picture(project, other) for other in others)


def test_a_screen_of_two_pixels_a_point_gets_twice_the_pixels(qtbot: QtBot) -> None:
    made = miniature(Project().with_graph(one_node()), LAYERS, DARK, SIZE, 2.0)
    assert made.size() == SIZE * 2
    assert made.devicePixelRatio() == 2.0
    small, large = inked(picture(Project().with_graph(one_node()))), inked(made.toImage())
    assert large.width() == pytest.approx(2 * small.width(), abs=3)


def test_a_note_takes_no_room_from_the_drawing(qtbot: QtBot) -> None:
    graph = one_node()
    noted = put_note(graph, Note("a1", "Look at this.", (0.0, -400.0), (400.0, 300.0)))
    assert picture(Project().with_graph(noted)) == picture(Project().with_graph(graph))


def test_networks_stand_one_below_the_other(qtbot: QtBot) -> None:
    one = Project().with_graph(one_node("generator"))
    two = one.with_graph(one_node("critic"), "critic")
    alone, both = inked(picture(one)), inked(picture(two))
    assert both.height() > 1.8 * alone.height()
    assert both.center().x() == pytest.approx(alone.center().x(), abs=2)


def test_nothing_is_left_over_of_what_was_painted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scene that is left to Python's collector may be destroyed on another thread."""
    scenes: list[NetworkScene] = []
    show_graph = NetworkScene.show_graph

    def watched(scene: NetworkScene, graph: Graph) -> None:
        scenes.append(scene)
        show_graph(scene, graph)

    monkeypatch.setattr(NetworkScene, "show_graph", watched)
    picture(Project().with_graph(one_node()))
    assert len(scenes) == 1
    assert not shiboken6.isValid(scenes[0])


def test_nothing_drawn_gives_an_empty_picture(qtbot: QtBot) -> None:
    assert inked(picture(Project())).isNull()
