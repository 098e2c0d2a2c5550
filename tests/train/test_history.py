"""A run's history is what its events say, however often it was interrupted and continued."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.train.epoch_axis import EpochAxis
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import (
    Adjusted,
    CheckpointSaved,
    Continued,
    EpochDone,
    Event,
    Failed,
    Finished,
    Judged,
    Noted,
    Paused,
    Progress,
    Resumed,
    Shown,
    Started,
)
from netbuilder.train.history import RunRecord, Seam, read_record
from netbuilder.train.run import Run

PER_EPOCH = 4
STARTED = Started(6, PER_EPOCH, 8, 32, 8, 100, "cpu", 0)


def fold(*events: Event) -> RunRecord:
    record = RunRecord("run")
    for event in events:
        record.add(event)
    return record


def progress(step: int, *losses: float, epoch: int = 1) -> Progress:
    return Progress(step, epoch, losses, 100.0, None, 0.1)


def told(record: RunRecord) -> dict[str, Any]:
    """All that a record knows, but how it was told in pieces."""
    return {
        "losses": record.step_losses.tolist(),
        "x": record.step_epochs.tolist(),
        "epochs": record.epochs,
        "names": record.names,
        "checkpoints": record.checkpoints,
        "shown": record.shown,
        "judged": record.judged,
        "finished": record.finished,
        "failed": record.failed,
        "paused": (record.paused, record.paused_because),
        "adjusted": record.adjusted,
        "seams": record.seams,
        "at": (record.progress.step, record.progress.epoch) if record.progress else None,
        "best": record.best_epoch,
        "share": record.share,
    }


def one_run(epochs: int, adjusted: int | None) -> list[tuple[Event, int, int]]:
    """A training without any interruption: its events, and after each how many steps and whole epochs are done.

    In the middle of epoch `adjusted` its batches become twice as large.
    """
    found: list[tuple[Event, int, int]] = []
    step, per_epoch = 0, PER_EPOCH
    for epoch in range(1, epochs + 1):
        steps = per_epoch
        for done in range(1, steps + 1):
            step += 1
            found.append((progress(step, 1 / step, epoch=epoch), step, epoch - 1 + (done == steps)))
            if epoch == adjusted and done == steps // 2:
                per_epoch //= 2
                at = epoch - 0.5
                found.append((Adjusted(step, at, 0.01, 16, per_epoch), step, epoch - 1))
                step += 1  # what is left of the epoch is one batch
                found.append((progress(step, 1.0, epoch=epoch), step, epoch))
                break
        metrics = {"training_loss": 1 / epoch} | ({"validation_f1": 0.5} if epoch > 2 else {})
        for fact in (
            EpochDone(epoch, step, metrics, epoch % 2 == 1, 1.0 * epoch),
            CheckpointSaved(epoch, step, f"epoch-{epoch}", best=False),
            Judged(epoch, "gap", epoch, f"Epoch {epoch}.") if epoch % 3 else Judged(epoch),
            Shown(epoch, "Text", "words"),
        ):
            found.append((fact, step, epoch))
    return found


@given(st.data())
def test_a_run_that_was_interrupted_and_continued_is_the_run_that_was_not(data):
    adjusted = data.draw(st.sampled_from([None, 2, 3]))
    whole = one_run(4, adjusted)
    ending = Finished("done", 4, 3)
    events: list[Event] = [STARTED]
    at = 0
    for _ in range(data.draw(st.integers(1, 3))):
        until = data.draw(st.integers(at, len(whole)))
        events += [event for event, _, _ in whole[at:until]]
        events += data.draw(
            st.sampled_from(
                [[], [Failed("It broke.")], [Finished("stopped", 1, 1)], [Paused("The disk is full.")], [ending]]
            )
        )
        # It goes on from any whole moment that was kept: after all that is told of a step.
        kept = [n for n in range(until + 1) if n == 0 or n == len(whole) or whole[n][1] > whole[n - 1][1]]
        at = data.draw(st.sampled_from(kept))
        _, step, epoch = whole[at - 1] if at else (None, 0, 0)
        events += data.draw(st.sampled_from([[], [STARTED]])) if not adjusted else []
        events.append(Continued(epoch, step))
    events += [event for event, _, _ in whole[at:]] + [ending]
    assert told(fold(*events)) == told(fold(STARTED, *(event for event, _, _ in whole), ending))


def test_what_is_void_is_forgotten_and_counted():
    record = fold(
        STARTED, progress(6, *range(6)), EpochDone(1, 4, {"training_loss": 1.0}, True, 1.0), Finished("", 1, 1)
    )
    assert (record.voided, record.ended) == (0, True)
    record.add(Continued(0, 3))
    assert (record.voided, record.ended, record.epochs, record.names) == (1, False, [], ())
    assert record.step_losses.tolist() == [0, 1, 2]
    assert record.progress == Progress(3, 1, (), 0.0, None)


def test_a_changed_network_is_a_seam_where_it_goes_on():
    record = fold(STARTED, progress(10, *range(10)), Continued(1, 6, "2 of 3 layers were kept.", changed=True))
    assert record.seams == [Seam(6, 1.5, "2 of 3 layers were kept.")]
    record.add(progress(8, 1, 2))
    record.add(Continued(1, 7))
    assert [seam.step for seam in record.seams] == [6]
    record.add(Continued(1, 6))
    assert [seam.step for seam in record.seams] == [6]
    record.add(Continued(1, 6, "Once more.", changed=True))
    assert [seam.sentence for seam in record.seams] == ["Once more."]
    record.add(Continued(1, 5))
    assert record.seams == []


def test_steps_are_where_they_are_on_the_axis_of_epochs_also_after_the_batches_changed():
    record = fold(STARTED, progress(6, *[1.0] * 6), Adjusted(6, 1.5, 0.01, 16, 2), progress(9, 1, 1, 1))
    np.testing.assert_allclose(record.step_epochs, [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3])
    assert [adjusted.batch_size for adjusted in record.adjusted] == [16]
    assert record.share == pytest.approx(3 / 6)
    record.add(Continued(1, 4))
    record.add(progress(6, 1, 1))
    np.testing.assert_allclose(record.step_epochs, [0.25, 0.5, 0.75, 1, 1.25, 1.5])
    assert record.adjusted == []


def test_a_run_started_again_with_other_batches_has_other_epochs_from_where_it_goes_on():
    again = Started(6, 2, 16, 32, 8, 100, "cpu", 0)
    for second in ((again, Continued(1, 4)), (Continued(1, 4), again)):
        record = fold(STARTED, progress(6, *[1.0] * 6), *second, progress(8, 1, 1, 1, 1))
        np.testing.assert_allclose(record.step_epochs, [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3])


def test_a_run_that_goes_on_where_another_one_ended_begins_there():
    record = fold(STARTED, Continued(3, 50), progress(52, 0.5, 0.25))
    np.testing.assert_allclose(record.step_epochs[-2:], [3.25, 3.5])
    assert np.isnan(record.step_losses[:50]).all()
    assert record.step_losses[50:].tolist() == [0.5, 0.25]


def test_losses_that_were_lost_leave_a_gap_and_the_others_stay_at_their_steps():
    record = fold(STARTED, progress(2, 1, 2), progress(6, 5, 6))
    assert [math.isnan(loss) for loss in record.step_losses] == [False, False, True, True, False, False]
    record.add(progress(10**15, 7))
    assert len(record.step_losses) == 7  # such a line makes no sense, and takes no memory


def test_why_it_pauses_is_known_until_it_goes_on():
    record = fold(STARTED, Paused("The disk is full."))
    assert (record.paused, record.paused_because) == (True, "The disk is full.")
    record.add(Resumed())
    assert (record.paused, record.paused_because) == (False, "")


def test_step_losses_take_four_bytes_a_step():
    record = fold(STARTED)
    for step in range(1000, 50_001, 1000):
        record.add(progress(step, *[0.1] * 1000))
    assert record.step_losses.nbytes == 4 * 50_000


def test_a_history_is_read_from_the_folder(tmp_path: Path):
    events = [STARTED, *(event for event, _, _ in one_run(4, 2)), Finished("done", 4, 3)]
    log = EventLog(tmp_path / "events.jsonl")
    for event in events:
        log.write(event)
    log.close()
    record = read_record(Run(tmp_path, {}))
    assert record.folder == tmp_path
    wanted = told(fold(*events))
    np.testing.assert_allclose(told(record).pop("losses"), wanted.pop("losses"), rtol=1e-6)
    assert {name: value for name, value in told(record).items() if name != "losses"} == wanted


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 20)), max_size=4), st.integers(0, 300))
def test_the_axis_of_epochs_goes_both_ways(bends, step):
    axis, at = EpochAxis(7), 0
    for steps, per_epoch in bends:
        at += steps
        axis.bend(at, axis.epoch_at(at), per_epoch)
    assert axis.step_at(axis.epoch_at(step)) == pytest.approx(step)
    assert (np.diff(axis.epochs_at(np.arange(300))) > 0).all()


def test_what_was_noted_before_a_run_was_broken_off_is_not_said_of_how_it_goes_on() -> None:
    record = fold(STARTED, Noted("The computer has slept for 5 min."), STARTED, Continued(0, 0))
    assert record.noted == ""
    record.add(Noted("Something new."))
    assert record.noted == "Something new."
