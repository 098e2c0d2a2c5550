"""What every recipe is: settings, what one step does, and which curves it draws. Torch is not imported."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from netbuilder.fields import BadSetting, Bool, Choice, Declared, Float, Int, Offered, OneOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.averages import AVERAGES
from netbuilder.train.optimizers import OPTIMIZERS
from netbuilder.train.schedules import SCHEDULES
from netbuilder.train.verdict import Verdict, verdict

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.learning import Learning, Material


# What a dataset says of its samples as they were read, and no longer holds where a recipe makes up what is seen.
NOT_OF_IT: Mapping[str, Any] = MappingProxyType(
    {
        **{"table": None, "columns": (), "files": (), "encodings": (), "target_scale": None, "tokens": None},
        "on_disk": MappingProxyType({}),
    }
)


class RecipeError(ValueError):
    """The recipe can't be followed. `str()` is a sentence for the user; `setting` the field to look at, if any."""

    def __init__(self, sentence: str, setting: str | None = None):
        super().__init__(sentence)
        self.setting = setting


@dataclass(frozen=True)
class Curve:
    """One plot: its title and the names of the two metrics in it. A `share` runs from 0 to 1."""

    title: str
    training: str
    validation: str
    share: bool = False


class NetworkName(Offered):
    """The name of the tab that a network is drawn in."""


class Recipe(Declared):
    """A way to train: what all of them let one choose. `fit` asks it for the steps, and runs the loop.

    `minimises` is what its loss is called; `judged_by` are the metrics that decide which epoch is the best, the first
    that is told before the others and all before the loss. Of each, more is better.
    """

    minimises: ClassVar[str] = "loss"
    judged_by: ClassVar[tuple[str, ...]] = ()

    optimizer = OneOf(
        "adam",
        OPTIMIZERS,
        help="How the weights follow the gradient. Adam suits most networks; SGD can end up better, but needs a "
        "learning rate chosen with care.",
    )
    learning_rate = Float(
        0.001,
        above=0.0,
        max=1000.0,
        label="learning rate",
        help="How large a step the weights take. Too large and the loss jumps or becomes NaN, too small and it hardly "
        "falls. For Adam 0.001 is a good start, for SGD 0.01 to 0.1.",
    )
    schedule = OneOf(
        "constant",
        SCHEDULES,
        label="learning rate over time",
        help="A learning rate that falls towards the end often gains the last bit of accuracy.",
    )
    weight_decay = Float(
        0.0,
        min=0.0,
        max=100.0,
        label="weight decay",
        help="Pulls weights towards zero, against learning by heart: 0 is none, 0.0001 to 0.01 are usual.",
    )
    decay_all = Bool(
        False,
        label="decay biases too",
        advanced=True,
        help="Pulls biases and the weights of norms towards zero too. They are best left alone.",
    )
    clip_norm = Float(
        None,
        above=0.0,
        max=1e9,
        optional=True,
        none_means="not clipped",
        label="clip gradients at",
        advanced=True,
        help="Makes the gradient of a step shorter where it is longer than this: against jumps of the loss, as "
        "recurrent networks have them. 1 is usual.",
    )
    batch_size = Int(
        64,
        min=1,
        max=1_000_000,
        label="batch size",
        unit="samples",
        help="How many samples each step looks at. Larger is faster a sample, needs more memory, and takes fewer "
        "steps an epoch. A last batch of a single sample joins the one before.",
    )
    epochs = Int(20, min=1, max=1_000_000, help="How many times the training looks at all the training samples.")
    patience = Int(
        0,
        min=0,
        max=1_000_000,
        unit="epochs",
        help="Stops when there was no better epoch for so many epochs; 0 never stops early. The weights of the best "
        "epoch are kept: they are what is exported, and what a run that is opened again shows.",
    )
    least_gain = Float(
        0.0,
        min=0.0,
        max=1e9,
        label="better by",
        advanced=True,
        help="How much better than before an epoch must be for patience to begin anew: 0.01 is a hundredth of accuracy "
        "where there is one, else of the loss. At 0 anything better counts.",
    )
    average = OneOf(
        "none",
        AVERAGES,
        label="average the weights",
        advanced=True,
        help="Against a restless end: what is validated, kept as a checkpoint, inspected and exported is then a mean "
        "of the weights on the way. The weights that are trained are kept beside it.",
    )
    accumulate = Int(
        1,
        min=1,
        max=100_000,
        label="batches a step",
        advanced=True,
        help="How many batches the weights take one step for, along the mean of their gradients: as if batches were so "
        "much larger, in the memory of one. Layers such as BatchNorm still look at one batch. A schedule then goes by "
        "these steps; the last step of an epoch may have fewer batches.",
    )
    precision = Choice(
        "auto",
        ("auto", "float32", "tf32", "bfloat16", "float16"),
        titles={
            "auto": "as suits the device",
            "float32": "float32",
            "tf32": "TF32 where float32 is multiplied",
            "bfloat16": "bfloat16 where it does no harm",
            "float16": "float16 where it does no harm",
        },
        advanced=True,
        help="How exactly the network computes in training. As suits the device is TF32 on NVIDIA cards that have it, "
        "which costs no score, and float32 elsewhere. Half the digits take half the memory and are several "
        "times as fast on newer graphics cards; weights and losses stay in float32. bfloat16 needs no care; float16 is "
        "for cards without it, and scales the gradients. On most CPUs half the digits are slower.",
    )
    compile = Bool(
        False,
        label="compile the network",
        advanced=True,
        help="Has torch write a program of its own for this network, which takes from seconds to minutes before the "
        "first step and can make steps faster: on graphics cards often, for small networks on a CPU seldom. Where it "
        "can't, training goes on without. Dropout then drops others than it would.",
    )
    reproducible = Bool(
        False,
        advanced=True,
        help="Takes only algorithms that give the same numbers each time, so that the same seed gives the same run on "
        "the same graphics card; that is slower, and not every layer has one. On a CPU it is always so.",
    )
    seed = Int(
        0,
        min=0,
        max=2**31 - 1,
        advanced=True,
        help="Decides the first weights, the order of the samples and what Dropout drops. The same seed on the CPU "
        "gives the same run.",
    )
    checkpoint_every = Float(
        60.0,
        min=0.0,
        max=1e6,
        unit="s",
        label="checkpoint every",
        advanced=True,
        help="A checkpoint is kept after each epoch, and within an epoch that takes longer after so many seconds: what "
        "is lost at most when the power fails.",
    )
    shuffle = Bool(True, advanced=True, help="Looks at the training samples in a new order each epoch.")

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> tuple[Self, list[BadSetting]]:
        """As `Declared.read`; momentum stood beside the optimizer in files of the first versions."""
        settings = dict(settings)
        optimizer, momentum = settings.get("optimizer"), settings.pop("momentum", None)
        if momentum is not None and optimizer in ("sgd", "rmsprop"):
            settings["optimizer"] = {"kind": optimizer, "settings": {"momentum": momentum}}
        return super().read(settings)

    def relevant(self, data: DataSpec | None = None) -> tuple[str, ...]:
        """The settings that make a difference as the others stand, for such data: what a form shows."""
        idle = set() if self.optimizer.decays else {"weight_decay"}
        idle |= set() if self.weight_decay > 0 and self.optimizer.decays else {"decay_all"}
        idle |= set() if self.patience else {"least_gain"}
        return tuple(name for name in self.fields() if name not in idle)

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        """What is worth plotting for such a target."""
        raise NotImplementedError

    def score(self, metrics: Mapping[str, float]) -> str:
        """Which of these metrics decides how good an epoch was, before all others."""
        names = (f"{part}_{name}" for name in (*self.judged_by, "loss") for part in ("validation", "training"))
        return next((name for name in names if name in metrics), "training_loss")

    def measure(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        """How good an epoch was: of two, the one with the larger measure is the better."""
        loss = metrics.get("validation_loss", metrics.get("training_loss", math.inf))
        score = self.score(metrics)
        return (-loss,) if score.endswith("_loss") else (metrics[score], -loss)

    def gain(self, metrics: Mapping[str, float], before: Mapping[str, float]) -> bool:
        """Whether an epoch was so much better than another that it is worth going on for."""
        now, then = self.measure(metrics), self.measure(before)
        return now > then if self.least_gain == 0 else now[0] - then[0] >= self.least_gain

    def judge(self, epochs: Sequence[Mapping[str, float]], first: int = 1) -> Verdict | None:
        """What the metrics of all epochs so far say of the training; `first` is the number of the first of them. None
        where networks are trained against each other: the loss of one then says little of how well it does."""
        return None if self.roles() else verdict(epochs, first=first)

    def learning(self, given: Material) -> Learning:
        """What a training does in its steps. Raises `RecipeError` if it does not suit the data or the network."""
        raise NotImplementedError

    def asked(self, data: DataSpec) -> DataSpec:
        """What enters the network and what it is asked for, when it is trained this way on such data.

        Raises `RecipeError` where the data does not suit, with what would.
        """
        return data

    def as_asked(self, dataset: Dataset) -> Dataset:
        """The data as the network is asked about it, for all that looks at what it says. Raises `RecipeError`.

        A recipe that makes up what its network sees (noise, gaps) makes it up here once and for all, by its seed.
        """
        asked = self.asked(dataset.spec)
        scale = dataset.target_scale if asked.target == dataset.spec.target else None  # it is of the data's own target
        return replace(dataset, spec=asked, target_scale=scale)

    def scripts(self, dataset: Dataset, arguments: Sequence[str]) -> dict[str, str]:
        """Programs to take along with a trained network, by the names of their files: what it is good for beside
        answering. `dataset` is as it was asked; `arguments` are those of the network, in order."""
        return {}

    def roles(self) -> dict[str, str]:
        """The networks that are trained beside the main one: the name of the tab each is drawn in, by its role."""
        return {}

    def asked_beside(self, role: str, data: DataSpec) -> DataSpec:
        """What enters the network in this role, and what it is asked for. Raises `RecipeError`."""
        raise NotImplementedError
