"""Metrics over a pass of samples, computed by torchmetrics on the device. It knows nothing about networks or losses.

torchmetrics is imported when the first metric is made: it takes seconds, and most runs need none of it.
"""

from __future__ import annotations

import importlib
import math
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import torch

from netbuilder.spec import TargetSpec
from netbuilder.train.metrics.metric import Metric, names_by_class, names_of
from netbuilder.train.recipes.recipe import RecipeError

NOTHING = -100  # the class number of a place that is not asked about
MOST_BYTES = 2**30  # that one metric may hold
SIZES = {"Multiclass": "num_classes", "Multilabel": "num_labels"}


class Measuring:
    """`see` answers and targets batch by batch, then `read` what the metrics come to, which begins the next pass.

    Answers are probabilities of classes (samples, classes, *places) or of labels (samples, *places, labels), or
    numbers (samples, *places, columns) that were standardised with `scale`, its mean and deviation.
    """

    def __init__(
        self,
        chosen: Iterable[Metric],
        target: TargetSpec,
        device: torch.device,
        *,
        samples: int,
        scale: tuple[float, float] | None = None,
        setting: str = "metrics",
    ):
        self._metrics: Mapping[str, Metric] = names_of(chosen)
        for metric in self._metrics.values():
            if why := metric.misfit(target) or too_large(metric, target, samples):
                raise RecipeError(why, setting)
        self._target, self._scale = target, scale or (0.0, 1.0)
        # Sums of squares need the digits, and Apple's devices have no doubles.
        self._real = torch.float32 if device.type == "mps" or target.kind != "number" else torch.float64
        self._made = {name: make_metric(metric, target).to(device) for name, metric in self._metrics.items()}
        for made in self._made.values():
            made.set_dtype(self._real)

    @property
    def any(self) -> bool:
        return bool(self._made)

    def see(self, answers: torch.Tensor, targets: torch.Tensor) -> None:
        """Add a batch."""
        answers, targets = self._arranged(answers, targets)
        mean, deviation = self._scale
        with torch.no_grad():
            for name, made in self._made.items():
                if self._metrics[name].absolute:
                    made.update(answers * deviation + mean, targets * deviation + mean)
                else:
                    made.update(answers, targets)

    def read(self) -> dict[str, float]:
        """What came of the samples seen since the last time, by name; what has no value there is left out."""
        found: dict[str, float] = {}
        for name, made in self._made.items():
            if not made.update_called:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of classes that do not occur, which is no fault
                value = made.compute()
            made.reset()
            found |= self._told(name, value)
        return {name: value for name, value in found.items() if math.isfinite(value)}

    def _told(self, name: str, value: torch.Tensor) -> dict[str, float]:
        metric = self._metrics[name]
        if metric.settings.get("average") == "none":
            return dict(zip(names_by_class(name, self._target.classes), value.tolist(), strict=True))
        return {name: float(value.double().mean() if value.device.type != "mps" else value.mean()) * self._unit(metric)}

    def _unit(self, metric: Metric) -> float:
        return float(self._scale[1] ** metric.power)

    def _arranged(self, answers: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """As torchmetrics takes them."""
        if self._target.kind == "class":
            return answers.float(), targets
        if self._target.kind == "labels":
            width = self._target.width
            return answers.float().reshape(-1, width), targets.reshape(-1, width).long()
        width = self._target.width
        shape = (-1,) if width == 1 else (-1, width)
        return answers.to(self._real).reshape(shape), targets.to(self._real).reshape(shape)


def make_metric(metric: Metric, target: TargetSpec) -> Any:
    """torchmetrics' own, with the settings of ours. What the data decides is said here."""
    module, _, name = metric.targets[target.kind].rpartition(".")
    given = metric.arguments(target)
    for family, size in SIZES.items():
        if name.startswith(family):
            given |= {size: target.width, "validate_args": False}  # checking each batch would wait for the device
    if target.kind == "class":
        given["ignore_index"] = NOTHING if target.positions else None
    if name in ("PearsonCorrCoef", "SpearmanCorrCoef"):
        given["num_outputs"] = target.width
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that some keep all answers, which `too_large` has looked at
        return getattr(importlib.import_module(module), name)(**given, sync_on_compute=False)


def too_large(metric: Metric, target: TargetSpec, samples: int) -> str:
    """Why a metric would not fit into memory: a sentence, "" if it would."""
    places = math.prod(target.positions)
    keeps_answers = metric.keeps == "answers" and metric.settings.get("thresholds") is None
    each = 2 if metric.kind == "calibration_error" else target.width + 1
    if keeps_answers and 4 * samples * places * each > MOST_BYTES:
        remedy = "Set its thresholds to 100" if "thresholds" in metric.settings else "Take it out of the metrics"
        return (
            f"For {metric.title} all answers to {samples:,} samples would be kept, "
            f"{4 * samples * places * each / 2**30:.1f} GB. {remedy}."
        )
    if target.kind == "class" and 8 * target.width**2 > MOST_BYTES:
        return f"{target.width:,} classes are too many for {metric.title}. Take it out of the metrics."
    return ""
