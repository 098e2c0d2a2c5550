"""Which graph is open: entering blocks, leaving them, and going where an undo has changed something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbuilder.graph import Graph, Node, edits
from netbuilder.graph.block import Block
from netbuilder.project import Project
from netbuilder.ui.open_graph import changed_graphs, name_at, paths_to, standing
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks

INSIDE = ("main", "n3", "n2")  # the unit of the stage


@pytest.fixture
def blocks(bench: Workbench) -> Workbench:
    bench.document.open(project_with_blocks(), None)
    return bench


def test_a_path_leads_through_block_nodes() -> None:
    project = project_with_blocks()
    assert [name_at(project, path) for path in (("main",), ("main", "n3"), INSIDE)] == ["main", "Stage", "Unit"]
    assert name_at(project, ("main", "n2")) is None, "a layer has no inside"
    assert name_at(project, ("nowhere",)) is None
    assert standing(project, ("main", "n3", "n1", "n1")) == ("main", "n3")
    assert standing(project, ("gone", "n3")) == ("main",)


def test_every_place_where_a_block_stands_is_found() -> None:
    project = project_with_blocks()
    assert list(paths_to(project, "main")) == [("main",)]
    assert list(paths_to(project, "Stage")) == [("main", "n3")]
    assert list(paths_to(project, "Unit")) == [INSIDE]
    twice = edits.add_node(project.main, Node("n9", "block:Unit", "alone"))
    assert list(paths_to(project.with_graph(twice), "Unit")) == [("main", "n9"), INSIDE]


def test_blocks_in_blocks_in_blocks_are_found_in_no_time() -> None:
    """Each of thirty blocks holds the next one twice: a billion ways lead to the last."""
    graphs, own = {"main": Graph()}, {}
    for number in range(30):
        inside = Graph()
        for id in ("n1", "n2") if number else ():
            inside = edits.add_node(inside, Node(id, f"block:B{number - 1}", id))
        graphs[f"B{number}"], own[f"B{number}"] = inside, Block()
    graphs["main"] = edits.add_node(Graph(), Node("n1", "block:B29", "top"))
    project = Project(graphs, blocks=own)
    found = list(paths_to(project, "B0"))
    assert found
    assert {name_at(project, path) for path in found} == {"B0"}


def test_entering_and_leaving_keep_the_selection_of_each_graph(blocks: Workbench) -> None:
    blocks.selection.set(["n2"])
    assert blocks.enter("n3")
    assert (blocks.path, blocks.graph_name) == (("main", "n3"), "Stage")
    assert blocks.graph is blocks.project.graphs["Stage"]
    assert blocks.selection.nodes == frozenset()
    assert blocks.enter("n2")
    blocks.selection.set(["n3"])
    assert not blocks.enter("n2"), "a layer can't be entered"
    assert blocks.leave()
    assert blocks.selection.nodes == {"n2"}, "the node one comes from"
    assert blocks.enter("n2")
    assert blocks.selection.nodes == {"n3"}
    blocks.go(("main",))
    assert blocks.selection.nodes == {"n2"}
    assert not blocks.leave()


def test_an_edit_inside_a_block_is_made_in_its_graph(blocks: Workbench) -> None:
    before = blocks.project
    blocks.enter("n3")
    assert blocks.try_edit("Rename", lambda graph: edits.rename_node(graph, "n2", "only"))
    assert blocks.project.graphs["Stage"].nodes["n2"].name == "only"
    assert changed_graphs(before, blocks.project) == ["Stage"]


def test_undo_shows_the_graph_in_which_something_changes(blocks: Workbench) -> None:
    blocks.go(INSIDE)
    blocks.try_edit("Rename", lambda graph: edits.rename_node(graph, "n3", "act"))
    blocks.go(("main",))
    blocks.document.undo()
    assert blocks.path == INSIDE
    blocks.go(("main",))
    blocks.document.redo()
    assert blocks.path == INSIDE
    blocks.leave()
    blocks.try_edit("Rename", lambda graph: edits.rename_node(graph, "n2", "only"))
    blocks.document.undo()
    assert blocks.path == ("main", "n3"), "it changes what is open"


def test_what_is_open_goes_with_the_node_it_was_entered_through(blocks: Workbench) -> None:
    blocks.go(INSIDE)
    blocks.apply("Delete", blocks.project.with_graph(edits.remove_nodes(blocks.project.main, ["n3"])))
    assert blocks.path == ("main",)


def test_another_project_opens_with_its_main_network(blocks: Workbench) -> None:
    blocks.go(INSIDE)
    blocks.selection.set(["n2"])
    blocks.document.open(project_with_blocks(), None)
    assert blocks.path == ("main",)
    assert blocks.selection.nodes == frozenset()


def test_a_block_that_stands_nowhere_is_opened_by_itself(blocks: Workbench) -> None:
    project = blocks.project
    blocks.document.open(replace(project, graphs={**project.graphs, "main": Graph()}), None)
    blocks.open_graph("Unit")
    assert blocks.path == ("Unit",)
    blocks.open_graph("Stage")
    assert blocks.path == ("Stage",)
    blocks.open_graph("Unit")
    assert name_at(blocks.project, blocks.path) == "Unit"


def test_a_node_is_shown_in_the_graph_it_is_in(blocks: Workbench) -> None:
    asked: list[str] = []
    blocks.nodeRequested.connect(asked.append)
    blocks.show_place("Unit", "n3")
    assert blocks.path == INSIDE
    assert asked == ["n3"]
    blocks.show_place("Unit", "n99")
    assert asked == ["n3"], "it is gone"


def test_the_catalogue_has_the_blocks_and_changes_only_with_their_ports_and_settings(blocks: Workbench) -> None:
    told: list[None] = []
    blocks.catalogChanged.connect(lambda: told.append(None))
    assert [port.name for port in blocks.catalog.find("block:Unit")().inputs()] == ["x"]
    known = blocks.catalog
    blocks.go(INSIDE)
    blocks.try_edit("Rename", lambda graph: edits.rename_node(graph, "n3", "act"))
    assert blocks.catalog is known
    assert not told
    blocks.try_edit("Rename", lambda graph: edits.rename_node(graph, "n1", "features"))
    assert [port.name for port in blocks.catalog.find("block:Unit")().inputs()] == ["features"]
    assert len(told) == 1
    blocks.document.open(Project(), None)
    assert blocks.catalog.find("block:Unit") is None
