"""Runs to compare, written without training: a project, its recipe, and what such a run would have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.block import Block, Exposed, kind_of
from netbuilder.project import Part, Project
from netbuilder.project.file import dumps
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import EpochDone, Finished, Progress, Started
from netbuilder.train.run import new_run

MADE_WITH = "torch 2.13.0+cpu · Python 3.11.2 · Linux x86_64"


def before() -> Project:
    """A chain with a block in it."""
    graph = Graph()
    kinds = {"n1": "input", "n2": "linear", "n3": "relu", "n4": kind_of("Cell"), "n5": "output"}
    for at, (id, kind) in enumerate(kinds.items()):
        settings = {"out_features": 32} if kind == "linear" else {}
        graph = e.add_node(graph, Node(id, kind, f"node{id[1:]}", settings, (200.0 * at, 0.0)))
    for source, target in (("n1", "n2"), ("n2", "n3"), ("n3", "n4"), ("n4", "n5")):
        graph = e.connect(graph, Edge(source, "y", target, "x"))
    inside = Graph()
    for id, kind in {"n1": "input", "n2": "tanh", "n3": "output"}.items():
        inside = e.add_node(inside, Node(id, kind, {"input": "x", "output": "y"}.get(kind, kind), {}))
    inside = e.connect(e.connect(inside, Edge("n1", "y", "n2", "x")), Edge("n2", "y", "n3", "x"))
    return Project({"main": graph, "Cell": inside}, Part("iris"), blocks={"Cell": Block((Exposed("width"),))})


def after(project: Project) -> Project:
    """The same with a node inserted, one removed and one changed."""
    graph = project.main
    edge = graph.edge_into("n4", "x")
    assert edge is not None
    graph = e.insert_on_edge(graph, edge, Node("n6", "dropout", "drop", {"p": 0.3}, (500.0, 100.0)), "x", "y")
    graph = e.remove_nodes(graph, ["n3"])
    if graph.edge_into("n6", "x") is None:
        graph = e.connect(graph, Edge("n2", "y", "n6", "x"))
    graph = e.set_settings(graph, "n2", {"out_features": 64})
    return project.with_graph(e.move_nodes(graph, {"n5": (900.0, 50.0)}))


def write_run(
    folder: Path,
    project: Project,
    settings: Mapping[str, Any],
    accuracies: Sequence[float],
    *,
    title: str = "flowers",
    text: str | None = None,
) -> Path:
    """A run's folder. Its losses are what is left to 1; the best epoch is that of the highest accuracy."""
    project = project.with_recipe(Part("supervised", dict(settings)))
    record = {
        "created": "2026-11-26T10:00:00.000+00:00",
        "recipe": {"kind": "supervised", "settings": dict(settings)},
        "data": {"kind": project.data.kind, "settings": dict(project.data.settings)},
        "made_with": MADE_WITH,
        "threads": 1,
    }
    run = new_run(title, folder, "", dumps(project) if text is None else text, record)
    log = EventLog(run.events_file)
    log.write(Started(len(accuracies), 2, 64, 120, 30, 483, "cpu", 0))
    epochs: list[EpochDone] = []
    for at, accuracy in enumerate(accuracies, start=1):
        loss = 1 - accuracy
        log.write(Progress(2 * at, at, (loss + 0.1, loss), 100.0, None, 0.001))
        metrics = {"training_loss": loss, "training_accuracy": accuracy, "validation_loss": loss}
        metrics["validation_accuracy"] = accuracy
        best = accuracy > max((done.metrics["validation_accuracy"] for done in epochs), default=-1)
        epochs.append(EpochDone(at, 2 * at, metrics, best, 1.5 * at, "validation_accuracy"))
        log.write(epochs[-1])
    best = max(epochs, key=lambda done: done.metrics["validation_accuracy"])
    log.write(
        Finished("done", len(epochs), best.epoch, dict(epochs[-1].metrics), dict(best.metrics), epochs[-1].seconds)
    )
    log.close()
    return folder


def two_runs(place: Path) -> tuple[Path, Path]:
    """Two runs of one project: another optimizer and rate, and another drawing."""
    one = write_run(place / "flowers-001", before(), {}, (0.5, 0.75, 0.7))
    other = write_run(
        place / "flowers-002",
        after(before()),
        {"learning_rate": 0.01, "optimizer": {"kind": "sgd", "settings": {"momentum": 0.9}}},
        (0.6, 0.9),
    )
    return one, other


def renamed(project: Project, id: str, kind: str) -> Project:
    """The project with a node of another kind."""
    return project.with_graph(project.main.with_nodes({id: replace(project.main.nodes[id], kind=kind)}))
