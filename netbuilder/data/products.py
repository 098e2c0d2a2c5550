"""A picture and a number beside it: two inputs of different kinds, and neither is enough."""

from __future__ import annotations

from typing import Any

from netbuilder.data.dataset import Dataset
from netbuilder.data.generated import Generated
from netbuilder.data.source import Tell, tell_nobody
from netbuilder.fields import Bool, Int
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec


class DigitTimesNumber(Generated):
    """A picture of a handwritten digit, and beside it a number from −1 to 1: what the two make when they are multiplied
    is predicted, which neither tells alone."""

    kind = "digit_times_number"
    title = "Digit times number"

    digit_too = Bool(False, label="ask for the digit too", help="Have a second target: which digit it is, a class.")
    samples = Int(
        4000, min=10, max=200_000, help="How many pairs are made; each of 1,797 pictures is used about alike."
    )

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading digits", 0, 0)
        import numpy as np
        import torch
        from sklearn.datasets import load_digits

        from netbuilder.data.memory import check_fits
        from netbuilder.data.split import split

        check_fits(4 * 66 * self.samples, f"{self.samples:,} pictures", "make fewer", "samples")
        bunch: Any = load_digits()
        random = self.random()
        # A picture is on one side only: those of validation are new to the network.
        sides = split(len(bunch.images), self.validation, self.seed)
        parts = split(self.samples, self.validation, self.seed)
        chosen = np.empty(self.samples, dtype=np.int64)
        for rows, pictures in ((parts.train, sides.train), (parts.validation, sides.validation)):
            times = -(-len(rows) // len(pictures))
            chosen[rows] = np.concatenate([random.permutation(pictures) for _ in range(times)])[: len(rows)]
        numbers = random.uniform(-1.0, 1.0, (self.samples, 1)).astype(np.float32)
        products = bunch.target[chosen, None].astype(np.float32) * numbers
        return Dataset(
            spec=DataSpec(
                "digit times number",
                {"picture": TensorSpec((1, 8, 8)), "number": TensorSpec((1,))},
                TargetSpec("number", names=("product",)),
                {"digit": TargetSpec("class", classes=tuple("0123456789"))} if self.digit_too else {},
            ),
            inputs={
                "picture": torch.from_numpy((bunch.images[chosen, None] / 16.0).astype(np.float32)),
                "number": torch.from_numpy(numbers),
            },
            targets=torch.from_numpy(products),
            others={"digit": torch.from_numpy(bunch.target[chosen].astype(np.int64))} if self.digit_too else {},
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
            notes=("No picture is both in training and in validation.",),
        )
