"""Sequence to sequence: taught with the right answer so far, judged by what is written without it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn

from netbuilder.data.addition import Addition
from netbuilder.data.dataset import Dataset
from netbuilder.data.tokens import PAD, START, Characters
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.events import EpochDone, Finished, Shown
from netbuilder.train.fit import fit
from netbuilder.train.recipes import RecipeError, Supervised
from netbuilder.train.recipes.seq2seq import SequenceToSequence
from tests.train.toy import digits, seeded

LETTERS = "abcd"
LONG = 4
TOKENS = Characters(LETTERS, special=(PAD, START))


def turned(count: int = 200) -> Dataset:
    """Words, to be answered by themselves from behind."""
    drawn = torch.randint(2, 6, (count, LONG), generator=torch.Generator().manual_seed(3))
    answers = drawn.flip(1)
    so_far = torch.cat([torch.ones(count, 1, dtype=torch.int64), answers[:, :-1]], 1)
    shape = TensorSpec((LONG,), "int64")
    target = TargetSpec("class", classes=TOKENS.words, positions=(LONG,))
    spec = DataSpec("words", {"word": shape, "turned": shape}, target, tokens=TOKENS.words, so_far="turned")
    numbers, kept = torch.arange(count), count * 3 // 4
    return Dataset(spec, {"word": drawn, "turned": so_far}, answers, numbers[:kept], numbers[kept:], tokens=TOKENS)


class Translator(nn.Module):
    def __init__(self, both: bool = False) -> None:
        super().__init__()
        self.embedding = nn.Embedding(TOKENS.size, 16)
        self.reader = nn.GRU(16, 32, batch_first=True)
        self.writer = nn.GRU(48, 32, batch_first=True, bidirectional=both)
        self.scores = nn.Linear(64 if both else 32, TOKENS.size)

    def forward(self, word: torch.Tensor, turned: torch.Tensor) -> torch.Tensor:
        _, read = self.reader(self.embedding(word))
        given = torch.cat([self.embedding(turned), read[0][:, None].expand(-1, turned.shape[1], -1)], 2)
        return self.scores(self.writer(given)[0])


def epochs(events) -> list[dict[str, float]]:
    return [event.metrics for event in events if isinstance(event, EpochDone)]


def alone(model: nn.Module, word: torch.Tensor) -> list[int]:
    """What it writes for one word, as one would do it by hand."""
    written = [1]
    for _ in range(LONG):
        padded = torch.tensor([written + [0] * (LONG - len(written))])[:, :LONG]
        written.append(int(model(word[None], padded)[0, len(written) - 1].argmax()))
    return written[1:]


def test_it_learns_as_a_loop_written_by_hand() -> None:
    dataset = turned()
    smoothed = {"kind": "cross_entropy", "settings": {"label_smoothing": 0.1}}
    recipe = SequenceToSequence(
        epochs=3, batch_size=30, optimizer="sgd", learning_rate=0.3, shuffle=False, loss=smoothed
    )
    model = seeded(Translator)
    told = epochs(fit(model, dataset, recipe))[-1]
    other = seeded(Translator)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.3)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    words, so_far, answers = *dataset.inputs.values(), dataset.targets
    for _ in range(3):
        total, right, exact = 0.0, 0, 0
        for numbers in dataset.train.split(30):
            scores = other(words[numbers], so_far[numbers])
            loss = criterion(scores.movedim(-1, 1), answers[numbers])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(numbers)
            same = scores.argmax(-1) == answers[numbers]
            right, exact = right + int(same.sum()), exact + int(same.all(1).sum())
    assert told["training_loss"] == total / len(dataset.train)
    assert told["training_accuracy"] == right / (LONG * len(dataset.train))
    assert told["training_exact"] == exact / len(dataset.train)
    for one, another in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, another)
    held = dataset.validation
    with torch.no_grad():
        scores = other(words[held], so_far[held])
    assert told["validation_loss"] == criterion(scores.movedim(-1, 1), answers[held]).item()
    assert told["validation_accuracy"] == (scores.argmax(-1) == answers[held]).double().mean().item()


def test_the_exact_answers_are_those_that_it_writes_alone() -> None:
    dataset = turned()
    model = seeded(Translator)
    told = epochs(fit(model, dataset, SequenceToSequence(epochs=12, batch_size=16, learning_rate=0.02)))[-1]
    held = dataset.validation.tolist()
    right = sum(alone(model, dataset.inputs["word"][n]) == dataset.targets[n].tolist() for n in held)
    assert right > 0
    assert told["validation_exact"] == right / len(held)
    assert told["validation_exact"] < told["validation_accuracy"]


def test_while_it_writes_it_is_shown_the_start_and_what_it_wrote() -> None:
    dataset, seen = turned(), []

    class Watched(Translator):
        def forward(self, word: torch.Tensor, turned: torch.Tensor) -> torch.Tensor:
            scores = super().forward(word, turned)
            seen.append((self.training, turned.clone(), scores.argmax(-1)))
            return scores

    list(fit(seeded(Watched), dataset, SequenceToSequence(epochs=1, decoded=7, batch_size=64)))
    writing = [(given, said) for training, given, said in seen if not training and len(given) == 7][:LONG]
    assert (writing[0][0] == 1).all()
    for place, ((_, said), (given, _)) in enumerate(itertools.pairwise(writing), start=1):
        assert torch.equal(given[:, place], said[:, place - 1])
        assert (given[:, place + 1 :] == 1).all()


def test_how_many_it_writes_changes_nothing_that_is_learned() -> None:
    few, all = (
        epochs(fit(seeded(Translator), turned(), SequenceToSequence(epochs=3, batch_size=5, decoded=decoded)))
        for decoded in (1, 1000)
    )
    others = [[{k: v for k, v in metrics.items() if k != "validation_exact"} for metrics in run] for run in (few, all)]
    assert others[0] == others[1]
    assert {metrics["validation_exact"] for metrics in few} <= {0.0, 1.0}


def test_the_best_epoch_is_the_one_with_the_most_exact_answers() -> None:
    events = list(fit(seeded(Translator), turned(), SequenceToSequence(epochs=8, batch_size=16, learning_rate=0.05)))
    exact = [metrics["validation_exact"] for metrics in epochs(events)]
    last = events[-1]
    assert isinstance(last, Finished)
    assert exact[last.best_epoch - 1] == max(exact)
    recipe = SequenceToSequence()
    assert recipe.measure({"validation_exact": 0.5, "validation_loss": 9.0}) > recipe.measure(
        {"validation_exact": 0.4, "validation_loss": 0.1}
    )


def test_answers_are_shown_beside_what_is_right_where_they_are_wrong() -> None:
    dataset, model = turned(), seeded(Translator)
    events = list(fit(model, dataset, SequenceToSequence(epochs=4, batch_size=16, learning_rate=0.02)))
    shown = [event for event in events if isinstance(event, Shown)]
    assert [event.epoch for event in shown] == [1, 2, 3, 4]
    title, *lines = shown[-1].text.split("\n")
    assert title == "words"
    for line, number in zip(lines, dataset.validation.tolist(), strict=False):
        word, wanted = (TOKENS.decode(all[number].tolist()) for all in (dataset.inputs["word"], dataset.targets))
        written = TOKENS.decode(alone(model, dataset.inputs["word"][number]))
        said = f"{word} ▸ {written}" + ("" if written == wanted else f" ✗ {wanted}")
        assert line.split() == said.split()


def test_a_network_that_looks_ahead_in_the_answer_is_refused_before_it_begins() -> None:
    with pytest.raises(RecipeError, match="tokens that come later"):
        list(fit(seeded(lambda: Translator(both=True)), turned(), SequenceToSequence()))


def test_a_network_that_is_not_told_the_answer_so_far_is_refused() -> None:
    class Deaf(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores = nn.Embedding(TOKENS.size, TOKENS.size)

        def forward(self, word: torch.Tensor) -> torch.Tensor:
            return self.scores(word)

    with pytest.raises(RecipeError, match="Input called turned"):
        list(fit(seeded(Deaf), turned(), SequenceToSequence()))


def one_sequence() -> DataSpec:
    shape = TensorSpec((8,), "int64")
    target = TargetSpec("class", classes=("a", "b"), positions=(8,))
    return DataSpec("letters", {"text": shape}, target, tokens=("a", "b"), so_far="text")


@pytest.mark.parametrize("spec", [lambda: digits().spec, one_sequence, lambda: replace(turned().spec, so_far="")])
def test_other_data_is_refused_in_a_sentence(spec: Callable[[], DataSpec]) -> None:
    with pytest.raises(RecipeError, match=r"two sequences of tokens.*\.$"):
        SequenceToSequence().asked(spec())


def test_answers_that_are_not_one_place_late_are_refused() -> None:
    dataset = turned()
    early = replace(dataset, inputs=dataset.inputs | {"turned": dataset.targets})
    with pytest.raises(RecipeError, match="not the answer one place late"):
        list(fit(seeded(Translator), early, SequenceToSequence()))


def test_sums_are_such_data_and_the_order_of_digits_is_told_where_answers_are_shown() -> None:
    dataset = Addition(digits=1, last_digit_first=True).read()
    assert SequenceToSequence().asked(dataset.spec) == dataset.spec
    assert Supervised().asked(dataset.spec) == dataset.spec

    class Guess(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores = nn.Embedding(14, 14)

        def forward(self, question: torch.Tensor, answer: torch.Tensor) -> torch.Tensor:
            return self.scores(answer)

    shown = [event for event in fit(Guess(), dataset, SequenceToSequence(epochs=1)) if isinstance(event, Shown)]
    assert shown[0].text.startswith("addition (last digit first)\n")
