"""A drawing is changed in the middle of a run: what still fits is kept, by the places of the nodes."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from netbuilder import resources
from netbuilder.graph import edits
from netbuilder.graph.graph import Edge, Node
from netbuilder.headless import checked_with, data_of, launch_of, recipe_with
from netbuilder.project import MAIN, Project
from netbuilder.project.file import open_file
from netbuilder.train.checkpoint import newest_whole
from netbuilder.train.controls import Controls
from netbuilder.train.events import Continued, EpochDone, Event, Finished
from netbuilder.train.launch import launch
from netbuilder.train.run import Run

FILE = next(sample.path for sample in resources.samples() if sample.name == "digits-cnn")


@pytest.fixture(scope="module")
def project() -> Project:
    return open_file(FILE).project


@pytest.fixture(scope="module")
def data(project: Project):
    return data_of(project, FILE)


def with_graph(project: Project, change) -> Project:
    return project.with_graph(change(project.graphs[MAIN]))


def with_block(project: Project) -> Project:
    """Another convolution, with norm and activation, behind the second."""

    def change(graph):
        at = "n7"
        for id, kind, settings in (
            ("n90", "conv2d", {"out_channels": 64, "padding": 1}),
            ("n91", "batch_norm2d", {}),
            ("n92", "relu", {}),
        ):
            node = Node(id, kind, f"new_{kind}", settings, (0.0, 500.0))
            graph = edits.insert_on_edge(graph, Edge(at, "y", "n8", "x"), node, "x", "y")
            at = id
        return graph

    return with_graph(project, change)


def job(project: Project, data, folder: Path, follows: Path | None = None, epochs: int = 8, **more):
    checked = checked_with(project, data)
    assert not checked.errors, checked.errors
    recipe = recipe_with(project, {"epochs": epochs})
    start = launch_of(FILE, data, checked, recipe, device="cpu", folder=folder)
    return replace(start, follows=Run.open(follows) if follows else None, **more)


def trained(start, epochs: int) -> list[Event]:
    """Its events, with an end after so many epochs."""
    controls, told = Controls(), []
    for event in launch(start, controls=controls):
        told.append(event)
        if isinstance(event, EpochDone) and event.epoch >= epochs:
            controls.stop_after_epoch()
    assert isinstance(told[-1], Finished), told[-1]
    return told


@pytest.fixture(scope="module")
def five(project: Project, data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "cnn-001"
    trained(job(project, data, folder), 5)
    return folder


def first_checkpoint(folder: Path, events: list[Event]):
    """What a continued run began with: it is kept before its first step."""
    continued = next(event for event in events if isinstance(event, Continued))
    return next(one for one in Run.open(folder).checkpoints() if one.step == continued.step)


def test_a_block_is_inserted_and_all_other_layers_go_on_with_their_weights(project: Project, data, five: Path) -> None:
    folder = five.parent / "cnn-002"
    told = trained(job(with_block(project), data, folder, five), 6)
    before = Run.open(five).checkpoint("last").weights()
    weights = first_checkpoint(folder, told).weights()
    assert before.keys() < weights.keys()
    assert all(torch.equal(weights[name], before[name]) for name in before)
    assert {name.split(".")[0] for name in weights.keys() - before.keys()} == {"new_conv2d", "new_batch_norm2d"}

    continued = next(event for event in told if isinstance(event, Continued))
    assert (continued.epoch, continued.changed) == (5, True)
    assert continued.sentence == "5 layers keep their weights; new_conv2d, new_batch_norm2d begin anew."
    fresh = trained(job(with_block(project), data, five.parent / "fresh"), 1)
    losses = [event.metrics["validation_loss"] for event in told if isinstance(event, EpochDone)]
    anew = [event.metrics["validation_loss"] for event in fresh if isinstance(event, EpochDone)]
    assert losses[0] < anew[0]
    epochs = [event.epoch for event in Run.open(folder).events() if isinstance(event, EpochDone)]
    assert epochs == [1, 2, 3, 4, 5, 6]

    undone = five.parent / "cnn-003"
    again = trained(job(project, data, undone, folder), 6)
    back = first_checkpoint(undone, again).weights()
    assert back.keys() == before.keys()
    assert all(torch.equal(back[name], before[name]) for name in before)
    said = next(event for event in again if isinstance(event, Continued))
    assert "The drawing is that of cnn-001 again" in said.sentence


def test_an_edit_that_is_undone_before_it_goes_on_changes_nothing_to_the_last_bit(
    project: Project, data, five: Path, tmp_path: Path
) -> None:
    whole = trained(job(project, data, tmp_path / "whole"), 7)
    told = trained(job(project, data, tmp_path / "same", five), 7)
    metrics = {event.epoch: event.metrics for event in whole if isinstance(event, EpochDone)}
    again = {event.epoch: event.metrics for event in told if isinstance(event, EpochDone)}
    assert again == {epoch: metrics[epoch] for epoch in (6, 7)}
    one, other = newest_whole(tmp_path / "whole"), newest_whole(tmp_path / "same")
    assert one is not None
    assert other is not None
    for name, weight in one[1].weights[""].items():
        assert torch.equal(weight, other[1].weights[""][name]), name


def test_a_layer_that_was_resized_begins_anew_with_what_depends_on_it(
    project: Project, data, five: Path, tmp_path: Path
) -> None:
    wider = with_graph(project, lambda graph: edits.set_settings(graph, "n5", {"out_channels": 48, "padding": 1}))
    told = trained(job(wider, data, tmp_path / "wider", five), 6)
    continued = next(event for event in told if isinstance(event, Continued))
    assert continued.sentence == "2 layers keep their weights; conv2, norm2, digit begin anew."


def test_a_frozen_layer_stays_as_it_is_from_then_on(project: Project, data, five: Path, tmp_path: Path) -> None:
    frozen = with_graph(project, lambda graph: edits.freeze(graph, ["n2", "n3"]))
    told = trained(job(frozen, data, tmp_path / "frozen", five), 6)
    continued = next(event for event in told if isinstance(event, Continued))
    assert continued.sentence == "5 layers keep their weights."
    before = Run.open(five).checkpoint("last").weights()
    after = Run.open(tmp_path / "frozen").checkpoint("last").weights()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert not any(name.startswith(("conv1", "norm1")) for name in moved)
    assert {"conv2.weight", "digit.weight"} <= moved


def test_a_layer_that_comes_back_brings_its_old_weights(project: Project, data, five: Path, tmp_path: Path) -> None:
    """With another change beside it, so that the drawing is not that of before."""
    without = with_graph(project, lambda graph: _without(graph, "n6", "n5", "n7"))
    trained(job(without, data, five.parent / "cnn-without", five), 6)
    other = with_graph(project, lambda graph: edits.set_settings(graph, "n9", {"p": 0.5}))
    told = trained(job(other, data, five.parent / "cnn-with", five.parent / "cnn-without"), 7)
    continued = next(event for event in told if isinstance(event, Continued))
    assert continued.sentence == "4 layers keep their weights; norm2 is back with the old ones."
    weights = first_checkpoint(five.parent / "cnn-with", told).weights()
    old = Run.open(five).checkpoint("last").weights()
    assert torch.equal(weights["norm2.weight"], old["norm2.weight"])


def test_a_changed_run_that_is_killed_goes_on_to_the_last_bit(
    project: Project, data, five: Path, tmp_path: Path
) -> None:
    changed = with_block(project)
    whole = trained(job(changed, data, five.parent / "cnn-whole", five), 8)
    part = five.parent / "cnn-part"
    trained(job(changed, data, part, five), 6)
    again = list(launch(replace(job(changed, data, part), resumes=Run.open(part))))
    metrics = {event.epoch: event.metrics for event in whole if isinstance(event, EpochDone)}
    assert {event.epoch: event.metrics for event in again if isinstance(event, EpochDone)} == {
        epoch: metrics[epoch] for epoch in (7, 8)
    }


def _without(graph, id: str, before: str, after: str):
    graph = edits.remove_nodes(graph, [id])
    return graph if graph.edge_into(after, "x") else edits.connect(graph, Edge(before, "y", after, "x"))
