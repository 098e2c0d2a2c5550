"""Frames, notes and points of edges on the canvas; nodes bypassed, folded up, and drawn from top to bottom."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from netbuilder.graph import annotations, edits
from netbuilder.graph.graph import Frame, Note
from netbuilder.ui.canvas.note_field import NoteField
from netbuilder.ui.canvas.note_words import read_words

FRAME = Frame("m1", "Stem", "green", (200.0, -64.0), (304.0, 160.0))  # around conv
NOTE = Note("m2", "# Why\n\n![cat](file:///etc/passwd) **bold** <b>raw</b>", (0.0, 304.0), (200.0, 120.0))
SHIFT = Qt.KeyboardModifier.ShiftModifier


def labels(bench) -> list[str]:
    return [step.label for step in bench.document.history.steps[1:]]


@pytest.fixture
def marked(canvas):
    canvas.edit("Mark", lambda g: annotations.put_note(annotations.put_frame(g, FRAME), NOTE))
    return canvas


def known(bench):
    return bench.project.main.annotations


def test_a_frame_is_made_around_the_selection_and_asks_for_its_title(bench, canvas):
    bench.selection.set(["n2", "n3"])
    canvas.annotating.frame_selection()
    (frame,) = known(bench).frames.values()
    area = canvas.scene().beside.items[frame.id].rect()
    assert all(area.contains(canvas.scene().node_item(id).rect()) for id in ("n2", "n3"))
    assert not area.contains(canvas.scene().node_item("n1").rect())
    field = canvas.findChild(QLineEdit, "renameField")
    QTest.keyClicks(field, "Trunk")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert known(bench).frames[frame.id].title == "Trunk"
    assert labels(bench) == ["Add a frame", "Call the frame Trunk"]


def test_a_frame_moved_by_its_title_takes_its_nodes_along_in_one_step(bench, marked, hand):
    hand.drag(QPointF(300, -50), QPointF(300, 350))
    assert known(bench).frames["m1"].position == (200.0, 336.0)
    assert bench.project.main.nodes["n2"].position == (240.0, 400.0)
    assert bench.project.main.nodes["n3"].position == (480.0, 0.0)
    assert labels(bench)[1:] == ["Move Stem"]


def test_escape_puts_a_frame_and_its_nodes_back(bench, marked, hand):
    hand.press(QPointF(300, -50))
    hand.move(QPointF(300, 350))
    QTest.keyClick(marked, Qt.Key.Key_Escape)
    hand.release()
    assert marked.scene().node_item("n2").pos() == QPointF(240, 0)
    assert marked.scene().beside.items["m1"].pos() == QPointF(200, -64)
    assert labels(bench)[1:] == []


def test_the_inside_of_a_frame_is_ground(bench, marked, hand):
    hand.drag(QPointF(216, 60), QPointF(226, 20))
    assert labels(bench)[1:] == []


def test_a_frame_is_resized_by_its_corner(bench, marked, hand):
    hand.drag(QPointF(504, 96), QPointF(704, 256))
    assert known(bench).frames["m1"].size == (504.0, 320.0)
    assert labels(bench)[1:] == ["Resize the frame"]


def test_a_frame_can_not_be_turned_inside_out(bench, marked, hand):
    hand.drag(QPointF(504, 96), QPointF(-300, -300))
    assert known(bench).frames["m1"].size == (56.0, 56.0)


def test_a_note_is_moved_written_and_deleted(bench, marked, hand):
    hand.drag(QPointF(100, 360), QPointF(180, 360))
    assert known(bench).notes["m2"].position == (80.0, 304.0)
    hand.double_click(QPointF(180, 360))
    field = marked.findChild(NoteField)
    field.setPlainText("Look *here*")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert known(bench).notes["m2"].text == "Look *here*"
    hand.click(QPointF(180, 360))
    marked.editing.delete_selection()
    assert known(bench).notes == {}
    assert labels(bench)[1:] == ["Move the note", "Write a note", "Delete the note"]


def test_escape_leaves_a_note_as_it_was(bench, marked, hand):
    hand.double_click(QPointF(100, 360))
    field = marked.findChild(NoteField)
    field.setPlainText("gone")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert known(bench).notes["m2"] == NOTE
    assert labels(bench)[1:] == []


def test_a_note_shows_its_markdown(marked):
    words = marked.scene().beside.items["m2"].words()
    assert words.toPlainText().split() == ["Why", "cat", "bold", "<b>raw</b>"]


@pytest.mark.parametrize(
    "text",
    ["![a]({})", "![a][r]\n\n[r]: {}", "![a [b]](<{}>)", "[![a][r]](x)\n\n[r]: file://{}", "<img src='{}'>"],
)
def test_no_picture_that_a_note_names_is_read(qapp, tmp_path, text):
    path, picture = tmp_path / "tall.png", QImage(40, 400, QImage.Format.Format_RGB32)
    picture.fill(0)
    assert picture.save(str(path))
    words = read_words(text.format(path), QFont(), 4000.0)
    assert words.size().height() < 40
    assert "\ufffc" not in words.toPlainText()


def test_a_note_grows_to_show_all_that_is_written(bench, marked, hand):
    hand.double_click(QPointF(100, 360))
    marked.findChild(NoteField).setPlainText("\n\n".join(["word"] * 12))
    QTest.keyClick(marked.findChild(NoteField), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    item = marked.scene().beside.items["m2"]
    assert item.rect().height() >= item.height_of_words() > 120
    assert labels(bench)[1:] == ["Write a note"]


def test_a_note_that_is_too_long_stays_in_the_field_and_is_told(bench, marked, hand, qtbot):
    hand.double_click(QPointF(100, 360))
    field = marked.findChild(NoteField)
    field.setPlainText("a" * (annotations.LONGEST_TEXT + 7))
    with qtbot.waitSignal(bench.said) as said:
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Take 7 out" in said.args[0]
    assert field.isVisible()
    assert known(bench).notes["m2"] == NOTE
    QTest.keyClick(field, Qt.Key.Key_Escape)


def test_the_rubber_band_and_the_clipboard_take_frames_and_notes_along(bench, marked, hand):
    hand.drag(QPointF(-60, -120), QPointF(700, 440))
    assert bench.selection.marks == {"m1", "m2"}
    marked.editing.copy()
    marked.editing.paste()
    assert len(known(bench).frames) == len(known(bench).notes) == 2
    assert len(bench.project.main) == 8
    assert len(bench.selection.marks) == 2
    marked.editing.delete_selection()
    assert len(known(bench).frames) == 1
    assert len(bench.project.main) == 4


def test_notes_alone_are_copied_too(bench, marked, hand):
    hand.click(QPointF(100, 360))
    marked.editing.duplicate()
    assert [note.text for note in known(bench).notes.values()] == [NOTE.text] * 2
    assert labels(bench)[-1] == "Duplicate the note"


def test_undo_takes_frames_and_notes_off_the_canvas(bench, marked):
    bench.document.undo()
    assert marked.scene().beside.items == {}
    bench.document.redo()
    assert set(marked.scene().beside.items) == {"m1", "m2"}


def test_a_double_click_on_an_edge_makes_a_point_that_can_be_dragged_and_taken_out(bench, canvas, hand):
    edge = canvas.scene().edge_item("n3", "x")
    middle = edge.middle()
    hand.double_click(middle)
    ((way),) = known(bench).bends.values()
    assert len(way) == 1
    hand.drag(QPointF(*way[0]), QPointF(448, 120))
    assert list(known(bench).bends.values()) == [((448.0, 120.0),)]
    assert canvas.scene().edge_item("n3", "x").path.contains(QPointF(448, 119)) or edge.bends == [QPointF(448, 120)]
    hand.double_click(QPointF(448, 120))
    assert known(bench).bends == {}
    assert set(labels(bench)) == {"Lead the edge from conv to relu"}


def test_a_node_is_bypassed_and_used_again_by_one_key(bench, canvas):
    bench.selection.set(["n2"])
    canvas.annotating.bypass_selection()
    assert bench.project.main.nodes["n2"].bypassed
    assert canvas.scene().node_item("n2").card.caption == "bypassed"
    canvas.annotating.bypass_selection()
    assert not bench.project.main.nodes["n2"].bypassed
    assert labels(bench) == ["Bypass conv", "Use again conv"]


def test_an_input_can_not_be_bypassed(bench, canvas, qtbot):
    bench.selection.set(["n1"])
    with qtbot.waitSignal(bench.said) as said:
        canvas.annotating.bypass_selection()
    assert "can't be left out" in said.args[0]


def test_a_folded_node_is_as_high_as_its_title_and_keeps_its_edges(bench, canvas, port):
    bench.selection.set(["n2", "n3"])
    canvas.annotating.collapse_selection()
    item = canvas.scene().node_item("n2")
    assert item.layout.height == 32
    assert canvas.scene().edge_item("n3", "x").start == item.port_position("y")
    canvas.annotating.collapse_selection()
    assert canvas.scene().node_item("n2").layout.height > 32


def test_drawn_from_top_to_bottom_edges_come_in_above_and_leave_below(bench, canvas):
    canvas.edit("Turn", lambda g: annotations.direct(g, "down"))
    item = canvas.scene().node_item("n2")
    assert item.port_position("x").y() == item.rect().top()
    assert item.port_position("y").y() == item.rect().bottom()
    edge = canvas.scene().edge_item("n3", "x")
    assert edge.start == item.port_position("y")
    first = edge.path.elementAt(1)
    assert first.x == edge.start.x()
    bench.document.undo()
    assert canvas.scene().node_item("n2").port_position("x").x() == 240.0


def test_the_points_of_an_edge_go_with_a_frame_that_holds_both_its_ends(bench, canvas, hand):
    def drawn(graph):
        graph = annotations.put_frame(graph, Frame("m1", "All", "blue", (-40.0, -80.0), (760.0, 400.0)))
        return annotations.bend(graph, graph.edge_into("n3", "x"), [(440.0, 80.0)])

    canvas.edit("Draw", drawn)
    hand.drag(QPointF(300, -66), QPointF(380, -66))
    assert list(known(bench).bends.values()) == [((520.0, 80.0),)]


def test_a_node_in_a_frame_moves_alone_when_it_is_dragged_itself(bench, marked, hand, body):
    hand.drag(body("n2"), body("n2") + QPointF(0, 16))
    assert known(bench).frames["m1"].position == (200.0, -64.0)
    assert bench.project.main.nodes["n2"].position == (240.0, 16.0)


def test_a_frame_is_deleted_with_what_is_in_it_in_one_step(bench, marked):
    marked.annotating.delete_with_contents("m1")
    assert "n2" not in bench.project.main.nodes
    assert known(bench).frames == {}
    assert len(labels(bench)) == 2


def test_a_block_of_framed_nodes_takes_the_frame_in_and_gives_it_back(bench, marked):
    from netbuilder.project import blocks

    made, id = blocks.make_block(bench.project, "main", ["n2"], "Stem")
    assert [frame.title for frame in made.graphs["Stem"].annotations.frames.values()] == ["Stem"]
    assert made.main.annotations.frames == {}
    back, _ = blocks.dissolve(made, "main", id)
    assert [frame.title for frame in back.main.annotations.frames.values()] == ["Stem"]


def test_edits_that_only_move_leave_the_card_alone(bench, canvas):
    card = canvas.scene().node_item("n2").card
    canvas.edit("Move", lambda g: edits.move_nodes(g, {"n2": (8.0, 8.0)}))
    assert canvas.scene().node_item("n2").card is card
