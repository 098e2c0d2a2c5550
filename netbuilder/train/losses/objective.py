"""What a step minimises, and the scores people read beside it. It knows nothing about optimizers or the loop.

The scores of every step are a few lines of torch, added up as sums: a metrics library would cost more a step than it
would save here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.nn import functional

from netbuilder.spec import TargetSpec
from netbuilder.train.losses.kinds import Auto, BinaryCrossEntropy, CrossEntropy, Dice, Loss, MultiMargin, usual_loss
from netbuilder.train.recipes.recipe import RecipeError

NOTHING = -100  # the class number of a place that is not asked about

Sums = dict[str, torch.Tensor | int]
Compare = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class WrongShape(ValueError):
    """The network's output is not of the shape that the target asks for."""


class Objective:
    """`objective(output, targets)` is the loss to minimise, a mean over the batch, and sums that scores come from.

    `metrics` makes scores of added sums: the accuracy for classes (each place counts) and labels, with the mean
    intersection over union for masks; the mean absolute error for numbers. `unit` is what an error of 1 stands for.
    """

    def __init__(
        self,
        loss: Loss,
        target: TargetSpec | None,
        *,
        weights: torch.Tensor | None = None,
        unit: float = 1.0,
        output: str = "",
    ):
        if target is None or target.width == 0:
            raise RecipeError("The data has no target to learn. Choose a target column in Data.")
        loss = usual_loss(target) if isinstance(loss, Auto) else loss
        if why := loss.misfit(target):
            raise RecipeError(why, "loss")
        self.target, self.width, self.unit, self._output = target, target.width, unit, output
        self.one_score = target.kind == "class" and isinstance(loss, BinaryCrossEntropy)  # two classes by one score
        self.one_hot = target.kind == "class" and loss.form != "classes" and not self.one_score
        self.masks = target.kind == "class" and len(target.positions) >= 2
        self._loss = make_loss(loss, weights)

    def __call__(self, output: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, Sums]:
        output = self._arranged(output, len(targets))
        with torch.no_grad():
            sums = self._sums(output, targets)
        if self.one_score:
            return self._loss(output[:, 0], targets.to(output.dtype)), sums
        if self.one_hot:
            targets = functional.one_hot(targets, self.width).to(output.dtype)
        return self._loss(output, targets), sums

    def answers(self, output: torch.Tensor, batch: int) -> torch.Tensor:
        """What an output says: the probabilities of classes as its second dimension, those of labels, or numbers."""
        output = self._arranged(output, batch)
        if self.target.kind == "number":
            return output
        if self.one_score:
            second = output.float().sigmoid()
            return torch.cat([1 - second, second], 1)
        return output.float().sigmoid() if self.target.kind == "labels" else output.float().softmax(1)

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        """The scores that these sums over many samples come to."""
        asked = float(sums["asked"])
        if self.target.kind == "number":
            return {"mean_absolute_error": self.unit * float(sums["error"]) / asked}
        found = {"accuracy": float(sums["right"]) / asked if asked else 0.0}
        if self.masks:
            common, either = sums["common"], sums["either"]
            there = either > 0
            found["iou"] = float((common[there] / either[there]).mean()) if there.any() else 0.0
        return found

    # What comes out of the network

    def _arranged(self, output: torch.Tensor, batch: int) -> torch.Tensor:
        """The output as the loss takes it, classes as the second dimension. Raises `WrongShape`."""
        places, shape = self.target.positions, tuple(output.shape)
        width = 1 if self.one_score else self.width
        if self.one_score and shape == (batch,):
            return output[:, None]
        if self.target.kind == "class":
            if len(places) == 1 and shape == (batch, *places, width):
                return output.movedim(-1, 1)
            if shape == (batch, width, *places):
                return output
        elif shape == (batch, *places, width) or (width == 1 and shape == (batch, *places)):
            return output.reshape(batch, *places, width)
        raise WrongShape(self._sentence(shape, batch, width))

    def _sums(self, output: torch.Tensor, targets: torch.Tensor) -> Sums:
        kind = self.target.kind
        if kind == "number":
            error = (output - targets).abs().flatten(1)
            return {"error": error.mean(1).sum(), "asked": len(error)}
        if kind == "labels":
            right = ((output > 0) == (targets > 0.5)).float().mean(1).sum()
            return {"right": right, "asked": len(targets)}
        said = (output[:, 0] > 0).long() if self.one_score else output.argmax(1)
        right = (said == targets).sum()
        if not self.target.positions:
            return {"right": right, "asked": len(targets)}
        known = targets != NOTHING
        sums: Sums = {"right": right, "asked": known.sum()}
        if self.masks:
            pairs = torch.bincount((targets * self.width + said)[known], minlength=self.width**2)
            table = pairs[: self.width**2].reshape(self.width, self.width)
            common = table.diagonal()
            sums |= {"common": common, "either": table.sum(0) + table.sum(1) - common}
        return sums

    def _sentence(self, shape: tuple[int, ...], batch: int, width: int) -> str:
        given = "×".join("N" if at == 0 and size == batch else str(size) for at, size in enumerate(shape))
        places = self.target.positions
        first = self.target.kind == "class" and len(places) != 1
        wanted = "×".join(map(str, (width, *places) if first else (*places, width)))
        each = {"class": "one score per class", "labels": "one score per label"}
        what = each.get(self.target.kind, "one value per number to predict")
        where = f" at each of {'×'.join(map(str, places))} places" if places else ""
        name = f"The output {self._output}" if self._output else "The network"
        values = f"{width} {'values' if width != 1 else 'value'} per {'place' if places else 'sample'}"
        return (
            f"{name} gives {given or 'one number'}, but the target needs N×{wanted}: {what}{where}. "
            f"Make the last layer give {values}."
        )


def make_loss(loss: Loss, weights: torch.Tensor | None = None) -> Compare:
    """What computes a declared loss, as a mean over the batch. `weights` are those of classes."""
    if isinstance(loss, Dice):
        return _dice(loss)
    settings = dict(loss.settings)
    if isinstance(loss, CrossEntropy):
        settings.pop("class_weights")
        settings["weight"] = weights
    if isinstance(loss, MultiMargin):
        settings["p"] = int(loss.p)
    module, _, name = loss.target.rpartition(".")
    return getattr(importlib.import_module(module), name)(**settings)


def class_weights(targets: torch.Tensor, classes: int) -> torch.Tensor:
    """By class, the inverse of how often it occurs, so that over all samples the mean is 1; 0 for one that doesn't."""
    counts = torch.bincount(targets[targets != NOTHING].flatten(), minlength=classes).float()
    there = int((counts > 0).sum())
    return torch.where(counts > 0, counts.sum() / (max(there, 1) * counts.clamp(min=1)), torch.zeros_like(counts))


def _dice(loss: Dice) -> Compare:
    def compare(output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        known = (targets != NOTHING).unsqueeze(1)
        wanted = functional.one_hot(targets.clamp(min=0), output.shape[1]).movedim(-1, 1) * known
        shares = output.softmax(1) * known
        over = [0, *range(2, output.dim())]
        common, both = (shares * wanted).sum(over), (shares + wanted).sum(over)
        dice = 1 - ((2 * common + 1) / (both + 1)).mean()
        return dice + functional.cross_entropy(output, targets) if loss.cross_entropy else dice

    return compare
