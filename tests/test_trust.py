"""What code is trusted is remembered by what it says, and nothing else makes it so."""

from __future__ import annotations

from pathlib import Path

import pytest

from netbuilder.trust import Trust, nothing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "trusted.json"


def test_no_code_is_always_trusted_and_code_is_not(file: Path):
    assert Trust(file)("")
    assert not Trust(file)("print(1)")
    assert nothing("")
    assert not nothing("x")


def test_trust_outlives_the_program_and_is_bound_to_every_letter(file: Path):
    Trust(file).add(["print(1)"])
    assert Trust(file)("print(1)")
    assert not Trust(file)("print(1) ")


def test_trust_for_once_is_not_written_down(file: Path):
    trust = Trust(file)
    trust.add_once(["print(1)"])
    assert trust("print(1)")
    assert not Trust(file)("print(1)")
    assert not file.exists()


@pytest.mark.parametrize("content", ["", "{", "{}", "[1, null]", "[" * 100_000, "\x00"])
def test_a_damaged_list_trusts_nothing_and_can_be_added_to(file: Path, content: str):
    file.parent.mkdir(parents=True)
    file.write_text(content)
    trust = Trust(file)
    assert not trust("print(1)")
    trust.add(["print(1)"])
    assert Trust(file)("print(1)")


def test_two_programs_add_to_the_same_list(file: Path):
    one, other = Trust(file), Trust(file)
    assert not one("a")
    assert not other("b")
    one.add(["a"])
    other.add(["b"])
    assert Trust(file)("a")
    assert Trust(file)("b")
