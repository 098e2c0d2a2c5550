"""Learning from examples with answers: the loss of a batch is how far the network's outputs are off the targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.kinds import Auto, CrossEntropy
from netbuilder.train.losses.objective import Objective, class_weights
from netbuilder.train.mixing import mix
from netbuilder.train.mixtures import CutMix, MixUp
from netbuilder.train.recipes.recipe import RecipeError
from netbuilder.train.samples import Batch, seed_step

if TYPE_CHECKING:
    from netbuilder.train.recipes.supervised import Supervised


ASKED = "asked"  # over how much a sum of scores is: the same, whatever the answers


class FromExamples(Learning):
    """The first output is compared with the target; others with the further targets that they are named after, each by
    the usual loss for it, and all losses are added. Samples may be mixed in twos: losses and scores of the two answers
    then count by their shares."""

    def __init__(self, recipe: Supervised, given: Material):
        dataset, outputs = given.dataset, given.outputs
        if why := recipe.mixture.misfit(dataset.spec):
            raise RecipeError(why, "mixture")
        target, loss = dataset.spec.target, recipe.loss
        weights = None
        if isinstance(loss, CrossEntropy) and loss.class_weights == "balanced" and target and target.kind == "class":
            weights = class_weights(dataset.targets[dataset.train], target.width).to(given.device)
        unit = dataset.target_scale[1] if dataset.target_scale is not None else 1.0  # errors in the target's own unit
        self.others: dict[str, tuple[int, Objective]] = {}
        for name, further in dataset.spec.others.items():
            if name not in outputs:
                raise RecipeError(f"The data has a target called {name}. Give the network an Output of this name.")
            self.others[name] = (outputs.index(name), Objective(Auto(), further, output=name))
        taken = {at for at, _ in self.others.values()}
        self.main = next((at for at in range(len(outputs)) if at not in taken), 0)
        self.objective = Objective(loss, target, weights=weights, unit=unit)
        self.mixture = recipe.mixture
        super().__init__(recipe, given)

    def replay(self, batch: Batch) -> Told:
        if not isinstance(self.mixture, (MixUp, CutMix)):
            return super().replay(batch)
        seed_step(batch.seed, self.device)
        inputs, targets = self.samples.take(batch.numbers)
        mixed = mix(self.mixture, inputs)
        result = self.results(*mixed.inputs)[self.main]
        loss, sums = self.objective(result, targets)
        further, others = self.objective(result, targets[mixed.order])
        share, rest = mixed.share, 1 - mixed.share
        shared: dict[str, Any] = {
            name: share * mine + rest * others[name] for name, mine in sums.items() if name != ASKED
        }
        return Told(share * loss + rest * further, len(batch.numbers), shared | {ASKED: sums[ASKED]})

    def answer(self, numbers: torch.Tensor) -> Told:
        inputs, targets = self.samples.take(numbers)
        results = self.results(*inputs)
        loss, sums = self.objective(results[self.main], targets)
        if self.others:
            wanted = self.samples.others(numbers)
            for name, (at, objective) in self.others.items():
                more, further = objective(results[at], wanted[name])
                loss = loss + more
                sums |= {f"{name}: {key}": value for key, value in further.items()}
        return Told(loss, len(numbers), sums)

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        found = self.objective.metrics(sums)
        for name, (_, objective) in self.others.items():
            own = {key.removeprefix(f"{name}: "): value for key, value in sums.items() if key.startswith(f"{name}: ")}
            found |= {f"{name}_{metric}": value for metric, value in objective.metrics(own).items()}
        return found
