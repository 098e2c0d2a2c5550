"""Sequences of symbols that a network must remember: one thing said early, or everything, for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.dataset import Dataset
from netbuilder.data.generated import Generated
from netbuilder.data.source import DataError, Tell, tell_nobody
from netbuilder.fields import Int
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

if TYPE_CHECKING:
    import numpy as np

    from netbuilder.data.split import Split

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MARK = "!"
NOTHING = "-"  # what a copy says before there is anything to copy


class Letters(Generated):
    """What sources of letters have in common."""

    length = Int(20, min=2, max=2000, help="How many letters a sequence has.")
    letters = Int(8, min=2, max=26, help="How many different letters there are.")

    def _check(self) -> None:
        from netbuilder.data.memory import check_fits

        room = 2 * 8 * self.samples * self.length
        check_fits(room, f"{self.samples:,} sequences", "make fewer or shorter ones", "samples")

    def _dataset(
        self, title: str, words: np.ndarray, said: np.ndarray, target: TargetSpec, known: tuple[str, ...], parts: Split
    ) -> Dataset:
        import torch

        from netbuilder.data.tokens import Characters

        shape = (self.length,)
        return Dataset(
            spec=DataSpec(title, {"tokens": TensorSpec(shape, "int64")}, target, tokens=known),
            inputs={"tokens": torch.from_numpy(words)},
            targets=torch.from_numpy(said),
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
            tokens=Characters(known),
        )


class Sequences(Letters):
    """Sequences of letters made here, with an exclamation mark near the beginning: the class is the letter after it,
    and all others mean nothing."""

    kind = "sequences"
    title = "Marked letters"

    length = Int(20, min=4, max=2000, help="How many letters a sequence has, the mark too: the longer, the harder.")
    letters = Int(4, min=2, max=26, help="How many different letters there are, and so classes.")
    within = Int(5, min=1, max=1000, help="The mark is one of so many first: the fewer, the longer to remember.")
    samples = Int(4000, min=10, max=1_000_000, help="How many sequences are made.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Making sequences", 0, 0)
        import numpy as np

        from netbuilder.data.split import split_by_class

        if self.within >= self.length:
            raise DataError(
                f"A mark among the first {self.within:,} needs sequences of {self.within + 1:,} or more: "
                "make them longer, or the mark earlier.",
                "within",
            )
        self._check()
        random = self.random()
        words = random.integers(0, self.letters, (self.samples, self.length))
        rows, marked = np.arange(self.samples), random.integers(0, self.within, self.samples)
        labels = words[rows, marked + 1]
        words[rows, marked] = self.letters
        parts = split_by_class(labels, self.validation, self.seed)
        known = tuple(LETTERS[: self.letters])
        target = TargetSpec("class", classes=known)
        return self._dataset("marked letters", words, labels, target, (*known, MARK), parts)


class Copying(Letters):
    """Sequences of random letters made here, to be said again a few steps later: at every step the letter of so many
    steps before is asked for."""

    kind = "copying"
    title = "Copying"

    delay = Int(3, min=0, max=1999, help="How many steps later a letter is to be said.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Making sequences", 0, 0)
        import numpy as np

        from netbuilder.data.split import split

        if self.delay >= self.length:
            raise DataError(
                f"Nothing is left to copy {self.delay:,} steps later in sequences of {self.length:,}: "
                "make them longer, or the delay shorter.",
                "delay",
            )
        self._check()
        words = self.random().integers(1, self.letters + 1, (self.samples, self.length))
        said = np.zeros_like(words)
        said[:, self.delay :] = words[:, : self.length - self.delay]
        parts = split(self.samples, self.validation, self.seed)
        known = (NOTHING, *LETTERS[: self.letters])
        target = TargetSpec("class", classes=known, positions=(self.length,))
        return self._dataset("copying", words, said, target, known, parts)
