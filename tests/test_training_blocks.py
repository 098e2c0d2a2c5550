"""A project with blocks is checked, written and trained from the command line as any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netbuilder import cli
from netbuilder.project import Project
from netbuilder.project.file import dumps
from tests.compile.wiring import RESNET, changed, wired


def saved(project: Project, folder: Path) -> Path:
    file = folder / "blocks.netb"
    file.write_text(dumps(project), "utf-8")
    return file


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[Any], str]:
    code = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()] if out.startswith("{") else [], err


def test_a_network_of_blocks_learns_the_digits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file, run = saved(RESNET, tmp_path), tmp_path / "run"
    arguments = ("--epochs", 4, "--seed", 1, "--device", "cpu", "--run", run)
    code, events, _ = told(capsys, "train", file, *arguments, "--json")
    assert code == 0
    assert events[-1]["best"]["validation_accuracy"] > 0.8
    assert "class Residual(nn.Module):" in (run / "model.py").read_text("utf-8")
    record = json.loads((run / "run.json").read_text("utf-8"))
    assert record["node_names"]["stage1.1.conv2"] == "stage1[1].conv2"


def test_lines_of_a_block_bear_its_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = cli.main(["source", str(saved(RESNET, tmp_path)), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 0
    lines = document["source"].splitlines()
    assert any("nn.BatchNorm2d(channels)" in lines[number - 1] for number in document["lines"]["residual/bn1"])
    assert "stage1" in document["lines"]


def test_a_problem_in_a_block_is_told_with_its_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code = cli.main(["check", str(saved(changed(RESNET, "residual", "conv1", groups=3), tmp_path)), "--json"])
    told_, err = capsys.readouterr()
    (problem,) = json.loads(told_)["problems"]
    assert code == 1
    assert (problem["graph"], problem["node"]) == ("residual", "conv1")
    assert problem["sentence"] in err


def test_an_error_in_another_network_does_not_refuse_training(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = wired({"z": "input", "y": "output"}, "z > y")
    project = Project({**RESNET.graphs, "critic": other}, blocks=RESNET.blocks)
    assert cli.main(["check", str(saved(project, tmp_path)), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["can_train"] is True
    assert [problem["graph"] for problem in document["problems"]] == ["critic"]
