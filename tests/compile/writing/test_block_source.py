"""How blocks, rows of them, shared layers and several networks read in the source."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import torch

from netbuilder.compile.check import check
from netbuilder.graph.block import Exposed
from netbuilder.layers import standard
from netbuilder.project import Project
from tests.compile.drawing import DIGITS
from tests.compile.formatting import formatted
from tests.compile.wiring import RESNET, by, changed, project_of, wired

EXPECTED = '''"""A network of 36 layers with 15,650 parameters: N×1×8×8 in, N×10 out. N is the batch."""

import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, in_channels: int, channels: int = 64, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Conv2d(in_channels, channels, 1, stride=stride)
        self.relu2 = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # N×in_channels×H×W
        h = self.conv1(x)  #    N×channels×H2×W2
        h = self.bn1(h)  #      N×channels×H2×W2
        h = self.relu1(h)  #    N×channels×H2×W2
        h = self.conv2(h)  #    N×channels×H2×W2
        bn2 = self.bn2(h)  #    N×channels×H2×W2
        h = self.shortcut(x)  # N×channels×H2×W2
        h = bn2 + h  #          N×channels×H2×W2
        h = self.relu2(h)  #    N×channels×H2×W2
        return h


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.stage1 = nn.Sequential(*(Residual(8, channels=8) for _ in range(2)))
        self.stage2 = Residual(8, channels=16, stride=2)
        self.stage3 = Residual(16, channels=24, stride=2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(24, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:  # N×1×8×8
        x = self.stem(image)  # N×8×8×8
        x = self.stage1(x)  #   N×8×8×8
        x = self.stage2(x)  #   N×16×4×4
        x = self.stage3(x)  #   N×24×2×2
        x = self.pool(x)  #     N×24×1×1
        x = self.flatten(x)  #  N×24
        x = self.fc(x)  #       N×10
        return x
'''


def text_of(project: Project, trusted: Any = lambda text: not text) -> str:
    checked = check(project, standard(), DIGITS, trusted=trusted)
    assert [problem.sentence for problem in checked.errors] == []
    assert checked.source is not None
    return checked.source.text


def run(text: str) -> torch.Tensor:
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(text, "drawn.py", "exec"), scope)
    with torch.no_grad():
        made: torch.Tensor = scope["Network"]()(torch.rand(3, 1, 8, 8))
    return made


def head(*middle: str, **nodes: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A network with these nodes between the pictures and the digits."""
    ends = {"flatten": "flatten", "fc": ("linear", {"out_features": 10}), "digit": "output"}
    return {"image": "input", **nodes, **ends}, (*middle, "flatten > fc", "fc > digit")


def drawn(blocks: dict[str, Any], *middle: str, **nodes: Any) -> Project:
    made, edges = head(*middle, **nodes)
    return project_of(wired(made, *edges), blocks)


def test_a_block_becomes_a_class_with_what_its_standings_differ_in() -> None:
    assert text_of(RESNET) == EXPECTED


def test_an_argument_is_a_number_where_all_standings_agree_and_a_name_where_they_do_not() -> None:
    assert "in_channels: int" in text_of(RESNET)
    alike = text_of(changed(changed(RESNET, "main", "stage2", channels=8), "main", "stage3", channels=8))
    assert "nn.Conv2d(channels, channels, 3, stride=stride" in alike, "its input has as many channels as it gives"


GATE = wired(
    {
        "state": "input",
        "mask": "input",
        "fc": ("linear", {"out_features": by("size")}),
        "times": "multiply",
        "y": "output",
    },
    "state > fc",
    "fc > times.x1",
    "mask > times.x2",
    "times > y",
)


def test_copies_with_several_inputs_are_gone_through_one_by_one() -> None:
    project = drawn(
        {"gate": (GATE, (Exposed("size"),))},
        "image > flat",
        "flat > a",
        "a > b",
        "a > gates.state",
        "b > gates.mask",
        "gates > flatten",
        flat="flatten",
        a=("linear", {"out_features": 12}),
        b="sigmoid",
        gates=("block:gate", {"size": 12, "repeat": 3}),
    )
    text = text_of(project)
    assert "self.gates = nn.ModuleList(Gate(size=12) for _ in range(3))" in text
    assert "        gates = a\n        for gate in self.gates:\n            gates = gate(gates, x)" in text
    assert run(text).shape == (3, 10)


def test_what_forward_needs_of_the_settings_is_kept() -> None:
    block = wired(
        {"x": "input", "power": ("power", {"number": by("e / 2")}), "y": "output"}, "x > power.x1", "power > y"
    )
    project = drawn(
        {"curve": (block, (Exposed("e", "int", 4),))},
        "image > a",
        "a > b",
        "b > flatten",
        a="block:curve",
        b=("block:curve", {"e": 6}),
    )
    text = text_of(project)
    assert "        self.e = e\n" in text
    assert "h = x ** (self.e / 2)" in text
    assert "self.a = Curve()" in text
    assert "self.b = Curve(e=6)" in text
    assert run(text).shape == (3, 10)


def test_standings_that_are_no_one_text_get_two_classes() -> None:
    block = wired(
        {
            "x": "input",
            "rows": ("flatten", {"start_dim": 2}),
            "lstm": ("lstm", {"hidden_size": 5, "num_layers": by("depth"), "dropout": 0.5}),
            "y": "output",
        },
        "x > rows",
        "rows > lstm",
        "lstm.output > y",
    )
    project = drawn(
        {"reader": (block, (Exposed("depth"),))},
        "image > a",
        "image > b",
        "a > add.x1",
        "b > add.x2",
        "add > flatten",
        a="block:reader",
        b=("block:reader", {"depth": 2}),
        add="add",
    )
    text = text_of(project)
    assert "num_layers=depth, batch_first=True" in text
    assert "num_layers=depth, dropout=0.5, batch_first=True" in text
    assert "self.b = Reader2(depth=2)" in text
    assert run(text).shape == (3, 10)


def test_a_shared_layer_is_made_once_and_called_twice() -> None:
    conv = ("conv2d", {"out_channels": 6, "padding": 1})
    project = drawn({}, "image > stem", "stem > a", "a > b", "b > flatten", stem=conv, a=conv, b=("conv2d", {}, "a"))
    text = text_of(project)
    assert text.count("nn.Conv2d(") == 2
    assert text.count("self.a(") == 2
    source = check(project, standard(), DIGITS).source
    assert source is not None
    made = next(n for n, line in enumerate(text.splitlines(), 1) if "self.a = " in line)
    assert made in source.lines["main", "a"]
    assert made in source.lines["main", "b"]
    assert source.node_at(made) == ("main", "a")


def test_a_layer_whose_owner_leads_nowhere_is_made_for_those_that_share_it() -> None:
    conv = ("conv2d", {"out_channels": 6, "padding": 1})
    project = drawn({}, "image > a", "image > b", "b > flatten", a=conv, b=("conv2d", {}, "a"))
    checked = check(project, standard(), DIGITS)
    assert checked.source is not None
    assert "self.a = nn.Conv2d(1, 6, 3, padding=1)" in checked.source.text
    assert "x = self.a(image)" in checked.source.text
    assert checked.cost is not None
    assert checked.cost.per_node["b"].parameters == 60


def test_other_networks_are_classes_of_their_own_and_use_the_same_blocks() -> None:
    critic = wired(
        {
            "seen": ("input", {"shape": [3, 8, 8]}),
            "stage": ("block:residual", {"channels": 4}),
            "real": "output",
        },
        "seen > stage",
        "stage > real",
    )
    project = Project({**RESNET.graphs, "the critic": critic}, blocks=RESNET.blocks)
    checked = check(project, standard(), DIGITS)
    assert checked.source is not None
    classes = [node.name for node in ast.parse(checked.source.text).body if isinstance(node, ast.ClassDef)]
    assert classes == ["Residual", "Network", "TheCritic"]
    assert str(checked.views["the critic",].types["stage", "y"]) == "N×4×8×8"
    assert "self.stage = Residual(3, channels=4)" in checked.source.text


HOSTILE = (
    "class",
    "__import__('os')",
    "Network",
    "nn",
    "torch",
    "super",
    "range",
    "self",
    "float",
    "x y",
    "größe",
    "1st",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_blocks_settings_and_networks_are_called_the_source_is_python(name: str, tmp_path: Path) -> None:
    block = wired(
        {
            "x": "input",
            "conv": ("conv2d", {"out_channels": by("width"), "padding": 1}),
            name[:9]: "relu",
            "y": "output",
        },
        "x > conv",
        f"conv > {name[:9]}",
        f"{name[:9]} > y",
    )
    made, edges = head("image > a", "a > b", "b > flatten", a=(f"block:{name}", {"width": 3}), b=f"block:{name}")
    exposed = tuple(Exposed(one) for one in ("width", name))
    project = project_of(wired(made, *edges), {name: (block, exposed)})
    project = Project(
        {**project.graphs, f"{name} ": wired({"x": ("input", {"shape": [2]}), "y": "output"}, "x > y")},
        blocks=project.blocks,
    )
    text = text_of(project)
    assert run(text).shape == (3, 10)
    assert "__import__" not in text
    assert formatted([text], tmp_path) == ""


def test_code_of_the_users_own_stands_once_above_the_classes() -> None:
    code = "class Scale(nn.Module):\n    def forward(self, x):\n        return F.relu(x) * 2\n"
    block = wired({"x": "input", "scale": ("custom", {"code": code}), "y": "output"}, "x > scale", "scale > y")
    project = drawn(
        {"twice": (block, ())}, "image > a", "a > b", "b > flatten", a="block:twice", b=("custom", {"code": code})
    )
    text = text_of(project, trusted=lambda _: True)
    assert text.count("class Scale(nn.Module):") == 1
    assert "from torch.nn import functional as F" in text
    assert run(text).shape == (3, 10)
    assert check(project, standard(), DIGITS).source is None


CONV = {"x": "input", "c": ("conv2d", {"out_channels": 4, "kernel_size": by("k")}), "y": "output"}
ROW = {"x": "input", "b": ("block:In", {"k": by("_"), "repeat": 2}), "y": "output"}


def test_a_setting_called_as_a_loops_variable_keeps_its_value_in_the_loop() -> None:
    inside = wired(CONV, "x>c", "c>y")
    around = wired(ROW, "x>b", "b>y")
    main = wired({"i": ("input", {"shape": [4, 8, 8]}), "a": "block:Out", "o": "output"}, "i>a", "a>o")
    project = project_of(main, {"In": (inside, (Exposed("k"),)), "Out": (around, (Exposed("_", default=1),))})
    source = check(project, standard()).source
    assert source is not None
    scope: dict[str, Any] = {}
    exec(source.text, scope)
    assert [layer.c.kernel_size for layer in scope["Network"]().a.b] == [(1, 1), (1, 1)]
