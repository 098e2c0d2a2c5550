"""What flows into a network and what is expected out of it: shapes, types and meanings, without any data.

The data side states a `DataSpec`, the compiler checks a drawing against it, and the screens show it. It knows
nothing about torch: types are named as torch names them ("float32", "int64").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TensorSpec:
    """One sample of one input, without the batch dimension: (1, 8, 8) for a grey 8×8 picture (C, H, W)."""

    shape: tuple[int, ...]
    dtype: str = "float32"


@dataclass(frozen=True)
class TargetSpec:
    """What the network is asked to say about a sample.

    `kind` is "class" (one of `classes`, whose names are in the order of the output's columns), "labels" (any of
    `classes` at once, each yes or no), "number" (`names` are the columns predicted), "vector" (a row of real numbers,
    as many as were drawn) or "any" (real numbers of any shape). With `positions` it is asked at each place of a grid of
    this shape, and not once a sample: (H, W) for a class a pixel, (T,) for a class or numbers a step of a sequence.
    """

    kind: str
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """How many numbers the network gives per place: one score a class, or one value a predicted column."""
        return len(self.names) if self.kind == "number" else len(self.classes)

    @property
    def is_open(self) -> bool:
        """Whether nothing in the data says what the answer to a sample should be."""
        return self.kind in ("any", "vector")

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes that the network's answer to one sample may have, the usual one first: classes come before the
        places of a picture, and numbers and the classes of a sequence behind them. None for one of any shape."""
        places, width = self.positions, self.width
        if self.is_open:
            return ()
        if self.kind == "class" and len(places) >= 2:
            return ((width, *places),)
        if self.kind == "class" and places:
            return ((*places, width), (width, *places))
        if self.kind == "number" and places and width == 1:
            return (places, (*places, 1))
        return ((*places, width),)


@dataclass(frozen=True)
class DataSpec:
    """The inputs by name and the target. `title` is what the screens call the data: "digits".

    `others` are further targets by name, for networks with several outputs. `tokens` are the words of the vocabulary
    by their numbers, where the inputs are whole numbers that stand for words or letters. `so_far` is the input, if any,
    that has the target one place late: at each place what was right at the one before. `gap` is the one of `tokens`
    that stands for what is hidden from the network, "" where nothing is.
    """

    title: str
    inputs: dict[str, TensorSpec] = field(default_factory=dict)
    target: TargetSpec | None = None
    others: dict[str, TargetSpec] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()
    so_far: str = ""
    gap: str = ""

    @property
    def targets(self) -> dict[str, TargetSpec]:
        """All the targets by name; that of the first is "target"."""
        return ({"target": self.target} if self.target is not None else {}) | self.others


@dataclass(frozen=True)
class Asked:
    """What the networks of a project are asked: the main one, and those that are trained beside it by the name of their
    tabs, each with its role ("discriminator") in a training called `by`.

    `main` is None where no data is known. `refused` says why the project can't be trained on it at all, "" if it can.
    """

    main: DataSpec | None = None
    beside: Mapping[str, DataSpec] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    refused: str = ""
