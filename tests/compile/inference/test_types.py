"""Sizes that vary: arithmetic over names says what plain arithmetic gives, and is written as short as people would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.compile.inference.formula import Formula, Symbol
from netbuilder.compile.inference.types import Dim, TensorType

T, H, W = Symbol("T", 12), Symbol("H", 224), Symbol("W", 200)
t, h, w = (Formula.of(symbol) for symbol in (T, H, W))

SIZES = st.fixed_dictionaries({T: st.integers(1, 500), H: st.integers(1, 500), W: st.integers(1, 500)})


@st.composite
def built(draw: st.DrawFn) -> tuple[Formula, object]:
    """A formula, and the same as a function of the sizes."""
    symbol = draw(st.sampled_from((T, H, W)))
    formula, steps = Formula.of(symbol), [lambda sizes: sizes[symbol]]
    for _ in range(draw(st.integers(0, 6))):
        kind, number = draw(st.sampled_from("+*/")), draw(st.integers(1, 9))
        before = steps[-1]
        if kind == "+":
            number -= 5
            formula = formula + number
            steps.append(lambda sizes, f=before, n=number: f(sizes) + n)
        elif kind == "*":
            formula = formula * number
            steps.append(lambda sizes, f=before, n=number: f(sizes) * n)
        else:
            formula = formula // number
            steps.append(lambda sizes, f=before, n=number: f(sizes) // n)
    return formula, steps[-1]


@given(built(), built(), SIZES)
def test_a_formula_is_the_number_that_plain_arithmetic_gives(one, other, sizes) -> None:  # type: ignore[no-untyped-def]
    (a, f), (b, g) = one, other
    assert a.at(sizes) == f(sizes)
    assert (a + b).at(sizes) == f(sizes) + g(sizes)
    assert (a * b).at(sizes) == f(sizes) * g(sizes)
    assert (a * b // 7).at(sizes) == f(sizes) * g(sizes) // 7


@given(built(), built())
def test_the_order_of_sums_and_products_makes_no_difference(one, other) -> None:  # type: ignore[no-untyped-def]
    a, b = one[0], other[0]
    assert a + b == b + a
    assert a * b == b * a
    assert hash(a * b) == hash(b * a)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (t, "T"),
        (t + 1, "(T+1)"),
        (t * 2 + -3, "(2T−3)"),
        (h * w, "H·W"),
        ((h + 1) // 2, "⌈H/2⌉"),
        (((h + 1) // 2 + 1) // 2, "⌈H/4⌉"),
        (((h + -1) // 2 + 1), "⌈H/2⌉"),
        ((h // 16) * (w // 16) + 1, "(⌊H/16⌋·⌊W/16⌋+1)"),
        ((h + 1) // 4, "⌊(H+1)/4⌋"),
        ((h // 2) * 2, "2⌊H/2⌋"),
        (t * 4 // 4, "T"),
        ((h + 3) // 7 * ((w + 5) // 9) * t * 100, "~" + str((224 + 3) // 7 * ((200 + 5) // 9) * 1200)),
    ],
)
def test_a_size_is_written_short(formula: Formula, said: str) -> None:
    assert str(formula) == said


def test_dividing_twice_is_dividing_once() -> None:
    assert (h // 2) // 3 == h // 6
    assert ((h + 1) // 2 + 1) // 2 == (h + 3) // 4
    assert str(h // 2) == "⌊H/2⌋"


def test_a_type_is_the_example_until_it_is_asked_for_another_size() -> None:
    kind = TensorType((Dim(1), Dim(0, 12, t), Dim(0, 64)))
    assert str(kind) == "N×T×64"
    assert kind.sizes(5) == (5, 12, 64)
    assert kind.sizes(5, {T: 30}) == (5, 30, 64)
    assert kind.symbols == (T,)
    rows = TensorType((Dim(12, 0, t), Dim(0, 64)))
    assert str(rows) == "T·N×64"
    assert rows.sizes(5, {T: 30}) == (150, 64)
    assert str(TensorType((Dim(64), Dim(2, 1), Dim(0, 3)), "bool")) == "64N×(2N+1)×3"
