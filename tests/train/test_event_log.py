import errno
import json
import math
import os
from pathlib import Path

import pytest

from netbuilder.train.event_lines import MOST_MERGED, event_of, events_as_json, line_of
from netbuilder.train.event_log import EventLog, EventTail, read_events
from netbuilder.train.events import (
    Adjusted,
    CheckpointSaved,
    Continued,
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
    Paused("The disk is full."),
    Resumed(),
    Adjusted(4, 0.8, 0.01, 128, 3),
    Continued(0, 4, "Wider.", changed=True),
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
    assert [json.loads(line)["event"] for line in lines][6:8] == ["epoch_done", "checkpoint_saved"]


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
        '{"event": "progress", "step": 1, "epoch": 1, "losses": ["1"], "samples_per_second": 1, "seconds_left": null}',
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


def progress(step: int, *losses: float) -> Progress:
    return Progress(step, 1, losses, 100.0, None, 0.5)


def test_losses_come_back_to_the_last_bit_of_single_precision_also_where_they_are_not_numbers(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.write(progress(3, 0.100000001490116119384765625, math.inf, math.nan))
    log.close()
    (event,) = read_events(tmp_path / "events.jsonl")
    assert isinstance(event, Progress)
    assert event.losses[:2] == (0.100000001490116119384765625, math.inf)
    assert math.isnan(event.losses[2])


def test_the_losses_of_earlier_versions_are_lists(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(events_as_json(EVENTS[1])) + "\n", encoding="utf-8")
    assert "[2.5, 2.25, 2.125]" in path.read_text(encoding="utf-8")
    assert read_events(path) == EVENTS[1:2]
    assert EventTail(path, merged=True).read() == EVENTS[1:2]


def test_merged_progress_has_every_loss_and_facts_stay_where_they_are(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    told = (progress(2, 1, 2), progress(3, 3), Paused(), progress(4, 4), progress(7, 6, 7), progress(8, 8))
    for event in told:
        log.write(event)
    log.close()
    assert EventTail(tmp_path / "events.jsonl", merged=True).read() == (
        progress(3, 1, 2, 3),
        Paused(),
        progress(4, 4),  # the loss of step 5 was lost: what is merged always follows on
        progress(8, 6, 7, 8),
    )
    assert read_events(tmp_path / "events.jsonl") == told


def test_what_is_merged_stays_small_enough_to_be_handed_on(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    row = (0.5,) * 20_000
    for number in range(1, 11):
        log.write(progress(number * len(row), *row))
    log.close()
    events = EventTail(tmp_path / "events.jsonl", merged=True).read()
    losses = [len(event.losses) for event in events if isinstance(event, Progress)]
    assert sum(losses) == 200_000
    assert max(losses) < MOST_MERGED + 2 * len(row)


@pytest.mark.parametrize("cut", range(1, len(line_of(EVENTS[1])), 7))
def test_a_log_that_was_cut_off_goes_on_in_a_new_line(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(line_of(EVENTS[0]) + line_of(EVENTS[1])[:cut])
    log = EventLog(path)
    log.write(EVENTS[4])
    log.close()
    found = read_events(path)
    assert found[0] == EVENTS[0]
    assert found[-1] == EVENTS[4]
    assert len(found) == 2 or found[1] == EVENTS[1]  # all of it but the end of the line was there
    assert EventTail(path, merged=True).read() == found


class Disk:
    """Writes until it is full, part of what it is given included."""

    def __init__(self, room: int):
        self.room = room

    def __call__(self, file: int, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = os.write(file, data[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("room", range(0, len(line_of(EVENTS[1])) + len(line_of(EVENTS[4])), 9))
def test_what_a_full_disk_refuses_is_written_before_the_next_line_once_there_is_room(tmp_path: Path, room: int) -> None:
    path, disk = tmp_path / "events.jsonl", Disk(room)
    log = EventLog(path, write=disk)
    refused = []
    for event in (EVENTS[1], EVENTS[4]):
        try:
            log.write(event)
        except OSError as full:
            refused.append(full.errno)
    assert refused
    assert set(refused) == {errno.ENOSPC}
    assert log.waiting
    data = path.read_bytes()
    assert data == b"" or data.endswith(b"\n"), "others that write to the file begin a line of their own"
    disk.room = 10_000
    log.write(EVENTS[5])
    assert log.waiting == 0
    log.close()
    assert read_events(path) == (EVENTS[1], EVENTS[4], EVENTS[5])


def test_flush_writes_what_waits_and_says_when_it_still_cannot(tmp_path: Path) -> None:
    disk = Disk(5)
    log = EventLog(tmp_path / "events.jsonl", write=disk)
    for attempt in (lambda: log.write(EVENTS[0]), log.flush):
        with pytest.raises(OSError, match="No space"):
            attempt()
    disk.room = 10_000
    log.flush()
    assert read_events(tmp_path / "events.jsonl") == EVENTS[:1]
    log.close()
    log.write(EVENTS[1])  # nobody listens any more
    assert read_events(tmp_path / "events.jsonl") == EVENTS[:1]


def test_a_run_is_followed_line_by_line_as_they_become_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    assert tail.read() == ()
    whole = b"".join(line_of(event) for event in EVENTS)
    seen: list[Event] = []
    for end in range(0, len(whole) + 1, 37):
        path.write_bytes(whole[:end])
        seen += tail.read()
    path.write_bytes(whole)
    seen += tail.read()
    assert tuple(seen) == EVENTS
    assert tail.place == len(whole)
    assert tail.read() == ()


def test_a_run_is_followed_from_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = [line_of(event) for event in EVENTS]
    path.write_bytes(b"".join(lines))
    begins = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for place in range(begins[-1] + 1):
        first = next(number for number, begin in enumerate(begins) if begin >= place)
        tail = EventTail(path, place)
        assert tail.read() == EVENTS[first:], place
        assert tail.place in (begins[-1], place)
    whole = EventTail(path)
    whole.read()
    with path.open("ab") as file:
        file.write(lines[2])
    assert EventTail(path, whole.place).read() == EVENTS[2:3]
