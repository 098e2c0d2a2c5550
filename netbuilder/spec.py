"""What flows into a network and what is expected out of it: shapes, types and meanings, without any data.

The data side states a `DataSpec`, the compiler checks a drawing against it, and the screens show it. It knows
nothing about torch: types are named as torch names them ("float32", "int64").
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TensorSpec:
    """One sample of one input, without the batch dimension: (1, 8, 8) for a grey 8×8 picture (C, H, W)."""

    shape: tuple[int, ...]
    dtype: str = "float32"


@dataclass(frozen=True)
class TargetSpec:
    """What the network is asked to say about a sample.

    `kind` is "class" (`classes` are their names, in the order of the output's columns) or "number"
    (`names` are the columns predicted).
    """

    kind: str
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many numbers the network gives per sample: one score a class, or one value a predicted column."""
        return len(self.classes) if self.kind == "class" else len(self.names)


@dataclass(frozen=True)
class DataSpec:
    """The inputs by name and the target. `title` is what the screens call the data: "digits"."""

    title: str
    inputs: dict[str, TensorSpec] = field(default_factory=dict)
    target: TargetSpec | None = None
