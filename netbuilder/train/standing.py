"""Where a training stands between two steps, and how it goes on from there. It knows nothing of files and threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from netbuilder.train.carrying import Carry, carried_over, forward
from netbuilder.train.learning import Learning
from netbuilder.train.optimizers.making import load_state
from netbuilder.train.pace import Pace
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.samples import Batches
from netbuilder.train.schedules.state import RATES
from netbuilder.train.snapshot import Snapshot
from netbuilder.train.tally import Tally
from netbuilder.train.verdict import Verdict

History = Sequence[Mapping[str, float]]


class Standing:
    """What `fit` counts and adds up: `step` and the epochs that are done, with their metrics; which of them was the
    `best`, and which the last that `gained` enough; what the epoch under way has added up (`tally`), and in what order
    it looks at the samples (`batches`)."""

    def __init__(self, recipe: Recipe, learning: Learning, batches: Batches):
        self.recipe, self.learning, self.batches = recipe, learning, batches
        self.step = self.best = self.gained = 0
        self.history: list[Mapping[str, float]] = []
        self.best_metrics: Mapping[str, float] = {}
        self._gained_metrics: Mapping[str, float] = {}
        self.seam = 0  # after how many epochs the network became another one
        self.averaged = False  # whether the weights of the epoch under way have been averaged
        self.tally = Tally()
        self.pace = Pace(recipe.epochs * len(batches), recipe.epochs)

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.history)

    @property
    def epochs(self) -> float:
        """The same, with the share of the one under way."""
        batches = self.batches
        return self.epoch + (batches.done / len(batches.order) if batches.begun else 0)

    @property
    def whole(self) -> bool:
        """Whether it is at the end of an epoch, not in the middle."""
        return not self.batches.begun

    def begin_epoch(self) -> None:
        """Draw the order of the next epoch, of which nothing is added up yet."""
        self.tally, self.averaged = Tally(), False
        self.batches.begin()

    def epoch_done(self, metrics: Mapping[str, float]) -> bool:
        """Count an epoch. Returns whether it is the best so far."""
        self.history.append(metrics)
        self.batches.end()
        recipe = self.recipe
        better = not self.best_metrics or recipe.measure(metrics) > recipe.measure(self.best_metrics)
        if better:
            self.best, self.best_metrics = self.epoch, metrics
        if not self._gained_metrics or recipe.gain(metrics, self._gained_metrics):
            self.gained, self._gained_metrics = self.epoch, metrics
        return better

    def judged(self) -> Verdict | None:
        """What the epochs of this network say of its training."""
        since = self.history[self.seam :]
        return self.recipe.judge(since, self.seam + 1) if since else None

    @property
    def stale(self) -> bool:
        """Whether no epoch has gained enough for the recipe's patience."""
        return bool(self.recipe.patience) and self.epoch - self.gained >= self.recipe.patience

    def resize(self, size: int) -> None:
        """Go on in batches of another size. Schedules keep their course over the epochs."""
        self.batches.resize(size)
        self._recount()

    def _recount(self) -> None:
        left = (self.recipe.epochs - self.epoch) * len(self.batches)
        if self.batches.begun:
            left += self.batches.left - len(self.batches)
        self.pace.steps = self.step + max(0, left)

    def snapshot(self) -> Snapshot:
        """All of it, copied to the CPU. What was told of the steps so far has to be read before."""
        learning = self.learning
        tensors, numbers = learning.state()
        random, batches = self.batches.state()
        sums, added = self.tally.state()
        return Snapshot(
            self.epoch,
            self.step,
            {role: copied(network.state_dict()) for role, network in learning.networks.items()},
            {role: copied(optimizer.state_dict()) for role, optimizer in learning.optimizers.items()},
            {f"learning.{name}": copied(tensor) for name, tensor in tensors.items()}
            | {f"tally.{name}": copied(tensor) for name, tensor in sums.items()}
            | {"random": random},
            {
                "learning": numbers,
                "batches": batches,
                "tally": added,
                "best": [self.best, dict(self.best_metrics)],
                "gained": [self.gained, dict(self._gained_metrics)],
                "epochs": self.recipe.epochs,
                "seam": self.seam,
                "averaged": self.averaged,
                "seconds": self.pace.seconds,
                "weights": {role: descent.weight_names() for role, descent in learning.descents.items()},
            },
            dict(self.history[-1]) if self.whole and self.history else None,
            best=self.whole and self.best == self.epoch,
        )

    def restore(self, snapshot: Snapshot, history: History) -> None:
        """Stand where a snapshot was taken. `history` has the metrics of the epochs until then. Where the training has
        another number of epochs by now, its schedules go over those."""
        numbers, learning = snapshot.numbers, self.learning
        state: dict[str, Any] = numbers["learning"]
        rates: dict[str, list[dict[str, Any]]] = {}
        if numbers["epochs"] != self.recipe.epochs:
            state, rates = self._stretched(snapshot)
        learning.restore(_under("learning", snapshot.tensors), state)
        for role, network in learning.networks.items():
            network.load_state_dict(snapshot.weights[role])
        for role, optimizer in learning.optimizers.items():
            load_state(optimizer, snapshot.optimizers[role])
            for group, rate in zip(optimizer.param_groups, rates.get(role, ()), strict=False):
                group |= rate
        self._stand(snapshot, history, order=True)
        self.best, self.best_metrics = numbers["best"]
        self.gained, self._gained_metrics = numbers["gained"]
        self.seam = numbers["seam"]

    def _stretched(self, snapshot: Snapshot) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
        """What `learning` is restored from where schedules go over another number of epochs, and the rates by then."""
        was = snapshot.numbers["learning"]
        descents, rates = dict(was["descents"]), {}
        for role, descent in self.learning.descents.items():
            if descent.scheduler is None or descent.recipe.schedule.by_score:
                continue
            forward(descent, snapshot)
            descents[role] = {**descents[role], "schedule": descent.state()["schedule"]}
            rates[role] = [
                {name: group[name] for name in RATES if name in group} for group in descent.optimizer.param_groups
            ]
        return {**was, "descents": descents}, rates

    def carry_over(self, carry: Carry, snapshot: Snapshot, history: History) -> str:
        """Stand there with another network, as far as that fits. Which epoch is the best is asked anew. Returns what
        became of it, for the user."""
        report = carried_over(carry, snapshot, self.learning)
        wanted = self.batches.size
        self._stand(snapshot, history, order=carry.order)
        self.gained = self.seam = self.epoch
        if self.batches.size != wanted:
            self.resize(wanted)
        return report.sentence()

    def _stand(self, snapshot: Snapshot, history: History, *, order: bool) -> None:
        numbers = snapshot.numbers
        if order:
            self.batches.restore(snapshot.tensors["random"], numbers["batches"])
            self.tally.restore(_under("tally", snapshot.tensors), numbers["tally"])
            self.averaged = bool(numbers["averaged"])
        self.step = snapshot.step
        self.history = [*history[: snapshot.epoch], *[{}] * (snapshot.epoch - len(history))]
        self.pace.go_on(self.step, self.epoch, float(numbers["seconds"]))
        self._recount()


def copied(value: Any) -> Any:
    """A copy on the CPU of all tensors in it."""
    if isinstance(value, torch.Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, Mapping):
        return {key: copied(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copied(inside) for inside in value)
    return value


def _under(part: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(f"{part}."): value for name, value in tensors.items() if name.startswith(f"{part}.")}
