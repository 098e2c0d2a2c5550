"""The verb import as a script uses it: nothing is executed before it is trusted, and what is wrong is a sentence."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from netbuilder.project.file import open_file

MODEL = """
from pathlib import Path
import torch
from torch import nn

Path(__file__).with_name("executed").touch()
print("hello from the file")


class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.first = nn.Linear(4, width)
        self.last = nn.Linear(width, 2)

    def forward(self, features):
        print("hello from forward")
        return self.last(torch.relu(self.first(features)))


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(9, 4)
        self.read = nn.Linear(4, 2)

    def forward(self, tokens, weights):
        return self.read(self.embed(tokens) * weights)


class Needy(nn.Module):
    def __init__(self, width):
        super().__init__()


def make():
    return Net(16)


ready = Net(3)
number = 3
"""


@pytest.fixture
def model(tmp_path) -> Path:
    file = tmp_path / "someones.py"
    file.write_text(MODEL)
    return file


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and len(text) > 20


def test_without_trust_it_says_what_would_be_executed_and_executes_nothing(say, model, tmp_path):
    out = tmp_path / "net.netb"
    code, told, error = say("import", f"{model}:Net", "--example", "1x4", "--out", out)
    assert (code, told) == (1, "")
    assert str(model) in error
    assert "--trust" in error
    assert not (tmp_path / "executed").exists()
    assert not out.exists()


def test_without_trust_no_module_is_imported(say, tmp_path, monkeypatch):
    (tmp_path / "a_canary.py").write_text(MODEL)
    monkeypatch.syspath_prepend(tmp_path)
    code, _, error = say("import", "a_canary:Net", "--example", "1x4", "--out", tmp_path / "net.netb")
    assert code == 1
    assert "a_canary" in error
    assert "a_canary" not in sys.modules
    assert not (tmp_path / "executed").exists()


def test_json_is_the_only_thing_on_standard_output(say, model, tmp_path):
    out = tmp_path / "net.netb"
    code, told, error = say("import", f"{model}:Net", "--trust", "--example", "1x4", "--out", out, "--json")
    assert code == 0, error
    answer = json.loads(told)
    assert answer == {
        "nodes": 5,
        "custom_nodes": 0,
        "parameters": 58,
        "max_difference": 0.0,
        "notes": [],
        "project": str(out),
        "weights": str(tmp_path / "net.weights.safetensors"),
    }
    assert "hello from the file" in error
    assert "hello from forward" in error
    opened = open_file(out)
    assert opened.faithful
    assert opened.project.weights == str(tmp_path / "net.weights.safetensors")
    assert '"weights": "net.weights.safetensors"' in out.read_text("utf-8")
    assert [node.name for node in opened.project.main] == ["features", "first", "relu", "last", "output"]
    assert set(load_file(tmp_path / "net.weights.safetensors")) == {"n2.weight", "n2.bias", "n4.weight", "n4.bias"}


@pytest.mark.parametrize(("name", "parameters"), [("make", 114), ("ready", 23)])
def test_a_function_or_a_module_will_do_as_well(say, model, tmp_path, name, parameters):
    code, told, error = say(
        *("import", f"{model}:{name}", "--trust", "--example", "2x4", "--out", tmp_path / "net.netb", "--json")
    )
    assert code == 0, error
    assert json.loads(told)["parameters"] == parameters


def test_people_are_told_in_lines(say, model, tmp_path):
    out = tmp_path / "net.netb"
    code, told, _ = say("import", f"{model}:Net", "--trust", "--example", "1x4", "--out", out)
    assert code == 0
    assert "5 nodes, 0 of them custom" in told
    assert "58 parameters" in told
    assert "max_difference 0: " in told


@pytest.mark.parametrize(
    "examples", [("--example", "1x5:int64,1x5x4"), ("--example", "weights=1x5x4,tokens=1x5:int64:9")]
)
def test_several_inputs_are_given_in_order_or_by_name(say, model, tmp_path, examples):
    out = tmp_path / "net.netb"
    code, told, error = say("import", f"{model}:Words", "--trust", *examples, "--out", out, "--json")
    assert code == 0, error
    assert json.loads(told)["max_difference"] == 0.0
    inputs = {node.name: node.settings for node in open_file(out).project.main if node.kind == "input"}
    assert inputs == {"tokens": {"shape": [5], "dtype": "int64"}, "weights": {"shape": [5, 4]}}


@pytest.mark.parametrize("suffix", ["safetensors", "pt"])
def test_weights_are_put_in_first(say, model, tmp_path, suffix):
    state = {
        "first.weight": torch.ones(8, 4),
        "first.bias": torch.ones(8),
        "last.weight": torch.full((2, 8), 2.0),
        "last.bias": torch.zeros(2),
    }
    file = tmp_path / f"weights.{suffix}"
    if suffix == "pt":
        torch.save(state, file)
    else:
        save_file(state, file)
    code, _, error = say(
        *("import", f"{model}:Net", "--trust", "--example", "1x4", "--weights", file, "--out", tmp_path / "n.netb")
    )
    assert code == 0, error
    assert bool((load_file(tmp_path / "n.weights.safetensors")["n4.weight"] == 2).all())


def test_weights_that_are_code_are_not_executed(say, model, tmp_path):
    torch.save({"first.weight": Canary(tmp_path / "opened")}, tmp_path / "bad.pt")
    code, _, error = say(
        *("import", f"{model}:Net", "--trust", "--example", "1x4"),
        *("--weights", tmp_path / "bad.pt", "--out", tmp_path / "n.netb"),
    )
    assert code == 1
    assert "can't be read as weights" in error
    assert not (tmp_path / "opened").exists()


class Canary:
    def __init__(self, file: Path):
        self.file = file

    def __reduce__(self):
        return Path.touch, (self.file,)


@pytest.mark.parametrize(
    ("name", "example", "words"),
    [
        ("Nothing", "1x4", "nothing called Nothing. It has Net, Words, Needy, ready"),
        ("Needy", "1x4", "write a function without any that returns Needy"),
        ("number", "1x4", "number is a int"),
        ("Net", "1x5", "can't be run with this example"),
        ("Net", "1x4,1x4", "can't be run with this example"),
        ("Net", "1xx4", "is no example input"),
        ("Net", "1x4:float3", "is no example input"),
        ("Net", "features=1x4,features=1x4", "names features twice"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(say, model, tmp_path, name, example, words):
    out = tmp_path / "net.netb"
    code, told, error = say("import", f"{model}:{name}", "--trust", "--example", example, "--out", out)
    assert (code, told) == (1, "")
    said = error.splitlines()[-1]
    assert words in said
    assert said.endswith(".")
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise ValueError('no')", "can't be imported: ValueError: no."),
        ("import sys; sys.exit(3)", "can't be imported: SystemExit: 3."),
        ("from . import other", "name it as package.module:NAME"),
        ("def", "can't be imported: SyntaxError"),
    ],
)
def test_a_file_that_can_not_be_imported_is_said_so(say, tmp_path, text, words):
    (tmp_path / "bad.py").write_text(text)
    code, _, error = say(
        *("import", f"{tmp_path / 'bad.py'}:Net", "--trust", "--example", "1x4", "--out", tmp_path / "n.netb")
    )
    assert code == 1
    assert words in error
    assert one_line(error)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.py:Net",), "There is no file nowhere.py."),
        (("nowhere.pt2",), "There is no file nowhere.pt2."),
        (("Net",), "names no model"),
        (("torch.nn:3",), "3 is no Python name"),
    ],
)
def test_a_model_that_is_not_there_is_said_so(say, tmp_path, words, said):
    code, _, error = say("import", *words, "--trust", "--example", "1x4", "--out", tmp_path / "n.netb")
    assert code == 1
    assert said in error
    assert one_line(error)


def test_a_project_that_is_there_is_replaced_only_by_a_whole_one(say, model, tmp_path):
    out = tmp_path / "net.netb"
    out.write_text("mine")
    code, _, _ = say("import", f"{model}:Nobody", "--trust", "--example", "1x4", "--out", out)
    assert code == 1
    assert out.read_text() == "mine"
    assert say("import", f"{model}:Net", "--trust", "--example", "1x4", "--out", out)[0] == 0
    assert open_file(out).faithful


def test_an_example_is_asked_for(say, model, tmp_path):
    code, _, error = say("import", f"{model}:Net", "--trust", "--out", tmp_path / "n.netb")
    assert code == 1
    assert "--example 1x3x224x224" in error


def test_a_program_of_torch_export_is_read_too(say, tmp_path):
    net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)).eval()
    program = torch.export.export(net, (torch.randn(3, 4),), dynamic_shapes=({0: torch.export.Dim("batch")},))
    torch.export.save(program, tmp_path / "net.pt2")
    out = tmp_path / "net.netb"
    code, _, error = say("import", tmp_path / "net.pt2", "--out", out)
    assert code == 1
    assert "--trust" in error
    code, told, error = say("import", tmp_path / "net.pt2", "--trust", "--out", out, "--json")
    assert code == 0, error
    answer = json.loads(told)
    assert (answer["parameters"], answer["max_difference"], answer["custom_nodes"]) == (58, 0.0, 0)
