"""Learning to answer one sequence by another: with the right answer so far given, and judged without.

Given the right answer so far (teacher forcing; Williams and Zipser 1989), one pass learns from every place of it. It
knows nothing of where the sequences come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.data.in_words import input_in_words, text_of
from netbuilder.train.causal import greedy, places_first, refuse_to_look_ahead
from netbuilder.train.examples import FromExamples
from netbuilder.train.exhibits import Exhibit, Writing
from netbuilder.train.learning import Material, Told
from netbuilder.train.losses.objective import NOTHING, Sums
from netbuilder.train.recipes.recipe import RecipeError

if TYPE_CHECKING:
    from netbuilder.train.recipes.seq2seq import SequenceToSequence

SHOWN = 12  # answers that are written out
WRONG = "✗"


class TeacherForcing(FromExamples):
    """As from examples, with the share of answers that are right as a whole.

    In training an answer counts as right if each of its tokens is the likeliest behind the right ones. Validation
    samples are answered alone, from the start token on.
    """

    recipe: SequenceToSequence

    def __init__(self, recipe: SequenceToSequence, given: Material):
        self.so_far = recipe.asked(given.dataset.spec).so_far
        super().__init__(recipe, given)
        names = self.inputs()
        if self.so_far not in names:
            raise RecipeError(
                f"The network is not told the answer so far, so it can't write one. Give it an Input called "
                f"{self.so_far}."
            )
        self._at = names.index(self.so_far)
        answers, asked = self.dataset.inputs[self.so_far], self.dataset.targets
        if not ((answers[:, 1:] == asked[:, :-1]) | (asked[:, :-1] == NOTHING)).all():
            raise RecipeError(f"The input {self.so_far} is not the answer one place late. Shift it by one place.")
        held = self.dataset.validation if len(self.dataset.validation) else self.dataset.train
        chosen = held[:: max(1, len(held) // recipe.decoded)][: recipe.decoded]
        self._shown = chosen[:SHOWN].to(self.device)
        self._alone = torch.zeros(len(self.dataset), dtype=torch.bool, device=self.device)
        self._alone[chosen.to(self.device)] = True
        self._check_the_network()

    def further(self, inputs: list[torch.Tensor], output: torch.Tensor, targets: torch.Tensor) -> Sums:
        return {"exact": _exact(self._places_first(output).argmax(-1), targets), "answered": len(targets)}

    def check(self, numbers: torch.Tensor) -> Told:
        told = super().check(numbers)
        alone = numbers[self._alone[numbers]]
        if len(alone) == 0:
            return told._replace(sums={**told.sums, "exact": told.sums["exact"] * 0, "answered": 0})
        inputs, targets = self.samples.take(alone)
        exact = _exact(self._decode(inputs), targets)
        return told._replace(sums={**told.sums, "exact": exact, "answered": len(alone)})

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        found = super().metrics(sums)
        return {"exact": float(sums["exact"]) / float(sums["answered"])} | found if sums["answered"] else found

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """The same questions each time, with what is written, and what is right where that is wrong."""
        self.model.eval()
        inputs, targets = self.samples.take(self._shown)
        written, wanted = self._decode(inputs).tolist(), targets.tolist()
        answers = [self._text(ids) for ids in written]
        names = [name for name in self.dataset.inputs if name != self.so_far]
        asked = ["  ".join(input_in_words(self.dataset, name, n) for name in names) for n in self._shown.tolist()]
        wide, long = max(map(len, asked)), max(map(len, answers))
        lines = [self.dataset.spec.title]
        for question, answer, said, right in zip(asked, answers, written, wanted, strict=True):
            line = f"{question.ljust(wide)} ▸ {answer}"
            known = [(one, other) for one, other in zip(said, right, strict=True) if other != NOTHING]
            if any(one != other for one, other in known):
                line += f"{' ' * (long - len(answer))}  {WRONG} {self._text([other for _, other in known])}"
            lines.append(line)
        yield Writing("Answers", text="\n".join(lines))

    def _text(self, ids: list[int]) -> str:
        return text_of(self.dataset, ids)

    def _decode(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        """The answers that the network writes alone, (samples, length)."""
        given = inputs[self._at]
        return greedy(partial(self._scores, inputs), given[:, 0], given.shape[1])

    def _scores(self, inputs: list[torch.Tensor], so_far: torch.Tensor) -> torch.Tensor:
        """(samples, length, vocabulary), with this in place of the answer so far."""
        result = self.results(*(so_far if at == self._at else one for at, one in enumerate(inputs)))[self.main]
        return self._places_first(result)

    def _places_first(self, result: torch.Tensor) -> torch.Tensor:
        return places_first(result, self.dataset.targets.shape[1], self.objective.width)

    def _check_the_network(self) -> None:
        was_training = self.model.training
        self.model.eval()
        inputs, _ = self.samples.take(self.dataset.train[:1].to(self.device))
        refuse_to_look_ahead(partial(self._scores, inputs), inputs[self._at], self.objective.width)
        self.model.train(was_training)


def _exact(said: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """How many answers are right at every place that is asked about."""
    return ((said == wanted) | (wanted == NOTHING)).all(1).sum()
