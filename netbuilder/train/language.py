"""Learning which token comes next, and writing text with a network that does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.train.causal import places_first, refuse_to_look_ahead
from netbuilder.train.examples import FromExamples
from netbuilder.train.exhibits import Exhibit, Writing
from netbuilder.train.learning import Material

if TYPE_CHECKING:
    from netbuilder.train.recipes.language import LanguageModel

PROMPT = 40  # tokens of the beginning that are shown


class NextTokens(FromExamples):
    """As from examples, with what the loss comes to for people who read: perplexity, and bits per character."""

    recipe: LanguageModel

    def __init__(self, recipe: LanguageModel, given: Material):
        recipe.asked(given.dataset.spec)
        super().__init__(recipe, given)
        self._per_token = characters_per_token(given.dataset)
        self._check_the_network()

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        loss = float(sums["loss"])
        perplexity = math.exp(min(loss, 700.0))
        told = {"perplexity": perplexity, "bits_per_character": loss / math.log(2) / self._per_token}
        return told | super().metrics(sums)

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        tokens = self.dataset.tokens
        if not self.recipe.writes or tokens is None:
            return
        seen = self.dataset.validation if len(self.dataset.validation) else self.dataset.train
        (given,), _ = self.samples.take(seen[:1].to(self.device))
        written = self._write(given[0], self.recipe.writes, torch.Generator().manual_seed(self.recipe.seed + epoch))
        yield Writing("Text", f"{tokens.decode(given[0, -PROMPT:].tolist())}▸{tokens.decode(written)}")

    def _write(self, context: torch.Tensor, count: int, random: torch.Generator) -> list[int]:
        """The tokens that the network goes on with, each from the last ones that fit into what it sees."""
        self.model.eval()
        written: list[int] = []
        with torch.no_grad():
            for _ in range(count):
                scores = self._scores(context[None])[0, -1].float().cpu()
                if self.recipe.temperature == 0:
                    token = int(scores.argmax())
                else:
                    shares = (scores / self.recipe.temperature).softmax(0)
                    token = int(torch.multinomial(shares, 1, generator=random))
                written.append(token)
                context = torch.cat([context[1:], context.new_tensor([token])])
        return written

    def _scores(self, given: torch.Tensor) -> torch.Tensor:
        """(samples, length, vocabulary)."""
        return places_first(self.results(given)[self.main], given.shape[1], self.objective.width)

    def _check_the_network(self) -> None:
        was_training = self.model.training
        self.model.eval()
        (given,), _ = self.samples.take(self.dataset.train[:1].to(self.device))
        refuse_to_look_ahead(self._scores, given, self.objective.width)
        self.model.train(was_training)


def characters_per_token(dataset: Dataset) -> float:
    """How many characters a token of the validation text stands for, on average."""
    tokens = dataset.tokens
    seen = dataset.validation if len(dataset.validation) else dataset.train
    numbers = dataset.targets[seen].flatten().tolist()
    if tokens is None or not numbers:
        return 1.0
    return max(len(tokens.decode(numbers)), 1) / len(numbers)
