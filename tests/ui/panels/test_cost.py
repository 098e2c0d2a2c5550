"""What nodes cost: rows and totals, sorted by number, copied, for a batch; and painted on the canvas."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from netbuilder.graph.edits import disconnect
from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.canvas.heat import LEVELS, heats
from netbuilder.ui.cost_rows import rows_of
from netbuilder.ui.costing import bytes_in_words, in_words
from netbuilder.ui.panels.cost import CostPanel
from netbuilder.ui.panels.cost_table import COLUMNS
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks
from tests.ui.panels.conftest import wait_for_check

PARAMETERS, MACS = COLUMNS.index("parameters"), COLUMNS.index("macs")


@pytest.fixture
def ready(bench: Workbench, qtbot: QtBot) -> Workbench:
    """The project with blocks, checked against the digits."""
    bench.document.open(project_with_blocks(), None)
    bench.begin()
    wait_for_check(bench, qtbot)
    return bench


@pytest.fixture
def panel(ready: Workbench, qtbot: QtBot) -> CostPanel:
    panel = CostPanel(ready)
    qtbot.addWidget(panel)
    panel.resize(1100, 300)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def column(panel: CostPanel, at: int) -> list[str]:
    model = panel.table.model()
    return [model.index(row, at).data() for row in range(model.rowCount())]


def test_rows_are_the_open_graph_or_the_whole_network_with_its_blocks(ready: Workbench) -> None:
    checked = ready.checking.latest
    rows, whole = rows_of(checked, ready.catalog, ("main",), deep=False)
    assert whole
    assert [row.name for row in rows] == ["image", "stem", "stage", "flat", "head", "out"]
    assert {row.name: row.parameters for row in rows}["stage"] == 2 * 584
    deep, _ = rows_of(checked, ready.catalog, ("main",), deep=True)
    inner = {row.name: row for row in deep}["stage ×2 › unit › conv"]
    assert (inner.parameters, inner.path, inner.id) == (2 * 584, ("main", "n3", "n2"), "n2")
    assert sum(row.parameters or 0 for row in deep) == checked.cost.parameters
    assert sum(row.macs or 0 for row in deep) == checked.cost.macs


def test_the_table_sorts_by_number_with_the_total_on_top(panel: CostPanel) -> None:
    assert column(panel, 0)[0] == "Total of 6"
    panel.table.sortByColumn(PARAMETERS, Qt.SortOrder.DescendingOrder)
    assert column(panel, 0)[:4] == ["Total of 6", "head", "stage", "stem"]
    assert column(panel, PARAMETERS)[:3] == ["6,378", "5,130", "1,168"]
    assert column(panel, len(COLUMNS) - 1)[:2] == ["100.0 %", "80.4 %"]
    panel.table.sortByColumn(MACS, Qt.SortOrder.AscendingOrder)
    assert column(panel, 0)[-1] == "stage"


def test_it_follows_the_open_graph_and_leads_to_a_node(ready: Workbench, panel: CostPanel, qtbot: QtBot) -> None:
    ready.go(("main", "n3", "n2"))
    assert column(panel, 0) == ["Total of 4", "x", "conv", "relu", "y"]
    ready.go(("main",))
    qtbot.mouseClick(panel.which.buttons["network"], Qt.MouseButton.LeftButton)
    asked: list[str] = []
    ready.nodeRequested.connect(asked.append)
    row = column(panel, 0).index("stage ×2 › unit › conv")
    panel.table.doubleClicked.emit(panel.table.model().index(row, 0))
    assert ready.path == ("main", "n3", "n2")
    assert ready.selection.only == "n2"
    assert asked == ["n2"]


def test_memory_is_for_the_recipes_batch_until_another_is_typed(
    ready: Workbench, panel: CostPanel, qtbot: QtBot
) -> None:
    assert panel.batch.text() == "64"
    before = panel.takes.whole
    panel.batch.setText("128")
    panel.batch.commit()
    assert ready.costing.batch(ready.project) == 128
    assert panel.takes.whole != before
    panel.batch.setText("many")
    panel.batch.commit()
    assert panel.batch.text() == "128", "that is no batch"
    panel.batch.setText("")
    panel.batch.commit()
    assert panel.batch.text() == "64"
    memory = ready.checking.latest.cost.memory(64, 2)
    assert bytes_in_words(memory.total) in panel.takes.whole


def test_the_largest_batch_that_fits_is_said_and_does_fit(ready: Workbench, panel: CostPanel) -> None:
    panel.room.setText("0.5")
    panel.room.commit()
    cost = ready.checking.latest.cost
    largest = cost.largest_batch(2**29, 2)
    assert panel.fits.whole == f"a batch of {largest:,}"
    assert cost.memory(largest, 2).total <= 2**29 < cost.memory(largest + 1, 2).total
    panel.room.setText("0.0001")
    panel.room.commit()
    assert panel.fits.whole == "not even one sample"
    assert ready.costing.gib == 0.0001


def test_the_table_is_copied_as_text_and_as_csv(panel: CostPanel) -> None:
    actions = {action.text(): action for action in panel.copy.menu().actions()}
    actions["Copy as CSV"].trigger()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert rows[0][3:] == ["parameters", "multiply_adds", "memory_bytes_batch_64"]
    assert rows[3][:4] == ["stage", "Stage", "N×8×8×8", "1168"]
    assert rows[-1][0] == "total"
    actions["Copy as text"].trigger()
    assert QGuiApplication.clipboard().text().startswith("Node\tLayer\tOutput")


def test_a_name_is_no_formula_in_a_spreadsheet(ready: Workbench, panel: CostPanel, qtbot: QtBot) -> None:
    from netbuilder.graph.edits import rename_node

    ready.apply_graph("Rename", rename_node(ready.graph, "n2", "=2+5"))
    wait_for_check(ready, qtbot)
    assert "'=2+5" in panel.table.costs.as_csv()


def test_without_shapes_it_says_what_will_be_there(ready: Workbench, panel: CostPanel, qtbot: QtBot) -> None:
    ready.apply_graph("Cut", disconnect(ready.graph, "n4", "x"))
    wait_for_check(ready, qtbot)
    assert "not known" in column(panel, MACS)
    assert "once every shape is" in panel.takes.whole
    tabs = ready.project
    ready.apply("Empty", tabs.with_graph(type(tabs.main)()))
    wait_for_check(ready, qtbot)
    assert panel.hint.isVisible()
    assert not panel.table.isVisible()


def test_heat_is_by_the_hottest_and_says_the_share_of_all(ready: Workbench) -> None:
    found, most = heats(ready.seen.cost, "parameters", 64)
    assert most == 5130
    assert found["n5"].text == "5,130 · 80 %"
    assert (found["n5"].level, found["n5"].part) == (LEVELS - 1, 1.0)
    assert (found["n4"].text, found["n4"].level) == ("0", 0)
    assert found["n2"].level == 1, "little, but something"
    assert heats(ready.seen.cost, "memory", 64)[0]["n2"].text.startswith("128 KiB")


def test_cost_is_painted_on_the_cards_of_whatever_graph_is_open(ready: Workbench, qtbot: QtBot) -> None:
    canvas = Canvas(ready)
    qtbot.addWidget(canvas)
    canvas.resize(1000, 700)
    with qtbot.waitExposed(canvas):
        canvas.show()
    before = canvas.grab().toImage()
    ready.costing.show("parameters")
    assert canvas.cost.legend.isVisible()
    assert canvas.cost.legend.text == "Parameters 5,130 of 6,378 in all"
    assert canvas.scene().node_item("n5").heat.text == "5,130 · 80 %"
    assert canvas.grab().toImage() != before
    canvas.set_zoom(0.2)
    canvas.grab()
    ready.go(("main", "n3", "n2"))
    assert canvas.scene().node_item("n2").heat.text == "584 · 100 %"
    for measure in ("macs", "memory", ""):
        ready.costing.show_next()
        assert ready.costing.measure == measure
    assert canvas.scene().node_item("n2").heat is None
    assert not canvas.cost.legend.isVisible()


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 B"), (999, "999 B"), (1536, "1.5 KiB"), (502 * 1024, "502 KiB"), (3 * 2**30, "3 GiB"), (2**50, "1024 TiB")],
)
def test_bytes_are_said_in_few_digits(number: int, words: str) -> None:
    assert bytes_in_words(number) == words
    assert in_words("parameters", 25_557_032) == "25.6 M"
