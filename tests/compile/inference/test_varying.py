"""What is said of sizes that vary is what happens at every size; what works for one size only is told."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from netbuilder.compile.check import check
from netbuilder.compile.inference.infer import Inferences, Question, infer
from netbuilder.compile.inference.types import TensorType
from netbuilder.graph import Edge
from netbuilder.graph import edits as e
from netbuilder.layers import Layer, standard
from netbuilder.project import Project
from tests.compile.drawing import add, draw, join, look
from tests.compile.inference.test_infer import placed, placed_layers


def letting(project: Project, shape: list[int], varies: str, dtype: str = "data") -> Project:
    return project.with_graph(e.set_settings(project.main, "n1", {"shape": shape, "varies": varies, "dtype": dtype}))


def conv(filters: int, kernel: int = 3, stride: int = 1, padding: int = 0) -> tuple[str, dict[str, Any]]:
    return "conv2d", {"out_channels": filters, "kernel_size": kernel, "stride": stride, "padding": padding}


STEM = (conv(8, 7, 2, 3), "batch_norm2d", "relu", ("max_pool2d", {"kernel_size": 3, "stride": 2, "padding": 1}))
PATCHES = (conv(16, 8, 8), ("flatten", {"start_dim": 2}), ("permute", {"dims": [0, 2, 1]}))
WAVES = ("conv1d", {"kernel_size": 8, "stride": 4, "padding": 2})

GOOD = {
    "a picture of any size": (
        letting(draw(*STEM, conv(8, 3, 2, 1), "adaptive_avg_pool2d", "flatten", "linear"), [3, 56, 48], "image size"),
        {"n5": "N×8×⌈H/4⌉×⌈W/4⌉", "n6": "N×8×⌈H/8⌉×⌈W/8⌉", "n9": "N×64"},
        [(3, 57, 50), (3, 64, 33), (3, 100, 101)],
    ),
    "patches": (
        letting(draw(*PATCHES, "multihead_attention", ("mean", {})), [3, 32, 48], "image size"),
        {"n3": "N×16×⌊H/8⌋·⌊W/8⌋", "n5": "N×⌊H/8⌋·⌊W/8⌋×16", "n6": "N×16"},
        [(3, 33, 47), (3, 40, 16)],
    ),
    "a sequence": (
        letting(draw("gru", "layer_norm", ("conv1d", {"out_channels": 4}), "relu"), [64, 5], "sequence length"),
        {"n2": "N×T×64"},
        [],
    ),
    "a sequence of any length": (
        letting(draw("lstm", ("permute", {"dims": [0, 2, 1]}), WAVES, "relu", ("mean", {"dim": 2})), [40, 5],
                "sequence length"),
        {"n2": "N×T×64", "n3": "N×64×T", "n4": "N×32×⌊T/4⌋"},
        [(41, 5), (43, 5), (44, 5), (8, 5)],
    ),
    "a signal": (
        letting(draw(WAVES, WAVES, WAVES, ("mean", {"dim": 2})), [2, 1000], "signal length"),
        {"n2": "N×32×⌊T/4⌋", "n4": "N×32×⌊T/64⌋"},
        [(2, 1001), (2, 1003), (2, 1023), (2, 1024), (2, 64)],
    ),
    "up and down": (
        letting(draw(conv(4, 3, 1, 1), "max_pool2d", "upsample", conv(4, 5)), [1, 20, 24], "image size"),
        {"n4": "N×4×2⌊H/2⌋×2⌊W/2⌋", "n5": "N×4×(2⌊H/2⌋−4)×(2⌊W/2⌋−4)"},
        [(1, 21, 23), (1, 50, 9)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", [case for case in GOOD if GOOD[case][2]])
def test_what_is_said_of_every_size_is_what_happens(case: str) -> None:
    project, said, samples = GOOD[case]
    checked = look(project, None)
    assert checked.problems == ()
    assert checked.source is not None
    for id, words in said.items():
        port = next(value for value in checked.types if value[0] == id)
        assert str(checked.types[port]) == words
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(checked.source.text, "drawn.py", "exec"), scope)
    model = scope["Network"]()
    (end,) = project.main.edges_into(next(node.id for node in project.main if node.kind == "output"))
    entered, result = checked.types["n1", "y"], checked.types[end.source, end.output]
    for sample in samples:
        at = {symbol: size for dim, size in zip(entered.dims[1:], sample, strict=True) if dim.formula is not None
              for symbol in dim.formula.symbols}  # fmt: skip
        for batch in (2, 3):
            assert tuple(model(torch.ones(batch, *sample)).shape) == result.sizes(batch, at)


LOGITS = ("linear", {"out_features": 100})

REFUSED = {
    "a linear over all pixels": (
        letting(draw(conv(8), "flatten", "linear"), [3, 24, 24], "image size"),
        "linear needs the same in_features for every sample but gets N×(8·H·W−16H−16W+32) from flatten, "
        "where H and W vary. Put an AdaptiveAvgPool2d before flatten.",
    ),
    "a linear over all steps": (
        letting(draw("lstm", "flatten", "linear"), [24, 6], "sequence length"),
        "where T varies. Take the mean over the steps before flatten.",
    ),
    "channels that come last": (
        letting(draw("lstm", "conv1d", ("mean", {"dim": 2})), [24, 6], "sequence length"),
        "If the channels come last, put a Permute to 0 2 1 before it.",
    ),
    "a fixed shape": (
        letting(draw(("reshape", {"shape": [3, 576]})), [3, 24, 24], "image size"),
        "reshape works only for H = 24 and W = 24, but H and W vary in N×3×H×W from input. "
        "Let input always have one size.",
    ),
    "no picture": (
        letting(draw("linear"), [24], "image size"),
        "input has samples of 24, which have no image size that could vary. Let nothing vary.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_works_for_one_size_only_is_told_and_mended(case: str) -> None:
    project, said = REFUSED[case]
    problem = look(project, None).problems[0]
    assert said in problem.sentence or problem.sentence == said
    assert problem.fix is not None
    assert look(problem.fix.edit(project), None).errors == ()


def test_a_skip_that_fits_only_some_sizes_is_a_warning() -> None:
    project = letting(draw(conv(4, 3, 1, 1), "max_pool2d", "upsample", "add"), [1, 20, 24], "image size")
    project = project.with_graph(e.connect(project.main, Edge("n2", "y", "n5", "x2"), replacing=True))
    (problem,) = look(project, None).problems
    assert problem.severity == "warning"
    assert problem.sentence.startswith("add works only for some sizes: N×4×2⌊H/2⌋×2⌊W/2⌋ from upsample and N×4×H×W")
    assert look(project, None).source is not None


def test_a_language_model_works_for_texts_of_any_length() -> None:
    project = letting(
        draw("embedding", "add", "layer_norm", "multihead_attention", LOGITS), [16], "sequence length", "int64"
    )
    project, positions = add(project, "positions")
    project, where = add(project, "embedding")
    project, mask = add(project, "causal_mask")
    for source, target, port, output in (
        ("n1", positions, "x", "y"), (positions, where, "x", "y"), (where, "n3", "x2", "y"),
        ("n3", mask, "x", "y"), (mask, "n5", "attn_mask", "y"), ("n5", "n6", "x", "output"),
    ):  # fmt: skip
        layer = standard().find(project.main.nodes[target].kind)
        assert layer is not None
        known = [p.name for p in layer().inputs()]
        project = join(project, source, target, port if port in known else known[0], output)
    checked = look(project, None)
    assert checked.problems == ()
    said = {project.main.nodes[id].name: str(type) for (id, _), type in reversed(checked.types.items())}
    assert said["positions"] == "T"
    assert said["embedding2"] == "T×64"
    assert said["causal_mask"] == "T×T"
    assert said["linear"] == "N×T×100"


def test_inputs_of_one_length_vary_together_and_others_apart() -> None:
    project = letting(draw("concatenate"), [7, 3], "sequence length")
    project, same = add(project, "input", shape=[7, 3], varies="sequence length")
    project, longer = add(project, "input", shape=[9, 3], varies="sequence length")
    joined = join(project, same, "n2", "x2")
    assert str(look(joined, None).types["n2", "y"]) == "N×2T×3"
    assert str(look(join(project, longer, "n2", "x2"), None).types["n2", "y"]) == "N×(T+T2)×3"


def test_a_size_that_follows_in_no_plain_way_gets_a_name_of_its_own() -> None:
    (given,) = (
        t for v, t in look(letting(draw("relu"), [10, 3], "sequence length"), None).types.items() if v[0] == "n1"
    )
    odd = Question(None, "out_y = in_x[:, : int(in_x.shape[1] ** 0.5)]", (("x", given),), ("y",))
    found = infer(odd).types["y"]
    assert str(found) == "N×T′×3"
    assert found.sizes(2) == (2, 3, 3)
    again = Question(None, "out_y = torch.cat([in_x, in_x], 1)", (("x", found),), ("y",))
    assert str(infer(again).types["y"]) == "N×2T′×3"


def test_rows_of_windows_may_stand_in_the_place_of_the_batch() -> None:
    given = TensorType(look(letting(draw("relu"), [28, 28, 4], "nothing"), None).types["n1", "y"].dims)
    cut = "out_y = in_x.reshape(-1, 4, 7, 4, 7, 4).permute(0, 1, 3, 2, 4, 5).reshape(-1, 49, 4)"
    windows = infer(Question(None, cut, (("x", given),), ("y",))).types["y"]
    assert str(windows) == "16N×49×4"
    back = "out_y = in_x.reshape(-1, 4, 4, 7, 7, 4).permute(0, 1, 3, 2, 4, 5).reshape(-1, 28, 28, 4)"
    assert infer(Question(None, back, (("x", windows),), ("y",))).types["y"] == given


@pytest.mark.parametrize("dtype", ["bool", "complex64", "float16", "bfloat16", "int32", "float64"])
def test_every_type_of_number_flows_and_values_without_a_batch_too(dtype: str) -> None:
    given = TensorType(look(letting(draw("relu"), [4], "nothing"), None).types["n1", "y"].dims, dtype)
    fixed = TensorType(given.dims[1:], dtype)
    call = "out_y = torch.stack([in_x[0], in_z]); out_z = in_x == in_z"
    answer = infer(Question(None, call, (("x", given), ("z", fixed)), ("y", "z")))
    assert answer.fault == ""
    assert answer.types["y"].dtype == dtype
    assert str(answer.types["y"]) == "2×4"
    assert answer.types["z"].dtype == "bool"


def test_a_size_that_follows_the_batch_in_no_plain_way_is_a_fault() -> None:
    given = look(letting(draw("relu"), [4], "nothing"), None).types["n1", "y"]
    odd = Question(None, "out_y = in_x[:, None].expand(-1, in_x.shape[0], -1).flatten()", (("x", given),), ("y",))
    assert "in no plain way" in infer(odd).fault


MEMORY = Inferences()


@hypothesis_settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    placed_layers(),
    st.sampled_from(("sequence length", "image size", "signal length")),
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
)
def test_every_layer_gives_at_other_sizes_what_was_said(
    drawn: tuple[Layer, list[list[int]]], varies: str, more: list[int]
) -> None:
    made, shapes = drawn
    project = placed(made, shapes)
    for node in list(project.main):
        if node.kind == "input" and (varies != "image size" or len(node.settings["shape"]) > 1):
            changed = e.set_settings(project.main, node.id, {**node.settings, "varies": varies})
            project = project.with_graph(changed)
    checked = check(project, standard(), None, MEMORY)
    assume(checked.problems == () and checked.source is not None)
    assert checked.source is not None
    symbols = sorted({symbol for type in checked.types.values() for symbol in type.symbols if not symbol.guessed})
    at = {symbol: symbol.example + number for symbol, number in zip(symbols, more, strict=False)}
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(checked.source.text, "drawn.py", "exec"), scope)
    tensors = []
    for node in project.main:
        if node.kind == "input":
            real = node.settings["dtype"] == "float32" or made.family == "arithmetic"
            tensors.append((torch.ones if real else torch.zeros)(checked.types[node.id, "y"].sizes(4, at)))
    results = scope["Network"]()(*tensors)
    for port, result in zip(made.outputs(), results if isinstance(results, tuple) else (results,), strict=True):
        said = checked.types["node", port.name]
        if not any(symbol.guessed for symbol in said.symbols):
            assert tuple(result.shape) == said.sizes(4, at)
