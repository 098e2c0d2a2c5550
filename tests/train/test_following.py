"""A run in a process of its own is followed, steered and asked by its folder."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder import resources
from netbuilder.headless import checked_with, data_of, launch_of, recipe_with
from netbuilder.project.file import open_file
from netbuilder.train.controls import Controls
from netbuilder.train.events import Adjusted, EpochDone, Event, Failed, Finished, Paused, Resumed, Started
from netbuilder.train.following import GONE, Follower
from netbuilder.train.history import read_record
from netbuilder.train.launch import Launch
from netbuilder.train.remote import apply
from netbuilder.train.run import Run
from netbuilder.train.starting import begin

LONG = 60.0
IRIS = next(sample.path for sample in resources.samples() if sample.name == "iris-mlp")


class Ears:
    """Keeps what is heard, and waits for it."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.heard.append(event)
            self._changed.notify_all()

    def wait_for(self, kind: type[Event], more: int = 0) -> Event:
        with self._changed:
            found = self._changed.wait_for(lambda: self._of(kind)[more:], LONG)
        assert found, (kind, self.heard[-3:])
        return found[0]

    def _of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.heard if isinstance(event, kind)]


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Launch:
    monkeypatch.setenv("NETBUILDER_HOME", str(tmp_path))
    project = open_file(IRIS).project
    data = data_of(project, IRIS)
    recipe = recipe_with(project, {"epochs": 1_000_000})
    start = launch_of(IRIS, data, checked_with(project, data), recipe, device="cpu")
    text = start.project_text.replace('"recipe": {', '"recipe": {', 1)
    return replace(start, project_text=_with_epochs(text))


def _with_epochs(text: str) -> str:
    import json

    told = json.loads(text)
    told["recipe"]["settings"]["epochs"] = 1_000_000
    return json.dumps(told)


@pytest.fixture
def followed(job: Launch) -> Iterator[tuple[Follower, Ears]]:
    ears, begun = Ears(), begin(job)
    follower = Follower(begun.folder, ears, begun=begun, dataset=job.dataset)
    follower.start()
    yield follower, ears
    if begun.process.poll() is None:
        begun.process.kill()
    begun.process.wait()
    assert follower.close(LONG)


def test_a_run_in_its_own_process_is_steered_followed_and_asked(followed, tmp_path: Path) -> None:
    follower, ears = followed
    started = ears.wait_for(Started)
    assert started.folder == str(follower.folder)  # type: ignore[attr-defined]
    ears.wait_for(EpochDone)
    follower.controls.pause()
    ears.wait_for(Paused)
    classes = follower.ask(lambda model, data: len(data.spec.target.classes)).result(LONG)
    assert classes == 3
    follower.controls.set_rate(0.5)
    follower.controls.go_on()
    ears.wait_for(Resumed)
    assert ears.wait_for(Adjusted).learning_rate == pytest.approx(0.5)  # type: ignore[attr-defined]
    follower.controls.stop()
    assert ears.wait_for(Finished).reason == "stopped"  # type: ignore[attr-defined]
    assert list((tmp_path / "beginning").rglob("*.netb")) == []


def test_whoever_follows_may_come_later_and_misses_nothing(followed) -> None:
    follower, ears = followed
    ears.wait_for(EpochDone)
    place = (follower.folder / "events.jsonl").stat().st_size
    record = read_record(Run.open(follower.folder))
    later = Ears()
    second = Follower(follower.folder, later, place=place)
    second.start()
    later.wait_for(EpochDone)
    second.controls.stop()
    later.wait_for(Finished)
    assert second.close(LONG)
    assert not any(isinstance(event, Started) for event in later.heard)
    assert record.started is not None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends a process in another way")
def test_a_process_that_is_killed_is_noticed(followed) -> None:
    follower, ears = followed
    ears.wait_for(EpochDone)
    os.kill(follower._begun.process.pid, signal.SIGKILL)
    follower._begun.process.wait()
    assert ears.wait_for(Failed).sentence == GONE  # type: ignore[attr-defined]


def test_what_keeps_a_process_from_training_is_said(job: Launch) -> None:
    ears, begun = Ears(), begin(replace(job, device="tpu"))
    follower = Follower(begun.folder, ears, begun=begun)
    follower.start()
    assert "has no device 'tpu'" in ears.wait_for(Failed).sentence  # type: ignore[attr-defined]
    begun.process.wait()
    assert follower.close(LONG)


def test_a_run_that_is_stopped_before_it_began_leaves_nothing(job: Launch) -> None:
    ears, begun = Ears(), begin(job)
    follower = Follower(begun.folder, ears, begun=begun)
    follower.start()
    follower.stop()
    begun.process.wait()
    assert ears.wait_for(Finished) == Finished("stopped", 0, 0)
    assert follower.close(LONG)
    assert not begun.folder.exists()


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b'{"ask": "paused"}', b'{"ask": "set_rate", "value": "1"}', b'{"ask": "set_rate"}',
     b'{"ask": "set_batch_size", "value": -3}', b'{"ask": "stop_after_epoch", "value": 1}', b'{"ask": ["stop"]}'],
    ids=range(9),
)  # fmt: skip
def test_a_line_that_makes_no_sense_does_nothing(line: bytes) -> None:
    controls = Controls()
    apply(controls, line)
    assert not controls.called
