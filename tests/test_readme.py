"""What the README names is there: commands with their options, keys, samples, packages, pictures, links."""

from __future__ import annotations

import ast
import re
import shlex
import struct
from pathlib import Path

import pytest
import typer

from netbuilder import cli, resources
from netbuilder.project.file import loads

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^( *)```(\w*)\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE)
PICTURES = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)


def commands(program: str) -> list[list[str]]:
    """The words after `program` of every line that starts with it, in the README's shell blocks."""
    lines = [line.strip() for _, language, text in BLOCKS if language == "sh" for line in text.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines]
    return [line[1:] for line in words if line and line[0] == program]


def section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_make_command_is_a_target():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {words[0] for words in commands("make")} | set(re.findall(r"`make ([a-z-]+)`", README))
    assert {"run", "test", "bench", "screenshots"} <= named
    assert named <= targets


@pytest.mark.parametrize("words", [words for words in commands("netbuilder") if words], ids=" ".join)
def test_every_line_of_the_command_line_is_understood(words):
    group = typer.main.get_command(cli.app)
    verb, *rest = words
    assert verb in group.commands
    group.commands[verb].make_context(verb, rest)  # raises for an option or a format that does not exist


def test_every_verb_is_shown():
    assert {words[0] for words in commands("netbuilder") if words} == set(typer.main.get_command(cli.app).commands)


def test_every_sample_that_is_named_exists():
    known = {sample.name for sample in resources.samples()}
    named = set(re.findall(r"`((?:digits|iris|wine)-(?:cnn|mlp|lstm|attention|resnet|transformer))`", README))
    assert {words[1] for words in commands("netbuilder") if words[:1] == ["new"]} <= known
    assert named
    assert named <= known


def test_all_four_workspaces_are_pictured_in_dark_and_light():
    for workspace in ("data", "design", "train", "inspect"):
        for theme in ("dark", "light"):
            assert f"packaging/screenshots/{workspace}-{theme}.png" in PICTURES


@pytest.mark.parametrize("picture", sorted(set(PICTURES)))
def test_every_picture_is_a_whole_window_and_small(picture):
    content = (ROOT / picture).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (1600, 1000)
    assert len(content) <= 250_000


def test_every_link_to_a_file_leads_somewhere():
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^):]+)\)", README)
    assert "LICENSE" in links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_package_of_the_table_exists_and_none_is_missing():
    named = set(re.findall(r"^\| `(\w+)/` \|", section("How the code is laid out"), re.MULTILINE))
    there = {path.parent.name for path in (ROOT / "netbuilder").glob("*/__init__.py")}
    assert named == there


def test_every_key_is_in_the_table_of_actions():
    """Read as text, because these tests run without Qt."""
    source = ast.parse((ROOT / "netbuilder" / "ui" / "actions.py").read_text("utf-8"))
    known = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    rows = re.findall(r"^\| ([^|]+) \|", section("Keys"), re.MULTILINE)
    keys = {key.strip() for row in rows for key in row.split(", ")} - {""}
    assert len(keys) > 20
    assert keys - known == {"Space", "Esc"}, "these two belong to the canvas itself"


def test_the_project_file_that_is_shown_can_be_opened():
    (shown,) = [text for _, language, text in BLOCKS if language == "json"]
    opened = loads(shown)
    assert opened.notes == ()
    assert [node.name for node in opened.project.main] == ["picture", "conv1"]
