"""The drawing as a picture in a file, and the dialog that asks for one."""

from __future__ import annotations

import re
import threading
import xml.etree.ElementTree as ET
import zlib

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from netbuilder.data.source import Cancelled
from netbuilder.graph import Edge, Graph, Node, annotations, edits
from netbuilder.graph.assembly import assemble
from netbuilder.graph.graph import Frame, Note
from netbuilder.layers import standard
from netbuilder.ui import picture_job
from netbuilder.ui.canvas import picture
from netbuilder.ui.canvas.picture import PRINT, TooLarge
from netbuilder.ui.picture_dialog import PictureDialog
from netbuilder.ui.theme import DARK
from tests.ui.canvas import drawn

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    return ["".join(element.itertext()).strip() for element in ET.fromstring(svg).iter(f"{SVG}text")]


def large(count: int) -> Graph:
    nodes = [Node(f"n{n}", "relu", f"node {n}", {}, (n % 50 * 240.0, n // 50 * 160.0)) for n in range(count)]
    edges = [Edge(f"n{n}", "y", f"n{n + 1}", "x") for n in range(count - 1)]
    return assemble(nodes, edges)[0]


@pytest.fixture
def annotated(bench, canvas):
    frame = Frame("m1", "The stem", "green", (-40.0, -60.0), (500.0, 200.0))
    note = Note("m2", "Learned **here**", (600.0, 200.0), (240.0, 120.0))
    canvas.edit("Frame", lambda g: annotations.put_note(annotations.put_frame(g, frame), note))


def test_an_svg_holds_every_name_as_text_and_no_pixels(bench, canvas, annotated):
    svg = picture.encoded(picture.shown(canvas.scene()), "svg", PRINT)
    assert {"image", "conv", "relu", "norm", "The stem"} <= set(texts(svg))
    assert "Learned" in " ".join(texts(svg))
    assert not list(ET.fromstring(svg).iter(f"{SVG}image"))


def test_of_a_selection_only_its_nodes_and_the_edges_among_them_are_shown(bench, canvas):
    chosen = picture.shown(canvas.scene(), ["n2", "n3"])
    assert set(texts(picture.encoded(chosen, "svg", PRINT))) & {"image", "conv", "relu", "norm"} == {"conv", "relu"}
    assert len(chosen.edges) == 1


def test_a_name_with_markup_is_text_in_an_svg(bench, canvas):
    canvas.edit("Rename", lambda g: edits.rename_node(g, "n2", "<b>&\"'"))
    assert "<b>&\"'" in texts(picture.encoded(picture.shown(canvas.scene()), "svg", PRINT))


def test_a_pdf_holds_text_on_one_page_of_the_size_of_the_drawing(bench, canvas):
    drawing = picture.shown(canvas.scene())
    pdf = picture.encoded(drawing, "pdf", PRINT)
    assert pdf.startswith(b"%PDF")
    streams = [_inflated(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)]
    shown = b"".join(streams)
    assert b"BT" in shown
    assert re.search(rb"T[jJ]", shown)
    assert b"/Font" in pdf
    assert b"/Subtype /Image" not in pdf
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == 1
    assert float(boxes[0][0]) / float(boxes[0][1]) == pytest.approx(drawing.area.width() / drawing.area.height(), 0.02)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_png_has_the_size_of_the_drawing_times_the_scale(bench, canvas, scale):
    drawing = picture.shown(canvas.scene())
    image = QImage.fromData(picture.encoded(drawing, "png", PRINT, scale))
    assert (image.width(), image.height()) == picture.pixels(drawing, scale)
    assert image.width() == round(drawing.area.width() * scale)
    assert image.pixelColor(2, 2) == QColor("white")


def test_on_screen_colours_are_those_of_the_theme(bench, canvas):
    image = QImage.fromData(picture.encoded(picture.shown(canvas.scene()), "png", DARK))
    assert image.pixelColor(2, 2) == QColor(DARK.canvas)


def test_a_png_that_is_too_large_is_refused_with_what_would_fit(bench, canvas):
    drawing = picture.shown(canvas.scene())
    huge = picture.Shown(QRectF(0, 0, 40_000, 40_000), drawing.cards, drawing.edges, [], [])
    with pytest.raises(TooLarge, match="smaller scale"):
        picture.encoded(huge, "png", PRINT)


def test_two_thousand_nodes_become_a_picture(qapp):
    scene = drawn.scene_of(large(2000), standard())
    names = set(texts(picture.encoded(picture.shown(scene), "svg", PRINT)))
    assert {f"node {n}" for n in range(2000)} <= names


def write(dialog, qtbot) -> str:
    dialog.write()
    qtbot.waitUntil(lambda: dialog.start.isEnabled())
    return dialog.outcome.text()


@pytest.fixture
def dialog(bench, canvas, qtbot):
    made = PictureDialog(canvas)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("format", ["svg", "pdf", "png"])
def test_the_dialog_writes_each_format(dialog, tmp_path, qtbot, format):
    dialog.path.setText(str(tmp_path / "net.svg"))
    dialog.format.buttons[format].click()
    assert dialog.path.text() == str(tmp_path / f"net.{format}")
    assert write(dialog, qtbot).startswith(f"Written to net.{format}")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".ini"] == [f"net.{format}"]


def test_a_selection_is_offered_first_where_there_is_one(bench, canvas, dialog, tmp_path, qtbot):
    assert not dialog.what.isEnabled()
    bench.selection.set(["n2"])
    other = PictureDialog(canvas)
    qtbot.addWidget(other)
    assert other.what.value == "selection"
    other.path.setText(str(tmp_path / "one.svg"))
    write(other, qtbot)
    assert {"image", "conv"} & set(texts((tmp_path / "one.svg").read_bytes())) == {"conv"}


def test_where_nothing_can_be_written_the_dialog_says_why(dialog, tmp_path, qtbot):
    dialog.path.setText(str(tmp_path / "missing" / "net.svg"))
    assert "net.svg can't be written" in write(dialog, qtbot)


def test_the_size_of_a_png_is_told_before(dialog):
    dialog.format.buttons["png"].click()
    dialog.scale.setCurrentIndex(0)
    first = dialog.size.text()
    dialog.scale.setCurrentIndex(1)
    assert first.endswith("pixels")
    assert dialog.size.text() != first


def test_painting_tells_how_far_it_is_to_the_end(bench, canvas):
    heard = []
    drawing = picture.shown(canvas.scene())
    picture.encoded(drawing, "svg", PRINT, tell=lambda done, total: heard.append((done, total)))
    total = len(drawing.edges) + len(drawing.cards)
    assert heard == [(done, total) for done in range(total)]


@pytest.mark.parametrize("format", ["svg", "pdf", "png"])
def test_painting_ends_where_it_is_called_off(bench, canvas, format):
    def tell(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        picture.encoded(picture.shown(canvas.scene()), format, PRINT, tell=tell)


@pytest.fixture
def at_a_halt(monkeypatch):
    """Painting stops half way until the event is set."""
    go_on, encoded = threading.Event(), picture.encoded
    monkeypatch.setattr(picture_job, "EVERY", 0.0)

    def slowly(drawing, format, theme, scale, tell):
        tell(1, 4)
        assert go_on.wait(20)
        return encoded(drawing, format, theme, scale, tell)

    monkeypatch.setattr(picture, "encoded", slowly)
    yield go_on
    go_on.set()


def test_while_it_is_painted_the_dialog_shows_how_far_it_is(dialog, tmp_path, qtbot, at_a_halt):
    dialog.show()
    dialog.path.setText(str(tmp_path / "net.svg"))
    dialog.write()
    qtbot.waitUntil(dialog.progress.isVisible)
    assert (dialog.progress.value(), dialog.progress.maximum()) == (1, 4)
    assert not dialog.start.isEnabled()
    at_a_halt.set()
    qtbot.waitUntil(dialog.start.isEnabled)
    assert not dialog.progress.isVisible()
    assert "Written" in dialog.outcome.text()


def test_an_export_that_is_called_off_writes_nothing_and_leaves_the_dialog_open(dialog, tmp_path, qtbot, at_a_halt):
    dialog.show()
    dialog.path.setText(str(tmp_path / "net.svg"))
    dialog.write()
    qtbot.waitUntil(dialog.progress.isVisible)
    dialog.leave.click()
    assert dialog.isVisible()
    assert dialog.outcome.text() == "Called off. Nothing was written."
    assert dialog.start.isEnabled()
    at_a_halt.set()
    qtbot.waitUntil(lambda: not any(thread.name == "picture" for thread in threading.enumerate()))
    assert not (tmp_path / "net.svg").exists()
    dialog.leave.click()
    assert not dialog.isVisible()
