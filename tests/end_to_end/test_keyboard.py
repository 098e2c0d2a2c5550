"""A LeNet from the empty canvas to the end of its first epoch, with the keyboard alone: no mouse is ever touched."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QAccessible

from tests.end_to_end.desktop import Hands, wait_until
from tests.end_to_end.drawing import add, letters, set_node

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(200, method="thread")

LENET = ("input", "conv2d", "relu", "maxpool2d", "conv2d", "relu", "flatten", "linear", "relu", "linear")


def test_a_network_is_built_wired_set_and_trained_with_the_keyboard_alone(window: MainWindow, hands: Hands) -> None:
    bench, canvas = window.bench, window.canvas
    hands.key("ctrl+1", "ctrl+2")
    wait_until(canvas.hasFocus, 10, "the canvas has the keys")

    made = []
    for typed in LENET:
        made.append(add(window, hands, typed))
        if typed in ("conv2d", "linear"):
            first = {1: ("out_channels", "6"), 4: ("out_channels", "16"), 7: ("out_features", "84")}
            name, value = first.get(len(made) - 1, ("out_features", "10"))
            set_node(window, hands, made[-1], {name: value})
    graph = bench.graph
    assert all(graph.edges_into(after)[0].source == before for before, after in pairwise(made))

    # The output is added alone, and joined by the letter on the port of what feeds it.
    hands.key("Escape")
    wait_until(lambda: not bench.selection.nodes, 10, "nothing is selected")
    output = add(window, hands, "output")
    assert not bench.graph.edges_into(output)
    hands.key("c")
    wait_until(lambda: canvas.hinting.active, 10, "the letters are there")
    hands.key(*letters(window, made[-1]).lower())
    wait_until(lambda: bench.graph.edges_into(output), 10, "the output is fed")
    assert bench.graph.edges_into(output)[0].source == made[-1]

    # Walk back along the edges, disconnect, take that back; rename.
    hands.key("Left", "Left")
    wait_until(lambda: bench.selection.only == made[-2], 10, "two nodes to the left")
    hands.key("d")
    wait_until(lambda: not bench.graph.edges_into(made[-2]), 10, "disconnected")
    hands.key("ctrl+z")
    wait_until(lambda: bool(bench.graph.edges_into(made[-2])), 10, "and wired again")
    hands.key("F2", "ctrl+a")
    hands.type("hidden")
    hands.key("Return")
    wait_until(lambda: bench.graph.nodes[made[-2]].name == "hidden", 10, "renamed")

    # Find both convolutions by a setting, and read what a screen reader would.
    wait_until(lambda: bench.checking.is_current and bench.checking.latest.can_train, 30, "the drawing is sound")
    hands.key("ctrl+f")
    wait_until(canvas.finding.bar.field.hasFocus, 10, "the search is open")
    hands.type("out_channels>=6")
    hands.key("Return")
    wait_until(lambda: bench.selection.only == made[1], 10, "the first convolution")
    assert canvas.finding.bar.count.text() == "1 of 2"
    hands.key("Escape")
    wait_until(canvas.hasFocus, 10, "the canvas has the keys again")
    said = QAccessible.queryAccessibleInterface(canvas.voices.of(made[1])).text(QAccessible.Text.Name)
    assert said == "Conv2d conv, output N by 6 by 6 by 6, no problems"

    # Tidy by a command that is found by its words, and train for an epoch.
    hands.key("ctrl+shift+p")
    wait_until(window.command_palette.field.hasFocus, 10, "the palette is open")
    hands.type("tidy")
    wait_until(lambda: window.command_palette.found()[0].key == "tidy", 10, "Tidy layout comes first")
    hands.key("Return")
    wait_until(lambda: bench.document.history.undo_label == "Tidy layout", 20, "it is tidied")
    hands.key("ctrl+r")
    wait_until(lambda: bench.training.record is not None and bench.training.record.epochs, 60, "the first epoch")
    assert bench.training.record.failed is None
    hands.key("ctrl+period")
    wait_until(lambda: not bench.training.alive, 30, "it has stopped")
