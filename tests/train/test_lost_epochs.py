"""Epochs that a crash took out of a run's log are told again by the checkpoints once it goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from netbuilder.train.checkpoint import checkpoints_in
from netbuilder.train.events import Continued, EpochDone, Event, Finished, Started, StepDone
from netbuilder.train.fit import Stop
from netbuilder.train.history import read_record
from netbuilder.train.log_ends import read_ends
from netbuilder.train.resuming import told_first
from netbuilder.train.run import Run
from netbuilder.train.runs import summary_of
from tests.train.test_interrupted import keep_only, trained
from tests.train.test_resuming import assert_same_end, epochs, recipe, resumed


def without_epochs(folder: Path, *numbers: int) -> None:
    """Take the lines of these epochs out of the log."""
    log = folder / "events.jsonl"
    lines = log.read_text("utf-8").splitlines(keepends=True)
    told = [json.loads(line) for line in lines]
    lost = [one["event"] == "epoch_done" and one["epoch"] in numbers for one in told]
    log.write_text("".join(line for line, gone in zip(lines, lost, strict=True) if not gone), "utf-8")


def broken(tmp_path: Path, *numbers: int) -> tuple[list[Event], list[Event], Path]:
    """A run of six epochs, killed after the fifth, whose log has lost some; resumed. What both have told."""
    start, told = trained(tmp_path / "whole", recipe(epochs=6, checkpoint_every=60.0))
    shutil.copytree(tmp_path / "whole", tmp_path / "hurt")
    keep_only(tmp_path / "hurt", 5)
    without_epochs(tmp_path / "hurt", *numbers)
    return told, resumed(tmp_path / "hurt", start), tmp_path / "hurt"


def test_epochs_that_the_log_has_lost_are_in_the_curves_again_after_a_resume(tmp_path: Path) -> None:
    told, again, hurt = broken(tmp_path, 3, 4)
    assert epochs(Run.open(hurt).events()) == epochs(told)
    record = read_record(Run.open(hurt))
    assert [done.epoch for done in record.epochs] == [1, 2, 3, 4, 5, 6]
    assert [done.epoch for done in record.epochs if done.recovered] == [3, 4]
    assert [done.best for done in record.epochs] == [done.best for done in told if isinstance(done, EpochDone)]
    assert {done.score for done in record.epochs} == {"validation_accuracy"}
    continued = next(event for event in again if isinstance(event, Continued))
    assert continued.sentence == (
        "2 epochs were missing from the run's events.jsonl: the checkpoints have told of them again."
    )
    assert isinstance(again[-1], Finished)
    assert_same_end(hurt, tmp_path / "whole")


def test_one_that_is_lost_between_others_takes_its_place_among_them(tmp_path: Path) -> None:
    told, again, hurt = broken(tmp_path, 2)
    record = read_record(Run.open(hurt))
    assert [done.epoch for done in record.epochs] == [1, 2, 3, 4, 5, 6]
    assert dict(record.epochs[1].metrics) == epochs(told)[2]
    numbers, values = record.metric("validation_loss")
    assert list(numbers) == [1, 2, 3, 4, 5, 6]
    assert list(values) == [epochs(told)[number]["validation_loss"] for number in range(1, 7)]
    assert isinstance(again[0], Started)
    assert [type(event) for event in again[1:4]] == [EpochDone] * 3, "from the one that was lost on"


def test_a_table_of_runs_stands_at_the_newest_epoch_and_not_at_the_one_told_last(tmp_path: Path) -> None:
    _, _, hurt = broken(tmp_path, 2)
    log = hurt / "events.jsonl"
    lines = log.read_text("utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if '"event": "continued"' in line)
    log.write_text("".join(lines[: at + 1]), "utf-8")
    ends = read_ends(log)
    assert ends.done is not None
    assert ends.done.epoch == 4
    summary = summary_of(hurt)
    assert summary is not None
    assert (summary.epochs, summary.state) == (4, "interrupted")


def test_what_no_checkpoint_has_is_said_to_be_lost(tmp_path: Path) -> None:
    start, _ = trained(tmp_path / "whole", recipe(epochs=6, checkpoint_every=60.0))
    shutil.copytree(tmp_path / "whole", tmp_path / "hurt")
    keep_only(tmp_path / "hurt", 5)
    without_epochs(tmp_path / "hurt", 1, 4)
    for path in (tmp_path / "hurt" / "checkpoints").glob("epoch-001*"):
        path.unlink()
    assert [one.epoch for one in checkpoints_in(tmp_path / "hurt")] == [2, 3, 4]
    again = resumed(tmp_path / "hurt", start)
    continued = next(event for event in again if isinstance(event, Continued))
    assert continued.sentence.startswith("1 epoch was missing from the run's events.jsonl")
    assert continued.sentence.endswith("the curves of 1 epoch is lost, the training itself is whole.")
    assert [done.epoch for done in read_record(Run.open(tmp_path / "hurt")).epochs] == [2, 3, 4, 5, 6]


def test_a_log_that_is_whole_is_not_told_twice(tmp_path: Path) -> None:
    _, again, _ = broken(tmp_path)
    assert [type(event) for event in again[:2]] == [Started, Continued]
    assert next(event for event in again if isinstance(event, Continued)).sentence == ""


def test_a_wish_to_stop_while_lost_epochs_are_told_reaches_the_training() -> None:
    heard: list[str] = []

    def training():
        try:
            yield StepDone(1)
            yield StepDone(2)
        except Stop:
            heard.append("stop")
            yield Finished("stopped", 1, 1)

    done = [EpochDone(number, number, {}, False, 0.0) for number in (1, 2)]
    events = told_first(training(), done)
    assert [next(events), next(events)] == [StepDone(1), done[0]]
    assert events.throw(Stop()) == done[1]
    assert next(events) == Finished("stopped", 1, 1)
    assert heard == ["stop"]
