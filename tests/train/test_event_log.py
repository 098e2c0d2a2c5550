import json
from pathlib import Path

import pytest

from netbuilder.train.event_log import EventLog, event_of, events_as_json, read_events
from netbuilder.train.events import (
    CheckpointSaved,
    EpochDone,
    Event,
    Failed,
    Finished,
    Paused,
    Progress,
    Resumed,
    Started,
    StepDone,
)

EVENTS: tuple[Event, ...] = (
    Started(2, 5, 64, 300, 100, 1234, "cpu", 0),
    Progress(3, 1, (2.5, 2.25, 2.125), 1000.0, None),
    Paused(),
    Resumed(),
    EpochDone(1, 5, {"training_loss": 1.2345678901234567}, True, 0.25),
    CheckpointSaved(1, 5, "checkpoints/epoch-001.safetensors", True),
    Failed("It “broke”.", "conv1", "line\nline"),
    Finished("done", 2, 1, {"validation_loss": 0.5}, {"validation_loss": 0.5}, 1.5),
)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    for event in (*EVENTS, StepDone(4)):
        log.write(event)
    log.close()
    assert read_events(tmp_path / "events.jsonl") == EVENTS
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines][4:6] == ["epoch_done", "checkpoint_saved"]


def test_each_event_is_on_disk_before_the_next(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.write(EVENTS[0])
    assert read_events(tmp_path / "events.jsonl") == EVENTS[:1]
    log.close()


def test_a_line_cut_off_is_left_out(tmp_path: Path) -> None:
    lines = [json.dumps(events_as_json(event)) for event in EVENTS]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(lines)[:-20], encoding="utf-8")
    assert read_events(path) == EVENTS[:-1]
    assert read_events(tmp_path / "none.jsonl") == ()


@pytest.mark.parametrize(
    "line",
    [
        "null",
        "[]",
        '{"event": "exploded"}',
        '{"event": ["epoch_done"]}',
        '{"event": "step_done", "step": "1"}',
        '{"event": "epoch_done", "epoch": 1}',
        '{"event": "progress", "step": 1, "epoch": 1, "losses": "abc", "samples_per_second": 1, "seconds_left": null}',
        '{"event": "failed", "sentence": 3}',
        "[" * 100_000,
    ],
)
def test_a_line_that_makes_no_sense_is_left_out(tmp_path: Path, line: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(line + "\n" + json.dumps(events_as_json(Paused())) + "\n", encoding="utf-8")
    assert read_events(path) == (Paused(),)


def test_what_a_later_version_adds_is_passed_over() -> None:
    assert event_of({"event": "paused", "reason": "lunch"}) == Paused()
