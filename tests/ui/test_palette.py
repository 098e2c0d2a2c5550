"""The palette finds layers by what people type, and asks for them by double-click, Enter or a drag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest

from netbuilder.graph import Node, edits
from netbuilder.layers import standard
from netbuilder.ui.canvas.dropping import LAYER_MIME, carry, kind_in
from netbuilder.ui.canvas.matching import matching
from netbuilder.ui.panels.palette import Palette
from netbuilder.ui.workbench import Workbench


@pytest.fixture
def bench(qapp, tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    yield made
    made.close()


@pytest.fixture
def palette(bench, qtbot) -> Palette:
    made = Palette(bench)
    qtbot.addWidget(made)
    made.resize(240, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def kinds(query: str) -> list[str]:
    return [layer.kind for layer in matching(standard(), query)]


def test_every_layer_is_there_from_the_start(palette):
    assert palette.kinds() == [layer.kind for layers in standard().families().values() for layer in layers]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("conv2d", "conv2d"), ("Conv2", "conv2d"), ("relu", "relu"), ("lin", "linear"), ("norm 2", "batch_norm2d"),
     ("cv2", "conv2d"), ("deconvolution", "conv_transpose2d"), ("conv", "conv2d"), ("pool", "max_pool2d"),
     ("mha", "multihead_attention")],
)  # fmt: skip
def test_what_people_type_finds_the_layer_they_mean(typed, first):
    assert kinds(typed)[0] == first


def test_a_layer_is_found_by_its_search_words_and_its_purpose():
    assert "conv2d" in kinds("image filter")
    assert kinds("qqq") == []


def test_typing_and_enter_asks_for_the_best_match(palette, qtbot):
    QTest.keyClicks(palette.field, "maxpool2")
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen.args == ["max_pool2d"]


def test_an_empty_result_says_so_and_escape_brings_all_back(palette):
    QTest.keyClicks(palette.field, "qqq")
    assert palette.kinds() == []
    assert "qqq" in palette._nothing.text()
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert len(palette.kinds()) == len(standard())


def test_a_double_click_asks_for_the_layer(palette, qtbot):
    pixel: QPoint = palette.tree.viewport().mapFromGlobal(palette.row_center("conv2d"))
    left, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(palette.tree.viewport(), left, no_keys, pixel)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.mouseDClick(palette.tree.viewport(), left, no_keys, pixel)
    assert chosen.args == ["conv2d"]


def test_a_heading_folds_its_family_and_stays_folded(palette):
    tree = palette.tree
    heading = tree.model().index(2, 0)
    left, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(tree.viewport(), left, no_keys, tree.visualRect(heading).center())
    assert not tree.isExpanded(heading)
    QTest.keyClicks(palette.field, "conv")
    palette.field.clear()
    assert not tree.isExpanded(tree.model().index(2, 0))


def test_what_was_added_last_is_offered_first_the_next_time(bench, palette, qtbot):
    bench.apply_main("Add GELU", edits.add_node(bench.project.main, Node("n1", "gelu", "gelu")))
    again = Palette(bench)
    qtbot.addWidget(again)
    assert again.kinds()[0] == "gelu"
    assert again.kinds().count("gelu") == 2


def test_a_drag_carries_the_kind_and_nothing_else():
    data = carry("conv2d")
    assert data.formats() == [LAYER_MIME]
    assert kind_in(data) == "conv2d"


def test_every_row_has_a_tooltip_and_a_name_for_screen_readers(palette):
    for index in palette._rows():
        if index.parent().isValid():
            assert "Takes" in index.data(Qt.ItemDataRole.ToolTipRole)
            assert ":" in index.data(Qt.ItemDataRole.AccessibleTextRole)
