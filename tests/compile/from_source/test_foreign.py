"""Models as people write them, read as nodes; and what is no drawing is refused with its line, and never run."""

from __future__ import annotations

import inspect
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import torch

from netbuilder.compile.from_source import CannotRead, is_source, read_source
from netbuilder.compile.from_source.binding import BY_PLACE, RECURRENT
from netbuilder.graph.block import Exposed
from netbuilder.layers import standard
from netbuilder.project.clipboard import Piece

MODULES = [layer for layer in standard() if layer.is_module() and not layer.wraps]


def read(text: str) -> Piece:
    assert is_source(text)
    return read_source(dedent(text), standard())[0]


def module(init: str, forward: str, arguments: str = "", inputs: str = "x") -> str:
    lines = [f"        {line}" for line in init.splitlines()], [f"        {line}" for line in forward.splitlines()]
    return "\n".join([
        "class Net(nn.Module):", f"    def __init__(self{arguments}):", "        super().__init__()", *lines[0],
        f"    def forward(self, {inputs}):", *lines[1],
    ])  # fmt: skip


def told(piece: Piece) -> list[tuple[str, str, dict[str, Any]]]:
    return [(node.kind, node.name, dict(node.settings)) for node in piece]


def feeding(piece: Piece, name: str) -> list[str]:
    node = piece.graph.named(name)
    return [f"{piece.graph.nodes[e.source].name}.{e.output}" for e in piece.graph.edges_into(node.id)]


def test_a_sequential_is_a_row_of_nodes_without_ends():
    piece = read("nn.Sequential(nn.Conv2d(1, 20, 5), nn.ReLU(True), nn.Flatten(), torch.nn.Linear(64 * 16, 10))")
    assert told(piece) == [
        ("conv2d", "conv", {"out_channels": 20, "kernel_size": 5}),
        ("relu", "relu", {}),
        ("flatten", "flatten", {}),
        ("linear", "linear", {"out_features": 10}),
    ]
    assert [len(piece.graph.edges_into(node.id)) for node in piece] == [0, 1, 1, 1]
    xs = [node.position[0] for node in piece]
    assert xs == sorted(xs)
    assert len(set(xs)) == 4


def test_a_nested_sequential_an_ordered_dict_and_a_starred_list_are_one_row():
    piece = read("""
        layers = [nn.Linear(8, 8) for _ in range(2)]
        model = nn.Sequential(nn.Sequential(nn.ReLU(), nn.Tanh()), *layers)
    """)
    assert [kind for kind, _, _ in told(piece)] == ["relu", "tanh", "linear", "linear"]
    piece = read("nn.Sequential(OrderedDict([('first', nn.Linear(3, 4)), ('second', nn.ReLU())]))")
    assert [kind for kind, _, _ in told(piece)] == ["linear", "relu"]


def test_functions_methods_operators_and_indices_are_nodes():
    piece = read(module("self.fc = nn.Linear(3, 4)", dedent("""
        a = F.relu(self.fc(x))
        b = torch.cat((a, x), dim=1).permute(0, 2, 1)
        c = b[:, -1] * 2 + y
        return c.view(c.size(0), -1), a @ b
    """).strip(), inputs="x, y"))  # fmt: skip
    assert [kind for kind, _, _ in told(piece)] == [
        *("input", "input", "linear", "relu", "concatenate", "permute", "select", "scale", "add", "flatten", "matmul"),
        *("output", "output"),
    ]
    assert feeding(piece, "b") == ["concatenate.y"]
    assert feeding(piece, "c") == ["scale.y", "y.y"]


def test_a_layer_that_is_called_twice_is_shared():
    piece = read(module("self.fc = nn.Linear(3, 3)", "return self.fc(self.fc(x))"))
    first, second = [node for node in piece if node.kind == "linear"]
    assert second.shares == first.id


def test_submodules_of_the_text_are_blocks_with_their_arguments_as_settings():
    piece = read("""
        class Block(nn.Module):
            def __init__(self, cin, cout, stride: int = 1):
                super().__init__()
                self.conv = nn.Conv2d(cin, cout, 3, stride=stride, padding=1)
            def forward(self, x):
                return F.relu(self.conv(x))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.one = Block(3, 8)
                self.row = nn.Sequential(*[Block(8, 8) for _ in range(4)])
                self.two = Block(8, 16, stride=2)
            def forward(self, x):
                return self.two(self.row(self.one(x)))
    """)
    block = piece.definitions["Block"]
    assert block.block.settings == (Exposed("cout", "int", 8), Exposed("stride", "int", 1))
    conv = block.graph.named("conv")
    assert conv.settings["out_channels"] == {"=": "cout"}
    standing = {node.name: node.settings for node in piece if node.kind == "block:Block"}
    assert standing == {"one": {}, "row": {"repeat": 4}, "two": {"cout": 16, "stride": 2}}


def test_a_list_of_modules_is_gone_through_and_results_are_taken_apart():
    piece = read(module(dedent("""
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])
        self.lstm = nn.LSTM(8, 16, 2, True, True)
    """).strip(), dedent("""
        for layer in self.layers:
            x = torch.tanh(layer(x))
        out, (h, c) = self.lstm(x)
        q, k = out.chunk(2, dim=-1)
        return q + k, h[-1]
    """).strip()))  # fmt: skip
    assert [kind for kind, _, _ in told(piece)].count("linear") == 3
    lstm = piece.graph.named("lstm")
    assert lstm.settings == {"hidden_size": 16, "num_layers": 2}
    assert {e.output for e in piece.graph.edges_from(lstm.id)} == {"output", "h_n"}


def test_methods_of_the_class_are_read_where_they_are_called():
    piece = read("""
        class VAE(nn.Module):
            def __init__(self, hidden=20):
                super().__init__()
                self.mu, self.var = nn.Linear(8, hidden), nn.Linear(8, hidden)
            def encode(self, x):
                return self.mu(x), self.var(x)
            def forward(self, x):
                mu, var = self.encode(x)
                return mu + torch.randn_like(var) * torch.exp(0.5 * var)
    """)
    assert [kind for kind, _, _ in told(piece)] == [
        "input", "linear", "linear", "noise_like", "scale", "exp", "multiply", "add", "output",
    ]  # fmt: skip
    assert [node.settings for node in piece if node.kind == "linear"] == [{"out_features": 20}] * 2


def test_parameters_start_as_the_source_says():
    piece = read(module("self.token = nn.Parameter(torch.zeros(1, 1, 8))", "return x + self.token"))
    assert ("parameter", "token", {"init": "zeros", "shape": [1, 1, 8]}) in told(piece)


def test_what_gives_several_values_is_not_taken_for_what_gives_one():
    piece = read(module("pass", "return x.max(1)[0], torch.max(x, dim=1).indices"))
    outputs = [(e.source, e.output) for e in piece.graph.edges.values() if piece.graph.nodes[e.target].kind == "output"]
    assert [piece.graph.nodes[source].kind for source, _ in outputs] == ["max", "max"]
    assert [port for _, port in outputs] == ["values", "indices"]


def test_a_stack_has_the_settings_of_its_layer():
    piece = read("nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 8, batch_first=True), num_layers=3)")
    ((kind, _, settings),) = told(piece)
    assert kind == "transformer_encoder"
    assert (settings["nhead"], settings["num_layers"], settings["dim_feedforward"]) == (8, 3, 2048)


REFUSED = {
    module("pass", "return x.split(4)[0]"): "Line 6: how many parts `x.split(4)` has is known only when it runs.",
    module("pass", "return torch.rsub(x, x)"): "Line 6: NetBuilder knows no operation rsub",
    module("pass", "return x.max()"): "Line 6: ",
    "nn.Sequential(nn.Linear(3, 4), nn.Magic())": "Line 1: NetBuilder has no layer nn.Magic.",
    "nn.Linear(3, size=4)": "Line 1: nn.Linear has no setting size in NetBuilder.",
    "nn.Linear(3)": "Line 1: Linear needs out_features.",
    "nn.Conv2d(3, 4, 0)": "Line 1: ",
    "nn.Sequential(nn.Linear(3, 4)": "Line 1: this is no Python that can be read",
    "nn.Sequential(__import__('os').system('x'))": "Line 1: nothing says what __import__ is.",
    "nn.Sequential(*open('/etc/passwd'))": "Line 1: nothing says what open is.",
    "nn.Linear(3, 9 ** 9 ** 9)": "Line 1: `9 ** 9 ** 9` is too large a number.",
    "nn.Linear(3, 2 ** 64 ** 2)": "Line 1: ",
    "nn.Sequential(*[nn.ReLU() for _ in range(10 ** 9)])": "Line 1: ",
    "import torch": "There is no nn.Module class and no nn.Sequential(...) in the text.",
    "class A(nn.Module):\n  pass": "Line 1: A has no forward.",
    "class A(object):\n  pass\nnn.Module": "Line 1: A is no nn.Module.",
    module("pass", "if x.sum() > 0:\n    x = x + 1\nreturn x"): "Line 6: `if x.sum() > 0` depends on what flows",
    module("self.a = nn.Linear(3, n)", "return self.a(x)", ", n"): "Line 4: n has no value here. Give it a default",
    module("self.apply(init)", "return x"): "Line 4: `self.apply(init)` does what a drawing does not say.",
    module("pass", "return x.foo(3)"): "Line 6: NetBuilder knows no operation foo, in `x.foo(3)`.",
    module("pass", "return F.dropout(x)"): "Line 6: `F.dropout(x)` drops at all times.",
    module(
        "pass", "while True:\n    x = x + 1\nreturn x"
    ): "Line 6: `while True: x = x + 1` has no place in a drawing.",
    module("pass", "return self.forward(x)"): "Line 6: self.forward is not set in __init__.",
    module("pass", "return F.layer_norm(x, (8,))"): "Line 6: ",
    module("pass", "return x.std(1, False)"): "Line 6: the arguments of `x.std(1, False)` fit no layer.",
    module("pass", "return x.reshape(x.shape[1], -1)"): "Line 6: `x.shape[1]` is known only when it runs.",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_drawing_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(CannotRead) as why:
        read_source(text, standard())
    assert str(why.value).startswith(REFUSED[text])
    assert str(why.value).endswith(".")


def test_a_class_that_goes_round_in_itself_is_refused():
    text = """
        class A(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = A()
            def forward(self, x):
                return self.a(x)
    """
    with pytest.raises(CannotRead, match="A is made inside itself"):
        read(text)
    with pytest.raises(CannotRead, match=r"called in itself|too long"):
        read(module("pass", "return self.again(x)") + "\n    def again(self, x):\n        return self.again(x)")


def test_two_models_that_have_nothing_to_do_with_each_other_are_not_mixed():
    with pytest.raises(CannotRead, match="None of the classes Net and Other is part of another"):
        read(module("pass", "return x") + "\n" + module("pass", "return x").replace("Net", "Other"))


def test_nothing_in_the_text_is_run(tmp_path: Path):
    trap = f"open({str(tmp_path / 'touched')!r}, 'w')"
    for text in (f"nn.Linear(3, {trap})", f"{trap}\nnn.Linear(3, 4)", module(f"x = {trap}", f"return {trap}")):
        with pytest.raises(CannotRead):
            read_source(text, standard())
    piece, _ = read_source(f"import os\nX = {trap}\n" + module("pass", "return x + 1"), standard())
    assert len(piece) == 3
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("layer", MODULES, ids=lambda layer: layer.kind)
def test_arguments_by_place_are_in_the_order_of_torch(layer):
    order = list(layer.argument_order())
    if "batch_first" in order and "hidden_size" in order:
        assert sorted(order) == sorted(name for name in RECURRENT if name in order)
        module = getattr(torch.nn, layer.target.rpartition(".")[2])(
            3, 4, 2, *(("tanh",) if layer.kind == "rnn" else ()), False, True
        )
        assert (module.num_layers, module.bias, module.batch_first) == (2, False, True)
        return
    theirs = list(inspect.signature(getattr(torch.nn, layer.target.rpartition(".")[2])).parameters)
    known = BY_PLACE.get(layer.kind, len(order))
    assert theirs[:known] == order[:known]
