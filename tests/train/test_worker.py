import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from queue import Queue

import pytest
import torch
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import Tell
from netbuilder.train.events import (
    CheckpointSaved,
    EpochDone,
    Event,
    Failed,
    Finished,
    Paused,
    Preparing,
    Resumed,
    Started,
)
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from netbuilder.train.worker import NothingToLookAt, Worker
from tests.train.toy import SOURCE, Digits, digits, job

LONG = 30.0  # seconds after which a test has failed


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name == "training"] == []


class Ears:
    """Hears a worker and waits for what it says."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self._news: Queue[Event] = Queue()

    def __call__(self, event: Event) -> None:
        self.heard.append(event)
        self._news.put(event)

    def wait_for(self, *kinds: type[Event]) -> Event:
        while True:
            event = self._news.get(timeout=LONG)
            if isinstance(event, kinds):
                return event


class SlowDigits(Digits):
    """The digits, once somebody lets them go on."""

    kind = "slow"

    def read(self, tell: Tell = lambda what, done, total: None) -> Dataset:
        begun.set()
        while not let_go.wait(0.01):
            tell("Reading", 0, 0)
        return digits()


begun, let_go = threading.Event(), threading.Event()


@pytest.fixture
def slow() -> Iterator[SlowDigits]:
    begun.clear()
    let_go.clear()
    yield SlowDigits()
    let_go.set()


class Panicking(Digits):
    """Data whose reading ends in what is not even an error."""

    kind = "panic"

    def read(self, tell: Tell = lambda what, done, total: None) -> Dataset:
        raise SystemExit(3)


def test_whatever_breaks_the_training_off_is_told(tmp_path: Path) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", data=Panicking()), ears)
    worker.start()
    failed = ears.wait_for(Failed)
    assert isinstance(failed, Failed)
    assert "broke off: SystemExit 3" in failed.sentence
    answer = worker.ask(lambda model, dataset: None)
    with pytest.raises(NothingToLookAt):
        answer.result(LONG)
    assert worker.close(LONG)


def meddle(model: nn.Module, dataset: Dataset) -> float:
    assert not model.training
    torch.manual_seed(1)
    output = model(dataset.inputs["image"][:5])
    output.sum().backward()
    model.train()
    model(dataset.inputs["image"][:5])
    return float(output.detach().sum())


def test_pauses_and_questions_change_nothing_in_the_run(tmp_path: Path) -> None:
    recipe = Supervised(epochs=4, batch_size=32, learning_rate=0.01)
    alone = [event.metrics for event in launch(job(tmp_path / "a", recipe)) if isinstance(event, EpochDone)]

    ears = Ears()
    worker = Worker(job(tmp_path / "b", recipe), ears)
    worker.start()
    asked = 0
    while not any(isinstance(event, Finished) for event in ears.heard):
        worker.controls.pause()
        worker.ask(meddle).result(LONG)
        worker.controls.go_on()
        worker.ask(meddle).result(LONG)
        asked += 2
    assert worker.close()
    hosted = [event.metrics for event in ears.heard if isinstance(event, EpochDone)]
    assert hosted == alone
    assert asked > 4
    one, two = Run.open(tmp_path / "a").checkpoint("last"), Run.open(tmp_path / "b").checkpoint("last")
    for name, weight in one.weights().items():
        assert torch.equal(weight, two.weights()[name])


def test_a_paused_run_takes_no_step_and_answers_questions(tmp_path: Path) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", Supervised(epochs=100_000)), ears)
    worker.start()
    ears.wait_for(EpochDone)
    worker.controls.pause()
    ears.wait_for(Paused)
    heard = len(ears.heard)
    first = worker.ask(lambda model, dataset: model.digit.weight.clone()).result(LONG)  # type: ignore[union-attr, operator]
    second = worker.ask(lambda model, dataset: model.digit.weight.clone()).result(LONG)  # type: ignore[union-attr, operator]
    assert torch.equal(first, second)
    assert len(ears.heard) == heard
    worker.controls.go_on()
    ears.wait_for(Resumed)
    ears.wait_for(EpochDone)
    worker.controls.stop()
    last = ears.wait_for(Finished)
    assert last.reason == "stopped"  # type: ignore[attr-defined]
    assert isinstance(ears.heard[-2], CheckpointSaved)
    assert worker.ask(lambda model, dataset: len(dataset)).result(LONG) == 400
    assert worker.close()
    written = Run.open(tmp_path / "run").events()
    assert Paused() in written
    assert Resumed() in written
    assert written[-1] == last


def test_a_paused_run_can_be_stopped(tmp_path: Path) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", Supervised(epochs=100_000)), ears)
    worker.controls.pause()
    worker.start()
    ears.wait_for(Paused)
    worker.controls.stop()
    ears.wait_for(Finished)
    assert not any(isinstance(event, Resumed) for event in ears.heard)
    assert worker.close()


def test_close_ends_a_run_in_full_swing_with_a_checkpoint(tmp_path: Path) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", Supervised(epochs=100_000)), ears)
    worker.start()
    ears.wait_for(EpochDone)
    assert worker.close()
    assert isinstance(ears.heard[-1], Finished)
    assert Run.open(tmp_path / "run").checkpoints()
    with pytest.raises(NothingToLookAt):
        worker.ask(meddle).result(LONG)


def test_close_before_the_start_refuses_what_was_asked(tmp_path: Path) -> None:
    worker = Worker(job(tmp_path / "run"))
    answer = worker.ask(meddle)
    assert worker.close()
    with pytest.raises(CancelledError):
        answer.result(LONG)


def test_a_question_asked_while_the_data_is_read_waits(tmp_path: Path, slow: SlowDigits) -> None:
    worker = Worker(job(tmp_path / "run", data=slow))
    worker.start()
    answer = worker.ask(lambda model, dataset: len(dataset))
    assert begun.wait(LONG)
    assert not answer.done()
    let_go.set()
    assert answer.result(LONG) == 400
    assert worker.close()


def test_what_it_waits_for_is_told_and_not_written(tmp_path: Path, slow: SlowDigits) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", data=slow), ears)
    worker.start()
    assert ears.wait_for(Preparing) == Preparing("Reading", 0, 0)
    let_go.set()
    ears.wait_for(Finished)
    assert worker.close()
    assert "Preparing" not in (tmp_path / "run" / "events.jsonl").read_text()


@pytest.mark.parametrize("how", ["stop", "close"])
def test_reading_the_data_can_be_stopped(tmp_path: Path, slow: SlowDigits, how: str) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", data=slow), ears)
    worker.start()
    assert begun.wait(LONG)
    (worker.controls.stop if how == "stop" else worker.close)()
    assert ears.wait_for(Finished) == Finished("stopped", 0, 0)
    assert worker.close()
    assert not any(isinstance(event, Started) for event in ears.heard)


def test_a_listener_that_fails_does_not_end_the_training(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ears = Ears()

    def hear(event: Event) -> None:
        ears(event)
        raise ZeroDivisionError("the screen is gone")

    worker = Worker(job(tmp_path / "run", Supervised(epochs=2)), hear)
    worker.start()
    assert ears.wait_for(Finished).reason == "done"  # type: ignore[attr-defined]
    assert worker.close()
    assert "the screen is gone" in caplog.text


def test_a_question_that_fails_gives_its_exception_and_training_goes_on(tmp_path: Path) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", Supervised(epochs=100_000)), ears)
    worker.start()
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda model, dataset: 1 / 0).result(LONG)
    ears.wait_for(EpochDone)
    assert worker.close()


def test_after_a_fault_the_worker_lives_on_until_close(tmp_path: Path) -> None:
    ears = Ears()
    worker = Worker(job(tmp_path / "run", source_text=SOURCE.replace("Linear(64", "Linear(63")), ears)
    worker.start()
    assert ears.wait_for(Failed).node == "dense"  # type: ignore[attr-defined]
    shape = worker.ask(lambda model, dataset: model.dense.weight.shape).result(LONG)  # type: ignore[union-attr]
    assert shape == (32, 63)
    assert worker.close()

    worker = Worker(job(tmp_path / "other", source_text="import nothing_like_it"), ears)
    worker.start()
    with pytest.raises(NothingToLookAt):
        worker.ask(meddle).result(LONG)
    assert worker.close()


def test_a_finished_run_can_be_looked_at(tmp_path: Path) -> None:
    list(launch(job(tmp_path / "run", Supervised(epochs=2))))
    run = Run.open(tmp_path / "run")
    worker = Worker.for_run(run, digits())
    worker.start()
    weight = worker.ask(lambda model, dataset: model.dense.weight.detach().clone()).result(LONG)  # type: ignore[union-attr, operator]
    assert torch.equal(weight, run.checkpoint("best").weights()["dense.weight"])
    assert worker.close()
