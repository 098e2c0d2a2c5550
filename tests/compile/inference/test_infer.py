"""Inference: what is said on the meta device is what happens on a real one."""

from __future__ import annotations

import threading
from typing import Any

import torch
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch import nn

from netbuilder.compile.check import Inferences, check
from netbuilder.compile.inference.infer import Question, infer
from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.fields import BadSetting, Bool, Choice, Field, Float, Int, Ints
from netbuilder.graph import Edge, Graph, Node
from netbuilder.layers import Layer, standard
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output
from netbuilder.project import Project
from tests.compile.drawing import DIGITS, draw

LAYERS = tuple(layer for layer in standard() if layer not in (Input, Output))
SMALL = st.integers(-2, 9)


def values(field: Field[Any]) -> st.SearchStrategy[Any]:
    """Values for a setting: many that are all right, some that are not."""
    if isinstance(field, Bool):
        return st.booleans()
    if isinstance(field, Choice):
        return st.sampled_from(field.options)
    if isinstance(field, Int):
        return SMALL
    if isinstance(field, Float):
        return st.floats(0, 3)
    if not isinstance(field, Ints):
        return st.just(field.default)
    many = st.lists(SMALL, min_size=1, max_size=field.length or 3)
    return many | SMALL | st.sampled_from(field.words or ("same",))


@st.composite
def placed_layers(draw: st.DrawFn) -> tuple[Layer, list[list[int]]]:
    layer = draw(st.sampled_from(LAYERS))
    chosen: dict[str, Any] = {}
    for name, field in layer.fields().items():
        value = draw(st.none() | values(field))
        try:
            chosen[name] = field.check(value)
        except BadSetting:
            continue
    made = layer(**chosen)
    sizes = st.lists(st.integers(1, 8), min_size=1, max_size=3)
    first = draw(sizes)
    return made, [first if draw(st.booleans()) else draw(sizes) for _ in made.inputs()]


def placed(made: Layer, shapes: list[list[int]]) -> Project:
    nodes, edges = {}, {}
    nodes["node"] = Node("node", made.kind, "node", made.changed())
    for port, shape in zip(made.inputs(), shapes, strict=True):
        dtype = {"int": "int64", "bool": "bool"}.get(port.dtype, "float32")
        nodes[port.name] = Node(port.name, "input", f"{port.name}_in", {"shape": shape, "dtype": dtype})
        edges["node", port.name] = Edge(port.name, "y", "node", port.name)
    for number, port in enumerate(made.outputs()):
        nodes[f"o{number}"] = Node(f"o{number}", "output", f"o{number}")
        edges[f"o{number}", "x"] = Edge("node", port.name, f"o{number}", "x")
    return Project().with_graph(Graph(nodes, edges))


MEMORY = Inferences()


@hypothesis_settings(max_examples=300)
@given(placed_layers())
def test_what_passes_the_check_runs_and_gives_the_shapes_that_were_said(drawn: tuple[Layer, list[list[int]]]) -> None:
    made, shapes = drawn
    project = placed(made, shapes)
    checked = check(project, standard(), None, MEMORY)
    for problem in checked.problems:
        assert problem.sentence.endswith(".")
    assume(not checked.errors)
    assert checked.source is not None
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(checked.source.text, "drawn.py", "exec"), scope)
    model = scope["Network"]()
    batch = 4
    given = {f"{n.name}": n for n in project.main if n.kind == "input"}
    tensors = [
        (_plain if node.settings["dtype"] == "float32" or made.family == "arithmetic" else torch.zeros)(
            batch, *node.settings["shape"]
        )
        for node in given.values()
    ]
    results = model(*tensors)
    results = results if isinstance(results, tuple) else (results,)
    for port, result in zip(made.outputs(), results, strict=True):
        said = checked.types["node", port.name]
        assert tuple(result.shape) == said.sizes(batch)
        assert str(result.dtype) == f"torch.{said.dtype}"
    assert checked.cost is not None
    assert checked.cost.parameters == sum(p.numel() for p in model.parameters())


def _plain(*shape: int) -> torch.Tensor:
    """Ones, and larger on the diagonal: a square matrix of them has an inverse."""
    ones = torch.ones(*shape)
    return ones + torch.eye(shape[-1]) if len(shape) > 1 and shape[-1] == shape[-2] else ones


def question(set_up: str | None, call: str, *sizes: int, passes: tuple[str, int] | None = None) -> Question:
    x = TensorType((Dim(1), *(Dim(0, size) for size in sizes)))
    return Question(set_up, call, (("x", x),), ("y",), passes)


def test_a_check_leaves_the_random_state_and_the_defaults_alone() -> None:
    torch.manual_seed(7)
    random, kind, device = torch.get_rng_state(), torch.get_default_dtype(), torch.get_default_device()
    for layer in LAYERS:
        made = layer()
        shapes = [[8, 8, 8], [8, 8], [8]]
        for shape in shapes:
            check(placed(made, [shape] * len(made.inputs())), standard(), None)
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.get_default_dtype() is kind
    assert torch.get_default_device() == device
    assert torch.is_grad_enabled()


def test_training_is_the_same_while_checks_run_beside_it() -> None:
    def train() -> list[float]:
        torch.manual_seed(3)
        model = nn.Sequential(nn.Linear(8, 32), nn.Dropout(0.5), nn.ReLU(), nn.Linear(32, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        losses = []
        for _ in range(200):
            loss = model(torch.randn(16, 8)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    alone = train()
    stop = threading.Event()

    def keep_checking() -> None:
        while not stop.is_set():
            check(draw("conv2d", "dropout", "batch_norm2d", "flatten", "lstm"), standard(), DIGITS)
            check(draw("flatten", "linear", "dropout", "linear"), standard(), DIGITS)

    thread = threading.Thread(target=keep_checking)
    thread.start()
    try:
        beside = train()
    finally:
        stop.set()
        thread.join()
    assert beside == alone


def test_dimensions_that_depend_on_the_batch_are_told_from_those_that_do_not() -> None:
    assert str(infer(question(None, "out_y = torch.cat([in_x, in_x])", 4)).types["y"]) == "2N×4"
    assert str(infer(question(None, "out_y = in_x.permute(1, 0)", 3)).types["y"]) == "3×N"
    assert str(infer(question(None, "out_y = in_x.mean()", 3)).types["y"]) == "one number"


def test_a_fault_is_an_answer() -> None:
    assert "nothing" in infer(question(None, "raise ValueError('nothing')", 3)).fault
    assert infer(question("self.layer = nn.Conv2d(3, 4, 99)", "out_y = self.layer(in_x)", 3, 8, 8)).fault


def test_a_shortened_sequence_costs_and_measures_as_the_whole() -> None:
    texts = "self.layer = nn.GRU(5, 7, batch_first=True)", "out_y, _ = self.layer(in_x)"
    assert infer(question(*texts, 40, 5, passes=("x", 1))) == infer(question(*texts, 40, 5))


def test_no_hook_is_left_on_any_module() -> None:
    from torch.nn.modules import module

    before = len(module._global_forward_pre_hooks), len(module._global_forward_hooks)
    check(draw("conv2d", "flatten", "linear"), standard(), DIGITS)
    assert (len(module._global_forward_pre_hooks), len(module._global_forward_hooks)) == before
