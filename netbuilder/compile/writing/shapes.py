"""Shapes as the comments of a class tell them. Where its standings differ, a size is told by what it follows from:
an argument of the class, or a letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from netbuilder.compile.inference.types import Dim
from netbuilder.compile.planning.plan import Value
from netbuilder.compile.writing.classes import Made

LETTERS = {2: "NF", 3: "NLF", 4: "NCHW", 5: "NCDHW"}
FACTORS = (2, 4, 8, 16, 32)


class Shapes:
    """The shapes of the values of one class."""

    def __init__(self, made: Made):
        self._standings = made.standings
        self._known = dict(made.sizes)
        self._letters: dict[tuple[str, tuple[int, ...]], str] = {}

    def of(self, value: Value) -> str:
        """The shape of a value; "" where there is no one shape to tell."""
        types = [standing.types[value] for standing in self._standings if value in standing.types]
        if len(types) < len(self._standings):
            return ""
        if len(types) == 1 or all(type == types[0] for type in types):
            return str(types[0])
        rank = types[0].rank
        if any(type.rank != rank for type in types):
            return ""
        letters = LETTERS.get(rank, "N" + "S" * rank)
        return "×".join(self._told([type.dims[number] for type in types], letters[number]) for number in range(rank))

    def _told(self, dims: Sequence[Dim], letter: str) -> str:
        if len({str(dim) for dim in dims}) == 1:
            return str(dims[0])
        if not all(dim.is_fixed and not dim.varies for dim in dims):
            return letter
        vector = tuple(dim.fixed for dim in dims)
        known = self._known.get(vector)
        if known is not None:
            return known
        for (of, other), name in self._letters.items():
            if of != letter:
                continue
            if other == vector:
                return name
            for factor in FACTORS:
                if all(a == b * factor for a, b in zip(other, vector, strict=True)):
                    return f"{name}/{factor}"
                if all(a * factor == b for a, b in zip(other, vector, strict=True)):
                    return f"{factor}{name}"
        taken = set(self._letters.values())
        name = next(word for word in (letter, *(f"{letter}{number}" for number in range(2, 99))) if word not in taken)
        self._letters[letter, vector] = name
        return name
