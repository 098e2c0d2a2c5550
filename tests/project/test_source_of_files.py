"""From a file to its source: the same after saving and wherever nodes lie, and never a line of somebody's code."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.compile.check import Checked, check
from netbuilder.compile.inference.infer import Inferences
from netbuilder.graph import Edge, Node
from netbuilder.graph import edits as e
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.file import dumps, loads
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from tests.project.test_mangled_files import KEPT, SHOWN
from tests.toy import chain, edits, names

DIGITS = DataSpec("digits", {"picture": TensorSpec((1, 8, 8))}, TargetSpec("class", classes=tuple("0123456789")))
MEMORY = Inferences()  # what torch said about a layer is true in every test
ANY_SHAPE = (
    "relu",
    "gelu",
    "tanh",
    "sigmoid",
    "dropout",
    "identity",
    "layer_norm",
    "linear",
    "flatten",
    "add",
    "multiply",
)


@st.composite
def networks(draw: st.DrawFn) -> Project:
    """A sound network with names and places at random, drawn in any order."""
    kinds = ["input", *draw(st.lists(st.sampled_from(ANY_SHAPE), max_size=8)), "flatten", "linear", "output"]
    called = draw(st.lists(names, min_size=len(kinds), max_size=len(kinds), unique=True))
    spots = st.tuples(*(st.integers(-500, 500).map(float),) * 2)
    nodes = [
        Node(f"n{i}", kind, name, {"out_features": 10} if i == len(kinds) - 2 else {}, draw(spots))
        for i, (kind, name) in enumerate(zip(kinds, called, strict=True))
    ]
    graph = chain()
    for node in draw(st.permutations(nodes)):
        graph = e.add_node(graph, node)
    for i, kind in enumerate(kinds[1:], start=1):
        for port in ("x1", "x2") if kind in ("add", "multiply") else ("x",):
            graph = e.connect(graph, Edge(f"n{i - 1}", "y", f"n{i}", port))
    return Project().with_graph(graph)


def told(checked: Checked) -> list[tuple[str, str]]:
    return [(problem.node or "", problem.sentence) for problem in checked.problems]


@settings(max_examples=200)
@given(networks(), st.randoms())
def test_the_source_is_the_same_after_save_and_load_and_after_moving(project, random):
    source = check(project, standard(), DIGITS, MEMORY).source
    assert source is not None
    ast.parse(source.text)
    saved = loads(dumps(project)).project
    assert check(saved, standard(), DIGITS, MEMORY).source == source
    places = {id: (random.uniform(-1e4, 1e4), random.uniform(-1e4, 1e4)) for id in project.main.nodes}
    moved = project.with_graph(e.move_nodes(project.main, places))
    assert check(moved, standard(), DIGITS, MEMORY).source == source


@settings(max_examples=100)
@given(st.lists(edits(), max_size=25))
def test_whatever_was_drawn_can_be_checked_and_is_judged_the_same_after_save_and_load(sequence):
    project = Project()
    for _, edit in sequence:
        project = edit(project)
    first = check(project, standard(), DIGITS, MEMORY)
    again = check(loads(dumps(project)).project, standard(), DIGITS, MEMORY)
    assert sorted(told(again)) == sorted(told(first))
    assert again.source == first.source


@pytest.mark.parametrize("what", [*SHOWN, *KEPT])
def test_a_mangled_file_is_checked_without_running_what_stands_in_it(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = {**SHOWN, **KEPT}[what][0]
    checked = check(loads(text).project, standard(), DIGITS, MEMORY)
    for problem in checked.problems:
        assert problem.sentence.endswith((".", "?"))
        assert "\n" not in problem.sentence
        if problem.fix is not None:
            check(problem.fix.edit(checked.project), standard(), DIGITS, MEMORY)
    if checked.source is not None:
        calls = [n.func for n in ast.walk(ast.parse(checked.source.text)) if isinstance(n, ast.Call)]
        assert not [call for call in calls if isinstance(call, ast.Name) and call.id != "super"]
        exec(compile(checked.source.text, "model.py", "exec"), {})
    assert list(tmp_path.iterdir()) == []
