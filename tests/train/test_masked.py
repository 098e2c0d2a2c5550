"""Masked tokens: what is hidden and asked for, against loops written by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from netbuilder.data.addition import Addition
from netbuilder.data.dataset import Dataset
from netbuilder.data.in_words import input_in_words, target_in_words
from netbuilder.data.preview import class_balance
from netbuilder.data.sequences import Sequences
from netbuilder.data.tokens import Characters, WithGap
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.events import EpochDone, Shown
from netbuilder.train.fit import fit
from netbuilder.train.masked import hide, in_rows
from netbuilder.train.recipes import RecipeError
from netbuilder.train.recipes.masked import MaskedTokens
from tests.train.toy import digits, seeded

TEXT = "abcdabcdabce" * 40
LENGTH = 12
NOTHING = -100


def letters(text: str = TEXT) -> Dataset:
    tokens = Characters(sorted(set(text)))
    every = torch.tensor(tokens.encode(text)).unfold(0, LENGTH + 1, 3)
    target = TargetSpec("class", classes=tokens.words, positions=(LENGTH,))
    spec = DataSpec("letters", {"text": TensorSpec((LENGTH,), "int64")}, target, tokens=tokens.words, so_far="text")
    count, numbers = len(every), torch.arange(len(every))
    kept = count * 4 // 5
    return Dataset(spec, {"text": every[:, :-1]}, every[:, 1:], numbers[:kept], numbers[kept:], tokens=tokens)


class Reader(nn.Module):
    def __init__(self, size: int = 6) -> None:
        super().__init__()
        self.embedding = nn.Embedding(size, 16)
        self.lstm = nn.LSTM(16, 24, batch_first=True, bidirectional=True)
        self.scores = nn.Linear(48, size)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.scores(self.lstm(self.embedding(text))[0])


def epochs(events) -> list[dict[str, float]]:
    return [event.metrics for event in events if isinstance(event, EpochDone)]


def seeds(recipe: MaskedTokens, batches: int) -> list[int]:
    return torch.randint(2**32, (batches,), generator=torch.Generator().manual_seed(recipe.seed)).tolist()


def test_it_learns_as_a_loop_written_by_hand() -> None:
    dataset = letters()
    texts = dataset.inputs["text"]
    recipe = MaskedTokens(epochs=1, batch_size=32, optimizer="sgd", learning_rate=0.5, shuffle=False, hidden=0.25)
    model = seeded(Reader)
    told = epochs(fit(model, dataset, recipe))[-1]
    other = seeded(Reader)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.5)
    parts = dataset.train.split(32)
    total, right, asked_for = 0.0, 0, 0
    for numbers, seed in zip(parts, seeds(recipe, len(parts)), strict=True):
        torch.manual_seed(seed)
        text = texts[numbers]
        places = torch.rand(text.shape).argsort(1)[:, :3]  # a quarter of 12
        how, instead = torch.rand(text.shape), torch.randint(5, text.shape)
        seen, asked = text.clone(), torch.full_like(text, NOTHING)
        for row, columns in enumerate(places.tolist()):
            for column in columns:
                asked[row, column] = text[row, column]
                if how[row, column] < 0.8:
                    seen[row, column] = 5
                elif how[row, column] < 0.9:
                    seen[row, column] = instead[row, column]
        scores = other(seen)
        loss = nn.functional.cross_entropy(scores.movedim(-1, 1), asked)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(text)
        right += int((scores.argmax(-1) == asked).sum())
        asked_for += 3 * len(text)
    assert told["training_loss"] == total / len(dataset.train)
    assert told["training_accuracy"] == right / asked_for
    for one, another in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, another)
    held = recipe.as_asked(dataset)
    with torch.no_grad():
        scores = other(held.inputs["text"][held.validation])
    asked = held.targets[held.validation]
    assert told["validation_loss"] == nn.functional.cross_entropy(scores.movedim(-1, 1), asked).item()
    assert told["validation_perplexity"] == pytest.approx(math.exp(told["validation_loss"]))
    known = asked != NOTHING
    assert told["validation_accuracy"] == (scores.argmax(-1) == asked)[known].double().mean().item()


def test_of_what_is_hidden_most_is_a_gap_some_another_token_and_some_as_it_was() -> None:
    text = torch.randint(50, (400, 60), generator=torch.Generator().manual_seed(1))
    seen, asked = hide(MaskedTokens(), text, 50, torch.Generator().manual_seed(2))
    hidden = asked != NOTHING
    assert (hidden.sum(1) == 9).all()  # 15 % of 60
    assert torch.equal(asked[hidden], text[hidden])
    assert torch.equal(seen[~hidden], text[~hidden])
    gaps, same = seen[hidden] == 50, seen[hidden] == text[hidden]
    assert gaps.double().mean().item() == pytest.approx(0.8, abs=0.02)
    assert same.double().mean().item() == pytest.approx(0.1 + 0.1 / 50, abs=0.02)
    every, _ = hide(MaskedTokens(masked=1.0), text, 50)
    assert ((every == 50) == (every != text)).all()


@pytest.mark.parametrize("length", [1, 2, 5])
def test_something_is_asked_of_the_shortest_text(length: int) -> None:
    _, asked = hide(MaskedTokens(hidden=0.01), torch.zeros(7, length, dtype=torch.int64), 3)
    assert ((asked != NOTHING).sum(1) == 1).all()


def test_each_step_hides_other_tokens_and_validation_always_the_same() -> None:
    seen: dict[bool, list[torch.Tensor]] = {True: [], False: []}

    class Watched(Reader):
        def forward(self, text: torch.Tensor) -> torch.Tensor:
            seen[self.training].append(text.clone())
            return super().forward(text)

    dataset = letters()
    list(fit(Watched(), dataset, MaskedTokens(epochs=2, batch_size=200, shuffle=False, shows=0)))
    one, another = seen[True]
    assert not torch.equal(one, another)
    assert all(torch.equal(text, seen[False][0]) for text in seen[False])
    fixed = MaskedTokens().as_asked(dataset)
    assert torch.equal(seen[False][0], fixed.inputs["text"][fixed.validation])


def test_what_is_said_of_it_does_not_depend_on_how_validation_is_cut_up() -> None:
    class Blind(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores = nn.Embedding(6, 6)

        def forward(self, text: torch.Tensor) -> torch.Tensor:
            return self.scores(text)

    told = [epochs(fit(seeded(Blind), letters(), MaskedTokens(epochs=1, batch_size=size, learning_rate=1e-12)))[-1]
            for size in (2, 64)]  # fmt: skip
    assert told[0]["validation_loss"] == pytest.approx(told[1]["validation_loss"], rel=1e-6)
    assert told[0]["validation_accuracy"] == told[1]["validation_accuracy"]


def test_gaps_in_a_text_that_repeats_are_filled_and_shown() -> None:
    dataset = letters()
    recipe = MaskedTokens(epochs=15, batch_size=16, learning_rate=0.02, shows=2)
    events = list(fit(seeded(Reader), dataset, recipe))
    assert epochs(events)[-1]["validation_accuracy"] > 0.85
    shown = [event.text for event in events if isinstance(event, Shown)]
    assert len(shown) == 15
    assert "▢" in shown[-1]
    held = recipe.as_asked(dataset)
    for text, number in zip(
        shown[-1].split("\n\n\n"), dataset.validation[:: len(dataset.validation) // 2], strict=False
    ):
        sees, fills, hidden = (line.split(" ▸ ")[1] for line in text.split("\n"))
        assert sees == input_in_words(held, "text", int(number))
        assert hidden == target_in_words(held, int(number))
        assert all(f == s for s, f, h in zip(sees, fills, hidden, strict=True) if h == "·")
        assert "▢" not in fills


def test_a_long_text_is_shown_in_pieces_with_what_belongs_together_below_one_another() -> None:
    tokens = WithGap(Characters("ab"))
    shown = in_rows(tokens, [0, 2] * 20, [0, 1] * 20, [NOTHING, 1] * 20).split("\n\n")
    assert [piece.split("\n") for piece in shown] == [
        [f"sees   ▸ {'a▢' * n}", f"fills  ▸ {'ab' * n}", f"hidden ▸ {'·b' * n}"] for n in (16, 4)
    ]


def test_perplexity_does_not_count_what_smoothing_adds() -> None:
    smoothed = {"kind": "cross_entropy", "settings": {"label_smoothing": 0.3}}
    dataset, recipe = letters(), MaskedTokens(epochs=2, loss=smoothed)
    model = seeded(Reader)
    told = epochs(fit(model, dataset, recipe))[-1]
    held = recipe.as_asked(dataset)
    with torch.no_grad():
        scores = model(held.inputs["text"][held.validation])
    plain = nn.functional.cross_entropy(scores.movedim(-1, 1), held.targets[held.validation]).item()
    assert told["validation_perplexity"] == pytest.approx(math.exp(plain), rel=1e-5)
    assert told["validation_perplexity"] < math.exp(told["validation_loss"])


def test_the_network_is_asked_for_one_token_more_which_stands_for_a_gap() -> None:
    asked = MaskedTokens().asked(letters().spec)
    assert asked.tokens == (*"abcde", "▢")
    assert asked.gap == "▢"
    assert asked.so_far == ""
    assert asked.target == TargetSpec("class", classes=asked.tokens, positions=(LENGTH,))
    taken = MaskedTokens().asked(letters("ab▢c" * 40).spec)
    assert taken.gap == taken.tokens[-1] == "<gap>"
    marked = MaskedTokens().asked(Sequences().read().spec)
    assert marked.target == TargetSpec("class", classes=(*"abcd!", "▢"), positions=(20,))


def test_a_text_with_gaps_can_be_looked_at() -> None:
    held = MaskedTokens(hidden=0.25).as_asked(letters())
    assert "▢" in input_in_words(held, "text", 0)
    said = target_in_words(held, 0)
    assert (len(said), said.count("·")) == (LENGTH, 9)
    assert sum(count.training + count.validation for count in class_balance(held)) == 3 * len(held)


def test_other_data_is_refused_in_a_sentence() -> None:
    for spec in (digits().spec, Addition(samples=50).read().spec, replace(letters().spec, tokens=())):
        with pytest.raises(RecipeError, match=r"learns from text.*\.$"):
            MaskedTokens().asked(spec)
