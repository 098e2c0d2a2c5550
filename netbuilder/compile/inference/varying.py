"""Which sizes follow from a length or a picture's size that varies, and how: found by looking at more of them.

It is given a way to ask for the shapes that come out at other sizes, and knows nothing about torch. A formula is only
taken if it gives what was seen at every size that was looked at; where none does, the size gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from netbuilder.compile.inference.formula import Formula, Symbol
from netbuilder.compile.inference.types import Dim, Sizes, TensorType

FAR = 20_160  # more than the example; divisible by all usual strides: 2⁶ · 3² · 5 · 7
LARGEST_STRIDE = 128
MOST_PROBES = 8
ONLY_HERE = "works for the size of the example only"

Shapes = Mapping[str, Sequence[int]]
Look = Callable[[Sizes], Shapes]  # what comes out, by port, for one sample at these sizes; it may raise


class OnlyHere(ValueError):
    """It works for the example's size and for no other; `symbols` are those that may not vary."""

    def __init__(self, symbols: Iterable[Symbol], fault: str):
        self.symbols = tuple(symbols)
        names = ", ".join(symbol.name for symbol in self.symbols)
        super().__init__(f"{ONLY_HERE} ({names}): {fault}")


def vary(
    inputs: Iterable[TensorType], types: Mapping[str, TensorType], look: Look
) -> tuple[dict[str, TensorType], str]:
    """The types that come out with their formulas, given them for the example; and a fault at some sizes, if any.

    Raises `OnlyHere` where other sizes can't flow through at all.
    """
    candidates = list(dict.fromkeys(d.formula for type in inputs for d in type.dims if d.formula is not None))
    candidates.sort(key=lambda formula: len(formula.terms))
    symbols = tuple(sorted({symbol for formula in candidates for symbol in formula.symbols}))
    seen, fault = _far(symbols, look)
    try:
        near = {symbol: symbol.example + 1 for symbol in symbols}
        seen.append((near, look(near)))
    except Exception as error:
        fault = fault or str(error)
    found = {}
    for port, type in types.items():
        dims = []
        for number, dim in enumerate(type.dims):
            here = dim.per_sample or dim.fixed
            at = [(sizes, shapes[port][number]) for sizes, shapes in seen]
            if any(size != here for _, size in at):
                if dim.per_sample and dim.fixed:
                    raise ValueError("a size depends on the batch and on a length at once")
                more = _Line(port, number, look)
                formula = _fitted(candidates, symbols, [({}, here), *at], more)
                dim = Dim(dim.per_sample, dim.fixed, formula)
            dims.append(dim)
        found[port] = TensorType(tuple(dims), type.dtype)
    return found, fault


def _far(symbols: tuple[Symbol, ...], look: Look) -> tuple[list[tuple[Sizes, Shapes]], str]:
    """What comes out far from the example, in each direction alone and in all together."""
    together = {symbol: symbol.example + FAR for symbol in symbols}
    steps: list[Sizes] = [{symbol: symbol.example + FAR} for symbol in symbols]
    if len(symbols) > 1:
        steps.append(together)
    seen: list[tuple[Sizes, Shapes]] = []
    refused: list[Symbol] = []
    fault = ""
    for step in steps:
        try:
            seen.append((step, look(step)))
        except Exception as error:
            if all(symbol.guessed for symbol in step):
                continue  # it may well follow from another one, and can't be looked at alone
            fault = str(error)
            refused += step if len(step) == 1 else ()
    if refused and len(seen) == 0:
        raise OnlyHere(refused, fault)
    if fault and not any(sizes == together for sizes, _ in seen):
        raise OnlyHere(refused or symbols, fault)
    return seen, fault


class _Line:
    """One dimension of one output, asked for at further sizes."""

    def __init__(self, port: str, number: int, look: Look):
        self._port, self._number, self._look = port, number, look

    def at(self, sizes: Sizes) -> int | None:
        try:
            return self._look(sizes)[self._port][self._number]
        except Exception:
            return None


Seen = list[tuple[Sizes, int]]


def _fitted(candidates: list[Formula], symbols: tuple[Symbol, ...], seen: Seen, line: _Line) -> Formula:
    for formula in candidates:
        if _holds(formula, seen):
            return formula
    for formula in candidates:
        fitted = _divided(formula, seen, line)
        if fitted is not None and _holds(fitted, seen):
            return fitted
    for number, one in enumerate(candidates):
        for other in candidates[number:]:
            joint = _joint(one, other, seen)
            if joint is not None and _holds(joint, seen):
                return joint
    involved = sorted({symbol for sizes, size in seen if size != seen[0][1] for symbol in sizes})
    name = "".join(dict.fromkeys(symbol.name.rstrip("′") for symbol in involved))
    return Formula.of(Symbol(f"{name}′", seen[0][1], guessed=True))


def _holds(formula: Formula, seen: Seen) -> bool:
    return all(formula.at(sizes) == size for sizes, size in seen)


def _divided(x: Formula, seen: Seen, line: _Line) -> Formula | None:
    """⌊(a·x + b)/c⌋, if that is what was seen."""
    here = seen[0][1]
    slope = next(
        (
            Fraction(size - here, x.at(sizes) - x.at({}))
            for sizes, size in seen[1:]
            if size != here and _moves(x, sizes)
        ),
        Fraction(0),
    )
    a, c = slope.numerator, slope.denominator
    if a < 1 or c > LARGEST_STRIDE:
        return None
    low, high = -(10**18), 10**18
    for sizes, size in seen:
        low = max(low, size * c - a * x.at(sizes))
        high = min(high, size * c - a * x.at(sizes) + c - 1)
    start = x.at({})
    for _ in range(MOST_PROBES):
        if low >= high:
            break
        middle = (low + high + 1) // 2
        step = (-middle - a * start) * pow(a, -1, c) % c
        place = _where(x, start + step) if step else None
        there = line.at(place) if place is not None else None
        if place is None or there is None:
            return None
        low = max(low, there * c - a * x.at(place))
        high = min(high, there * c - a * x.at(place) + c - 1)
    return (x * a + low) // c if low == high else None


def _moves(x: Formula, sizes: Sizes) -> bool:
    return x.at(sizes) != x.at({})


def _where(x: Formula, wanted: int) -> Sizes | None:
    """Sizes near the example at which x is just that number."""
    for symbol in x.symbols:
        for more in range(1, LARGEST_STRIDE * 64):
            value = x.at({symbol: symbol.example + more})
            if value == wanted:
                return {symbol: symbol.example + more}
            if value > wanted:
                break
    return None


def _joint(one: Formula, other: Formula, seen: Seen) -> Formula | None:
    """a + b·one + c·other + d·one·other, if that is what was seen: joined side by side, or laid out in one row."""
    places = {(one.at(sizes), other.at(sizes)): size for sizes, size in seen}
    x0, y0 = one.at({}), other.at({})
    right = next(((x, y) for x, y in places if x != x0 and y == y0), None)
    above = next(((x, y) for x, y in places if x == x0 and y != y0), None)
    here = places[x0, y0]
    if right is None or above is None:
        if one.symbols == other.symbols:
            return _same_symbol(one, other, seen)
        return None
    across = next(((x, y) for x, y in places if x == right[0] and y == above[1]), None)
    if across is None:
        return None
    dx, dy = right[0] - x0, above[1] - y0
    d = Fraction(places[across] - places[right] - places[above] + here, dx * dy)
    b = Fraction(places[right] - here, dx) - d * y0
    c = Fraction(places[above] - here, dy) - d * x0
    a = here - b * x0 - c * y0 - d * x0 * y0
    if any(number.denominator != 1 for number in (a, b, c, d)):
        return None
    return one * other * int(d) + one * int(b) + other * int(c) + int(a)


def _same_symbol(one: Formula, other: Formula, seen: Seen) -> Formula | None:
    """Two that vary together, joined or multiplied."""
    here = seen[0][1]
    if one.at({}) + other.at({}) == here:
        return one + other
    product = one.at({}) * other.at({})
    return one * other * (here // product) if product and here % product == 0 else None
