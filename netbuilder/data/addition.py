"""Sums written as text, letter by letter: a question and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.dataset import Dataset
from netbuilder.data.generated import Generated
from netbuilder.data.source import Tell, tell_nobody
from netbuilder.fields import Bool, Int
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

if TYPE_CHECKING:
    import numpy as np


class Addition(Generated):
    """Two numbers to be added, made here and written as text like 123+456=. The answer is asked for digit by digit,
    each with the digits before it given."""

    kind = "addition"
    title = "Addition"

    digits = Int(3, min=1, max=5, help="How many digits each of the two numbers has at most.")
    last_digit_first = Bool(
        False,
        label="last digit first",
        help="Writes the answer from its last digit on, as one adds on paper: no digit then depends on one that is "
        "still to come, which is learned far sooner (Lee et al. 2023). 86+57= is answered by 341.",
    )
    samples = Int(5000, min=10, max=200_000, help="How many sums are made, all of them different.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Making sums", 0, 0)
        import numpy as np
        import torch

        from netbuilder.data.split import split
        from netbuilder.data.tokens import PAD, START, Characters

        tokens = Characters("0123456789+=", special=(PAD, START))
        pairs = self._pairs()
        notes = ["No sum is in training and in validation, nor with its two numbers in the other order."]
        if self.last_digit_first:
            notes.append("Answers are written from their last digit on: 86+57= is answered by 341.")
        if len(pairs) < self.samples:
            notes.insert(0, f"There are only {len(pairs):,} different sums of numbers this short, and all are here.")
        questions = np.full((len(pairs), 2 * self.digits + 2), tokens.words.index(PAD))
        answers = np.full((len(pairs), self.digits + 1), tokens.words.index(PAD))
        for row, (one, other) in enumerate(pairs.tolist()):
            answer = f"{one + other}"[:: -1 if self.last_digit_first else 1]
            for table, text in ((questions, f"{one}+{other}="), (answers, answer)):
                table[row, : len(text)] = tokens.encode(text)
        shifted = np.roll(answers, 1, axis=1)
        shifted[:, 0] = tokens.words.index(START)
        parts = split(len(pairs), self.validation, self.seed)
        return Dataset(
            spec=DataSpec(
                "addition (last digit first)" if self.last_digit_first else "addition",
                {
                    "question": TensorSpec(questions.shape[1:], "int64"),
                    "answer": TensorSpec(answers.shape[1:], "int64"),
                },
                TargetSpec("class", classes=tokens.words, positions=answers.shape[1:]),
                tokens=tokens.words,
                so_far="answer",
            ),
            inputs={"question": torch.from_numpy(questions), "answer": torch.from_numpy(shifted)},
            targets=torch.from_numpy(answers),
            train=torch.from_numpy(parts.train),
            validation=torch.from_numpy(parts.validation),
            notes=tuple(notes),
            tokens=tokens,
        )

    def _pairs(self) -> np.ndarray:
        """Pairs of numbers (sums, 2) in any order, none of them twice, in whichever order its numbers are."""
        import numpy as np

        random = self.random()
        most = 10**self.digits
        every = most * (most + 1) // 2
        if every <= 2 * self.samples:
            one, other = np.triu_indices(most)
            chosen = random.permutation(every)[: self.samples]
            pairs = np.stack([one[chosen], other[chosen]], axis=1)
        else:
            drawn = np.sort(random.integers(0, most, (3 * self.samples, 2)), axis=1)
            _, first = np.unique(drawn[:, 0] * most + drawn[:, 1], return_index=True)
            pairs = drawn[np.sort(first)[: self.samples]]
        turned = random.random(len(pairs)) < 0.5
        pairs[turned] = pairs[turned, ::-1]
        return pairs
