"""A project that comes from others never makes the program look at another computer before its user says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder import cli
from netbuilder.compile.check import check
from netbuilder.compile.weights import start_of
from netbuilder.data.catalog import elsewhere
from netbuilder.fields import Part
from netbuilder.layers import standard
from netbuilder.places import is_elsewhere
from netbuilder.project import Project
from netbuilder.project.file import save
from netbuilder.weights_file import NoWeights

STRANGE = "\\\\server\\share\\cats"


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (STRANGE, True),
        ("//server/share", True),
        ("\\\\?\\UNC\\server\\share", True),
        ("/\\server/share", True),
        ("/home/me/cats", False),
        ("C:\\cats", False),
        ("cats", False),
        ("", False),
    ],
)
def test_a_path_to_another_computer_is_known(path, there):
    assert is_elsewhere(path) is there


@pytest.fixture
def untouched(monkeypatch):
    """Fails where anything asks the system about the path."""
    for name in ("exists", "is_dir", "is_file", "stat", "open", "iterdir", "resolve"):
        real = getattr(Path, name)

        def watched(self, *given, real=real, **named):
            assert "server" not in str(self), f"{self} was looked at"
            return real(self, *given, **named)

        monkeypatch.setattr(Path, name, watched)


def written(tmp_path: Path) -> Path:
    save(replace(Project(), data=Part("image_folder", {"path": STRANGE})), tmp_path / "p.netb")
    return tmp_path / "p.netb"


@pytest.mark.parametrize("verb", ["check", "train", "source"])
def test_the_command_line_asks_for_trust(tmp_path, verb, capsys, untouched):
    assert cli.main([verb, str(written(tmp_path))]) == 1
    told = capsys.readouterr()
    assert "another computer" in told.out + told.err
    assert "--trust" in told.out + told.err


def test_weights_on_another_computer_are_not_looked_for(untouched):
    checked = check(replace(Project(), weights="//server/share/w.safetensors"), standard())
    with pytest.raises(NoWeights, match="Copy them beside the project"):
        start_of(checked, Path("/tmp"))


def test_the_data_of_the_samples_lies_here():
    from netbuilder.resources import samples

    for sample in samples():
        data = json.loads(sample.path.read_text("utf-8"))["data"]
        assert elsewhere(Part(data["kind"], data["settings"])) == ""
