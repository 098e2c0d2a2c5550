"""What keeps a network from learning, as far as it can be computed: where no gradient arrives, what gives only zeros,
what is the same for every sample. It knows nothing of how it was trained before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch

from netbuilder.train.node_results import NodeResults
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.samples import Batch
from netbuilder.train.trial import Trial

CUTS_OFF = ("aten.relu", "aten.relu_", "aten.threshold", "aten.hardtanh", "aten.hardtanh_")  # ReLU, ReLU6
DEAD = 0.95  # of its units at each place: a layer that lets so little through hardly learns
NAMED = 3  # nodes that are named; more are counted


@dataclass(frozen=True)
class Cause:
    """A sentence on what keeps the network from learning and what would mend it, and the names of nodes it is about."""

    sentence: str
    nodes: tuple[str, ...] = ()
    everywhere: bool = False  # worth saying also of a network that learns


class _Seen(NamedTuple):
    """Of what a node gives: whether it is the same for each sample, and which share of its units is 0 for all."""

    same: bool
    dead: float | None


@dataclass(frozen=True)
class Look:
    """What one step shows of the network, by the names of nodes in the order of the source: `unreached` get no
    gradient, `flat` have weights that are all alike, `dead` give zeros only, and from `same` on nothing depends on the
    sample."""

    unreached: tuple[str, ...]
    learning: int  # nodes that have weights to learn
    flat: tuple[str, ...]
    dead: tuple[str, ...]
    same: str | None

    @property
    def causes(self) -> tuple[Cause, ...]:
        found = []
        if self.flat:
            one = len(self.flat) == 1
            found.append(
                Cause(
                    f"All weights of {named(self.flat)} are the same number, so its units can't become different. "
                    f"Start {'it' if one else 'them'} from random weights.",
                    self.flat,
                )
            )
        if self.dead and not self.flat:
            found.append(
                Cause(
                    f"{named(self.dead)} {'gives' if len(self.dead) == 1 else 'give'} hardly anything but zeros: these "
                    "units are dead. Try a smaller learning rate, or a normalization layer or LeakyReLU there.",
                    self.dead,
                )
            )
        if self.unreached and not self.flat and not self.dead:  # else it follows from those
            if len(self.unreached) == self.learning:
                sentence = "No gradient reaches any node that has weights."
            else:
                sentence = f"No gradient reaches {named(self.unreached)}."
            found.append(
                Cause(
                    f"{sentence} Look at what lies between there and the Output: a comparison, a rounding, an argmax "
                    "or a detach lets none through.",
                    self.unreached,
                    everywhere=True,
                )
            )
        if self.same is not None and not self.flat and not self.dead:
            found.append(
                Cause(f"What {self.same} gives is the same for every sample. Look at what goes into it.", (self.same,))
            )
        return tuple(found)

    def that_stay(self, later: Look) -> tuple[Cause, ...]:
        """The causes that were there before some steps and after them: a gate that opens on the way is none, and what
        died on the way did so by the steps."""
        return Look(
            tuple(node for node in later.unreached if node in self.unreached),
            self.learning,
            tuple(node for node in later.flat if node in self.flat),
            tuple(node for node in later.dead if node in self.dead),
            later.same if self.same is not None else None,
        ).causes


def look(tried: Trial, batch: Batch, node_names: Mapping[str, str]) -> Look:
    """Run one step's passes on `batch` without moving a weight."""
    learning = tried.learning
    weights = {name: w for name, w in learning.model.named_parameters() if w.requires_grad}
    several = len(batch.numbers) > 1
    watch = NodeResults(
        tried.model_file, tried.lines, lambda made, operation: _seen(made[0], operation, len(batch.numbers), several)
    )
    buffers = {name: buffer.clone() for name, buffer in learning.model.named_buffers()}
    with watch:
        told = learning.replay(batch)
    if told.loss.requires_grad:
        told.loss.backward()
    arrived: dict[str, bool] = {}
    flat = []
    for name, weight in weights.items():
        node = node_of(name, node_names)
        arrived[node] = arrived.get(node, False) or (weight.grad is not None and bool(weight.grad.any()))
        if weight.dim() > 1 and weight.numel() > 1 and bool((weight == weight.flatten()[0]).all()):
            flat.append(node)
        weight.grad = None
    for name, buffer in learning.model.named_buffers():
        buffer.copy_(buffers[name])
    dead = tuple(node for node, seen in watch.found.items() if seen.dead is not None and seen.dead >= DEAD)
    return Look(
        tuple(node for node, reached in arrived.items() if not reached),
        len(arrived),
        tuple(dict.fromkeys(flat)),
        dead,
        _same_from(watch.found) if several else None,
    )


def _seen(made: torch.Tensor, operation: str, samples: int, several: bool) -> _Seen:
    made = made.detach()
    of_batch = several and made.dim() > 0 and made.shape[0] == samples
    same = bool((made == made[:1]).all()) if of_batch else False
    dead = None
    if operation in CUTS_OFF and of_batch:
        dead = float((made == 0).all(0).float().mean())
    return _Seen(same, dead)


def _same_from(found: dict[str, _Seen]) -> str | None:
    """The node from which on, to the end, everything is the same for each sample."""
    first = None
    for node in reversed(found):
        if not found[node].same:
            break
        first = node
    return first


def node_of(weight: str, node_names: Mapping[str, str]) -> str:
    """The name of the node that a weight belongs to: that of the innermost attribute that is one."""
    words = weight.split(".")
    for end in range(len(words), 0, -1):
        if name := node_names.get(".".join(words[:end])):
            return name
    return weight.rpartition(".")[0] or weight


def of_rate(recipe: Recipe, better: float, fell: float, steps: int) -> Cause:
    """The learning rate is to blame: at another one the loss falls."""
    rate = recipe.learning_rate
    return Cause(
        f"At a learning rate of {better:.2g} it falls to {fell:.2g} within {steps} steps: {rate:.2g} is too "
        f"{'large' if better < rate else 'small'}."
    )


def unknown(recipe: Recipe) -> Cause:
    """What is left to look at when nothing was found."""
    return Cause(
        f"A gradient reaches every node, and other learning rates than {recipe.learning_rate:.2g} do no better. Look "
        "at whether the last layer suits the loss (no Softmax or Sigmoid before it), and whether inputs and answers "
        "belong together."
    )


def named(nodes: Sequence[str]) -> str:
    """ "a", "a and b", "a, b, c and 4 more"."""
    if len(nodes) > NAMED:
        return f"{', '.join(nodes[:NAMED])} and {len(nodes) - NAMED} more"
    return " and ".join(filter(None, (", ".join(nodes[:-1]), nodes[-1])))
