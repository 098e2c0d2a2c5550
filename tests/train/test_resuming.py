import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from netbuilder.train.checkpoint import checkpoints_in, newest_whole, optimizer_file, state_file
from netbuilder.train.controls import Controls
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import (
    CheckpointSaved,
    Continued,
    EpochDone,
    Event,
    Failed,
    Finished,
    Noted,
    Paused,
    Progress,
    StepDone,
)
from netbuilder.train.launch import Launch, launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from tests.train.toy import SOURCE, job

KINDS = {
    "adam": {},
    "ema": {"average": {"kind": "ema", "settings": {"decay": 0.9}}},
    "swa": {"average": {"kind": "swa", "settings": {"start": 0.4, "rate": 0.01}}},
    "sgd with one cycle": {"optimizer": "sgd", "schedule": "one_cycle"},
    "plateau": {"schedule": "plateau"},
    "cosine": {"schedule": "cosine", "weight_decay": 0.01},
    "in order": {"shuffle": False},
}


def recipe(**settings: Any) -> Supervised:
    found, refused = Supervised.read({"epochs": 4, "batch_size": 30, "checkpoint_every": 0.0, **settings})
    assert not refused
    return found


def killed_at(step: int, start: Launch, into: Path, epochs: int = 0) -> Path:
    """The run's folder as a process leaves it that is killed after so many steps, and checkpoints of so many epochs."""
    events, kept = launch(start), 0
    for event in events:
        kept += isinstance(event, CheckpointSaved)
        if isinstance(event, StepDone) and event.step >= step and kept >= epochs:
            break
    while True:  # the thread that writes may take a file away while it is copied
        try:
            shutil.copytree(start.folder, into, ignore=shutil.ignore_patterns("*.part"))
            break
        except shutil.Error:
            shutil.rmtree(into)
    events.close()  # type: ignore[attr-defined]
    return into


def resumed(folder: Path, start: Launch) -> list[Event]:
    return list(launch(replace(start, folder=folder, resumes=Run.open(folder))))


def epochs(events: Any) -> dict[int, Any]:
    return {event.epoch: dict(event.metrics) for event in events if isinstance(event, EpochDone)}


def states(folder: Path) -> Iterator[dict[str, Any]]:
    found = newest_whole(folder)
    assert found is not None
    snapshot = found[1]
    yield from snapshot.weights.values()
    for state in snapshot.optimizers.values():
        yield from ({k: v for k, v in one.items() if isinstance(v, torch.Tensor)} for one in state["state"].values())


def assert_same_end(one: Path, other: Path) -> None:
    for mine, theirs in zip(states(one), states(other), strict=True):
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [1, 7, 10, 23])
def test_a_run_that_was_killed_goes_on_to_the_last_bit(tmp_path: Path, kind: str, step: int) -> None:
    start = job(tmp_path / "whole", recipe(**KINDS[kind]))
    told = list(launch(start))
    assert isinstance(told[-1], Finished)
    folder = killed_at(step, replace(start, folder=tmp_path / "first"), tmp_path / "killed")
    again = resumed(folder, start)
    assert isinstance(again[-1], Finished)
    run = Run.open(folder)
    assert epochs(run.events()) == epochs(told)
    assert (again[-1].best, again[-1].best_epoch) == (told[-1].best, told[-1].best_epoch)
    assert_same_end(folder, tmp_path / "whole")


def test_a_run_goes_on_from_the_middle_of_an_epoch(tmp_path: Path) -> None:
    start = job(tmp_path / "run", recipe(checkpoint_every=0.0, epochs=2))
    controls, events = Controls(), []
    for event in launch(start, controls=controls):
        events.append(event)
        if isinstance(event, StepDone) and event.step == 14:
            controls.stop()
    assert events[-1].reason == "stopped"  # type: ignore[attr-defined]
    continued = next(event for event in resumed(tmp_path / "run", start) if isinstance(event, Continued))
    assert (continued.epoch, continued.step) == (1, 14)


def test_a_run_without_a_checkpoint_begins_again_and_is_the_same(tmp_path: Path) -> None:
    start = job(tmp_path / "whole", recipe(checkpoint_every=60.0))
    told = list(launch(start))
    folder = killed_at(3, replace(start, folder=tmp_path / "first"), tmp_path / "killed")
    again = resumed(folder, start)
    assert Continued(0, 0, "No checkpoint had been kept yet, so it begins again.") in again
    assert epochs(again) == epochs(told)
    assert_same_end(folder, tmp_path / "whole")


@pytest.mark.parametrize("damage", ["cut", "bits", "state", "gone"])
def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(tmp_path: Path, damage: str) -> None:
    start = job(tmp_path / "whole", recipe(checkpoint_every=60.0))
    told = list(launch(start))
    folder = killed_at(32, replace(start, folder=tmp_path / "first"), tmp_path / "killed", epochs=3)
    newest = checkpoints_in(folder)[-1]
    path = {"state": state_file(newest.path), "gone": optimizer_file(newest.path)}.get(damage, newest.path)
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[:-20] if damage == "cut" else whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    again = resumed(folder, start)
    continued = next(event for event in again if isinstance(event, Continued))
    assert continued.epoch == newest.epoch - 1
    assert f"{newest.path.name} is damaged and is passed over" in continued.sentence
    assert epochs(Run.open(folder).events()) == epochs(told)
    assert_same_end(folder, tmp_path / "whole")


def test_two_processes_never_train_the_same_run(tmp_path: Path) -> None:
    start = job(tmp_path / "run")
    events = launch(start)
    next(events)
    second = list(launch(replace(start, resumes=Run.open(tmp_path / "run"))))
    assert isinstance(second[-1], Failed)
    assert "is being trained already" in second[-1].sentence
    events.close()  # type: ignore[attr-defined]


def test_the_last_checkpoints_the_best_and_the_epochs_are_kept(tmp_path: Path) -> None:
    list(launch(job(tmp_path / "run", recipe(epochs=8, checkpoint_every=0.0))))
    there = checkpoints_in(tmp_path / "run")
    assert [one.epoch for one in there if one.metrics] == list(range(1, 9))
    assert sum(one.goes_on for one in there) in (3, 4)  # the one that is safe on the disk may be a fourth
    assert there[-1].goes_on
    assert not list((tmp_path / "run" / "checkpoints").glob("*.part"))


def test_a_full_disk_pauses_the_run_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from netbuilder.train import keeping

    start = job(tmp_path / "whole", recipe(checkpoint_every=60.0))
    told = list(launch(start))
    full = [True]
    write = keeping.write

    def refuse(path: Path, *args: Any) -> None:
        if full[0] and "epoch-002" in path.name:
            raise OSError(28, "No space left on device")
        write(path, *args)

    monkeypatch.setattr(keeping, "write", refuse)
    controls, events = Controls(), []

    def free() -> None:
        full[0] = False
        controls.go_on()

    for event in launch(replace(start, folder=tmp_path / "full"), controls=controls):
        events.append(event)
        if isinstance(event, Paused):
            assert "No space left on device" in event.sentence
            assert [one.epoch for one in checkpoints_in(tmp_path / "full")] == [1]
            free()
    assert sum(isinstance(event, Paused) for event in events) == 1
    assert [event.epoch for event in events if isinstance(event, CheckpointSaved)] == [1, 2, 3, 4]
    assert epochs(events) == epochs(told)
    assert_same_end(tmp_path / "full", tmp_path / "whole")


@pytest.mark.parametrize("kind", ["adam", "ema", "swa"])
def test_a_stop_while_it_is_validated_loses_nothing(tmp_path: Path, kind: str) -> None:
    start = job(tmp_path / "whole", recipe(**KINDS[kind], checkpoint_every=60.0))
    told = list(launch(start))
    controls, seen, steps = Controls(), [], 0
    for event in launch(replace(start, folder=tmp_path / "part"), controls=controls):
        seen.append(event)
        if isinstance(event, StepDone):
            steps = steps + 1 if event.step == 30 else 0
            if steps == 2:  # the second time that it is between two things at step 30: the first was after the step
                controls.stop()
    assert seen[-1].reason == "stopped"  # type: ignore[attr-defined]
    again = resumed(tmp_path / "part", start)
    assert epochs(Run.open(tmp_path / "part").events()) == epochs(told)
    assert isinstance(again[-1], Finished)
    assert_same_end(tmp_path / "part", tmp_path / "whole")


def test_a_step_that_is_broken_off_is_not_kept(tmp_path: Path) -> None:
    """Ctrl-C a second time ends a step in its middle: the checkpoint before stays the last one."""
    source = SOURCE.replace("image.flatten(1)", "image.flatten(1) if self.more() else None")
    source += "\n    calls = 0\n\n    def more(self):\n        self.calls += self.training\n"
    source += "        if self.calls == 25:\n            raise KeyboardInterrupt\n        return True\n"
    whole = job(tmp_path / "whole", recipe(checkpoint_every=60.0))
    list(launch(whole))
    list(launch(replace(whole, folder=tmp_path / "part", source_text=source)))
    assert [one.epoch for one in checkpoints_in(tmp_path / "part")] == [1, 2]
    run = Run.open(tmp_path / "part")
    run.model_file.write_text(SOURCE, encoding="utf-8")
    resumed(tmp_path / "part", whole)
    assert_same_end(tmp_path / "part", tmp_path / "whole")


def test_a_log_that_can_not_be_written_pauses_the_run_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = job(tmp_path / "whole", recipe(checkpoint_every=60.0))
    told = list(launch(start))
    full, flush = [0], EventLog.flush

    def refuse(log: EventLog) -> None:
        if 3 < full[0] < 7:
            full[0] += 1
            raise OSError(28, "No space left on device")
        flush(log)

    monkeypatch.setattr(EventLog, "flush", refuse)
    seen = []
    for event in launch(replace(start, folder=tmp_path / "full"), patience=0.0):
        seen.append(event)
        full[0] += not isinstance(event, StepDone) and full[0] < 4
    assert any(isinstance(event, Noted) and "No space left on device" in event.sentence for event in seen)
    assert any(isinstance(event, Paused) for event in seen)
    assert epochs(Run.open(tmp_path / "full").events()) == epochs(told)
    assert_same_end(tmp_path / "full", tmp_path / "whole")


@pytest.mark.parametrize("kind", [*KINDS, "warm-up", "step"])
def test_a_run_that_is_given_more_epochs_goes_on_at_the_rate_of_the_longer_schedule(tmp_path: Path, kind: str) -> None:
    more = {"warm-up": {"schedule": "warmup_cosine"}, "step": {"schedule": "step"}}
    settings = KINDS.get(kind) or more.get(kind, {})
    list(launch(job(tmp_path / "run", recipe(**settings, epochs=2))))
    longer = job(tmp_path / "run", recipe(**settings, epochs=4))
    again = resumed(tmp_path / "run", longer)
    whole = list(launch(replace(longer, folder=tmp_path / "whole")))
    assert list(epochs(again)) == [3, 4]
    assert Run.open(tmp_path / "run").recipe.settings["epochs"] == 4
    rates = [[event.rate for event in events if isinstance(event, Progress)][-1] for events in (again, whole)]
    assert rates[0] == pytest.approx(rates[1])
    if kind in ("adam", "in order", "step", "plateau"):
        assert epochs(again) == {epoch: epochs(whole)[epoch] for epoch in (3, 4)}
