"""Blocks, repeats, shared layers and several networks: what is checked is what is built."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch import nn

from netbuilder.compile.check import Checked, check
from netbuilder.compile.elaboration.view import View
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.file import dumps, loads
from tests.compile.drawing import DIGITS
from tests.compile.formatting import formatted
from tests.compile.random_blocks import random_project

SEEDS = st.integers(0, 100_000)


def looked(project: Project) -> Checked:
    checked = check(project, standard(), DIGITS)
    assert [(problem.graph, problem.node, problem.sentence) for problem in checked.errors] == []
    assert checked.source is not None
    return checked


def built(checked: Checked) -> nn.Module:
    assert checked.source is not None
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(checked.source.text, "drawn.py", "exec"), scope)
    made: nn.Module = scope["Network"]()
    return made


def attributes(checked: Checked, view: View, prefix: str = "") -> Iterator[tuple[str, View, str]]:
    """Every attribute that a node's module lies in: of a row, the first of its copies."""
    graph = checked.project.graphs[view.graph]
    for node in graph:
        attribute = f"{prefix}{checked.identifiers[view.graph][graph.owner(node.id).id]}"
        yield attribute, view, node.id
        if node.id in view.doors:
            row = graph.settings_of(node.id).get("repeat", 1) != 1
            yield from attributes(checked, view.doors[node.id], f"{attribute}.{'0.' if row else ''}")


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(SEEDS)
def test_a_project_with_blocks_runs_as_it_was_checked(seed: int) -> None:
    checked = looked(random_project(seed))
    model = built(checked).eval()
    assert checked.cost is not None
    assert sum(p.numel() for p in model.parameters()) == checked.cost.parameters
    seen: dict[str, list[list[tuple[int, ...]]]] = {}
    for name, module in model.named_modules():
        module.register_forward_hook(
            lambda _, __, out, name=name: seen.setdefault(name, []).append(
                [tuple(o.shape) for o in (out if isinstance(out, tuple) else (out,))]
            )
        )
    for batch in (2, 3):
        seen.clear()
        with torch.no_grad():
            assert model(torch.rand(batch, 1, 8, 8)).shape == (batch, 10)
        main = checked.view(("main",))
        assert main is not None
        for attribute, view, id in attributes(checked, main):
            said = [type.sizes(batch) for (node, _), type in view.types.items() if node == id]
            if attribute in seen:
                assert said in seen[attribute]


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(SEEDS)
def test_the_source_of_blocks_is_the_same_after_saving_and_loading(seed: int) -> None:
    project = random_project(seed)
    again = looked(loads(dumps(project)).project).source
    assert again is not None
    assert again == looked(project).source


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(SEEDS)
def test_every_line_of_a_block_knows_its_node(seed: int) -> None:
    checked = looked(random_project(seed))
    source = checked.source
    assert source is not None
    lines = source.text.splitlines()
    for (graph, id), numbers in source.lines.items():
        assert id in checked.project.graphs[graph].nodes
        for number in numbers:
            place = source.node_at(number)
            assert place is not None
            assert place[0] == graph
            assert lines[number - 1].strip()
    for number, line in enumerate(lines, 1):
        if re.match(r" +self\.(?!\w+ = \w+$)|.*= self\.", line):
            assert source.node_at(number) is not None


def test_the_source_is_formatted_as_ruff_would(tmp_path: Path) -> None:
    texts = []
    for seed in range(150):
        source = looked(random_project(seed)).source
        assert source is not None
        texts.append(source.text)
    assert formatted(texts, tmp_path) == ""


@pytest.mark.parametrize("seed", range(3))
def test_any_text_of_a_block_is_python(seed: int) -> None:
    source = looked(random_project(seed)).source
    assert source is not None
    names = [node.name for node in ast.parse(source.text).body if isinstance(node, ast.ClassDef)]
    assert len(names) == len(set(names))
    assert "Network" in names
