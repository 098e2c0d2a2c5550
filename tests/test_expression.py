"""What may be typed where a number is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.expression import LONGEST, NotANumber, calculate, expression, put_in, resolve, with_names


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


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("size", "width"),
        ("size*4  + size", "width*4  + width"),
        ("resize + size", "resize + width"),
        ("2 × size", "2 * width"),
        ("(size\n+ 1)", "(width + 1)"),
        ("größe + size", "größe + width"),
        ("nothing", "nothing"),
        ("size +", "size +"),
    ],
)
def test_a_new_name_leaves_the_rest_as_it_was_typed(text: str, renamed: str) -> None:
    assert with_names(expression(text), {"size": "width"}) == expression(renamed)
    assert with_names([expression(text), 3], {"size": "width"}) == [expression(renamed), 3]


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ("size", {"size": [3, 3]}, [3, 3]),
        ("(size)", {"size": "same"}, "same"),
        ("size * 4", {"size": 16}, 64),
        ("size ** 2", {"size": -3}, 9),
        ("size * 4", {"size": expression("a + b")}, expression("(a + b) * 4")),
        ("size * 4", {"size": expression("a # half")}, expression("a * 4")),
        ("size * k", {"size": 3}, expression("3 * k")),
        ("size * 4", {"other": 3}, expression("size * 4")),
        ("size * 4", {"size": "same"}, expression("size * 4")),
        ("size * 4", {"size": True}, expression("size * 4")),
        ("size * 4", {"size": expression("a +")}, expression("size * 4")),
        ("size +", {"size": 3}, expression("size +")),
    ],
)
def test_values_and_expressions_are_put_in_for_names(text: str, names: dict[str, object], value: object) -> None:
    assert put_in(expression(text), names) == value
    assert put_in([1, expression(text)], names) == [1, value]


def test_what_would_become_too_long_is_refused() -> None:
    with pytest.raises(NotANumber):
        put_in(expression("a * 4"), {"a": expression("+".join("b" * (LONGEST // 2)))})


names = st.sampled_from(("a", "b", "c"))
texts = st.recursive(
    names | st.integers(0, 9).map(str),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner) | inner.map("-{}".format),
    max_leaves=5,
)


@given(texts, texts, st.integers(-9, 9), st.integers(-9, 9))
def test_putting_in_first_or_last_comes_to_the_same(outer: str, inner: str, a: int, b: int) -> None:
    known = {"a": a, "b": b, "c": 7}
    at_once = resolve({"x": expression(outer)}, {"a": calculate(inner, known), "b": b, "c": 7})["x"]
    put = put_in(expression(outer), {"a": expression(inner)})
    assert resolve({"x": put}, known)["x"] == at_once


@pytest.mark.parametrize("text", ["1if 1else 2", "1or 2", "2and 3", "3in x", "0x1for x in y", "1.5is 2"])
def test_letters_stuck_to_a_number_are_refused_without_a_word_from_python(text, recwarn):
    with pytest.raises(NotANumber):
        calculate(text)
    assert not recwarn.list


@pytest.mark.parametrize(("text", "value"), [("1e-3", 0.001), ("1.5E3", 1500.0), (".5e1", 5.0), ("2*3", 6)])
def test_numbers_with_an_exponent_are_numbers(text, value):
    assert calculate(text) == value
