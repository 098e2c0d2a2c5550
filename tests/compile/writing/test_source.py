"""The source: the same for the same drawing, readable, and free of anything a user typed."""

from __future__ import annotations

import ast
import inspect
import keyword
import pickle
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from netbuilder.compile.planning.names import identifier, identifiers
from netbuilder.compile.writing.source import Source
from netbuilder.graph import Graph, Node
from netbuilder.graph import edits as e
from netbuilder.model_file import NotAModel, import_model_file, make_model, node_at_fault
from netbuilder.project import MAIN, Project
from netbuilder.project.file import dumps, loads
from tests.compile.drawing import DIGITS, add, draw, join, look
from tests.toy import edits as random_edits
from tests.toy import names

CNN = draw(("conv2d", {"padding": "same"}), "relu", "max_pool2d", "flatten", ("linear", {"out_features": 10}))

EXPECTED = '''"""A network of 5 layers with 5,450 parameters: N×1×8×8 in, N×10 out. N is the batch."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv2d = nn.Conv2d(1, 32, 3, padding="same")
        self.relu = nn.ReLU()
        self.max_pool2d = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.linear = nn.Linear(512, 10)

    def forward(self, input_: torch.Tensor) -> torch.Tensor:  # N×1×8×8
        x = self.conv2d(input_)  # N×32×8×8
        x = self.relu(x)  #        N×32×8×8
        x = self.max_pool2d(x)  #  N×32×4×4
        x = self.flatten(x)  #     N×512
        x = self.linear(x)  #      N×10
        return x
'''


def text_of(project: Project) -> str:
    source = look(project).source
    assert source is not None
    return source.text


def residual() -> Project:
    """input -> conv -> relu -> add(relu, conv) -> flatten -> linear -> output, with attention's two outputs unused."""
    project = draw(("conv2d", {"padding": "same"}), "relu", "add", "flatten", ("linear", {"out_features": 10}))
    return join(project, "n2", "n4", "x2")


def test_a_chain_reads_as_one_would_write_it() -> None:
    assert text_of(CNN) == EXPECTED


def test_a_value_that_is_used_later_bears_the_name_of_its_node() -> None:
    text = text_of(residual())
    assert "conv2d = self.conv2d(input_)" in text
    assert "x = self.relu(conv2d)" in text
    assert "x = x + conv2d" in text


def test_moving_a_node_leaves_the_source_as_it_is() -> None:
    moved = CNN.with_graph(e.move_nodes(CNN.main, {"n2": (999.0, -50.0), "n5": (0.0, 0.0)}))
    assert text_of(moved) == EXPECTED


def test_the_source_is_the_same_after_saving_and_loading() -> None:
    for project in (CNN, residual()):
        assert text_of(loads(dumps(project)).project) == text_of(project)


def test_every_line_knows_its_node_and_every_node_its_lines() -> None:
    source = look(residual()).source
    assert source is not None
    lines = source.text.splitlines()
    for id, numbers in source.lines.items():
        for number in numbers:
            assert source.node_at(number) == id
    conv = source.lines[MAIN, "n2"]
    assert "nn.Conv2d(" in lines[conv[0] - 1]
    assert "self.conv2d(" in lines[conv[1] - 1]
    assert source.node_names[conv[1]] == "conv2d"
    assert source.node_at(1) is None


def test_a_long_line_is_folded_and_still_belongs_to_its_node() -> None:
    chosen = {"padding": "same", "bias": False, "padding_mode": "replicate", "groups": 1, "dilation": [2, 2]}
    long = draw(("conv2d", {**chosen, "out_channels": 12345}), "flatten", ("linear", {"out_features": 10}))
    source = look(long.with_graph(e.rename_node(long.main, "n2", "a_rather_long_name_for_a_node"))).source
    assert source is not None
    assert max(map(len, source.text.splitlines())) <= 110
    ast.parse(source.text)
    assert len(source.lines[MAIN, "n2"]) >= 4


def load(source: Source, folder: Path) -> torch.nn.Module:
    (folder / "model.py").write_text(source.text, encoding="utf-8")
    return make_model(folder / "model.py")


def test_the_model_is_imported_from_a_real_file(tmp_path: Path) -> None:
    source = look(CNN).source
    assert source is not None
    model = load(source, tmp_path)
    assert model(torch.zeros(3, 1, 8, 8)).shape == (3, 10)
    assert "class Network" in inspect.getsource(type(model))
    again = pickle.loads(pickle.dumps(model))
    assert torch.equal(again(torch.ones(2, 1, 8, 8)), model(torch.ones(2, 1, 8, 8)))
    assert type(make_model(tmp_path / "model.py")) is not type(model)


def test_an_error_in_a_line_is_laid_at_its_node(tmp_path: Path) -> None:
    source = look(CNN).source
    assert source is not None
    model = load(source, tmp_path)
    names = {str(line): name for line, name in source.node_names.items()}
    with pytest.raises(RuntimeError) as caught:
        model(torch.zeros(3, 2, 8, 8))
    assert node_at_fault(caught.value, tmp_path / "model.py", names) == "conv2d"
    assert node_at_fault(ValueError("elsewhere"), tmp_path / "model.py", names) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("x = (", "can't be read as Python"), ("x = 1\n", "no class called Network"), ("\0", "can't be read")],
)
def test_a_damaged_model_file_is_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "model.py"
    path.write_text(text)
    with pytest.raises(NotAModel, match=said):
        make_model(path)


def test_a_missing_model_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        import_model_file(tmp_path / "model.py")


CODE = (
    "import os; os.system('touch hacked')",
    '"""); import os  # ',
    "x\\n    import os",
    "__class__",
    "__init__",
    "self",
    "torch",
    "forward",
    "print",
    "lambda",
    "None",
    "x",
    "h",
    "网络",
    "1st layer!",
    "{x}",
    "%s",
    "ﬁlter",
)


@pytest.mark.parametrize("name", CODE)
def test_a_name_that_is_python_code_is_only_a_name(name: str) -> None:
    project = CNN
    for id in ("n1", "n2", "n6"):
        project = project.with_graph(e.rename_node(project.main, id, e.new_name(project.main, name)))
    text = text_of(project)
    imported = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imported] == ["import torch", "from torch import nn"]
    assert "hacked')" not in text
    scope: dict[str, object] = {"__name__": "drawn"}
    exec(compile(text, "drawn.py", "exec"), scope)
    model = scope["Network"]()  # type: ignore[operator]
    assert model(torch.zeros(2, 1, 8, 8)).shape == (2, 10)


def test_settings_that_are_code_never_reach_the_source() -> None:
    code = "'); import os  #"
    project = draw(("conv2d", {"padding": code, "padding_mode": code, "bias": code}), "flatten", "linear")
    checked = look(project)
    assert len(checked.errors) >= 3
    assert checked.source is None or "import os" not in checked.source.text


@given(names, names)
def test_identifiers_are_unique_ascii_and_no_keyword(one: str, other: str) -> None:
    made = [identifier(one, "conv2d"), identifier(other, "conv2d")]
    for name in made:
        assert name.isidentifier()
        assert name.isascii()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")
    if one != other:
        both = identifiers(Graph({"a": Node("a", "relu", one), "b": Node("b", "relu", other)}))
        assert both["a"] != both["b"]


def test_a_node_keeps_its_identifier_when_another_is_added() -> None:
    before = look(CNN).identifiers[MAIN]
    project, _ = add(CNN, "conv2d")
    after = look(project).identifiers[MAIN]
    assert {id: after[id] for id in before} == dict(before)


@hypothesis_settings(max_examples=60)
@given(st.lists(random_edits(), max_size=25))
def test_any_drawing_is_checked_without_a_fault_and_its_source_is_python(steps: list) -> None:
    project = Project()
    for _, edit in steps:
        project = edit(project)
    checked = look(project, DIGITS)
    for problem in checked.problems:
        assert problem.sentence.endswith(".")
        assert problem.node is None or problem.node in project.main.nodes
        if problem.fix is not None:
            problem.fix.edit(project)
    if checked.source is not None:
        ast.parse(checked.source.text)
        reopened = look(loads(dumps(project)).project)
        assert reopened.source is not None
        assert reopened.source.text == checked.source.text
