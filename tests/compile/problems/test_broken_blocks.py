"""Whatever is wrong with a project of blocks, a check tells it in sentences and never fails itself."""

from __future__ import annotations

import ast
import random
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from netbuilder.compile.check import check
from netbuilder.compile.inference.infer import Inferences
from netbuilder.graph import Edge, Graph
from netbuilder.graph.block import Block, Exposed
from netbuilder.layers import standard
from netbuilder.project import MAIN, Project
from tests.compile.drawing import DIGITS
from tests.compile.random_blocks import random_project
from tests.compile.wiring import by

VALUES: tuple[Any, ...] = (
    0,
    -1,
    3,
    10**12,
    2.5,
    "same",
    None,
    [1, 2],
    by("c"),
    by("c / 0"),
    by("spare * 2"),
    by("__"),
    {"a": 1},
)
KINDS = ("relu", "conv1d", "linear", "add", "lstm", "flatten", "custom", "output", "input", "block:gone", "nonsense")


def broken(project: Project, dice: random.Random) -> Project:
    """The project with one thing changed that nobody looked at."""
    name = dice.choice(list(project.graphs))
    graph = project.graphs[name]
    nodes, edges = dict(graph.nodes), dict(graph.edges)
    if not nodes:
        return project
    node = dice.choice(list(nodes.values()))
    others = [f"block:{block}" for block in project.blocks]
    what = dice.choice(["edge", "node", "setting", "kind", "share", "wire", "expose", "forget"])
    if what == "edge" and edges:
        del edges[dice.choice(list(edges))]
    elif what == "node":
        del nodes[node.id]
        edges = {at: edge for at, edge in edges.items() if node.id not in (edge.source, edge.target)}
    elif what == "setting":
        setting = dice.choice(["out_channels", "c", "repeat", "kernel_size", "shape", "code", "x"])
        nodes[node.id] = replace(node, settings={**node.settings, setting: dice.choice(VALUES)})
    elif what == "kind":
        nodes[node.id] = replace(node, kind=dice.choice([*KINDS, *others]))
    elif what == "share":
        nodes[node.id] = replace(node, shares=dice.choice([*nodes, "nobody"]))
    elif what == "wire":
        ids = list(nodes)
        source, target = sorted(dice.sample(range(len(ids)), 2)) if len(ids) > 1 else (0, 0)
        if source != target:
            edge = Edge(ids[source], dice.choice(["y", "side", "z"]), ids[target], dice.choice(["x", "x1", "gate"]))
            edges[edge.target, edge.input] = edge
    elif what == "expose" and name in project.blocks:
        exposed = (Exposed("c", dice.choice(["int", "text", "ints", "bool"]), dice.choice([1, "a", [2], True])),)
        return replace(project, blocks={**project.blocks, name: Block(exposed)})
    elif what == "forget" and name != MAIN:
        graphs = {other: one for other, one in project.graphs.items() if other != name}
        return replace(project, graphs=graphs, blocks={n: b for n, b in project.blocks.items() if n != name})
    return project.with_graph(Graph(nodes, edges), name)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 100_000), st.integers(1, 6))
def test_anything_that_is_wrong_is_told_in_sentences(seed: int, times: int) -> None:
    dice = random.Random(seed)
    project, memory = random_project(seed), Inferences()
    check(project, standard(), DIGITS, memory)
    for _ in range(times):
        project = broken(project, dice)
    checked = check(project, standard(), DIGITS, memory)
    fresh = check(project, standard(), DIGITS)
    assert [(p.graph, p.node, p.sentence) for p in checked.problems] == [
        (p.graph, p.node, p.sentence) for p in fresh.problems
    ]
    assert checked.source == fresh.source
    for problem in checked.problems:
        assert problem.sentence.endswith(".")
        assert len(problem.short) <= 24
        assert problem.node is None or problem.node in project.graphs[problem.graph].nodes
        if problem.fix is not None:
            mended = problem.fix.edit(project)
            changed = [name for name in project.graphs if mended.graphs.get(name) is not project.graphs[name]]
            assert problem.graph in changed or not changed
            check(mended, standard(), DIGITS, memory)
    if checked.source is not None:
        ast.parse(checked.source.text)


def test_an_expression_that_is_none_for_a_setting_that_is_none_is_told() -> None:
    project = random_project(1)
    name = next(iter(project.blocks))
    graph = project.graphs[name]
    node = next(node for node in graph if node.kind == "conv2d")
    changed = replace(node, settings={**node.settings, "unknown": by("((")})
    project = project.with_graph(replace(graph, nodes={**graph.nodes, node.id: changed}), name)
    checked = check(project, standard(), DIGITS)
    assert any(problem.setting == "unknown" for problem in checked.problems)
