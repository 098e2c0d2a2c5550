"""What a step minimises, and the score people read beside it. It knows nothing about optimizers or the loop.

The scores are two lines of torch: a metrics library would cost more a step than it would save here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from netbuilder.spec import TargetSpec
from netbuilder.train.recipes.recipe import RecipeError


class WrongShape(ValueError):
    """The network's output is not of the shape that the target asks for."""


class Objective:
    """`objective(output, targets)` is the loss to minimise, a mean over the batch, and the batch's score, a sum.

    The score is the number of right answers for classes, and the absolute error (mean over the columns) for numbers.
    """

    def __init__(self, loss: str, target: TargetSpec | None):
        if target is None or target.width == 0:
            raise RecipeError("The data has no target to learn. Choose a target column in Data.")
        self.classes = target.kind == "class"
        self.width = target.width
        if loss == "auto":
            loss = "cross_entropy" if self.classes else "mse"
        if loss == "cross_entropy" and not self.classes:
            raise RecipeError(
                "Cross entropy is for classes, but the target is a number. Set the loss to mean squared error.", "loss"
            )
        self._one_hot = self.classes and loss != "cross_entropy"
        losses: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
            "cross_entropy": functional.cross_entropy,
            "mse": functional.mse_loss,
            "l1": functional.l1_loss,
            "huber": functional.smooth_l1_loss,
        }
        self._loss = losses[loss]
        self.score_name = "accuracy" if self.classes else "mean_absolute_error"

    def __call__(self, output: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if output.dim() != 2 or len(output) != len(targets) or output.shape[1] != self.width:
            raise WrongShape(self._sentence(tuple(output.shape), len(targets)))
        with torch.no_grad():
            score = (output.argmax(1) == targets).sum() if self.classes else (output - targets).abs().mean(1).sum()
        if self._one_hot:
            targets = functional.one_hot(targets, self.width).to(output.dtype)
        return self._loss(output, targets), score

    def _sentence(self, shape: tuple[int, ...], batch: int) -> str:
        given = "×".join("N" if at == 0 and size == batch else str(size) for at, size in enumerate(shape))
        what = "one score per class" if self.classes else "one value per number to predict"
        return (
            f"The network gives {given or 'one number'}, but the target needs N×{self.width}: {what}. "
            f"Make the last layer give {self.width} values per sample."
        )


def output_of(result: Any) -> torch.Tensor:
    """What the loss is computed on: the network's output, the first one where there are several."""
    return result[0] if isinstance(result, tuple) else result
