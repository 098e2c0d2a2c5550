"""A run of a million steps, watched, zoomed and opened again. Run: python -m tests.benchmarks.bench_events

The real window with its Train page in view. A thread says what a training of a million steps would say, and writes it
to the run's folder, as fast as no training is; a 16 ms timer in the window's thread measures how smooth that stays.
Then the curves are gone into and back, and the finished run is read from its folder and drawn.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from netbuilder.train.event_log import EventLog
from netbuilder.train.events import CheckpointSaved, EpochDone, Event, Finished, Progress, Started
from tests.benchmarks.bench_frames import P99, Ticks, live
from tests.benchmarks.bench_memory import resident

if TYPE_CHECKING:
    from netbuilder.ui.train.train_page import TrainPage
    from netbuilder.ui.workbench import Workbench

STEPS, PER_EPOCH = 1_000_000, 5_000
SECONDS = 40.0  # for all of them: 25,000 steps a second
TELL = 0.1  # seconds between two readings of the losses, as in a training
WARM = 100_000  # steps before memory is read for the first time
PER_STEP = 16.0  # bytes: four of the loss, four smoothed, what they are thinned to, and room for what else there is
OPENED = 1000.0  # ms
ZOOMED, ZOOMS = 50.0, 60  # ms


def told(folder: Path) -> Iterator[Event]:
    """All that such a training says."""
    names = ("training_loss", "validation_loss", "training_accuracy", "validation_accuracy")
    yield Started(STEPS // PER_EPOCH, PER_EPOCH, 64, 64 * PER_EPOCH, 1000, 10_000, "cpu", 0, folder=str(folder))
    numbers, chunk = np.random.default_rng(0), int(STEPS / SECONDS * TELL)
    for step in range(chunk, STEPS + 1, chunk):
        at = np.arange(step - chunk, step)
        losses = 2.0 / (1 + at / 50_000) + 0.3 * numbers.random(chunk)
        yield Progress(step, (step - 1) // PER_EPOCH + 1, tuple(losses.tolist()), 1e6, 1.0, 0.001)
        if step % PER_EPOCH == 0:
            epoch = step // PER_EPOCH
            metrics = dict.fromkeys(names, float(losses.mean()))
            yield EpochDone(epoch, step, metrics, best=True, seconds=epoch * 1.0, score="validation_accuracy")
            yield CheckpointSaved(epoch, step, f"checkpoints/epoch-{epoch:03}.safetensors", best=True)
    yield Finished("done", STEPS // PER_EPOCH, STEPS // PER_EPOCH)


class Feeding(threading.Thread):
    """Says it all in its time, and writes it down first. The process' memory after so many steps is noted."""

    def __init__(self, bench: Workbench, folder: Path):
        super().__init__(daemon=True)
        self._bench, self._folder = bench, folder
        self.written = 0.0  # seconds that went into writing

    def run(self) -> None:
        log = EventLog(self._folder / "events.jsonl")
        began = time.monotonic()
        for event in told(self._folder):
            if isinstance(event, Progress):
                time.sleep(max(0.0, began + event.step / STEPS * SECONDS - time.monotonic()))
            before = time.perf_counter()
            log.write(event)
            self.written += time.perf_counter() - before
            self._bench.training._feed.hear(event)
        log.close()


def tell(what: str, value: float, unit: str, most: float | None = None, more: str = "") -> bool:
    good = most is None or value <= most
    bound = "" if most is None else f"at most {most:g}{'' if good else '   MISSED'}"
    print(f"  {what:44s} {value:9.1f} {unit:6s} {bound} {more}", flush=True)
    return good


def measure(home: Path) -> bool:
    from netbuilder.train.history import RunRecord
    from netbuilder.ui import app as application
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.train.train_page import TrainPage
    from netbuilder.ui.workbench import Workbench

    folder = home / "million-001"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"title": "million"}), encoding="utf-8")
    (folder / "model.py").write_text("", encoding="utf-8")
    app = application.make_app()
    bench = Workbench(application.read_settings())
    application.dress(app, bench)
    window = MainWindow(bench)
    window.show()
    bench.begin()
    window.workspaces.go("train")
    live(lambda: bench.loading.dataset is not None and bench.checking.is_current, 20)
    page = window.findChild(TrainPage)
    training = bench.training
    training.record = record = RunRecord("million")
    training._feed.start()
    training._become("preparing")
    feeding = Feeding(bench, folder)
    feeding.start()
    live(lambda: len(record.step_losses) >= WARM, 60)
    before, steps, early = resident(), len(record.step_losses), redrawing(page)
    ticks = Ticks()
    ticks.start()
    live(lambda: record.ended, 2 * SECONDS)
    intervals = ticks.stop()
    grown = (resident() - before) * 1e6 / (len(record.step_losses) - steps)
    print(f"{len(record.step_losses):,} steps in {SECONDS:.0f} s, written in {feeding.written:.2f} s")
    good = len(record.step_losses) == STEPS
    p99 = float(np.percentile(intervals, 99))
    more = f"median {np.median(intervals):.1f}, max {max(intervals):.1f}"
    good &= tell("between two frames, p99", p99, "ms", P99, more)
    good &= tell("memory for a step", grown, "bytes", PER_STEP)
    tell(f"setting the curves at {steps:,} steps", early, "ms")
    good &= tell(f"setting the curves at {STEPS:,} steps", redrawing(page), "ms", 2 * early + 5)
    good &= zooming(page)
    good &= opening(bench, page, folder)
    window.close()
    bench.close()
    return good


def redrawing(page: TrainPage) -> float:
    """Milliseconds that one drawing of the losses takes, without painting: the median of some."""
    taken = []
    for _ in range(9):
        began = time.perf_counter()
        page.plots.show_losses(*page._drawn)
        page.loss.redraw()
        taken.append((time.perf_counter() - began) * 1000)
    return float(np.median(taken))


def zooming(page: TrainPage) -> bool:
    """Into places of all widths, each painted."""
    numbers, taken, plot = np.random.default_rng(1), [], page.loss
    end = STEPS / PER_EPOCH
    for number in range(ZOOMS):
        wide = end * 0.8 ** (number % 30)
        at = float(numbers.random()) * (end - wide)
        began = time.perf_counter()
        plot.zoom_to((at, at + wide))
        plot._plot.widget.viewport().repaint()
        taken.append((time.perf_counter() - began) * 1000)
    plot.zoom_to((100.0, 100.02))  # a hundred steps
    x, _ = plot._plot._lines[0][0].getData()
    detail = int(((x >= 100.0) & (x <= 100.02)).sum())
    plot.show_all()
    whole = plot._plot.seen == (0.0, end)
    good = tell("going into it, painted, the slowest", max(taken), "ms", ZOOMED, f"median {np.median(taken):.1f}")
    print(f"  {detail} points are drawn of the 101 steps of a stretch; back to all: {'yes' if whole else 'NO'}")
    return good and detail == 101 and whole


def opening(bench: Workbench, page: TrainPage, folder: Path) -> bool:
    """The finished run from its folder, until its curves are painted."""
    from netbuilder.ui import errand
    from netbuilder.ui.train.opened_run import OpenedRun, open_run

    bench.training.forget()
    live(lambda: False, 0.5)
    found: list[float] = []
    began = time.perf_counter()

    def deliver(opened: OpenedRun | None, error: Exception | None) -> None:
        assert opened is not None, error
        bench.training.show_run(opened)
        page.redraw()
        page.loss._plot.widget.viewport().repaint()
        found.append((time.perf_counter() - began) * 1000)
        assert len(opened.record.step_losses) == STEPS

    errand.send(bench.bridge, page, "open", lambda: open_run(folder, None, None), deliver)
    live(lambda: bool(found), 20)
    size = (folder / "events.jsonl").stat().st_size / 1e6
    return tell("opened again, until the curves are painted", found[0], "ms", OPENED, f"a file of {size:.1f} MB")


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ["NETBUILDER_HOME"] = home
        good = measure(Path(home))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
