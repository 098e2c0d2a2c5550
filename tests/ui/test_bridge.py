"""What crosses from the worker's thread to the window's: facts all and in order, progress merged."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from netbuilder.train.events import EpochDone, Event, Paused, Preparing, Progress, StepDone
from netbuilder.train.history import RunRecord
from netbuilder.ui.bridge import Bridge, EventFeed


def progress(step: int, *losses: float) -> Progress:
    return Progress(step, 1, losses, 100.0, None)


def epoch(number: int) -> EpochDone:
    return EpochDone(number, number * 10, {"training_loss": 1.0 / number}, best=True, seconds=1.0)


def test_progress_is_merged_without_losing_a_loss_and_facts_stay_in_order(qtbot: QtBot) -> None:
    feed = EventFeed()
    told: list[Event] = []
    feed.event.connect(told.append)
    for event in (progress(2, 0.5, 0.4), StepDone(3), progress(3, 0.3), epoch(1), Paused(), progress(4, 0.2)):
        feed.hear(event)
    feed.drain()
    assert told == [progress(3, 0.5, 0.4, 0.3), epoch(1), Paused(), progress(4, 0.2)]


def test_of_what_takes_long_before_the_start_only_the_newest_is_told(qtbot: QtBot) -> None:
    feed = EventFeed()
    told: list[Event] = []
    feed.event.connect(told.append)
    for done in range(1000):
        feed.hear(Preparing("Reading pictures", done, 1000))
    feed.hear(Paused())
    feed.hear(Preparing("Compiling"))
    feed.drain()
    assert told == [Preparing("Reading pictures", 999, 1000), Paused(), Preparing("Compiling")]


def test_a_call_from_another_thread_runs_on_this_one_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    ran: list[tuple[int, threading.Thread]] = []

    def post() -> None:
        for number in range(50):
            bridge.post(lambda number=number: ran.append((number, threading.current_thread())))

    other = threading.Thread(target=post)
    other.start()
    other.join()
    qtbot.waitUntil(lambda: len(ran) == 50)
    assert ran == [(number, threading.current_thread()) for number in range(50)]


def test_a_closed_bridge_is_silent(qtbot: QtBot) -> None:
    bridge, last = Bridge(), Bridge()
    ran: list[str] = []
    bridge.post(lambda: ran.append("before"))
    bridge.close()
    bridge.post(lambda: ran.append("after"))
    last.post(lambda: ran.append("marker"))
    qtbot.waitUntil(lambda: "marker" in ran)
    assert ran == ["marker"]


def test_a_record_keeps_every_step_loss_beyond_its_first_buffer() -> None:
    record = RunRecord()
    for step in range(0, 5000, 7):
        record.add(progress(step + 7, *(float(n) for n in range(step, step + 7))))
    assert record.step_losses.tolist() == [float(n) for n in range(5005)]
