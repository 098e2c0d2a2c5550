"""Folding: a statement that is too long is broken where ruff would break it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from netbuilder.compile.writing.page import Line, Page, fold
from tests.compile.formatting import formatted

NAMES = (
    "x",
    "hidden",
    "attention_weights",
    "channels",
    "self.encoder",
    "a_rather_long_name_for_a_value",
    "self.channels",
)


def expression(dice: random.Random, deep: int) -> str:
    """Something as the layers write it: calls, lists, tuples, numbers, text."""
    sort = (
        dice.choice(["name", "name", "number", "text", "call", "call", "list", "tuple", "method"]) if deep else "name"
    )
    if sort == "name":
        return dice.choice(NAMES)
    if sort == "number":
        return str(dice.choice([1, 0.5, -2, 12345]))
    if sort == "text":
        return dice.choice(['"same"', '"a, (b"', '"zeros"'])
    inside = [expression(dice, deep - 1) for _ in range(dice.randint(2, 5))]
    if sort == "list":
        return f"[{', '.join(inside)}]"
    if sort == "tuple":
        return f"({', '.join(inside)})"
    named = [f"{dice.choice(['dim', 'kernel_size', 'out_channels'])}{n}={part}" for n, part in enumerate(inside)]
    arguments = ", ".join([*inside[:2], *named[2:]])
    if sort == "method":
        return f"{dice.choice(NAMES)}.permute({arguments})"
    return f"{dice.choice(['torch.cat', 'nn.Conv2d', 'F.scaled_dot_product_attention', 'self.layer'])}({arguments})"


def statement(dice: random.Random) -> str:
    sort = dice.choice(["set", "set", "set", "several", "add", "row", "return"])
    call = f"{dice.choice(['nn.TransformerEncoderLayer', 'torch.cat'])}({expression(dice, 2)}, {expression(dice, 3)})"
    if sort == "several":
        return f"output, (hidden, _), {dice.choice(NAMES[:3])} = {call}"
    if sort == "add":
        return f"x = {' + '.join(dice.choice(NAMES) for _ in range(dice.randint(4, 9)))}"
    if sort == "row":
        return f"self.stages = nn.Sequential(*({call} for _ in range({dice.choice(NAMES)})))"
    if sort == "return":
        return f"return {', '.join(dice.choice(NAMES[:6]) for _ in range(dice.randint(2, 9)))}"
    return f"{dice.choice(['x', 'self.encoder', 'a_rather_long_name_for_a_value'])} = {call}"


def test_statements_of_any_length_are_folded_as_ruff_would(tmp_path: Path) -> None:
    dice = random.Random(0)
    page = Page()
    page.write("class Network:")
    page.write("    def forward(self):")
    for _ in range(600):
        page.write(f"        {statement(dice)}")
    assert formatted([page.text], tmp_path) == ""


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ("x = call(first, second)", ["x = call(first, second)"]),
        ("x = call(first_one, second_one)", ["x = call(", "    first_one, second_one", ")"]),
        ("x = call(first_one, (second_one))", ["x = call(", "    first_one,", "    (second_one),", ")"]),
        ("some_value = first_value + other", ["some_value = (", "    first_value + other", ")"]),
        ('"""A text is left as it is, however long."""', ['"""A text is left as it is, however long."""']),
    ],
)
def test_what_fits_stays_on_one_line(line: str, folded: list[str]) -> None:
    assert fold(line, 26) == folded


def test_what_comments_say_is_aligned_and_no_line_grows_too_long() -> None:
    page = Page()
    long = f"x = call({'a' * 80})"
    page.write_body([Line("x = a(b)", (), "N×1"), Line("longer = a(b)", (), "N×2"), Line(long, (), "N×33333")])
    assert page.lines[:2] == ["x = a(b)  #      N×1", "longer = a(b)  # N×2"]
    assert page.lines[2:] == ["# N×33333", long]
