"""What flows along an edge: a tensor's dimensions, with the batch as N and what varies as T, H, W, and its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from netbuilder.compile.inference.formula import Formula, Symbol

Sizes = Mapping[Symbol, int]  # what is looked at, where it is not the example


@dataclass(frozen=True)
class Dim:
    """One dimension: `per_sample` times the batch N, plus `fixed`.

    Where it follows from a size that varies, both are as in the example, and `formula` says what it is in general:
    the factor of the batch where there is one, else the size itself. It is never both a multiple of the batch that
    varies and something more.
    """

    per_sample: int = 0
    fixed: int = 0
    formula: Formula | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for every batch. (It may still vary with the samples: see `varies`.)"""
        return self.per_sample == 0

    @property
    def varies(self) -> bool:
        """Whether it follows from the length or the size of what comes in."""
        return self.formula is not None

    def size(self, batch: int, at: Sizes | None = None) -> int:
        if self.formula is None or not at:
            return self.per_sample * batch + self.fixed
        return self.formula.at(at) * (batch if self.per_sample else 1)

    def __str__(self) -> str:
        if self.formula is not None:
            return f"{self.formula}·N" if self.per_sample else str(self.formula)
        if self.is_fixed:
            return str(self.fixed)
        times = "N" if self.per_sample == 1 else f"{self.per_sample}N"
        return times if self.fixed == 0 else f"({times}{self.fixed:+d})"


@dataclass(frozen=True)
class TensorType:
    """A tensor's dimensions and dtype ("float32"); `str()` is how people read it: N×64×7×7."""

    dims: tuple[Dim, ...]
    dtype: str = "float32"

    @property
    def rank(self) -> int:
        return len(self.dims)

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """What its sizes vary with, in order."""
        return tuple(sorted({symbol for dim in self.dims if dim.formula is not None for symbol in dim.formula.symbols}))

    def sizes(self, batch: int, at: Sizes | None = None) -> tuple[int, ...]:
        return tuple(dim.size(batch, at) for dim in self.dims)

    @cached_property
    def _hash(self) -> int:
        return hash((self.dims, self.dtype))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _text(self) -> str:
        return "×".join(map(str, self.dims)) if self.dims else "one number"

    def __str__(self) -> str:
        return self._text
