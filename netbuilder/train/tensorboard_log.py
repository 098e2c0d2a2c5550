"""A run for TensorBoard: the events of a training once more, as files in its folder that `tensorboard --logdir` reads.

    tensorboard/               by step: loss, learning rate, speed; the settings, and what happened on the way
    tensorboard/training/      by epoch: the metrics of the training samples, and what there is to look at
    tensorboard/validation/    by epoch: those of the validation samples, under the same names and so in the same plots

It knows nothing about how events come about. It never ends a training: where it can't write, it stops and says so.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from netbuilder.fields import Declared
from netbuilder.fields.field import plain
from netbuilder.train.event_file import EventFile
from netbuilder.train.event_log import EventLog
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
)
from netbuilder.train.recipes import RecipeError, recipe_of

if TYPE_CHECKING:
    from tensorboardX.proto.summary_pb2 import Summary

    from netbuilder.train.run import Run

FOLDER = "tensorboard"
STEPS, TRAINING, VALIDATION = "", "training", "validation"
_SETTINGS, _END = "_hparams_/session_start_info", "_hparams_/session_end_info"
_COLOURS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}  # as Summary.Image counts them


class TensorBoardLog:
    """Writes the events of one run. A run that has said something before, but not to TensorBoard, is written from its
    first event on: to write one that is over, make this of it and close it.

    `trouble` is a sentence for the user once nothing more can be written.
    """

    def __init__(self, run: Run):
        self.trouble = ""
        self._run = run
        self._files: dict[str, EventFile] = {}
        self._step = 0
        self._read: float | None = None  # the time it is for an event that was read; None: now
        self._told = time.time()
        if (run.folder / FOLDER).exists():
            return
        created = _seconds(run.record.get("created"))
        self._read = self._told = created
        for event in run.events():
            self._read = max(self._read, created + getattr(event, "seconds", 0.0))
            self.write(event)
        self._read = None

    def write(self, event: Event) -> None:
        """Write what TensorBoard can show of it. Raises nothing."""
        if self.trouble:
            return
        try:
            self._take(event)
            for file in self._files.values():
                file.flush()
        except Exception as error:  # whatever it is, the training is worth more
            logging.getLogger(__name__).warning("the TensorBoard files of %s", self._run.folder, exc_info=True)
            why = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
            self.trouble = (
                f"The TensorBoard files are written no further: {why.rstrip('.')}. The training goes on, and its run "
                "has all the rest."
            )
            self.close()

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _take(self, event: Event) -> None:
        match event:
            case Started():
                self._step = max(self._step, event.epoch * event.steps_per_epoch)
                self._told = self._now()
                self._hyperparameters(event)
                self._text(STEPS, "run/note", 0, event.note)
            case Progress():
                self._progress(event)
            case EpochDone():
                self._step = event.step
                self._metrics(event)
            case Judged() if event.sentence:
                self._text(STEPS, "run/verdict", self._step, event.sentence)
            case Shown():
                self._show(event)
            case Continued():
                self._go_back(event)
            case Adjusted():
                what = f"Learning rate {event.learning_rate:g}, {event.batch_size:,} samples a batch."
                self._text(STEPS, "run/changes", event.step, f"After step {event.step:,}: {what}")
            case Failed():
                self._text(STEPS, "run/failed", self._step, event.sentence)
                self._end(success=False)
            case Finished():
                for which, metrics in (("final", event.final), ("best", event.best)):
                    for name, value in metrics.items():
                        self._numbers(STEPS, f"{which}/{name}", [self._step], [value])
                if event.reason != "stopped":  # it may yet go on
                    self._end(success=True)

    def _progress(self, event: Progress) -> None:
        self._step = event.step
        steps = range(event.step - len(event.losses) + 1, event.step + 1)
        before, now = self._told, self._now()
        count = max(1, len(steps))
        self._numbers(
            STEPS,
            "train/loss",
            steps,
            event.losses,
            [before + (now - before) * (at + 1) / count for at in range(count)],
        )
        if event.rate is not None:
            self._numbers(STEPS, "train/learning_rate", [event.step], [event.rate])
        if event.samples_per_second:
            self._numbers(STEPS, "train/samples_per_second", [event.step], [event.samples_per_second])
        self._told = now

    def _metrics(self, event: EpochDone) -> None:
        for name, value in event.metrics.items():
            split, _, rest = name.partition("_")
            place, tag = (split, rest) if split in (TRAINING, VALIDATION) and rest else (TRAINING, name)
            self._numbers(place, f"epoch/{tag}", [event.epoch], [value])

    def _show(self, event: Shown) -> None:
        from PIL import Image
        from tensorboardX.proto.summary_pb2 import Summary

        tag = f"shown/{event.title}"
        path = self._run.folder / event.file
        if event.file.endswith(".png") and path.is_file():
            picture = path.read_bytes()
            with Image.open(path) as opened:
                (width, height), colours = opened.size, _COLOURS.get(opened.mode, 3)
            shown = Summary.Image(width=width, height=height, colorspace=colours, encoded_image_string=picture)
            self._summary(TRAINING, event.epoch, Summary(value=[Summary.Value(tag=tag, image=shown)]))
        self._text(TRAINING, tag, event.epoch, event.text)

    def _go_back(self, event: Continued) -> None:
        """What comes after is void, in every folder in which there is something."""
        from tensorboardX.proto.event_pb2 import Event as Message
        from tensorboardX.proto.event_pb2 import SessionLog

        self._step = event.step
        for place, first in ((STEPS, event.step + 1), (TRAINING, event.epoch + 1), (VALIDATION, event.epoch + 1)):
            if (self._run.folder / FOLDER / place).is_dir():
                restart = SessionLog(status=SessionLog.START)
                self._file(place).write(Message(wall_time=self._now(), step=first, session_log=restart))
        changed = "The network is another from here on." if event.changed else ""
        said = " ".join(filter(None, (f"Goes on after step {event.step:,}.", changed, event.sentence)))
        self._text(STEPS, "run/changes", event.step, said)

    def _hyperparameters(self, event: Started) -> None:
        from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData, SessionStartInfo

        told = SessionStartInfo(start_time_secs=self._now())
        for name, value in _hyperparameters(self._run, event).items():
            if isinstance(value, bool):
                told.hparams[name].bool_value = value
            elif isinstance(value, str):
                told.hparams[name].string_value = value
            else:
                told.hparams[name].number_value = value
        self._summary(STEPS, 0, _for_plugin("hparams", _SETTINGS, HParamsPluginData(session_start_info=told)))

    def _end(self, *, success: bool) -> None:
        from tensorboardX.proto.api_pb2 import Status
        from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData, SessionEndInfo

        status = Status.Value("STATUS_SUCCESS" if success else "STATUS_FAILURE")
        told = HParamsPluginData(session_end_info=SessionEndInfo(status=status, end_time_secs=self._now()))
        self._summary(STEPS, self._step, _for_plugin("hparams", _END, told))

    def _text(self, place: str, tag: str, step: int, text: str) -> None:
        """TensorBoard reads texts as Markdown: what has lines or spaces of its own is shown as it is."""
        if not text:
            return
        from tensorboardX.summary import text as summary

        plain = text if "\n" not in text and "  " not in text else "\n".join(f"    {one}" for one in text.split("\n"))
        self._summary(place, step, summary(tag, plain))

    def _numbers(self, place: str, tag: str, steps: Any, values: Any, times: Any = None) -> None:
        self._file(place).numbers(tag, steps, values, [self._now()] * len(steps) if times is None else times)

    def _summary(self, place: str, step: int, summary: Summary) -> None:
        from tensorboardX.proto.event_pb2 import Event as Message

        self._file(place).write(Message(wall_time=self._now(), step=step, summary=summary))

    def _file(self, place: str) -> EventFile:
        if place not in self._files:
            self._files[place] = EventFile(self._run.folder / FOLDER / place)
        return self._files[place]

    def _now(self) -> float:
        return time.time() if self._read is None else self._read


class LogWithTensorBoard(EventLog):
    """events.jsonl, and the same events for TensorBoard."""

    def __init__(self, run: Run):
        self._board = TensorBoardLog(run)
        self._said = False
        super().__init__(run.events_file)

    def write(self, event: Event) -> None:
        super().write(event)
        self._board.write(event)

    def noted(self) -> Noted | None:
        if self._said or not self._board.trouble:
            return None
        self._said = True
        return Noted(self._board.trouble)

    def close(self) -> None:
        self._board.close()
        super().close()


def _hyperparameters(run: Run, started: Started) -> dict[str, bool | float | str]:
    """By name the settings that make a difference; of those that are seldom looked at only what is not as usual."""
    told: dict[str, bool | float | str] = {"data": run.data.kind, "device": started.device, "seed": started.seed}
    try:
        recipe = recipe_of(run.recipe)
    except RecipeError:
        return told
    told["recipe"] = recipe.kind
    return told | dict(_flat("", recipe, recipe.relevant()))


def _flat(before: str, declared: Declared, names: Iterable[str]) -> Iterator[tuple[str, bool | float | str]]:
    """Settings by their names, and those of what is chosen by one as `optimizer.momentum`."""
    for name in names:
        field, value = declared.fields()[name], declared.settings[name]
        if field.advanced and value == field.default:
            continue
        if isinstance(value, Declared):
            yield before + name, value.kind
            yield from _flat(f"{before}{name}.", value, value.fields())
        elif isinstance(value, (bool, int, float, str)):
            yield before + name, value
        elif value:  # None or an empty row is nothing that was set
            yield before + name, json.dumps(plain(value))


def _for_plugin(plugin: str, tag: str, content: Any) -> Summary:
    from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata

    data = SummaryMetadata.PluginData(plugin_name=plugin, content=content.SerializeToString())
    return Summary(value=[Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=data))])


def _seconds(created: Any) -> float:
    with suppress(TypeError, ValueError):
        return datetime.fromisoformat(created).timestamp()
    return time.time()
