"""What flows along an edge: a tensor's dimensions, with the batch as N, and its type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dim:
    """One dimension: `per_sample` times the batch N, plus `fixed`."""

    per_sample: int = 0
    fixed: int = 0

    @property
    def is_fixed(self) -> bool:
        return self.per_sample == 0

    def size(self, batch: int) -> int:
        return self.per_sample * batch + self.fixed

    def __str__(self) -> str:
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

    def sizes(self, batch: int) -> tuple[int, ...]:
        return tuple(dim.size(batch) for dim in self.dims)

    def __str__(self) -> str:
        return "×".join(map(str, self.dims)) if self.dims else "one number"
