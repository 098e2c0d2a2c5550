"""What of a training is kept when its network becomes another: weights by their places in the drawing, and what the
optimizer knows of them. It knows nothing of the loop.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.train.checkpoint import CheckpointError, checkpoints_in, raw_role
from netbuilder.train.optimizers.making import load_state
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.run import Run, RunError
from netbuilder.train.schedules.state import RATES
from netbuilder.weights_file import name_at, names_by_place

if TYPE_CHECKING:
    from netbuilder.train.descent import Descent
    from netbuilder.train.learning import Learning
    from netbuilder.train.snapshot import Snapshot

Weights = Mapping[str, torch.Tensor]
MOST_NAMED = 3


@dataclass(frozen=True)
class Carry:
    """From which run to which: the attributes by place of the networks of each, by role; `older` has such attributes
    and the folder of each run before, the newest first, in which weights are found that were in the drawing once.

    `recipe` says whether it is of the same kind, `optimizer` whether that is the same one, `rate` whether the learning
    rate goes the same way, `order` whether the same samples come in the same order.
    """

    before: Mapping[str, Mapping[str, str]]
    after: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    older: Sequence[tuple[Path, Mapping[str, Mapping[str, str]]]] = ()
    recipe: bool = True
    optimizer: bool = True
    rate: bool = True
    order: bool = True

    @classmethod
    def between(cls, before: Run, after: Run, recipe: Recipe, older: Sequence[Path]) -> Carry:
        roles = {"": "", **recipe.roles()}
        old = before.recipe
        was = dict(old.settings)
        now = recipe.changed()
        same = {name for name in {*was, *now} if was.get(name) == now.get(name)} if old.kind == recipe.kind else set()
        differ = {*was, *now} - same
        found = []
        for folder in older:
            with suppress(RunError):
                found.append((folder, _by_role(Run.open(folder).places, roles)))
        return cls(
            _by_role(before.places, roles),
            _by_role(after.places, roles),
            after.node_names,
            found,
            recipe=old.kind == recipe.kind,
            optimizer=old.kind == recipe.kind and not differ & {"optimizer", "weight_decay", "decay_all"},
            order=before.record.get("data") == after.record.get("data") and not differ & {"seed", "shuffle"},
            rate=old.kind == recipe.kind and not differ & {"learning_rate", "schedule", "epochs", "optimizer"},
        )

    def places(self, role: str, names: Iterable[str]) -> dict[str, str]:
        """The places in the drawing of weights of the network to be trained, by their names."""
        return {name: place for place, name in names_by_place(self.after.get(role, {}), names).items()}

    def old_name(self, role: str, place: str | None) -> str | None:
        """What the weight at a place was called before; None for one of a node that was not there."""
        return None if place is None else name_at(self.before.get(role, {}), place)

    def from_older(self, role: str, missing: Mapping[str, torch.Size]) -> dict[str, torch.Tensor]:
        """Of the weights of these places and shapes, those that their nodes had when they were in the drawing last."""
        found: dict[str, torch.Tensor] = {}
        for folder, places in self.older:
            wanted = {place: shape for place, shape in missing.items() if place not in found}
            there = checkpoints_in(folder) if wanted else ()
            if not there:
                continue
            with suppress(CheckpointError):
                weights = there[-1].weights(role)
                for place, shape in wanted.items():
                    old = weights.get(name_at(places.get(role, {}), place) or "")
                    if old is not None and old.shape == shape:
                        found[place] = old
        return found


@dataclass
class Report:
    """What became of the weights: how many nodes kept theirs, and the names of the nodes that begin anew."""

    kept: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    new: list[str] = field(default_factory=list)
    gone: int = 0
    optimizer: bool = True

    def sentence(self) -> str:
        """For the user."""
        told = [f"{_count(len(self.kept), 'layer keeps its', 'layers keep their')} weights"]
        if self.back:
            told.append(f"{_named(sorted(self.back))} {'is' if len(self.back) == 1 else 'are'} back with the old ones")
        if self.new:
            told.append(f"{_named(self.new)} begin{'s' if len(self.new) == 1 else ''} anew")
        if self.gone:
            told.append(f"{_count(self.gone, 'layer is', 'layers are')} gone")
        if not self.optimizer:
            told.append("the optimizer begins anew")
        return f"{'; '.join(told)}."


def carried_over(carry: Carry, snapshot: Snapshot, learning: Learning) -> Report:
    """Put into the networks and optimizers of `learning` what fits of a snapshot. Returns what became of it."""
    report = Report(optimizer=carry.optimizer)
    for role, network in learning.networks.items():
        there = {**snapshot.weights.get(role, {}), **snapshot.weights.get(raw_role(role), {})}
        state = network.state_dict()
        places = carry.places(role, state)
        old = {name: before for name, place in places.items() if (before := carry.old_name(role, place))}
        taken = {name: there[before] for name, before in old.items() if _fits(there.get(before), state[name])}
        missing = {place: state[name].shape for name, place in places.items() if name not in taken}
        back = carry.from_older(role, missing)
        for name in state:
            node = _node(carry, role, name)
            if name in taken:
                report.kept.add(node)
            elif places.get(name) in back:
                report.back.add(node)
            elif node not in report.new:
                report.new.append(node)
        again = {name: back[place] for name, place in places.items() if place in back}
        network.load_state_dict({**state, **taken, **again})
        report.gone += len({_part(name) for name in there} - {_part(name) for name in old.values()})
        if carry.optimizer and role in learning.optimizers and role in snapshot.optimizers:
            _optimizer(snapshot, learning, role, {name: old[name] for name in taken})
    _course(carry, snapshot, learning)
    report.kept -= set(report.new)
    return report


def _fits(old: torch.Tensor | None, fresh: torch.Tensor) -> bool:
    return old is not None and old.shape == fresh.shape


def _optimizer(snapshot: Snapshot, learning: Learning, role: str, kept: Mapping[str, str]) -> None:
    """What the optimizer has gathered of the weights that were `kept`: what each was called, by its name of now."""
    optimizer = learning.optimizers[role]
    before = snapshot.optimizers[role]
    old = {name: at for at, name in enumerate(snapshot.numbers["weights"].get(role, ()))}
    state = optimizer.state_dict()
    gathered = {}
    for at, name in enumerate(learning.descents[role].weight_names()):
        number = old.get(kept.get(name, ""))
        if number is not None and number in before["state"]:
            gathered[at] = before["state"][number]
    load_state(optimizer, {"state": gathered, "param_groups": state["param_groups"]})


def _course(carry: Carry, snapshot: Snapshot, learning: Learning) -> None:
    """Where the schedules are, and what else of the way so far is not in weights."""
    if not carry.recipe:
        return
    tensors, numbers = learning.state()
    was = snapshot.numbers["learning"]
    descents = dict(numbers["descents"])
    for role, descent in learning.descents.items():
        state, old = was["descents"].get(role), snapshot.optimizers.get(role)
        if state is None or old is None:
            continue
        if not carry.rate:
            forward(descent, snapshot)
            descents[role] = {**descent.state(), "epochs": snapshot.epoch}
            continue
        pairs = _pairs(old["param_groups"], descent.optimizer.param_groups)
        for before, group in pairs:
            share = group["factor"] / before["factor"]
            group |= {name: before[name] * share for name in RATES if name in before and name in group}
        among = [(old["param_groups"].index(before), group["factor"] / before["factor"]) for before, group in pairs]
        descents[role] = {
            **state,
            "late": _regrouped(state["late"], among, len(old["param_groups"])),
            "schedule": _regrouped(state["schedule"], among, len(old["param_groups"])),
            "average": descents[role]["average"],
        }
    kept = {name.removeprefix("learning."): tensor for name, tensor in snapshot.tensors.items()}
    learning.restore({**tensors, **kept}, {**was, "descents": descents})


def forward(descent: Descent, snapshot: Snapshot) -> None:
    """Let another schedule, or one for another number of epochs, be where it would be by now."""
    schedule = descent.recipe.schedule
    if descent.scheduler is None or schedule.by_score:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch misses the steps of the optimizer, which were taken by another
        for _ in range(snapshot.step if schedule.each == "step" else snapshot.epoch):
            descent.scheduler.step()


def _pairs(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each group of weights, and the one before that learned at the same rate, or the first."""
    return [(next((one for one in old if one["factor"] == group["factor"]), old[0]), group) for group in new]


def _regrouped(value: Any, among: Sequence[tuple[int, float]], count: int) -> Any:
    """Numbers of each group of weights, for other groups."""
    if isinstance(value, Mapping):
        return {name: _regrouped(inside, among, count) for name, inside in value.items()}
    if isinstance(value, list):
        if len(value) == count and all(isinstance(one, float) for one in value):
            return [value[at] * share for at, share in among]
        return [_regrouped(one, among, count) for one in value]
    return value


def _by_role(places: Mapping[str, Mapping[str, str]], roles: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    return {role: places.get(name, {}) for role, name in roles.items()}


def _node(carry: Carry, role: str, name: str) -> str:
    part = _part(name)
    found = carry.names.get(part, part) if not role else part
    return f"{role}/{found}" if role else found


def _part(name: str) -> str:
    return name.rpartition(".")[0] or name


def _named(names: Sequence[str]) -> str:
    shown = list(names[:MOST_NAMED])
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
