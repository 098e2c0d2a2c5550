"""What may be typed where a number is wanted."""

import pytest

from netbuilder.expression import NotANumber, calculate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        (" 64*2 ", 128),
        ("28*28//4", 196),
        ("1e-3", 0.001),
        ("-(3 + 4) % 5", 3),
        ("2**10", 1024),
        ("2^5", 32),
        ("3×4", 12),
        ("256/2", 128.0),
    ],
)
def test_arithmetic_on_numbers_is_calculated(text: str, value: float) -> None:
    assert calculate(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "__import__('os')",
        "().__class__",
        "True",
        "'a'*9",
        "[1]*3",
        "1 if 1 else 2",
        "9**9**9",
        "10**63*10**63",
        "1/0",
        "2**-9999",
        "(-8)**0.5",
        "1e999",
        "1;2",
        "lambda: 1",
        "9" * 5000,
        "(" * 150 + "1" + ")" * 150,
        "-" * 190 + "x",
        "\x00",
    ],
)
def test_anything_else_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(NotANumber):
        calculate(text)
