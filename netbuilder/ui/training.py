"""The run on screen: starts it, pauses it, stops it, asks it questions, and keeps what it says.

Only the worker touches the model; what crosses over are events, questions and plain answers.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal

from netbuilder.fields import BadSetting
from netbuilder.train.events import Continued, Event, Failed, Finished, Noted, Paused, Resumed, Started
from netbuilder.train.recipes import RecipeError
from netbuilder.train.remote import RemoteControls
from netbuilder.ui import errand
from netbuilder.ui.bridge import Bridge, EventFeed

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.following import Follower
    from netbuilder.train.history import RunRecord
    from netbuilder.train.launch import Launch
    from netbuilder.train.worker import Worker
    from netbuilder.ui.train.opened_run import OpenedRun
    from netbuilder.ui.train.run_curves import RunCurves

IDLE, PREPARING, RUNNING, PAUSED, STOPPING, ENDED = "idle", "preparing", "running", "paused", "stopping", "ended"
ALIVE = (PREPARING, RUNNING, PAUSED, STOPPING)


class Training(QObject):
    """`state` is one of idle, preparing, running, paused, stopping, ended; `record` what the run on screen has said.

    `changed` tells of a new state or run, `event` of each thing the run says (after `record` knows it).
    """

    changed = Signal()
    event = Signal(object)
    said = Signal(str)  # one sentence for the user

    def __init__(self, bridge: Bridge, settings: QSettings, parent: QObject | None = None):
        super().__init__(parent)
        self.state = IDLE
        self.record: RunRecord | None = None
        self.title = ""  # of the project that the run on screen was begun in
        self.folder: Path | None = None
        self.dataset: Dataset | None = None  # what the run on screen learns from
        self.checked: Checked | None = None  # what the run on screen trains
        self.job: Launch | None = None  # with what it began; None for one that is only looked into
        self.steered: dict[str, float] = {}  # learning_rate and batch_size as they were set during the run
        self.ends_after_epoch = False  # whether the run is wanted to end with the epoch at hand
        self.outputs: tuple[str, ...] = ()  # the names of what its network returns
        self.device = str(settings.value("device", "auto"))
        self.tensorboard = bool(settings.value("tensorboard", False, type=bool))
        self.apart = bool(settings.value("apart", False, type=bool))
        self._settings = settings
        self._bridge = bridge
        self._worker: Worker | Follower | None = None
        self._next: tuple[Launch, Checked] | None = None  # what is trained once the run at hand has ended
        self._curves: RunCurves | None = None
        self._leaving: list[Worker | Follower] = []  # of runs that are no longer on screen
        self._spared = False
        self._feed = EventFeed(self)
        self._feed.event.connect(self._heard)

    @property
    def alive(self) -> bool:
        """Whether a run is under way: it can be stopped."""
        return self.state in ALIVE

    @property
    def steerable(self) -> bool:
        """Whether the rate and the batch size of the run on screen can be changed."""
        return self._worker is not None and self.job is not None and self.state in (RUNNING, PAUSED)

    @property
    def curves(self) -> RunCurves | None:
        """The curves of the run on screen: one for all that show them."""
        if self.record is None:
            self._curves = None
        elif self._curves is None or self._curves.record is not self.record:
            from netbuilder.ui.train.run_curves import RunCurves

            self._curves = RunCurves(self.record)
        return self._curves

    @property
    def can_ask(self) -> bool:
        """Whether there is a model to look into."""
        return self._worker is not None and self.state != PREPARING

    def choose_device(self, device: str) -> None:
        self.device = device
        self._settings.setValue("device", device)
        self.changed.emit()

    def write_tensorboard(self, wanted: bool) -> None:
        """Whether the runs to come are also written for TensorBoard."""
        if wanted != self.tensorboard:
            self.tensorboard = wanted
            self._settings.setValue("tensorboard", wanted)
            self.changed.emit()

    def train_apart(self, wanted: bool) -> None:
        """Whether the runs to come are trained by processes of their own."""
        if wanted != self.apart:
            self.apart = wanted
            self._settings.setValue("apart", wanted)
            self.changed.emit()

    def start(self, job: Launch, checked: Checked) -> None:
        """Train `job`, in place of the run on screen."""
        from netbuilder.train.history import RunRecord  # brings NumPy, which the first paint does not wait for

        self._begin(job, checked, RunRecord(job.title))

    def resume_run(self, job: Launch, curves: RunCurves) -> None:
        """Go on with a run in its own folder; `curves` are those of what it has said so far. See `resuming.job_of`."""
        self._begin(job, None, curves.record, curves)
        self.folder = curves.record.folder
        self.changed.emit()

    def follow(self, job: Launch, checked: Checked) -> None:
        """End the run at hand, with a checkpoint, and go on from there with `job`, which trains another network. What
        was said of the run so far stays on screen. `stop` before the run has ended takes the wish back."""
        if self._worker is not None and self.state in (RUNNING, PAUSED) and self.folder is not None:
            self._next = (job, checked)
            self._worker.controls.stop()
            self._become(STOPPING)

    def _begin(self, job: Launch, checked: Checked | None, record: RunRecord, curves: RunCurves | None = None) -> None:
        from netbuilder.train.worker import Worker

        self._let_go()
        self.record, self._curves = record, curves
        self.title, self.job = job.title, job
        self.folder, self.checked, self.outputs = None, checked, job.outputs
        try:
            self.dataset = job.recipe.as_asked(job.dataset) if job.dataset is not None else None
        except RecipeError as error:
            self.dataset = None
            self.said.emit(str(error))
            self._become(ENDED)
            return
        try:
            self._worker = self._in_a_process(job) if self.apart else Worker(job, self._feed.hear)
        except OSError as error:
            self.said.emit(
                f"No process can be begun: {error.strerror or error}. Free some space, or train in the window."
            )
            self._become(ENDED)
            return
        self._feed.start()
        self._become(PREPARING)
        self._worker.start()

    def _in_a_process(self, job: Launch) -> Follower:
        """Have `job` trained by a process that outlives this one. Raises `OSError`."""
        from netbuilder.train import starting
        from netbuilder.train.following import Follower

        begun = starting.begin(job) if job.resumes is None else starting.resume(job)
        log = begun.folder / "events.jsonl"
        said = log.stat().st_size if log.exists() else 0
        return Follower(begun.folder, self._feed.hear, place=said, dataset=self.dataset, begun=begun)

    def attach(self, follower: Follower, curves: RunCurves, job: Launch | None) -> None:
        """Show a run that another process trains: `curves` have what it has said up to where `follower` begins, `job`
        is what it would go on with, if that is known."""
        self._let_go()
        record = curves.record
        self.record, self._curves, self.folder, self.job = record, curves, follower.folder, job
        self.title = job.title if job is not None else record.title
        self.checked, self.dataset, self.outputs = None, follower.dataset, job.outputs if job is not None else ()
        self._worker = follower
        follower.hear(self._feed.hear)
        self._feed.start()
        self._become(PAUSED if record.paused else RUNNING)
        follower.start()

    @property
    def is_apart(self) -> bool:
        """Whether the run on screen is trained by a process of its own, which goes on without the window."""
        return self.alive and self._worker is not None and isinstance(self._worker.controls, RemoteControls)

    def show_run(self, opened: OpenedRun) -> None:
        """Show a run that has ended: its curves, and its best checkpoint for questions."""
        from netbuilder.train.worker import Worker

        self._let_go()
        self.record, self.title, self.folder = opened.record, opened.run.title, opened.run.folder
        self.dataset, self.checked, self.job = opened.dataset, None, None
        self._curves = opened.curves
        self.outputs = tuple(opened.run.record.get("outputs", ()))
        if opened.dataset is not None and opened.has_weights:
            self._worker = Worker.for_run(opened.run, opened.dataset)
            self._worker.start()
        self._become(ENDED)

    def pause(self) -> None:
        if self._worker is not None and self.state == RUNNING:
            self._worker.controls.pause()

    def resume(self) -> None:
        if self._worker is not None and self.state == PAUSED:
            self._worker.controls.go_on()

    def one_step(self) -> None:
        """Take one step of the run that is paused, which stays paused."""
        if self._worker is not None and self.state == PAUSED:
            self._worker.controls.one_step()

    def stop_after_epoch(self, wanted: bool = True) -> None:
        """End the run once the epoch at hand is done, validated and kept; or no longer do so."""
        if self._worker is not None and self.alive and wanted != self.ends_after_epoch:
            self._worker.controls.stop_after_epoch(wanted)
            self.ends_after_epoch = wanted
            self.changed.emit()

    def set_rate(self, rate: float) -> None:
        """The learning rate from the next step on. Raises `BadSetting` where it makes no sense."""
        if self._worker is not None and self.job is not None and self.alive:
            self.steered["learning_rate"] = self.job.recipe.with_settings(learning_rate=rate).learning_rate
            self._worker.controls.set_rate(self.steered["learning_rate"])

    def set_batch_size(self, size: int) -> None:
        """How many samples a step looks at from the next one on. Raises `BadSetting` where it makes no sense."""
        if self._worker is None or self.job is None or not self.alive:
            return
        size = self.job.recipe.with_settings(batch_size=size).batch_size
        started = self.record.started if self.record is not None else None
        if started is not None and size > started.training_samples:
            raise BadSetting("batch_size", f"There are {started.training_samples:,} samples to train on: give no more.")
        self.steered["batch_size"] = size
        self._worker.controls.set_batch_size(size)

    def stop(self) -> None:
        """End the run after the step at hand; a checkpoint is kept."""
        self._next = None
        if self._worker is not None and self.alive:
            self._worker.stop()
            self._become(STOPPING)

    def ask(
        self,
        question: Callable[[Any, Any], Any],
        deliver: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> bool:
        """Have the worker call `question(model, dataset)` between two steps; `deliver(answer)` on this thread.

        False, and nothing happens, if there is no model to ask.
        """
        if self._worker is None:
            return False
        worker = self._worker

        def answered(future: Any) -> None:
            def tell() -> None:
                if worker is not self._worker or future.cancelled():
                    return
                error = future.exception()
                if error is None:
                    deliver(future.result())
                elif failed is not None:
                    failed(error)
                else:
                    raise error

            self._bridge.post(tell)

        worker.ask(question).add_done_callback(answered)
        return True

    def forget(self) -> None:
        """Have no run on screen. It stays in its folder."""
        self._let_go()
        self.record = self.folder = self.dataset = self.checked = self.job = None
        self.title = ""
        self.state = IDLE
        self.changed.emit()

    def close(self) -> None:
        """End the run on screen, and wait for every thread. What it had to say is still told."""
        self._let_go()
        for worker in self._leaving:
            worker.close()
        self._leaving.clear()

    def _let_go(self) -> None:
        """Part with the run on screen. One that has ended may be busy with a last answer: that is not waited for."""
        worker, self._worker = self._worker, None
        self._next, self.ends_after_epoch, self.steered = None, False, {}
        if worker is not None:
            gone = worker.close(timeout=None if self.alive else 0)
            self._leaving = [one for one in self._leaving if one.alive] + ([] if gone else [worker])
        self._feed.stop()
        if self.alive:
            self._become(ENDED)

    def _heard(self, event: Event) -> None:
        if self.record is None:
            return
        self.record.add(event)
        match event:
            case Started():
                self.folder = Path(event.folder)
                self.record.title = self.folder.name
                if self.dataset is None and self._worker is not None:
                    self.dataset = self._worker.dataset
                self._spare_the_collector()
                self._go_on()
                if event.note:
                    self.said.emit(event.note)
            case Noted():
                self.said.emit(event.sentence)
            case Continued():
                self.said.emit(in_words(event))
            case Resumed():
                self._go_on()
            case Paused():
                if event.sentence:
                    self.said.emit(event.sentence)
                if self.state != STOPPING:
                    self._become(PAUSED)
            case Finished() if self._next is not None:
                self._feed.stop()
                self._hand_over()
            case Failed() | Finished():
                self._feed.stop()  # it is the last thing a run says
                self.ends_after_epoch, self._next = False, None
                self._become(ENDED)
        self.event.emit(event)

    def _hand_over(self) -> None:
        """The run has ended: wait for its thread, and read what it has said, where nobody waits for that."""
        worker, folder, kept = self._worker, self.folder, self._next
        assert worker is not None
        assert folder is not None
        assert kept is not None
        self._worker = None  # there is nothing to ask until the next one is there
        self._leaving.append(worker)

        def work() -> tuple[Launch, RunCurves]:
            from netbuilder.train.history import read_record
            from netbuilder.train.run import Run
            from netbuilder.ui.train.run_curves import smoothed

            worker.close()
            before = Run.open(folder)
            record = read_record(before)
            record.shown, record.checkpoints = [], []  # their files are the other run's
            return replace(kept[0], follows=before), smoothed(record)

        def deliver(ready: tuple[Launch, RunCurves] | None, error: Exception | None) -> None:
            if self._next is not kept:
                if self.state == STOPPING and self._worker is None:
                    self._become(ENDED)  # the wish was taken back
                return
            if ready is None:
                self._next = None
                self.said.emit(f"It can't go on: {error}")
                self._become(ENDED)
            else:
                self._begin(ready[0], kept[1], ready[1].record, ready[1])

        errand.send(self._bridge, self, "hand-over", work, deliver)

    def _spare_the_collector(self) -> None:
        """Leave what is loaded by now out of garbage collection: a walk through all of torch holds the window up for
        a quarter of a second, whichever thread sets it off. Once, so that little garbage is kept with it."""
        if not self._spared:
            self._spared = True
            gc.freeze()

    def _go_on(self) -> None:
        if self.state != STOPPING:
            self._become(RUNNING)

    def _become(self, state: str) -> None:
        if state == self.state and state != ENDED:
            return
        self.state = state
        self.changed.emit()


def in_words(event: Continued) -> str:
    """From where it goes on, and what was kept."""
    where = f"Goes on after epoch {event.epoch}" if event.epoch else "Goes on from its beginning"
    return f"{where}. {event.sentence}".strip()


__all__ = ["ALIVE", "ENDED", "IDLE", "PAUSED", "PREPARING", "RUNNING", "STOPPING", "Training", "in_words"]
