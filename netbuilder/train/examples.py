"""Learning from examples with answers: the loss of a batch is how far the network's outputs are off the targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.fields import Declared
from netbuilder.spec import TargetSpec
from netbuilder.train.learning import Learning, Material, Told
from netbuilder.train.losses.kinds import CrossEntropy, Loss
from netbuilder.train.losses.objective import Objective, Sums, class_weights
from netbuilder.train.metrics.measuring import Measuring
from netbuilder.train.mixing import mix
from netbuilder.train.mixtures import CutMix, MixUp
from netbuilder.train.recipes.recipe import RecipeError
from netbuilder.train.samples import Batch, seed_step

if TYPE_CHECKING:
    from netbuilder.train.recipes.supervised import Supervised


ASKED = "asked"  # over how much a sum of scores is: the same, whatever the answers


@dataclass(frozen=True)
class Aim:
    """A target and the output that is compared with it: by which loss, what that counts, and its metrics."""

    name: str
    output: int
    objective: Objective
    weight: float
    measuring: Measuring

    def own(self, sums: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the sums that are about this one."""
        begins = f"{self.name}: "
        return {key.removeprefix(begins): value for key, value in sums.items() if key.startswith(begins)}


class FromExamples(Learning):
    """The first output is compared with the target; others with the further targets that they are named after. The
    losses are added, each times its weight. Samples may be mixed in twos: losses and scores of the two answers then
    count by their shares."""

    def __init__(self, recipe: Supervised, given: Material):
        dataset, outputs = given.dataset, given.outputs
        if why := recipe.mixture.misfit(dataset.spec):
            raise RecipeError(why, "mixture")
        self.mixture = recipe.mixture
        for name in dataset.spec.others:
            if name not in outputs:
                raise RecipeError(f"The data has a target called {name}. Give the network an Output of this name.")
        self.main = next((at for at, name in enumerate(outputs) if name not in dataset.spec.others), 0)
        self.objective = _objective(
            recipe.loss, dataset.spec.target, dataset.targets, dataset, given.device, dataset.target_scale
        )
        self.measuring = _measuring(recipe.metrics, self.objective.target, given, dataset.target_scale)
        self.weight = float(recipe.loss_weight)
        self.others: list[Aim] = []
        for name, target in dataset.spec.others.items():
            learned, scale = recipe.further(name), dataset.other_scales.get(name)
            objective = _objective(learned.loss, target, dataset.others[name], dataset, given.device, scale, name)
            measuring = _measuring(learned.metrics, target, given, scale, "others")
            self.others.append(Aim(name, outputs.index(name), objective, float(learned.weight), measuring))
        super().__init__(recipe, given)

    @property
    def same_each_step(self) -> bool:  # type: ignore[override]
        return not isinstance(self.mixture, (MixUp, CutMix))  # these draw their shares on the host

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
        return self._compare(numbers)

    def check(self, numbers: torch.Tensor) -> Told:
        self.model.eval()
        with torch.no_grad():
            return self._compare(numbers, measured=True)

    def _compare(self, numbers: torch.Tensor, *, measured: bool = False) -> Told:
        inputs, targets = self.samples.take(numbers)
        results = self.results(*inputs)
        output = results[self.main]
        loss, sums = self.objective(output, targets)
        sums |= self.further(inputs, output.detach(), targets)
        if measured and self.measuring.any:
            self.measuring.see(self.objective.answers(output, len(numbers)), targets)
        if not self.others:
            return Told(loss, len(numbers), sums)
        sums |= {"own loss": loss.detach() * len(numbers), "samples": len(numbers)}
        loss = self.weight * loss
        wanted = self.samples.others(numbers)
        for aim in self.others:
            output, targets = results[aim.output], wanted[aim.name]
            more, further = aim.objective(output, targets)
            if measured and aim.measuring.any:
                aim.measuring.see(aim.objective.answers(output, len(numbers)), targets)
            loss = loss + aim.weight * more
            further["own loss"] = more.detach() * len(numbers)
            sums |= {f"{aim.name}: {key}": value for key, value in further.items()}
        return Told(loss, len(numbers), sums)

    def further(self, inputs: list[torch.Tensor], output: torch.Tensor, targets: torch.Tensor) -> Sums:
        """What else a way of learning adds up of the first output."""
        return {}

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        found = self.objective.metrics(sums)
        if not self.others:
            return found
        samples = float(sums["samples"])
        found[f"{self.outputs[self.main]}_loss"] = float(sums["own loss"]) / samples
        for aim in self.others:
            own = aim.own(sums)
            found |= {f"{aim.name}_{metric}": value for metric, value in aim.objective.metrics(own).items()}
            found[f"{aim.name}_loss"] = float(own["own loss"]) / samples
        return found

    def measured(self) -> dict[str, float]:
        found = self.measuring.read()
        for aim in self.others:
            found |= {f"{aim.name}_{name}": value for name, value in aim.measuring.read().items()}
        return found


def _objective(
    loss: Loss,
    target: TargetSpec | None,
    targets: torch.Tensor,
    dataset: Dataset,
    device: torch.device,
    scale: tuple[float, float] | None,
    name: str = "",
) -> Objective:
    weights = None
    if isinstance(loss, CrossEntropy) and loss.class_weights == "balanced" and target and target.kind == "class":
        weights = class_weights(targets[dataset.train], target.width).to(device)
    unit = scale[1] if scale is not None else 1.0  # errors are told in the target's own unit
    return Objective(loss, target, weights=weights, unit=unit, output=name)


def _measuring(
    chosen: Iterable[Declared],
    target: TargetSpec,
    given: Material,
    scale: tuple[float, float] | None,
    setting: str = "metrics",
) -> Measuring:
    samples = len(given.dataset.validation)
    return Measuring(chosen, target, given.device, samples=samples, scale=scale, setting=setting)  # type: ignore[arg-type]
