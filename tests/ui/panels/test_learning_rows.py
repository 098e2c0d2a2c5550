"""Whether and how fast a layer learns, set in the panel."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from netbuilder.graph.edits import set_rate
from netbuilder.ui.panels.settings import SettingsPanel
from netbuilder.ui.workbench import Workbench


@pytest.fixture
def panel(checked_bench: Workbench, qtbot: QtBot) -> SettingsPanel:
    panel = SettingsPanel(checked_bench)
    panel.resize(352, 700)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_only_a_layer_that_has_weights_says_how_it_learns(checked_bench: Workbench, panel: SettingsPanel) -> None:
    for id, shown in (("conv1", True), ("act", False), ("image", False), ("digit", True)):
        checked_bench.selection.set([id])
        assert panel.node_page.learning.isVisible() == shown, id


def test_a_layer_is_frozen_in_one_labelled_step_and_then_has_no_rate(
    checked_bench: Workbench, panel: SettingsPanel
) -> None:
    checked_bench.selection.set(["conv1"])
    form = panel.node_page.learning.form
    form.rows["frozen"].editor.committed.emit(True)
    assert checked_bench.project.main.nodes["conv1"].frozen
    assert checked_bench.document.history.undo_label == "Freeze conv1"
    assert not form.rows["rate"].isVisible()
    checked_bench.document.undo()
    assert not checked_bench.project.main.nodes["conv1"].frozen
    assert form.rows["rate"].isVisible()


def test_the_rates_of_several_layers_are_set_together_and_differing_ones_are_shown_as_such(
    checked_bench: Workbench, panel: SettingsPanel
) -> None:
    checked_bench.apply_graph("Learn stem at ×0.5", set_rate(checked_bench.graph, ["stem"], 0.5))
    checked_bench.selection.set(["stem", "act", "conv1"])
    form = panel.nodes_page.learning.form
    assert form.rows["rate"].is_mixed
    form.rows["rate"].editor.committed.emit(0.1)
    nodes = checked_bench.project.main.nodes
    assert [nodes[id].rate for id in ("stem", "act", "conv1")] == [0.1, 1.0, 0.1]
    assert checked_bench.document.history.undo_label == "Learn 2 nodes at ×0.1"
