"""The picture that is kept while the view is panned, and mended where something changes, is always a fresh one's."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage

from netbuilder.graph import annotations, edits
from netbuilder.graph.graph import Frame, Note
from netbuilder.ui import theme
from netbuilder.ui.canvas.heat import Heat
from netbuilder.ui.canvas.hit import Hit
from tests.benchmarks.bench_canvas import ladder

RIM = 4  # pixels at the edge of the view, where curves that lead out of it are cut
SEEN = 6  # of 255: what smooth edges may differ by where only a part of them is painted


def kept(canvas) -> QImage:
    """What is on the screen."""
    return canvas.viewport().grab().toImage()


def fresh(canvas) -> QImage:
    """What would be, if nothing were kept."""
    canvas.resetCachedContent()
    return canvas.viewport().grab().toImage()


def away(one: QImage, other: QImage) -> int:
    """By how much of 255 two pictures differ in the pixel where they differ the most, the outermost left out."""
    a, b = (np.array(i.constBits()).reshape(i.height(), i.width(), 4).astype(int) for i in (one, other))
    inner = slice(RIM, -RIM)
    return int(np.abs(a - b)[inner, inner].max())


def changes(canvas, chance: random.Random) -> dict[str, object]:
    """Whatever can make a picture another one."""
    scene, bench = canvas.scene(), canvas.bench
    ids = list(scene.nodes)
    one, other = chance.choice(ids), chance.choice(ids)

    def edit(change) -> None:
        bench.apply_main("Edit", change(bench.project.main))

    def place() -> None:
        scene.place({one: scene.nodes[one].pos() + QPointF(chance.randint(-90, 90), chance.randint(-90, 90))})

    def annotate() -> None:
        frame = Frame("m1", "stage", "green", (chance.randint(-300, 300), -90.0), (500.0, 300.0))
        note = Note("m2", "some *words*", (40.0, chance.randint(-300, 300)), (260.0, 120.0))
        edit(lambda graph: annotations.put_note(annotations.put_frame(graph, frame), note))

    return {
        "pan": lambda: canvas.pan(QPoint(chance.randint(-60, 60), chance.randint(-40, 40))),
        "pan across": lambda: canvas.pan(QPoint(chance.randint(-300, 300), 0)),
        "pan far": lambda: canvas.pan(QPoint(1500, 900)),
        "back": canvas.zoom_to_fit,
        "zoom": lambda: canvas.set_zoom(chance.choice([0.07, 0.12, 0.3, 0.5, 1.0, 1.7])),
        "place": place,
        "select": lambda: bench.selection.set([one, other]),
        "select all": lambda: bench.selection.set(ids),
        "select none": lambda: bench.selection.set([]),
        "hover": lambda: scene.show_hovered(Hit(scene.nodes[one])),
        "hover nothing": lambda: scene.show_hovered(Hit()),
        "rename": lambda: edit(lambda graph: edits.rename_node(graph, one, f"new{chance.randint(0, 10**9)}")),
        "delete": lambda: edit(lambda graph: edits.remove_nodes(graph, [one])),
        "undo": bench.document.undo,
        "frame": annotate,
        "heat": lambda: scene.show_heat({one: Heat("12", 0.4, 2)}),
        "theme": lambda: scene.show_theme(chance.choice([theme.DARK, theme.LIGHT])),
    }


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_would_be_painted_anew(bench, canvas, seed):
    chance = random.Random(seed)
    bench.document.open(bench.project.with_graph(ladder(60)), None)
    canvas.zoom_to_fit()
    done = []
    for _ in range(25):
        name, change = chance.choice(list(changes(canvas, chance).items()))
        change()
        done.append(name)
        if chance.random() < 0.6:
            assert away(kept(canvas), fresh(canvas)) <= SEEN, f"after {', '.join(done)}"


def test_panning_paints_only_the_rim(bench, canvas, monkeypatch):
    bench.document.open(bench.project.with_graph(ladder(60)), None)
    canvas.set_zoom(0.5)
    canvas.pan(QPoint(3, 3))
    kept(canvas)
    areas = []
    paint = canvas.scene().drawing.paint
    monkeypatch.setattr(
        canvas.scene().drawing, "paint", lambda painter, area, sight: (areas.append(area), paint(painter, area, sight))
    )
    canvas.pan(QPoint(10, 0))
    kept(canvas)
    whole = canvas.visible_area()
    assert areas
    assert sum(area.width() * area.height() for area in areas) < 0.05 * whole.width() * whole.height()
