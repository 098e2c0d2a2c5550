"""A project from a stranger that holds code: nothing that is done with it runs any of it, until its text is trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netbuilder.compile.check import check
from netbuilder.compile.problems.foreign import UNTRUSTED, foreign_code
from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.graph.block import Block, kind_of
from netbuilder.layers import standard
from netbuilder.project import Part, Project, clipboard, file
from netbuilder.project.document import Document
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

DIGITS = DataSpec("digits", {"image": TensorSpec((1, 8, 8))}, TargetSpec("class", tuple("0123456789")))


def expression(canary: Path) -> str:
    return f"[open({str(canary)!r}, 'w').close(), x][1]"


def module(canary: Path) -> str:
    return f"""open({str(canary)!r}, "w").close()


class Evil(nn.Module):
    open({str(canary)!r}, "w").close()

    def __init__(self, size=open({str(canary)!r}, "w").close()):
        super().__init__()
        open({str(canary)!r}, "w").close()

    def forward(self, x):
        open({str(canary)!r}, "w").close()
        return x
"""


def arguments(canary: Path) -> dict[str, str]:
    quiet = "class Quiet(nn.Module):\n    def __init__(self, a):\n        super().__init__()\n\n"
    return {
        "code": quiet + "    def forward(self, x):\n        return x\n",
        "made_with": f"open({str(canary)!r}, 'w').close()",
    }


def hostile(settings: dict[str, object]) -> Project:
    """Input, the code, Flatten, Linear, Output; and the same code in a block that stands beside it."""
    graph = Graph()
    for id, kind, given in (
        ("n1", "input", {}),
        ("n2", "custom", settings),
        ("n3", kind_of("Inside"), {}),
        ("n4", "flatten", {}),
        ("n5", "linear", {"out_features": 10}),
        ("n6", "output", {}),
    ):
        graph = edits.add_node(graph, Node(id, kind, id.replace("n", "node"), given))
    ports = [("n1", "y", "n2", "x"), ("n2", "y", "n3", "x"), ("n3", "out", "n4", "x"), ("n4", "y", "n5", "x")]
    for edge in (*ports, ("n5", "y", "n6", "x")):
        graph = edits.connect(graph, Edge(*edge))
    inside = Graph()
    for node in (Node("n1", "input", "x"), Node("n2", "custom", "wave", settings), Node("n3", "output", "out")):
        inside = edits.add_node(inside, node)
    inside = edits.connect(edits.connect(inside, Edge("n1", "y", "n2", "x")), Edge("n2", "y", "n3", "x"))
    return Project({"main": graph, "Inside": inside}, data=Part("digits"), blocks={"Inside": Block()})


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture(params=["expression", "module", "arguments"])
def project(request: pytest.FixtureRequest, canary: Path) -> Project:
    given = {
        "expression": {"code": expression(canary)},
        "module": {"code": module(canary)},
        "arguments": arguments(canary),
    }
    return hostile(given[request.param])


def test_all_of_it_is_found(project: Project):
    found = foreign_code(project, standard())
    assert [(piece.graph, piece.node) for piece in found] == [("main", "n2"), ("Inside", "n2")]


def test_open_check_save_undo_copy_and_paste_run_nothing(project: Project, canary: Path, tmp_path: Path):
    path = tmp_path / "evil.netb"
    file.save(project, path)
    opened = file.open_file(path)
    assert opened.faithful
    document = Document(opened.project, path)
    checked = check(document.project, standard(), DIGITS)
    assert not checked.can_train
    assert checked.source is None
    assert any(problem.short == UNTRUSTED and problem.severity == "error" for problem in checked.problems)
    document.apply("Remove", document.project.with_graph(edits.remove_nodes(document.project.main, ["n2"])))
    document.undo()
    document.save()
    text = clipboard.dumps(clipboard.piece_of(document.project, "main", ["n2", "n3"]))
    pasted, _ = clipboard.paste(document.project, "main", clipboard.loads(text), (40.0, 40.0))
    check(pasted, standard(), DIGITS)
    assert not canary.exists()


def test_once_it_is_trusted_it_does_run(project: Project, canary: Path):
    checked = check(project, standard(), DIGITS, trusted=lambda text: True)
    assert canary.exists()
    assert not checked.errors
    assert checked.source is not None
    assert str(canary) in checked.source.text


def test_trust_in_one_text_is_none_in_another(project: Project, canary: Path):
    pieces = {piece.text for piece in foreign_code(project, standard())}
    check(project, standard(), DIGITS, trusted=lambda text: not text or text in {text + " " for text in pieces})
    assert not canary.exists()


@pytest.mark.parametrize("words", [["check"], ["check", "--json"], ["source"], ["train", "--epochs", "1"]])
def test_the_command_line_runs_nothing_without_being_told_to(words: list[str], canary: Path, tmp_path: Path):
    path = tmp_path / "evil.netb"
    file.save(hostile({"code": module(canary)}), path)
    verb, *options = words
    command = [sys.executable, "-m", "netbuilder", verb, str(path), *options]
    told = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=110)
    assert not canary.exists()
    if words == ["check", "--json"]:
        assert any("not looked at" in problem["sentence"] for problem in json.loads(told.stdout)["problems"])
    else:
        assert "--trust" in told.stdout + told.stderr
    assert verb == "check" or told.returncode == 1


def test_the_command_line_trains_it_once_told_to(canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path / "home"))
    path = tmp_path / "evil.netb"
    file.save(hostile({"code": module(canary)}), path)
    command = [sys.executable, "-m", "netbuilder", "train", str(path), "--epochs", "1", "--trust"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=110)
    assert told.returncode == 0, told.stderr
    assert canary.exists()
    canary.unlink()
    again = subprocess.run([*command[:-1]], capture_output=True, text=True, cwd=tmp_path, timeout=110)
    assert again.returncode == 1
    assert not canary.exists()
