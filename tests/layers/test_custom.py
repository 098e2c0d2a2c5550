"""The custom layer reads its own text: what flows in, what is wrong with it, and never runs it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from netbuilder.layers.custom import Custom, read

SCALE = """class Scale(nn.Module):
    def __init__(self, factor: float = 2.0):
        super().__init__()
        self.factor = factor

    def forward(self, x, shift=None):
        y = x * self.factor
        return y if shift is None else y + shift
"""


def ports(layer: Custom) -> list[str]:
    return [port.name for port in layer.inputs()]


def test_the_variables_of_an_expression_are_its_inputs_in_the_order_they_are_written():
    assert ports(Custom(code="torch.sin(b) + a * F.relu(b)")) == ["b", "a"]


def test_what_an_expression_binds_itself_is_no_input():
    assert ports(Custom(code="torch.stack([part * 2 for part in x.unbind(1)])")) == ["x"]
    assert ports(Custom(code="(lambda z: z + w)(x)")) == ["w", "x"]


def test_the_arguments_of_forward_are_the_inputs_of_a_class():
    x, shift = Custom(code=SCALE).inputs()
    assert (x.name, x.optional, shift.name, shift.optional) == ("x", False, "shift", True)


def test_an_expression_is_written_with_what_flows_in():
    layer = Custom(code="torch.sin(x) +\n   x * y")
    assert layer.call("self.custom", {"x": "h", "y": "conv_y"}, {"y": "out"}) == "out = torch.sin(h) + h * conv_y"
    assert layer.set_up("self.custom", {}) is None
    assert layer.preamble() == ""


def test_a_line_is_written_as_it_was_typed():
    layer = Custom(code='torch.einsum("éab,ab->a", x,y) if x is not y else x')
    assert layer.expression("", {"x": "h", "y": "conv"}) == 'torch.einsum("éab,ab->a", h,conv) if h is not conv else h'


def test_a_class_is_made_once_and_called():
    layer = Custom(code=SCALE, made_with="3.0")
    assert layer.set_up("self.scale", {}) == "self.scale = Scale(3.0)"
    assert layer.call("self.scale", {"x": "h", "shift": "s"}, {"y": "x"}) == "x = self.scale(h, shift=s)"
    assert layer.preamble() == SCALE.strip()
    scope = {"torch": torch, "nn": nn}
    exec(layer.preamble(), scope)
    module = eval("Scale(3.0)", scope)
    assert torch.equal(module(torch.ones(2)), torch.full((2,), 3.0))


def test_outputs_are_named_and_unused_ones_are_dropped():
    layer = Custom(code="x.max(dim=1)", gives="values, indices")
    assert [port.name for port in layer.outputs()] == ["values", "indices"]
    assert layer.call("self.c", {"x": "h"}, {"values": "v", "indices": None}) == "v, _ = h.max(dim=1)"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "There is no code yet"),
        ("x +", "Line 1 is not Python"),
        ("y = x + 1", "no class with a forward method"),
        ("class A(nn.Module):\n    pass", "no class with a forward method"),
        ("class A(nn.Module):\n    def forward(self, *x):\n        return x", "without * and **"),
        ("class Network(nn.Module):\n    def forward(self, x):\n        return x", "can't be called Network"),
        ("from __future__ import annotations\n" + SCALE, "from __future__"),
        ("(y := x)", "can't assign"),
        ("(" * 5000, "can't be read"),
    ],
)
def test_what_is_wrong_with_a_text_is_said_in_a_sentence(code: str, said: str):
    fault = Custom(code=code).fault()
    assert fault is not None
    assert said in fault[1] or "not Python" in fault[1]
    assert fault[1].endswith(".")


def test_a_text_that_is_being_mended_keeps_its_inputs():
    assert ports(Custom(code=SCALE.replace("return y if", "return y if if"))) == ["x", "shift"]


@pytest.mark.parametrize("arguments", ["1), print(2", "1)\nprint(2", "]", "2)(3"])
def test_arguments_can_only_be_arguments(arguments: str):
    if "\n" in arguments:
        with pytest.raises(ValueError, match="one line"):
            Custom(code=SCALE, made_with=arguments)
        return
    assert Custom(code=SCALE, made_with=arguments).fault() is not None


def test_what_has_to_be_seen_is_all_that_would_run_and_nothing_for_the_default():
    assert Custom().foreign() == ""
    assert Custom(gives="a, b").foreign() == ""
    assert Custom(code=SCALE, made_with="3.0").foreign() == f"{SCALE}\n3.0"


def test_the_names_a_text_defines_are_known():
    assert read("import math\nK = 3\n" + SCALE).defines == ("math", "K", "Scale")


def test_what_stands_in_a_comment_is_not_written_where_it_could_become_code():
    layer = Custom(code="x * 1  # as told in (print(1), 2) * print('#')")
    assert layer.expression("", {"x": "h"}) == "h * 1"


def test_a_variable_that_flows_in_is_not_hidden_by_one_of_the_expressions_own():
    layer = Custom(code="sum([x * t for t in (1, 2)])")
    assert layer.expression("", {"x": "t"}) == "sum([t * t_ for t_ in (1, 2)])"
    assert Custom(code="(lambda t: t * x)(2)").expression("", {"x": "t"}) == "(lambda t_: t_ * t)(2)"
