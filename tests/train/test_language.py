"""Language models: what they are scored by, what they write, and that none may look ahead."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.data.tokens import Characters
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.events import EpochDone, Shown
from netbuilder.train.fit import fit
from netbuilder.train.recipes import LanguageModel, RecipeError
from tests.train.toy import digits, seeded

TEXT = "abcabcabcabd" * 40
LENGTH = 12


def letters() -> Dataset:
    tokens = Characters.of(TEXT)
    every = torch.tensor(tokens.encode(TEXT)).unfold(0, LENGTH + 1, 3)
    spec = DataSpec(
        "letters",
        {"text": TensorSpec((LENGTH,), "int64")},
        TargetSpec("class", classes=tokens.words, positions=(LENGTH,)),
        tokens=tokens.words,
    )
    count, numbers = len(every), torch.arange(len(every))
    kept = count * 4 // 5
    return Dataset(spec, {"text": every[:, :-1]}, every[:, 1:], numbers[:kept], numbers[kept:], tokens=tokens)


class Reader(nn.Module):
    def __init__(self, both: bool = False) -> None:
        super().__init__()
        size = Characters.of(TEXT).size
        self.embedding = nn.Embedding(size, 16)
        self.lstm = nn.LSTM(16, 32, batch_first=True, bidirectional=both)
        self.scores = nn.Linear(64 if both else 32, size)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.scores(self.lstm(self.embedding(text))[0])


def test_a_text_is_learned_scored_in_bits_and_written_on() -> None:
    dataset = letters()
    recipe = LanguageModel(epochs=12, batch_size=16, learning_rate=0.02, writes=24, temperature=0.0)
    events = list(fit(seeded(Reader), dataset, recipe))
    last = [event for event in events if isinstance(event, EpochDone)][-1].metrics
    assert last["validation_perplexity"] == pytest.approx(math.exp(last["validation_loss"]))
    assert last["validation_bits_per_character"] == pytest.approx(last["validation_loss"] / math.log(2))
    assert last["validation_bits_per_character"] < 0.6
    shown = [event for event in events if isinstance(event, Shown)]
    assert [event.epoch for event in shown] == list(range(1, 13))
    written = shown[-1].text.split("▸")[1]
    assert len(written) == 24
    assert all(two in ("ab", "bc", "ca", "cd", "da", "bd") for two in map("".join, pairwise(written)))
    assert written.startswith("abcab")


def test_what_is_written_changes_nothing_that_is_learned() -> None:
    for_sake_of = {"epochs": 3, "batch_size": 16}
    silent = list(fit(seeded(Reader), letters(), LanguageModel(**for_sake_of, writes=0)))
    talking = list(fit(seeded(Reader), letters(), LanguageModel(**for_sake_of, writes=50)))

    def metrics(events) -> list:
        return [event.metrics for event in events if isinstance(event, EpochDone)]

    assert metrics(silent) == metrics(talking)
    assert not any(isinstance(event, Shown) for event in silent)


def test_a_network_that_looks_ahead_is_refused_before_it_begins() -> None:
    with pytest.raises(RecipeError, match="tokens that come later"):
        list(fit(seeded(lambda: Reader(both=True)), letters(), LanguageModel()))


def test_other_data_is_refused_in_a_sentence() -> None:
    with pytest.raises(RecipeError, match="learns from text"):
        LanguageModel().asked(digits().spec)
