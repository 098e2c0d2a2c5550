"""Sizes that vary: whole-number arithmetic over names such as T, H and W, as short as people would write it.

A formula is a sum of products of atoms. An atom is a name or a whole-number division of a formula: ⌊(H+1)/2⌋.
Formulas that are the same number for the same reason are equal: dividing twice by two is dividing once by four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TypeAlias

LONGEST = 24  # letters that a size may take where it is shown


@dataclass(frozen=True, order=True)
class Symbol:
    """A size that is not known before the data comes; `example` is what it is in the data that was looked at.

    A `guessed` one stands for a size that follows from others in a way no formula was found for.
    """

    name: str
    example: int
    guessed: bool = False


@dataclass(frozen=True)
class Divided:
    """`inside` divided by `by`, rounded down."""

    inside: Formula
    by: int


Atom: TypeAlias = "Symbol | Divided"
Term = tuple[Atom, ...]


@dataclass(frozen=True)
class Formula:
    """A sum: each product of atoms with its factor; the product of none is the constant. No factor is zero."""

    terms: tuple[tuple[Term, int], ...] = ()

    @staticmethod
    def of(value: Symbol | int) -> Formula:
        if isinstance(value, Symbol):
            return Formula((((value,), 1),))
        return Formula((((), value),) if value else ())

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """The names in it, each once, in order."""
        found: set[Symbol] = set()
        for term, _ in self.terms:
            for atom in term:
                found.update((atom,) if isinstance(atom, Symbol) else atom.inside.symbols)
        return tuple(sorted(found))

    def at(self, sizes: Mapping[Symbol, int]) -> int:
        """The number it is for these sizes; a symbol that is missing has its example's size."""
        total = 0
        for term, factor in self.terms:
            for atom in term:
                if isinstance(atom, Symbol):
                    factor *= sizes.get(atom, atom.example)
                else:
                    factor *= atom.inside.at(sizes) // atom.by
            total += factor
        return total

    def __add__(self, other: Formula | int) -> Formula:
        other = other if isinstance(other, Formula) else Formula.of(other)
        return _collected([*self.terms, *other.terms])

    def __mul__(self, other: Formula | int) -> Formula:
        other = other if isinstance(other, Formula) else Formula.of(other)
        return _collected([(tuple(sorted(a + b, key=_place)), x * y) for a, x in self.terms for b, y in other.terms])

    def __floordiv__(self, by: int) -> Formula:
        """Rounded down; `by` is 1 or more."""
        outside = _collected([(term, factor // by) for term, factor in self.terms])  # what divides evenly comes out
        inside = _collected([(term, factor % by) for term, factor in self.terms])
        if not inside.symbols:
            return outside
        (term, factor), rest = inside.terms[-1], inside.terms[:-1]
        if len(term) == 1 and factor == 1 and isinstance(term[0], Divided) and all(not t for t, _ in rest):
            added = sum(number for _, number in rest)  # ⌊(⌊a/m⌋ + b)/n⌋ is ⌊(a + bm)/mn⌋
            first = term[0]
            return outside + (first.inside + added * first.by) // (first.by * by)
        common = by
        for t, number in inside.terms:
            common = gcd(common, number) if t else common
        if common > 1:  # ⌊(2a + b)/2n⌋ is ⌊(a + ⌊b/2⌋)/n⌋
            inside = _collected([(t, number // common) for t, number in inside.terms])
            return outside + inside // (by // common)
        return outside + Formula((((Divided(inside, by),), 1),))

    def __str__(self) -> str:
        said = _sum(self)
        if len(said) > LONGEST:
            return f"~{self.at({})}"
        several = len(self.terms) > 1
        return f"({said})" if several else said


def _place(atom: Atom) -> tuple[int, str]:
    return (0, atom.name) if isinstance(atom, Symbol) else (1, _atom(atom))


def _collected(terms: list[tuple[Term, int]]) -> Formula:
    sums: dict[Term, int] = {}
    for term, factor in terms:
        sums[term] = sums.get(term, 0) + factor
    kept = [(term, factor) for term, factor in sums.items() if factor]
    return Formula(tuple(sorted(kept, key=lambda pair: (len(pair[0]), [_place(atom) for atom in pair[0]]))))


def _sum(formula: Formula) -> str:
    """The names first, then the number: 2T+1."""
    constant = sum(factor for term, factor in formula.terms if not term)
    said = ""
    for term, factor in sorted(formula.terms, key=lambda pair: (-len(pair[0]), pair[1] < 0)):
        if term:
            sign = "−" if factor < 0 else "+" if said else ""
            times = "" if abs(factor) == 1 else f"{abs(factor)}·" if len(term) > 1 else str(abs(factor))
            said += sign + times + "·".join(_atom(atom) for atom in term)
    if constant or not said:
        said += f"{'−' if constant < 0 else '+' if said else ''}{abs(constant)}"
    return said


def _atom(atom: Atom) -> str:
    if isinstance(atom, Symbol):
        return atom.name
    up = atom.inside + (1 - atom.by)
    if len(up.terms) == 1 and up.symbols:
        return f"⌈{_sum(up)}/{atom.by}⌉"
    inside = _sum(atom.inside)
    return f"⌊({inside})/{atom.by}⌋" if len(atom.inside.terms) > 1 else f"⌊{inside}/{atom.by}⌋"
