"""A run's events as TensorBoard reads them: the same numbers, at the same places, and nothing that is void."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from netbuilder.train import tensorboard_log
from netbuilder.train.event_file import EventFile
from netbuilder.train.events import (
    Adjusted,
    Continued,
    EpochDone,
    Event,
    Failed,
    Finished,
    Judged,
    Noted,
    Progress,
    Shown,
    Started,
    StepDone,
)
from netbuilder.train.fit import Stop
from netbuilder.train.launch import launch
from netbuilder.train.optimizers import OPTIMIZERS
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run, new_run
from netbuilder.train.tensorboard_log import TensorBoardLog
from tests.train import board
from tests.train.toy import job

STARTED = Started(3, 4, 16, 64, 8, 1000, "cpu", seed=5)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    record = {
        "created": "2026-01-02T03:04:05.000+00:00",
        "recipe": {"kind": "supervised", "settings": {"epochs": 3, "clip_norm": 1.0}},
        "data": {"kind": "toy", "settings": {}},
    }
    return new_run("toy", tmp_path / "run", "", "{}", record)


def write(run: Run, *events: Event) -> TensorBoardLog:
    log = TensorBoardLog(run)
    for event in events:
        log.write(event)
    assert log.trouble == ""
    log.close()
    return log


def progress(step: int, *losses: float, **more: Any) -> Progress:
    return Progress(step, 1, losses, **({"samples_per_second": 100.0, "seconds_left": None} | more))


def epoch(number: int, **metrics: float) -> EpochDone:
    return EpochDone(number, 4 * number, metrics, best=True, seconds=2.0 * number)


def single(*values: float) -> list[float]:
    """As a float32 has them."""
    return [float(np.float32(value)) for value in values]


def test_a_trained_run_says_the_same_in_tensorboard_as_in_its_events(tmp_path: Path) -> None:
    events = list(launch(job(tmp_path / "run", Supervised(epochs=3), tensorboard=True)))
    folder = tmp_path / "run" / "tensorboard"
    told = board.numbers(folder)
    losses = [loss for event in events if isinstance(event, Progress) for loss in event.losses]
    assert told["train/loss"] == list(enumerate(single(*losses), start=1))
    pulled = [event for event in events if isinstance(event, Progress)]
    assert told["train/learning_rate"] == [(one.step, single(one.rate or 0)[0]) for one in pulled]
    assert told["train/samples_per_second"] == [(one.step, single(one.samples_per_second)[0]) for one in pulled]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    for split in ("training", "validation"):
        for metric in ("loss", "accuracy"):
            wanted = [(one.epoch, single(one.metrics[f"{split}_{metric}"])[0]) for one in epochs]
            assert board.numbers(folder / split)[f"epoch/{metric}"] == wanted
    last = events[-1]
    assert isinstance(last, Finished)
    assert told["best/validation_accuracy"][0][1] == single(last.best["validation_accuracy"])[0]
    assert told["final/training_loss"][0][1] == single(last.final["training_loss"])[0]


def test_without_being_asked_for_nothing_is_written(tmp_path: Path) -> None:
    list(launch(job(tmp_path / "run", Supervised(epochs=1))))
    assert not (tmp_path / "run" / "tensorboard").exists()


def test_a_training_that_is_stopped_has_told_tensorboard_of_its_last_step(tmp_path: Path) -> None:
    events = launch(job(tmp_path / "run", Supervised(epochs=50), tensorboard=True))
    steps = 0
    while not (isinstance(next(events), StepDone) and (steps := steps + 1) == 3):
        pass
    rest: list[Event] = [events.throw(Stop())]  # type: ignore[attr-defined]
    rest += events
    assert isinstance(rest[-1], Finished)
    assert [step for step, _ in board.numbers(tmp_path / "run" / "tensorboard")["train/loss"]] == [1, 2, 3]


def test_numbers_are_kept_at_any_step_a_training_can_reach(tmp_path: Path) -> None:
    steps = [0, 1, 127, 128, 16_383, 16_384, 2**21 - 1, 2**21, 2**28, 2**40]
    losses = [step / 3 for step in steps]
    file = EventFile(tmp_path)
    file.numbers("train/löss", steps, losses, [1.7e9 + step for step in range(10)])
    file.numbers("over", [1], [1e300], [0.0])
    file.close()
    told = board.numbers(tmp_path)
    assert told["train/löss"] == list(zip(steps, single(*losses), strict=True))
    assert told["over"] == [(1, float("inf"))]
    times = [event.wall_time for event in board.shown(tmp_path)][:10]
    assert times == [1.7e9 + step for step in range(10)]


def test_a_file_is_read_after_those_that_were_there(tmp_path: Path) -> None:
    for number in range(4):  # within one second
        file = EventFile(tmp_path)
        file.numbers("a", [number], [number], [0.0])
        file.close()
    assert board.numbers(tmp_path)["a"] == [(number, float(number)) for number in range(4)]


def test_what_is_done_again_is_not_shown_twice(run: Run) -> None:
    write(
        run, STARTED, progress(4, 4.0, 3.0, 2.0, 1.0, rate=0.1), epoch(1, training_loss=1.0, validation_loss=1.5),
        progress(8, 0.9, 0.8, 0.7, 0.6), epoch(2, training_loss=0.5, validation_loss=0.7),
        Shown(2, "Written", "once"), progress(10, 0.5, 0.4),
    )  # fmt: skip
    write(
        run, STARTED, Continued(1, 4, "The power went."), progress(6, 9.0, 8.0), progress(8, 7.0, 6.0),
        epoch(2, training_loss=5.0, validation_loss=5.5), Shown(2, "Written", "again"),
    )  # fmt: skip
    folder = run.folder / "tensorboard"
    wanted = [(1, 4.0), (2, 3.0), (3, 2.0), (4, 1.0), (5, 9.0), (6, 8.0), (7, 7.0), (8, 6.0)]
    assert board.numbers(folder)["train/loss"] == wanted
    assert board.numbers(folder / "training")["epoch/loss"] == [(1, 1.0), (2, 5.0)]
    assert board.numbers(folder / "validation")["epoch/loss"] == [(1, 1.5), (2, 5.5)]
    assert board.texts(folder / "training")["shown/Written"] == [(2, "again")]
    assert board.texts(folder)["run/changes"] == [(4, "Goes on after step 4. The power went.")]


def test_seams_changes_verdicts_and_faults_are_told_as_texts(run: Run) -> None:
    write(
        run, STARTED, progress(4, 1.0, 1.0, 1.0, 1.0), epoch(1, training_loss=1.0),
        Judged(1, "flat", 1, "It learns not."), Judged(1), Continued(1, 4, "Two layers are new.", changed=True),
        Adjusted(6, 1.5, 0.01, 32, 2),
        Failed("The loss became NaN."),
    )  # fmt: skip
    told = board.texts(run.folder / "tensorboard")
    assert told == {
        "run/verdict": [(4, "It learns not.")],
        "run/changes": [
            (4, "Goes on after step 4. The network is another from here on. Two layers are new."),
            (6, "After step 6: Learning rate 0.01, 32 samples a batch."),
        ],
        "run/failed": [(4, "The loss became NaN.")],
    }


def test_what_there_is_to_look_at_is_there_as_picture_and_text(run: Run) -> None:
    (run.folder / "shown").mkdir()
    Image.new("RGB", (12, 5), "red").save(run.folder / "shown" / "rows-001.png")
    (run.folder / "shown" / "curve-001.json").write_text("{}")
    write(
        run, Shown(1, "Rows", "Drawn by it.", "shown/rows-001.png"),
        Shown(1, "Curve", "It rises.", "shown/curve-001.json"),
        Shown(1, "Lost", "It was here.", "shown/lost-001.png"), Shown(1, "Poem", "two\n  lines"),
    )  # fmt: skip
    folder = run.folder / "tensorboard" / "training"
    ((step, picture),) = board.pictures(folder)["shown/Rows"]
    assert (step, picture.width, picture.height, picture.colorspace) == (1, 12, 5, 3)
    assert picture.encoded_image_string == (run.folder / "shown" / "rows-001.png").read_bytes()
    assert board.texts(folder) == {
        "shown/Rows": [(1, "Drawn by it.")],
        "shown/Curve": [(1, "It rises.")],
        "shown/Lost": [(1, "It was here.")],
        "shown/Poem": [(1, "    two\n      lines")],  # as code, or its spaces would be gone
    }


def test_the_settings_of_a_run_are_its_hyperparameters(run: Run) -> None:
    write(run, STARTED, Finished("done", 3, 2, {"training_loss": 0.5}, {"training_loss": 0.25}))
    (told,) = board.plugin(run.folder / "tensorboard", "session_start_info")
    found = told.session_start_info.hparams
    assert found["epochs"].number_value == 3
    assert found["clip_norm"].number_value == 1.0  # seldom looked at, and not as usual
    assert "shuffle" not in found
    assert found["optimizer"].string_value == "adam"
    assert found["learning_rate"].number_value == 0.001
    assert found["data"].string_value == "toy"
    assert found["seed"].number_value == 5
    (end,) = board.plugin(run.folder / "tensorboard", "session_end_info")
    assert end.session_end_info.status == 1  # success
    assert board.numbers(run.folder / "tensorboard")["best/training_loss"] == [(0, 0.25)]


def test_the_settings_of_an_optimizer_have_its_name() -> None:
    sgd = next(kind for kind in OPTIMIZERS if kind.kind == "sgd")
    told = dict(
        tensorboard_log._flat("", Supervised(optimizer=sgd(momentum=0.9), metrics=["auroc"]), Supervised.fields())
    )
    assert told["optimizer"] == "sgd"
    assert told["optimizer.momentum"] == 0.9
    assert "auroc" in str(told["metrics"])


def test_a_run_that_is_over_can_be_written_too(run: Run) -> None:
    events = (
        STARTED,
        progress(4, 4.0, 3.0, 2.0, 1.0),
        epoch(1, training_loss=2.5),
        Finished("done", 1, 1, seconds=2.0),
    )
    board.log_of(run.events_file, *events)
    write(run)
    folder = run.folder / "tensorboard"
    assert board.numbers(folder)["train/loss"] == [(1, 4.0), (2, 3.0), (3, 2.0), (4, 1.0)]
    assert board.numbers(folder / "training")["epoch/loss"] == [(1, 2.5)]
    created = 1767323045.0
    assert {event.wall_time for event in board.shown(folder / "training")} == {created + 2.0}
    write(run)  # and is then not written again
    assert len(board.numbers(folder)["train/loss"]) == 4


def test_a_disk_that_is_full_ends_the_files_and_not_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: EventFile, *given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EventFile, "numbers", full)
    with caplog.at_level(logging.WARNING):
        events = list(launch(job(tmp_path / "run", Supervised(epochs=2), tensorboard=True)))
    noted = [event for event in events if isinstance(event, Noted)]
    assert [one.sentence for one in noted] == [
        "The TensorBoard files are written no further: No space left on device. The training goes on, and its run has "
        "all the rest."
    ]
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "done"
    assert [event for event in Run.open(tmp_path / "run").events() if isinstance(event, Noted)] == noted
    assert "No space left on device" in caplog.text


def test_a_step_takes_a_few_bytes(run: Run) -> None:
    count = 100_000
    write(run, *(progress(step + 1000, *[0.5] * 1000) for step in range(0, count, 1000)))
    (file,) = (run.folder / "tensorboard").iterdir()
    assert file.stat().st_size < 64 * count
