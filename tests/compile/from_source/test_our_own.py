"""The source that is written of a drawing gives the drawing back: the same source is written of what was read."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbuilder import resources
from netbuilder.compile.check import check
from netbuilder.compile.from_source import CannotRead, is_source, read_source
from netbuilder.headless import checked_with, data_of
from netbuilder.layers import standard
from netbuilder.layers.inputs import Input
from netbuilder.layers.layer import Layer
from netbuilder.layers.outputs import Output
from netbuilder.project import MAIN, Project, clipboard, file
from netbuilder.project.graphs import needs, remove_graph, rename_graph
from tests.compile.drawing import DIGITS
from tests.compile.inference.test_infer import placed
from tests.compile.random_blocks import random_project
from tests.layers.running import sizes

# What they write is written of other layers too, or reads a size that only a run knows: refused, or read as those.
OTHERWISE = {
    *("pick_each", "one_hot", "lerp", "grouped_matmul", "positions", "causal_mask", "zeros", "ones", "full"),
    *("noise", "uniform_noise", "bernoulli", "reparametrize", "stochastic_depth", "affine_grid"),
}
LAYERS = [layer for layer in standard() if layer not in (Input, Output) and layer.family != "custom"]


# What pasting can't read yet: it says so in a sentence, with the line. (An import, which runs the model, can.)
REFUSED = {
    "sequences-transformer": "norm of TransformerEncoder can't be read",
    "addition-transformer": "norm of TransformerEncoder can't be read",
    "python-gpt": "is known only when it runs",
    "python-bert": "is known only when it runs",
    "digits-gan": "Copy one of them to paste it",
}


def pasted(text: str, like: Project) -> Project:
    """A project of its own with what the text holds."""
    assert is_source(text)
    piece, _ = read_source(text, standard())
    project, _ = clipboard.paste(Project(data=like.data, recipe=like.recipe), MAIN, piece)
    return project


@pytest.mark.parametrize("sample", resources.samples(), ids=lambda sample: sample.name)
def test_every_sample_comes_back_from_its_source(sample: resources.Sample) -> None:
    project = file.open_file(sample.path).project
    data = data_of(project, sample.path)
    text = checked_with(project, data).source.text
    if sample.name in REFUSED:
        with pytest.raises(CannotRead, match=REFUSED[sample.name]):
            pasted(text, project)
        return
    assert checked_with(pasted(text, project), data).source.text == text


def text_of(project: Project) -> str:
    source = check(project, standard(), DIGITS).source
    assert source is not None
    return source.text


def one_network(seed: int) -> Project:
    """A random project with one network, whose blocks are called as their classes are."""
    project = random_project(seed)
    for name in project.networks:
        project = remove_graph(project, name) if name != MAIN else project
    while unused := set(project.blocks) - needs(project, MAIN):
        standing = set().union(*(needs(project, name) for name in unused))
        project = remove_graph(project, next(name for name in unused if name not in standing))
    for name in re.findall(r"^class (\w+)", text_of(project), re.MULTILINE):
        for block in list(project.blocks):
            if plain(block) == plain(name) and block != name:
                project = rename_graph(project, block, name)
    return project


def plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 100_000))
def test_blocks_repeats_and_shared_layers_come_back_from_their_source(seed: int) -> None:
    project = one_network(seed)
    text = text_of(project)
    again = text_of(pasted(text, project))
    assert without_port_names(again) == without_port_names(text)


def without_port_names(text: str) -> str:
    """Without what only names an output of a block that no variable names, and the layout that follows from it."""
    code = ast.unparse(ast.parse(text))
    return re.sub(r"\b(\w+?)_(side|y2)\b", r"\1_second", code)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.kind)
def test_every_layer_comes_back_from_its_line(layer: type[Layer]) -> None:
    made = layer()
    project = placed(made, [list(sizes(port)[1:]) for port in made.inputs()])
    source = check(project, standard(), None).source
    if source is None:  # it needs something that an example of its inputs does not show
        pytest.skip("its example is not written")
    try:
        again = pasted(source.text, project)
    except CannotRead:
        if layer.kind not in OTHERWISE:
            raise
        return
    own = {node.name: node for node in project.main if node.kind == "input"}  # their shapes are not in the source
    nodes = {id: replace(node, settings=own[node.name].settings) if node.name in own else node
             for id, node in again.main.nodes.items()}  # fmt: skip
    again = again.with_graph(replace(again.main, nodes=nodes))
    found = check(again, standard(), None).source
    assert found is not None
    assert (found.text == source.text) == (layer.kind not in OTHERWISE)


@settings(max_examples=60)
@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        piece, _ = read_source(f"nn.Linear(3, {text})", standard())
    except CannotRead:
        return
    assert len(piece) > 0
