"""The layers that are expressions: what is written, that torch has it, and that no text gets through unread."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.fields import BadSetting
from netbuilder.layers import Layer, standard
from netbuilder.layers.function import Function
from tests.layers.running import build, run

FUNCTIONS = tuple(layer for layer in standard() if issubclass(layer, Function))
NONE = inspect.Parameter.empty
# Where torch's own default is another one than its signature says, or the argument goes by another name.
SAID_OTHERWISE = {
    *((kind, "correction") for kind in ("std", "var", "std_mean", "var_mean")),
    *(("sort", "stable"), ("argsort", "stable")),
}


def every(layers: Sequence[type[Layer]]) -> Any:
    return pytest.mark.parametrize("layer", layers, ids=lambda layer: layer.kind)


def made(kind: str, **settings: Any) -> Layer:
    layer = standard().find(kind)
    assert layer is not None, kind
    return layer(**settings)


def accepted(kind: str, **settings: Any) -> Layer | None:
    """The layer, or None where a setting is refused."""
    try:
        return made(kind, **settings)
    except BadSetting:
        return None


def found(target: str) -> Any:
    value: Any = torch
    for part in target.split(".")[1:]:
        value = getattr(value, part)
    return value


def arguments(target: str) -> dict[str, list[Any]]:
    """The names of torch's arguments, each with the defaults it has in the function's several forms."""
    names: dict[str, list[Any]] = {}
    try:
        for name, argument in inspect.signature(found(target)).parameters.items():
            names.setdefault(name, []).append(argument.default)
    except (ValueError, TypeError):
        pass  # built in: torch knows its forms
    operator = "_".join(part for part in target.split(".")[1:] if part not in ("nn", "functional", "Tensor"))
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{operator}"):
        for one in schema.arguments:
            names.setdefault(one.name, []).append(one.default_value if one.has_default_value() else NONE)
    return names


def same(ours: Any, torchs: Any) -> bool:
    if isinstance(torchs, list) and isinstance(ours, int):
        return bool(torchs) and all(value == ours for value in torchs)
    return bool(ours == torchs or (isinstance(torchs, list) and tuple(torchs) == (ours or ())))


@every([layer for layer in FUNCTIONS if layer.target])
def test_settings_are_arguments_of_the_torch_function_and_its_defaults_are_left_out(layer: type[Function]) -> None:
    torchs = arguments(layer.target)
    for name, field in layer.fields().items():
        if name in layer.not_arguments or (layer.kind, name) in SAID_OTHERWISE:
            continue
        assert name in torchs, name
        if name in layer.required:
            continue
        ours = layer.torch_defaults.get(name, field.default)
        if all(default is NONE for default in torchs[name]):
            assert ours is None or ours == (), f"torch has no default for {name}"
        else:
            assert any(same(ours, default) for default in torchs[name]), name


@every(FUNCTIONS)
def test_what_it_reads_is_there_in_torch(layer: type[Function]) -> None:
    for name in layer.reads:
        assert name.startswith("torch.")
        assert callable(found(name)), name


def test_every_common_operation_is_read_by_some_layer() -> None:
    read = {name for layer in standard() for name in getattr(layer, "reads", ())}
    wanted = """add sub mul div pow matmul bmm baddbmm addmm einsum cat stack split chunk unbind select gather
    index_select take_along_dim masked_fill where scatter scatter_add reshape flatten unflatten permute transpose
    movedim squeeze unsqueeze repeat_interleave tile roll flip rot90 tril triu diagonal mean sum prod amax amin max min
    std var norm logsumexp argmax argmin any all median topk sort cumsum cumprod eq ne lt le gt ge logical_and
    logical_or logical_not logical_xor exp log sqrt rsqrt sin cos erf sign floor ceil round abs neg clamp
    maximum minimum zeros ones full randn rand arange lerp addcmul nan_to_num meshgrid searchsorted bucketize cdist
    outer clone detach complex fft.rfft fft.irfft fft.fft2 nn.functional.pad nn.functional.interpolate
    nn.functional.linear nn.functional.conv2d nn.functional.layer_norm nn.functional.batch_norm
    nn.functional.group_norm nn.functional.embedding nn.functional.one_hot nn.functional.normalize
    nn.functional.scaled_dot_product_attention nn.functional.grid_sample nn.functional.affine_grid
    Tensor.expand Tensor.repeat Tensor.unfold Tensor.view Tensor.contiguous Tensor.expand_as"""
    assert not {f"torch.{name}" for name in wanted.split()} - read


WRITTEN = [
    ("subtract", {}, "x1 - x2"),
    ("subtract", {"number": 1, "number_first": True}, "1 - x1"),
    ("subtract", {"number": -1}, "x1 - -1"),
    ("divide", {"number": 2.5}, "x1 / 2.5"),
    ("divide", {"number": 2, "rounding_mode": "floor"}, 'torch.div(x1, 2, rounding_mode="floor")'),
    ("power", {}, "x1 ** 2"),
    ("power", {"number": -2, "number_first": True}, "(-2) ** x1"),
    ("power", {"number": 1e-5}, "x1 ** 1e-05"),
    ("add_number", {}, "x + 1"),
    ("scale", {"number": 8**-0.5}, "x * 0.3535533905932738"),
    ("neg", {}, "-x"),
    ("clamp", {}, "x.clamp(min=0, max=1)"),
    ("clamp", {"max": None}, "x.clamp(min=0)"),
    ("cast", {"dtype": "int64"}, "x.long()"),
    ("cast", {"dtype": "uint8"}, "x.to(torch.uint8)"),
    ("matmul", {}, "x1 @ x2"),
    ("einsum", {"equation": "b h i d, b h j d -> b h i j"}, 'torch.einsum("bhid,bhjd->bhij", x1, x2)'),
    ("index", {"index": " : ,0, 1:-1 , ::2,None,..., 3"}, "x[:, 0, 1:-1, ::2, None, ..., 3]"),
    ("index", {"index": ":, i1, i2"}, "x[:, i1, i2]"),
    ("select", {}, "x[:, -1]"),
    ("gather", {}, "x.gather(1, index)"),
    ("masked_fill", {}, 'x.masked_fill(mask, float("-inf"))'),
    ("scatter", {}, "x.scatter(1, index, src)"),
    ("one_hot", {}, "F.one_hot(x, 10).float()"),
    ("view", {"shape": [-1, 7, 7, 96]}, "x.reshape(-1, 7, 7, 96)"),
    ("view", {"shape": ["4N", 49, -1]}, "x.reshape(4 * like.shape[0], 49, -1)"),
    ("reshape", {"shape": [7, 7]}, "x.reshape(x.shape[0], 7, 7)"),
    ("flatten_dims", {}, "x.flatten(2)"),
    ("flatten_dims", {"start_dim": 0, "end_dim": 1}, "x.flatten(0, 1)"),
    ("unflatten_dim", {"sizes": [8, 64]}, "x.unflatten(-1, (8, 64))"),
    ("permute", {"dims": [0, 2, 3, 1]}, "x.permute(0, 2, 3, 1)"),
    ("transpose", {}, "x.transpose(1, 2)"),
    ("movedim", {"source": [1, 2], "destination": [-2, -1]}, "x.movedim((1, 2), (-2, -1))"),
    ("squeeze", {}, "x.squeeze(1)"),
    ("unsqueeze", {"dim": -1}, "x.unsqueeze(-1)"),
    ("expand", {}, "x.expand(like.shape[0], -1, -1)"),
    ("expand", {"size": [-1, 3]}, "x.expand(-1, 3)"),
    ("repeat", {"repeats": ["N", 1, 1]}, "x.repeat(like.shape[0], 1, 1)"),
    ("repeat_interleave", {}, "x.repeat_interleave(2, dim=1)"),
    ("roll", {"shifts": [-3, -3], "dims": [1, 2]}, "x.roll((-3, -3), dims=(1, 2))"),
    ("flip", {}, "x.flip(-1)"),
    ("triu", {"diagonal": 1}, "x.triu(diagonal=1)"),
    ("pad", {"pad": [0, 0, 1, 1]}, "F.pad(x, (0, 0, 1, 1))"),
    ("pad", {"mode": "reflect"}, 'F.pad(x, (1, 1), mode="reflect")'),
    ("pad", {"value": "-inf"}, 'F.pad(x, (1, 1), value=float("-inf"))'),
    ("interpolate", {"mode": "bilinear", "align_corners": False}, None),
    ("windows", {}, "x.unfold(-1, 2, 1)"),
    ("mean", {"dim": [2, 3], "keepdim": True}, "x.mean(dim=(2, 3), keepdim=True)"),
    ("mean", {"dim": None}, "x.mean()"),
    ("sum", {"dim": None, "keepdim": True}, "x.sum(dim=None, keepdim=True)"),
    ("amax", {"dim": None}, "x.amax()"),
    ("var", {"correction": 0}, "x.var(dim=1, correction=0)"),
    ("norm", {"dim": -1}, "torch.linalg.vector_norm(x, dim=-1)"),
    ("argmax", {"dim": -1}, "x.argmax(dim=-1)"),
    ("cumsum", {}, "x.cumsum(dim=1)"),
    ("normalize", {}, "F.normalize(x, dim=-1)"),
    ("normalize", {"dim": 1}, "F.normalize(x)"),
    ("eq", {}, "x1 == 0"),
    ("lt", {"number": None}, "x1 < x2"),
    ("bitwise_not", {}, "~x"),
    ("where", {"otherwise": 0.0}, "torch.where(condition, x1, 0.0)"),
    ("concatenate", {"ports": 3, "dim": -1}, "torch.cat([x1, x2, x3], dim=-1)"),
    ("stack", {}, "torch.stack([x1, x2], dim=1)"),
    ("zeros", {}, "like.new_zeros(like.shape[0], 64)"),
    ("full", {"size": ["N"], "fill_value": "-inf"}, 'like.new_full((like.shape[0],), float("-inf"))'),
    ("noise", {}, "torch.randn(like.shape[0], 64, device=like.device)"),
    ("positions", {}, "torch.arange(x.shape[1], device=x.device)"),
    ("reparametrize", {}, "mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)"),
    ("linear_with", {}, "F.linear(x, weight, bias)"),
    ("conv2d_with", {"stride": 2}, "F.conv2d(x, weight, bias, stride=2)"),
    ("layer_norm_with", {}, "F.layer_norm(x, x.shape[-1:], weight, bias)"),
    ("group_norm_with", {}, "F.group_norm(x, 4, weight, bias)"),
    ("scaled_dot_product_attention", {"is_causal": True}, None),
    ("rfft", {"norm": "ortho"}, 'torch.fft.rfft(x, norm="ortho")'),
    ("real", {}, "x.real"),
    ("parameter", {}, "self.layer"),
]


@pytest.mark.parametrize(("kind", "settings", "expected"), WRITTEN)
def test_it_is_written_as_people_write_it(kind: str, settings: dict[str, Any], expected: str | None) -> None:
    layer = made(kind, **settings)
    text = layer.expression("self.layer", {port.name: port.name for port in layer.inputs()})
    assert expected is None or text == expected
    ast.parse(text, mode="eval")


def test_what_is_missing_makes_what_follows_be_given_by_name() -> None:
    linear, layer_norm = made("linear_with"), made("layer_norm_with")
    assert linear.expression("", {"x": "x", "weight": "w"}) == "F.linear(x, w)"
    assert layer_norm.expression("", {"x": "x", "bias": "b"}) == "F.layer_norm(x, x.shape[-1:], bias=b)"
    assert layer_norm.expression("", {"x": "x"}) == "F.layer_norm(x, x.shape[-1:])"
    attention = made("scaled_dot_product_attention", dropout_p=0.1, is_causal=True)
    assert attention.expression("", {"query": "q", "key": "k", "value": "v"}) == (
        "F.scaled_dot_product_attention(q, k, v, dropout_p=0.1 if self.training else 0.0, is_causal=True)"
    )


def test_an_interpolation_is_as_large_as_another_value() -> None:
    layer = made("interpolate", mode="bilinear")
    assert layer.expression("", {"x": "x"}) == 'F.interpolate(x, scale_factor=2.0, mode="bilinear")'
    assert layer.expression("", {"x": "x", "other": "skip"}) == 'F.interpolate(x, size=skip.shape[2:], mode="bilinear")'
    assert made("interpolate", size=[7]).expression("", {"x": "x"}) == "F.interpolate(x, size=7)"


@pytest.mark.parametrize(
    ("kind", "settings", "outputs", "expected"),
    [
        ("chunk", {"chunks": 3}, ["a", "b", "c"], "a, b, c = x.chunk(3, dim=1)"),
        ("chunk", {"chunks": 3}, [None, "b", "c"], "_, b, c = x.chunk(3, dim=1)"),
        ("chunk", {"chunks": 3}, [None, "b", None], "b = x.chunk(3, dim=1)[1]"),
        ("chunk", {"chunks": 1}, ["a"], "(a,) = x.chunk(1, dim=1)"),
        ("split", {"split_size_or_sections": [2, 6]}, ["a", "b"], "a, b = x.split([2, 6], dim=1)"),
        ("unbind", {"dim": 0, "entries": 3}, ["q", "k", "v"], "q, k, v = x.unbind(0)"),
        ("max", {}, ["a", None], "a = x.max(dim=1).values"),
        ("max", {}, ["a", "b"], "a, b = x.max(dim=1)"),
        ("topk", {"k": 5}, [None, "b"], "b = x.topk(5).indices"),
    ],
)
def test_several_outputs_are_taken_apart(kind: str, settings: Any, outputs: list[str | None], expected: str) -> None:
    layer = made(kind, **settings)
    ports = dict(zip((port.name for port in layer.outputs()), outputs, strict=True))
    assert layer.call("", {"x": "x"}, ports) == expected


@pytest.mark.parametrize(
    ("kind", "settings", "expected"),
    [
        ("parameter", {"shape": [1, 1, 8]}, "self.p = nn.Parameter(torch.randn(1, 1, 8) * 0.02)"),
        ("parameter", {"init": "zeros"}, "self.p = nn.Parameter(torch.zeros(1, 1, 64))"),
        (
            "parameter",
            {"init": "constant", "value": 1e-6, "shape": 8},
            "self.p = nn.Parameter(torch.full((8,), 1e-06))",
        ),
        ("parameter", {"init": "constant", "value": 2, "shape": []}, "self.p = nn.Parameter(torch.tensor(2.0))"),
        (
            "parameter",
            {"init": "ones", "trainable": False},
            "self.p = nn.Parameter(torch.ones(1, 1, 64), requires_grad=False)",
        ),
        (
            "parameter",
            {"init": "xavier", "shape": [3, 4]},
            "self.p = nn.Parameter(nn.init.xavier_uniform_(torch.empty(3, 4)))",
        ),
        ("buffer", {"dtype": "int64"}, 'self.register_buffer("p", torch.zeros(1, 64, dtype=torch.int64))'),
        ("buffer", {"shape": []}, 'self.register_buffer("p", torch.tensor(0.0))'),
        ("constant", {"value": "[1, 2.5]"}, 'self.register_buffer("p", torch.tensor([1, 2.5]), persistent=False)'),
        ("arange", {"start": 2}, 'self.register_buffer("p", torch.arange(2, 16), persistent=False)'),
        ("eye", {}, 'self.register_buffer("p", torch.eye(8), persistent=False)'),
    ],
)
def test_what_is_held_is_set_up(kind: str, settings: dict[str, Any], expected: str) -> None:
    assert made(kind, **settings).set_up("self.p", {}) == expected


def test_only_parameters_and_buffers_are_kept_with_the_weights() -> None:
    kept = {}
    for kind in ("parameter", "buffer", "constant", "arange", "linspace", "eye"):
        kept[kind] = list(build(made(kind), {})["self"].state_dict())
    assert kept == {
        "parameter": ["layer"],
        "buffer": ["layer"],
        "constant": [],
        "arange": [],
        "linspace": [],
        "eye": [],
    }


def allowed(text: str, names: set[str]) -> bool:
    """Whether an expression holds nothing but numbers, slices, None, "..." and these names."""
    harmless = (ast.Expression, ast.Subscript, ast.Tuple, ast.Slice, ast.Constant, ast.UnaryOp, ast.USub, ast.Load)
    return all(
        isinstance(node, harmless) or (isinstance(node, ast.Name) and node.id in names)
        for node in ast.walk(ast.parse(text, mode="eval"))
    )


INDEXES = st.lists(
    st.sampled_from([":", ",", "0", "1", "-", "...", "None", " ", "i1", "i2", "x", "(", "]", "+", "__", "07", "::"]),
    max_size=9,
).map("".join)


@given(INDEXES | st.text(max_size=12))
def test_nothing_but_places_gets_into_the_brackets(text: str) -> None:
    layer = accepted("index", index=text)
    if layer is None:
        return
    assert made("index", index=layer.settings["index"]) == layer
    names = {port.name for port in layer.inputs()}
    assert allowed(layer.expression("", {name: name for name in names}), names)


@pytest.mark.parametrize(
    "text", ["", "x", "__import__('os')", "0]; import os; x[0", "::0", "1:2:-1", "..., ...", "i2", "1.5"]
)
def test_an_index_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match=r"\.$"):
        made("index", index=text)


@given(st.text(alphabet="abij.,-> \"')\\", max_size=14))
def test_an_equation_is_letters_and_nothing_else(text: str) -> None:
    layer = accepted("einsum", equation=text)
    if layer is None:
        return
    assert set(layer.settings["equation"]) <= set("abij.,->")
    ast.parse(layer.expression("", {port.name: port.name for port in layer.inputs()}), mode="eval")


@given(
    st.text(alphabet="[]01., -eT()'x", max_size=12) | st.sampled_from(["[1, [2]]", "'a'", "{1}", "1j", "None", "True"])
)
def test_a_constant_is_numbers_and_nothing_else(text: str) -> None:
    layer = accepted("constant", value=text)
    if layer is None:
        return
    assert made("constant", value=layer.settings["value"]) == layer
    value = ast.literal_eval(layer.settings["value"])
    assert torch.equal(build(layer, {})["self"].layer, torch.tensor(value))


def test_whole_numbers_stay_whole() -> None:
    whole = {"x": torch.arange(3)}
    assert run(made("add_number", number=2), whole)["y"].dtype == torch.int64
    assert run(made("add_number", number=2.0), whole)["y"].dtype == torch.float32
    assert made("scale", number=3).settings["number"] == 3
    assert isinstance(made("scale", number=3).settings["number"], int)


def test_a_number_that_is_calculated_stays_one_operand() -> None:
    from netbuilder.expression import expression, write

    settings = write({"number": expression("width + 1")}, {"width": 3}, "self.")
    assert made("scale", **settings).expression("", {"x": "x"}) == "x * (self.width + 1)"
    assert made("subtract", **settings).expression("", {"x1": "x"}) == "x - (self.width + 1)"
    shape = write({"shape": [expression("heads"), -1]}, {"heads": 2}, "self.")
    assert made("view", **shape).expression("", {"x": "x"}) == "x.reshape(self.heads, -1)"
