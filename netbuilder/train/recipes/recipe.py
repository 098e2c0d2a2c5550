"""What every recipe is: settings, what one step minimises, and which curves it draws. Torch is not imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netbuilder.fields import Declared
from netbuilder.spec import TargetSpec

if TYPE_CHECKING:
    import torch

    from netbuilder.train.losses import Objective


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


class Recipe(Declared):
    """A way to train. `fit` asks it for the objective, the optimizer and the learning rate, and runs the loop."""

    batch_size: Any
    epochs: Any
    patience: Any
    seed: Any
    shuffle: Any

    def relevant(self) -> tuple[str, ...]:
        """The settings that make a difference as the others stand: what a form shows."""
        return tuple(self.fields())

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        """What is worth plotting for such a target."""
        raise NotImplementedError

    def measure(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        """How good an epoch was: of two, the one with the larger measure is the better."""
        raise NotImplementedError

    def objective(self, target: TargetSpec | None) -> Objective:
        """What a step minimises. Raises `RecipeError` if it does not suit the target."""
        raise NotImplementedError

    def make_optimizer(self, model: torch.nn.Module, device: torch.device) -> torch.optim.Optimizer:
        """A new optimizer for the weights that learn. Raises `RecipeError` if there are none."""
        raise NotImplementedError

    def learning_rate_at(self, progress: float) -> float | None:
        """The learning rate when `progress` (0 to 1) of the training is done; None where it never changes."""
        return None
