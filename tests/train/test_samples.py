"""Samples that do not fit on the device follow batch by batch, and a training is to the last bit what it is with them
there: paused, resized, stopped and resumed too."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import nn

from netbuilder.data import memory, rows
from netbuilder.data.arguments import MissingInput
from netbuilder.data.dataset import Dataset
from netbuilder.data.image_folder import ImageFolder
from netbuilder.train import prefetching, samples, streaming
from netbuilder.train.controls import Controls
from netbuilder.train.events import Adjusted, EpochDone, Event, Finished, StepDone
from netbuilder.train.fit import Since, Stop, fit
from netbuilder.train.recipes import Recipe, Supervised
from netbuilder.train.recipes.adversarial import DISCRIMINATOR, Adversarial
from netbuilder.train.recipes.contrastive import Contrastive
from netbuilder.train.recipes.language import LanguageModel
from netbuilder.train.recipes.masked import MaskedTokens
from netbuilder.train.recipes.rebuilding import Autoencoder
from netbuilder.train.recipes.seq2seq import SequenceToSequence
from netbuilder.train.samples import Samples
from netbuilder.train.snapshot import Snapshot
from netbuilder.train.tally import NotFinite
from tests.train import test_adversarial, test_further, test_language, test_masked, test_rebuilding, test_seq2seq
from tests.train.test_state import normed
from tests.train.toy import digits, points, seeded

CPU = torch.device("cpu")
EPOCHS = 3


class Kept:
    """A keeper that has all snapshots."""

    def __init__(self) -> None:
        self.all: list[Snapshot] = []

    def save(self, snapshot: Snapshot) -> None:
        self.all.append(snapshot)

    def again(self) -> None:
        pass

    def said(self, wait: bool = False) -> list[Any]:
        return []

    def show(self, exhibit: Any, epoch: int) -> str:
        return ""


class Training:
    """One training of toy data: what it is made of, what it told, and what it ended as."""

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset | None = None,
        make: Callable[[], nn.Module] = normed,
        outputs: tuple[str, ...] = (),
        beside: Callable[[], nn.Module] | None = None,
    ):
        self.recipe, self.dataset, self.outputs = recipe, dataset or digits(200), outputs
        self.model = seeded(make, 7)
        self.beside = {DISCRIMINATOR: seeded(beside, 8)} if beside is not None else {}
        self.controls, self.kept = Controls(), Kept()
        self.told: list[Any] = []

    def events(self, since: Since | None = None) -> Iterator[Event]:
        return fit(
            self.model,
            self.dataset,
            self.recipe,
            outputs=self.outputs,
            beside=self.beside,
            controls=self.controls,
            keep=self.kept,
            since=since,
        )

    def run(self, *, resize: int = 0, at: int = 0, since: Since | None = None) -> "Training":
        """Train to the end; after step `at` in batches of the size `resize`."""
        for event in self.events(since):
            if isinstance(event, StepDone) and resize and event.step == at:
                self.controls.batch_size = resize
                resize = 0
            if isinstance(event, (EpochDone, Finished)):
                self.told.append(event.metrics if isinstance(event, EpochDone) else event.final)
            if isinstance(event, Adjusted):
                self.told.append((event.step, event.batch_size))
        return self

    def same_as(self, other: "Training") -> bool:
        pairs = [(self.model, other.model), *((self.beside[role], other.beside[role]) for role in self.beside)]
        assert self.told == other.told
        for mine, others in pairs:
            mine_now, others_now = mine.state_dict(), others.state_dict()
            assert [name for name in mine_now if not torch.equal(mine_now[name], others_now[name])] == []
        return True


MANY = {"epochs": EPOCHS, "batch_size": 30}

HOW: dict[str, Callable[[], Training]] = {
    "supervised": lambda: Training(Supervised(**MANY, mixture="mixup")),
    "supervised, averaged": lambda: Training(Supervised(**MANY, average="swa")),
    "supervised, accumulated": lambda: Training(Supervised(**MANY, accumulate=2)),
    "others": lambda: Training(
        Supervised(**MANY), test_further.inked(), test_further.Three, outputs=test_further.OUTPUTS
    ),
    "autoencoder": lambda: Training(Autoencoder(**MANY, noise=0.3), make=test_rebuilding.squeeze),
    "gan": lambda: Training(
        Adversarial(noise=test_adversarial.NOISE, **MANY),
        make=test_adversarial.generator,
        beside=test_adversarial.judge,
    ),
    "contrastive": lambda: Training(Contrastive(pairs="views", **MANY)),
    "language_model": lambda: Training(
        LanguageModel(epochs=EPOCHS, batch_size=30), test_language.letters(), test_language.Reader
    ),
    "seq2seq": lambda: Training(
        SequenceToSequence(epochs=EPOCHS, batch_size=30), test_seq2seq.turned(), test_seq2seq.Translator
    ),
    "masked_tokens": lambda: Training(
        MaskedTokens(epochs=EPOCHS, batch_size=30), test_masked.letters(), test_masked.Reader
    ),
}


@pytest.fixture
def streamed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called on, no data fits on the device."""
    return lambda: monkeypatch.setattr(samples, "room_on", lambda device: 0)


class Ahead:
    """Whoever asks is never quicker than the threads, and counts the batches that they had read, and those not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.yes = self.no = 0
        take = prefetching.Prefetch.take

        def counted(one: Any, key: torch.Tensor) -> Any:
            place = one._at.get(id(key), -1)
            if place == one._taken + 1:
                with one._changed:
                    one._changed.wait_for(lambda: place in one._ready, 10.0)
            found = take(one, key)
            self.yes, self.no = self.yes + (found is not None), self.no + (found is None)
            return found

        monkeypatch.setattr(prefetching.Prefetch, "take", counted)


@pytest.mark.parametrize("kind", HOW)
def test_a_training_whose_data_is_streamed_is_the_one_whose_data_is_there(kind, streamed, monkeypatch):
    there = HOW[kind]().run()
    streamed()
    ahead = Ahead(monkeypatch)
    follows = HOW[kind]().run()
    assert follows.same_as(there)
    assert ahead.yes >= EPOCHS * (len(follows.dataset.train) // 30)


@pytest.mark.parametrize("kind", ["supervised", "others", "gan"])
def test_so_it_is_when_the_batch_size_changes_on_the_way(kind, streamed, monkeypatch):
    there = HOW[kind]().run(resize=17, at=3)
    streamed()
    ahead = Ahead(monkeypatch)
    assert HOW[kind]().run(resize=17, at=3).same_as(there)
    assert ahead.yes >= 3 + (EPOCHS - 1) * (len(HOW[kind]().dataset.train) // 17)
    assert (3, 17) in there.told


@pytest.mark.parametrize("at", [3, 5, 7])
@pytest.mark.parametrize("kind", ["supervised", "gan", "language_model"])
def test_so_it_is_when_it_is_stopped_in_mid_epoch_and_goes_on(kind, at, streamed, monkeypatch):
    there = HOW[kind]().run()
    streamed()
    ahead = Ahead(monkeypatch)
    first, told = HOW[kind](), []
    events = first.events()
    for event in events:
        if isinstance(event, EpochDone):
            told.append(event.metrics)
        if isinstance(event, StepDone) and event.step == at:
            break
    events.throw(Stop())
    assert isinstance(list(events)[-1], Finished)
    assert no_threads()
    second = HOW[kind]()
    second.told = told
    second.run(since=Since(first.kept.all[-1], told))
    assert second.same_as(there)
    assert ahead.yes >= EPOCHS * (len(second.dataset.train) // 30)


def no_threads() -> bool:
    return not any(thread.name.startswith("samples") for thread in threading.enumerate())


def test_while_it_is_paused_a_few_batches_wait_and_its_end_ends_the_threads(streamed, monkeypatch):
    streamed()
    read: list[int] = []
    gather = streaming.Host.read

    def counted(one: Any, numbers: torch.Tensor) -> Any:
        read.append(len(numbers))
        return gather(one, numbers)

    monkeypatch.setattr(streaming.Host, "read", counted)
    events = Training(Supervised(epochs=2, batch_size=2)).events()
    for event in events:
        if isinstance(event, StepDone) and event.step == 3:
            break
    assert not no_threads()
    events.close()  # waits for what is under way
    assert no_threads()
    assert 3 <= len(read) <= 3 + prefetching.AHEAD


def test_without_streaming_there_is_no_thread():
    for event in Training(Supervised(epochs=1, batch_size=50)).events():
        if isinstance(event, StepDone):
            assert no_threads()


def test_a_workers_error_ends_the_training_as_what_it_is(streamed, monkeypatch):
    streamed()
    take = torch.Tensor.index_select

    def broken(tensor: torch.Tensor, dim: int, numbers: torch.Tensor) -> torch.Tensor:
        if threading.current_thread().name.startswith("samples"):
            raise OSError(5, "Input/output error")
        return take(tensor, dim, numbers)

    monkeypatch.setattr(torch.Tensor, "index_select", broken)
    Ahead(monkeypatch)
    with pytest.raises(OSError, match="Input/output error"):
        Training(Supervised(epochs=2, batch_size=30)).run()
    assert no_threads()


def test_a_loss_that_is_no_number_is_found_in_data_that_is_streamed(streamed):
    streamed()
    data = points()
    data.inputs["x"][int(data.train[11])] = float("nan")
    training = Training(Supervised(epochs=2, batch_size=8), data, lambda: nn.Linear(2, 1))
    with pytest.raises(MissingInput, match=f"Sample {int(data.train[11])} of the data"):
        training.run()
    assert no_threads()


def test_a_step_that_gave_no_number_can_be_taken_again_when_all_is_over(streamed):
    streamed()

    class Breaks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.linear(x) * float("inf") if self.training else self.linear(x)

    with pytest.raises(NotFinite) as caught:
        Training(Supervised(epochs=2, batch_size=8), points(), Breaks).run()
    assert caught.value.replay is not None
    assert not caught.value.replay().loss.isfinite()
    assert no_threads()


# What fits


def test_what_fits_is_asked_of_the_device(monkeypatch):
    data = points(50)
    size = 50 * (2 + 1) * 4
    for room, expected in ((size, True), (size - 1, False), (None, True)):
        monkeypatch.setattr(samples, "room_on", lambda device, room=room: room)
        assert Samples(data, ["x"], CPU).resident is expected


def test_what_runs_out_of_memory_all_the_same_is_streamed(monkeypatch):
    def full(tensor: torch.Tensor, *where: Any) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    data = points()
    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "to", full)
        made = Samples(data, ["x"], CPU)
    assert not made.resident
    numbers = torch.tensor([7, 3])
    (x,), y = made.take(numbers)
    assert torch.equal(x, data.inputs["x"][numbers])
    assert torch.equal(y, data.targets[numbers])


def test_further_targets_are_those_of_the_samples_asked_for(streamed):
    streamed()
    data = test_further.inked()
    made = Samples(data, list(data.inputs), CPU)
    one, other = torch.tensor([4, 2]), torch.tensor([0])
    name = next(iter(data.others))
    made.take(one)
    assert torch.equal(made.others(one)[name], data.others[name][one])
    assert torch.equal(made.others(other)[name], data.others[name][other])
    assert torch.equal(made.others(one)[name], data.others[name][one])


def test_the_data_goes_with_the_samples_without_being_looked_for(streamed):
    streamed()
    data = points()
    made = Samples(data, ["x"], CPU)
    numbers = [torch.tensor([1, 2]), torch.tensor([3])]
    made.foresee(numbers)
    made.take(numbers[0])
    made.close()
    gone = weakref.ref(made._inputs[0])
    data.inputs.clear()
    gc.disable()
    try:
        del made
        assert gone() is None
    finally:
        gc.enable()


# Pictures on the disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = torch.Generator().manual_seed(0)
    for number in range(60):
        pixels = torch.randint(256, (8, 8, 3), generator=random).to(torch.uint8)
        if number % 2:
            pixels[:4] //= 4
        place = tmp_path / "pictures" / ("dark" if number % 2 else "light")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.numpy()).save(place / f"{number}.png")
    return tmp_path / "pictures"


def coloured() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 2))


def test_a_folder_of_pictures_that_is_too_large_for_memory_trains_to_the_same_numbers(folder, monkeypatch):
    source = ImageFolder(path=str(folder), height=8, width=8)
    recipe = Supervised(epochs=3, batch_size=7)
    there = Training(recipe, source.read(), coloured).run()
    monkeypatch.setattr(memory, "available", lambda: 2000)
    monkeypatch.setattr(rows, "room_in", lambda place: 10**9)
    ahead = Ahead(monkeypatch)
    follows = Training(recipe, source.read(), coloured)
    assert follows.dataset.on_disk
    assert not Samples(follows.dataset, ["picture"], CPU).resident
    assert follows.run().same_as(there)
    assert ahead.yes >= 3 * 7
    assert ahead.no == 0
    assert no_threads()
