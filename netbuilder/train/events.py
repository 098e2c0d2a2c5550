"""What training says while it runs. Typed values; the same ones go to the screen, the command line and events.jsonl.

*Facts* all arrive, in order. *Progress* may be coalesced by whoever shows it: only losses add up, and each
`Progress` carries all the step losses since the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    """Anything training says."""


@dataclass(frozen=True)
class Started(Event):
    """Fact: the model is built and the data is on the device. `device` is a torch device ("cpu", "cuda:0")."""

    epochs: int
    steps_per_epoch: int
    batch_size: int
    training_samples: int
    validation_samples: int
    parameters: int
    device: str
    seed: int
    epoch: int = 0  # epochs done before (a run that goes on)
    folder: str = ""  # the run's, told by `launch`; empty in the folder's own events.jsonl
    note: str = ""  # what of the weights to start from did not fit
    loss: str = "loss"  # what the loss is, where it is that of one network of several


@dataclass(frozen=True)
class Preparing(Event):
    """Progress before the first fact: what takes so long. `done` of `total`, which is 0 where nobody knows. Never
    written."""

    what: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class StepDone(Event):
    """Progress without news: lets whoever pulls do something between two steps. Never written, never shown."""

    step: int


@dataclass(frozen=True)
class Progress(Event):
    """Progress, a few times a second. `losses` are those of the steps up to and including `step` (counted from 1)."""

    step: int
    epoch: int
    losses: tuple[float, ...]
    samples_per_second: float
    seconds_left: float | None  # None: not known yet
    rate: float | None = None  # the learning rate of the next step


@dataclass(frozen=True)
class EpochDone(Event):
    """Fact: an epoch (counted from 1) is done and validated. `metrics` by name: training_loss, validation_loss ..."""

    epoch: int
    step: int
    metrics: Mapping[str, float]
    best: bool  # the best so far, by the recipe's own measure
    seconds: float  # of training since the start, pauses left out
    score: str = ""  # the metric that decides which epoch is the best
    recovered: bool = False  # its line was lost: it is told again, by its checkpoint; `seconds` may be 0, for unknown


@dataclass(frozen=True)
class Judged(Event):
    """Fact: what the epochs so far say of the training, in place of what was said before. See `verdict.Verdict`; with
    an empty sentence there is nothing to say any more."""

    epoch: int
    kind: str = ""
    since: int = 0
    sentence: str = ""


@dataclass(frozen=True)
class CheckpointSaved(Event):
    """Fact: the state after `epoch` epochs and `step` steps is on disk. `file` is relative to the run's folder."""

    epoch: int
    step: int
    file: str
    best: bool


@dataclass(frozen=True)
class Shown(Event):
    """Fact: something to look at after an epoch: a `text`, or a picture (.png) or a plot (.json) in a `file`, which is
    relative to the run's folder; `text` then says what there is to read in it."""

    epoch: int
    title: str
    text: str = ""
    file: str = ""


@dataclass(frozen=True)
class Continued(Event):
    """Fact: a training goes on from a state that was kept after `epoch` whole epochs and `step` steps. What was told of
    later steps and epochs is void: they are done again. `changed`: with another network than before, which is a seam
    in the curves. `sentence` says what was kept of the network, or why it goes on from there."""

    epoch: int
    step: int
    sentence: str = ""
    changed: bool = False


@dataclass(frozen=True)
class Adjusted(Event):
    """Fact: from after `step` steps on it learns at another rate, or in batches of another size. `epochs` is where that
    is on the axis of epochs; from there on an epoch has `steps_per_epoch` steps."""

    step: int
    epochs: float
    learning_rate: float
    batch_size: int
    steps_per_epoch: int


@dataclass(frozen=True)
class Noted(Event):
    """Fact: something that the user should know and that stops nothing, in a sentence."""

    sentence: str


@dataclass(frozen=True)
class Paused(Event):
    """Fact: between two steps, nothing is being trained. `sentence` says why, where nobody asked for it."""

    sentence: str = ""


@dataclass(frozen=True)
class Resumed(Event):
    """Fact: training goes on after a pause."""


@dataclass(frozen=True)
class Failed(Event):
    """Fact, and the last: a sentence for the user, the name of the node at fault if one is known, and the details."""

    sentence: str
    node: str | None = None
    details: str = ""  # the traceback, for whoever asks


@dataclass(frozen=True)
class Finished(Event):
    """Fact, and the last: `reason` is "done", "stopped" or "early stop" (no better for `patience` epochs)."""

    reason: str
    epochs: int
    best_epoch: int
    final: Mapping[str, float] = field(default_factory=dict)
    best: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
