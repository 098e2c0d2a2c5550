"""The palette finds layers by what people type, and asks for them by double-click, Enter or a drag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QSettings, Qt
from PySide6.QtTest import QTest

from netbuilder.graph import Node, edits
from netbuilder.layers import standard
from netbuilder.layers.usual import is_usual
from netbuilder.ui.canvas.dropping import LAYER_MIME, carry, kind_in
from netbuilder.ui.canvas.matching import matching
from netbuilder.ui.panels.palette import Palette
from netbuilder.ui.panels.palette_model import KIND, REST, sections_of
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


def heading(palette: Palette, title: str) -> QModelIndex:
    return next(index for index in palette._rows() if index.data() == title and not index.parent().isValid())


def rest_row(palette: Palette, title: str) -> QModelIndex:
    top = heading(palette, title)
    row = palette.tree.model().index(palette.tree.model().rowCount(top) - 1, 0, top)
    assert row.data(REST) is not None
    return row


def click(palette: Palette, index: QModelIndex) -> None:
    palette.tree.scrollTo(index)
    pixel = palette.tree.visualRect(index).center()
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel)


def test_the_usual_layers_are_there_from_the_start_and_few_others(palette):
    shown = palette.kinds()
    assert {layer.kind for layer in standard() if is_usual(layer)} <= set(shown)
    assert len(shown) < 100
    assert shown[:3] == ["input", "output", "linear"]


def test_every_layer_is_behind_one_heading(palette):
    kinds_behind = [la.kind for section in palette._model.sections for la in section.layers + section.rest]
    assert sorted(kinds_behind) == sorted(layer.kind for layer in standard())


def test_the_row_of_the_others_opens_them_in_place_and_puts_them_away_again(palette):
    row = rest_row(palette, "Pooling")
    assert row.data() == f"{len(standard().families()['pooling']) - 4} more"
    before = palette.kinds()
    assert "avg_pool3d" not in before
    click(palette, row)
    opened = palette.kinds()
    at = opened.index("max_pool1d")
    assert opened[at + 1] not in before
    assert {la.kind for la in standard().families()["pooling"]} <= set(opened)
    assert palette.tree.currentIndex().data(KIND) == opened[at + 1]
    assert rest_row(palette, "Pooling").data() == "Show fewer"
    click(palette, rest_row(palette, "Pooling"))
    assert palette.kinds() == before


def test_what_was_opened_is_open_the_next_time_and_after_a_search(bench, palette, qtbot):
    click(palette, rest_row(palette, "Pooling"))
    click(palette, heading(palette, "Signal"))
    click(palette, heading(palette, "Activation"))
    shown = palette.kinds()
    assert {"avg_pool3d", "fft"} <= set(shown)
    assert "relu" not in shown
    QTest.keyClicks(palette.field, "conv")
    palette.field.clear()
    assert palette.kinds() == shown
    again = Palette(bench)
    qtbot.addWidget(again)
    assert again.kinds() == shown


def test_a_family_without_usual_layers_is_folded_at_the_end_and_has_no_rows_until_it_is_opened(palette):
    sections = sections_of(standard().families())
    flags = [section.folded for section in sections]
    assert flags == sorted(flags)
    assert {"Comparison", "Signal", "Functional"} <= {section.title for section in sections if section.folded}
    index, model = heading(palette, "Signal"), palette.tree.model()
    assert model.rowCount(index) == 0
    palette.tree.setCurrentIndex(index)
    QTest.keyClick(palette.tree, Qt.Key.Key_Right)
    assert model.rowCount(index) == len(standard().families()["signal"])
    assert "fft" in palette.kinds()


def test_a_family_that_is_unfolded_at_the_bottom_comes_into_view(palette):
    palette.resize(240, 400)
    click(palette, heading(palette, "Functional"))
    first = palette.tree.model().index(0, 0, heading(palette, "Functional"))
    seen = palette.tree.viewport().rect()
    assert seen.contains(palette.tree.visualRect(heading(palette, "Functional")).center())
    assert seen.contains(palette.tree.visualRect(first).center())


def test_the_others_are_opened_by_key_and_the_arrows_go_on_among_them(palette, qtbot):
    palette.tree.setCurrentIndex(rest_row(palette, "Convolution"))
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert palette.tree.currentIndex().data(KIND) == "conv_transpose1d"
    QTest.keyClick(palette.tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert chosen.args == ["conv_transpose3d"]


def test_the_hand_finds_every_layer(palette):
    for layer in standard():
        palette.row_center(layer.kind)
    assert sorted(palette.kinds()) == sorted(layer.kind for layer in standard())


def test_searching_searches_all(palette):
    QTest.keyClicks(palette.field, "irfft")
    assert palette.kinds()[0] == "irfft"


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
    assert palette.kinds()[0] == "input"


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
    for layer in standard():
        palette.row_center(layer.kind)
    for index in palette._rows():
        if index.data(KIND) is not None:
            assert "Takes" in index.data(Qt.ItemDataRole.ToolTipRole)
            assert ":" in index.data(Qt.ItemDataRole.AccessibleTextRole)
