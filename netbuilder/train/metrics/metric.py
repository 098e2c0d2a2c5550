"""What every metric is: a class of torchmetrics for each kind of target that it suits, and its settings.

The classes are named as text, so that a form of them needs neither torch nor torchmetrics. It knows nothing of how one
is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from netbuilder.fields import Declared
from netbuilder.spec import TargetSpec

HAS = {"class": "classes", "labels": "labels, of which several can be true", "number": "numbers"}
INSTEAD = {
    "class": "F1 or balanced accuracy",
    "labels": "F1 or average precision",
    "number": "R² or root mean squared error",
}
MOST_ALONE = 30  # classes that are told each by itself


class Metric(Declared):
    """`targets` are the classes of torchmetrics by the kind of target, "class", "labels" or "number"."""

    targets: ClassVar[Mapping[str, str]] = {}
    fixed: ClassVar[Mapping[str, Any]] = {}  # arguments of theirs that make it what it is
    only: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # settings that make sense for some kinds of target alone
    share: ClassVar[bool] = False  # it runs from 0 to 1, the more the better
    power: ClassVar[int] = 0  # it grows with the unit of the target: as its square, as it is, or not at all
    absolute: ClassVar[bool] = False  # it needs numbers in the unit of the target, not standardised ones
    keeps: ClassVar[str] = "sums"  # what it holds: "sums", a "table" of class by class, or all "answers"

    @classmethod
    def suits(cls, target: TargetSpec) -> bool:
        """Whether there is such a metric for this kind of target."""
        return target.kind in cls.targets

    def misfit(self, target: TargetSpec) -> str:
        """Why it does not suit such a target: a sentence with what would; "" if it does."""
        name = capital(self.title)
        if not self.suits(target):
            if target.kind not in HAS:
                return f"{name} has nothing to compare with. Take it out of the metrics."
            fits = " or ".join(HAS[kind].partition(",")[0] for kind in self.targets)
            return (
                f"{name} is for {fits}, but the target has {HAS[target.kind]}. "
                f"Choose {INSTEAD[target.kind]} in its place."
            )
        if self.settings.get("average") == "none" and target.width > MOST_ALONE:
            return (
                f"{name} of each class by itself would be {target.width:,} metrics. "
                "Set its average to one over the classes."
            )
        return ""

    def arguments(self, target: TargetSpec) -> dict[str, Any]:
        """The arguments of torchmetrics' class for such a target that come from the settings."""
        own = {name: value for name, value in self.settings.items() if target.kind in self.only.get(name, HAS)}
        return {**own, **self.fixed}

    @property
    def name(self) -> str:
        """What a run calls it."""
        return self.kind

    def mark(self, setting: str) -> str:
        """What its name gets where another one differs in this setting: "macro"."""
        value = self.settings[setting]
        if isinstance(value, str):
            return "each" if value == "none" else value
        return "exact" if value is None else f"{setting}_{value:g}".replace(".", "_")


def names_of(metrics: Iterable[Metric]) -> dict[str, Metric]:
    """Metrics by names that are all different; the same one twice is there once."""
    different = list(dict.fromkeys(metrics))
    found: dict[str, Metric] = {}
    for metric in different:
        alike = [other for other in different if other.name == metric.name]
        apart = [s for s in metric.fields() if len({other.settings.get(s) for other in alike}) > 1]
        found["_".join([metric.name, *(metric.mark(setting) for setting in apart)])] = metric
    return found


def names_by_class(name: str, classes: Sequence[str]) -> list[str]:
    """The names of a metric that is told for each class by itself: "recall_cat"."""
    words = [re.sub(r"\W+", "_", one.lower()).strip("_") or str(at) for at, one in enumerate(classes)]
    plain = len(set(words)) == len(words)
    return [f"{name}_{word if plain else f'{at}_{word}'}" for at, word in enumerate(words)]


def capital(words: str) -> str:
    return words[0].upper() + words[1:]
