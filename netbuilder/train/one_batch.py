"""Can the network learn one batch by heart? If not even that, training is of no use, and something says why.

It takes what a launch would train and leaves nothing behind. It knows nothing of files, threads or screens: whoever
pulls decides when the next step is taken, and `close()` calls it off.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from netbuilder.data.source import Cancelled, Tell
from netbuilder.train import diagnosis, faults
from netbuilder.train.events import Event
from netbuilder.train.launch import Launch, let_go
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.samples import Batch
from netbuilder.train.tally import NotFinite
from netbuilder.train.trial import STEADY, Trial, trial

STEPS = 300
LEARNED = 0.02  # of the first loss: what is left when a batch is known by heart
STUCK = 0.9  # a loss that stays above this share of the first has not fallen
TINY = 1e-6  # a loss that is as good as 0
FALLS = 0.5  # a loss that comes down to this share of the first at another rate was held up by the rate
OTHER_STEPS = 40  # with another rate
OTHER_RATES = (0.1, 0.01, 10.0, 100.0)  # times the one that was chosen
LEFT_OUT: Mapping[str, Any] = {"weight_decay": 0.0, "mixture": "none"}  # what is there against learning by heart


@dataclass(frozen=True)
class BatchTried(Event):
    """Progress: a step (counted from 1) was taken; `loss` is that of the batch before it."""

    step: int
    steps: int
    loss: float


@dataclass(frozen=True)
class OtherRateTried(Event):
    """Progress: a step was taken at another learning rate, to see whether the one that was chosen is to blame."""

    rate: float


@dataclass(frozen=True)
class BatchLearned(Event):
    """Fact, and the last: what came of it. `kind` is "learned", "falling" (it learns, but was not done) or "stuck";
    `causes` are sentences on what keeps it from learning, the likeliest first; `nodes` the names of nodes they are
    about. `rate` is a learning rate at which the loss does fall, where one was found."""

    kind: str
    sentence: str
    losses: tuple[float, ...]
    samples: int
    causes: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    rate: float | None = None


def learn_one_batch(job: Launch, *, steps: int = STEPS, tell: Tell = lambda what, done, total: None) -> Iterator[Event]:
    """Learn the first batch of the training again and again. Yields `BatchTried` for each step, and ends with
    `BatchLearned` or `Failed`; with neither if `tell` raised `Cancelled`.

    Weights, seed, optimizer, learning rate, clipping and frozen parts are those of the run that `job` would be, and
    every step draws the same random numbers: noise and gaps stay the same, so that they can be learned by heart. Left
    out is what is there against learning by heart, or changes on the way: Dropout, weight decay, mixing of samples,
    label smoothing, schedule, averaging. (Were the same units dropped each time, a network that sees nothing could tell
    the samples apart by what is dropped.) The test is an old rule of the craft, written down in A. Karpathy, "A Recipe
    for Training Neural Networks" (2019).
    """
    steady = {**STEADY, **LEFT_OUT, **_unsmoothed(job.recipe)}
    file: Path | None = None
    lines: Mapping[str, str] = {}
    try:
        with trial(job, steady=steady, tell=tell) as tried:
            file, lines = tried.model_file, tried.lines
            yield from _steps(tried, job, steps)
    except Cancelled:
        return
    except Exception as error:
        failed = faults.explain(error, file, lines, job.recipe)
        let_go(error)
        yield failed


def _unsmoothed(recipe: Recipe) -> dict[str, Any]:
    loss = recipe.settings.get("loss")
    if loss is None or "label_smoothing" not in getattr(loss, "settings", {}):
        return {}
    return {"loss": loss.with_settings(label_smoothing=0.0)}


def _steps(tried: Trial, job: Launch, steps: int) -> Iterator[Event]:
    learning = tried.learning
    for network in learning.networks.values():
        drop_nothing(network)
    batch = next(tried.forever())
    begun = {role: deepcopy(network.state_dict()) for role, network in learning.networks.items()}
    before = diagnosis.look(tried, batch, job.node_names)
    losses: list[float] = []
    for step in range(1, steps + 1):
        loss = float(learning.step(batch).loss.detach())
        losses.append(loss)
        yield BatchTried(step, steps, loss)
        if not math.isfinite(loss):
            learning.samples.check_numbers(batch.numbers)
            if step == 1:
                raise NotFinite("loss", loss, step, partial(learning.replay, batch))
            break
        if loss <= LEARNED * losses[0] or loss < TINY:
            break
    found = _told(losses, len(batch.numbers))
    broken = not math.isfinite(losses[-1])
    after = before if broken else diagnosis.look(tried, batch, job.node_names)
    causes = before.that_stay(after)
    if found.kind == "learned":
        causes = tuple(cause for cause in causes if cause.everywhere)
    rate = None
    if found.kind == "stuck" and not causes:
        grows = broken or losses[-1] > losses[0]
        better = yield from _other_rate(tried, batch, begun, other_rates(tried.recipe, smaller=grows), losses[0])
        rate = better[0] if better else None
        if better:
            causes = (diagnosis.of_rate(tried.recipe, *better, OTHER_STEPS),)
        else:
            causes = after.causes or (diagnosis.unknown(tried.recipe),)
    yield replace(
        found,
        sentence=" ".join([found.sentence, *(cause.sentence for cause in causes)]),
        causes=tuple(cause.sentence for cause in causes),
        nodes=tuple(dict.fromkeys(node for cause in causes for node in cause.nodes)),
        rate=rate,
    )


def drop_nothing(network: torch.nn.Module) -> None:
    """Turn Dropout off, also that within recurrent layers and attention."""
    for module in network.modules():
        if isinstance(module, torch.nn.modules.dropout._DropoutNd):
            module.p = 0.0
        elif isinstance(module, (torch.nn.RNNBase, torch.nn.MultiheadAttention)):
            module.dropout = 0.0


def other_rates(recipe: Recipe, *, smaller: bool) -> tuple[float, ...]:
    """Rates to try in place of the recipe's own, which may be off by far: around it, and around what is usual."""
    own, usual = recipe.learning_rate, recipe.optimizer.usual_rate
    rates = dict.fromkeys([*(own * factor for factor in OTHER_RATES), usual, 10 * usual])
    return tuple(rate for rate in rates if rate != own and (rate < own or not smaller))


def _other_rate(
    tried: Trial, batch: Batch, begun: Mapping[str, Any], rates: Sequence[float], first: float
) -> Generator[Event, None, tuple[float, float] | None]:
    """Begin anew at other rates. Returns that at which the loss falls farthest, and what it came down to; None where it
    falls at none of them."""
    found: tuple[float, float] | None = None
    for rate in rates:
        for role, network in tried.learning.networks.items():
            network.load_state_dict(begun[role])
        learning, loss = tried.anew(rate), first
        for _ in range(OTHER_STEPS):
            loss = float(learning.step(batch).loss.detach())
            yield OtherRateTried(rate)
            if not math.isfinite(loss):
                break
        if loss < (found[1] if found else FALLS * first):
            found = rate, loss
    return found


def _told(losses: list[float], samples: int) -> BatchLearned:
    first, last, steps = losses[0], losses[-1], len(losses)
    what = "the one sample" if samples == 1 else f"{samples:,} samples"
    fell = f"the loss fell from {first:.3g} to {last:.2g} in {steps} {'step' if steps == 1 else 'steps'}"
    if not math.isfinite(last):
        word = "NaN" if math.isnan(last) else "infinite"
        return BatchLearned("stuck", f"The loss became {word} at step {steps}.", tuple(losses), samples)
    if last <= LEARNED * first or last < TINY < first:
        return BatchLearned("learned", f"The network can learn {what} by heart: {fell}.", tuple(losses), samples)
    if abs(first) <= TINY:
        return BatchLearned(
            "learned", f"The loss of {what} is 0 from the start: there is nothing to learn.", tuple(losses), samples
        )
    lowest = min(losses[-max(1, steps // 10) :])
    if first - lowest >= (1 - STUCK) * abs(first):
        return BatchLearned("falling", f"The network learns {what}: {fell}. {_rest(losses)}", tuple(losses), samples)
    where = f"stays at {last:.3g}" if last < 1.1 * first else f"rises from {first:.3g} to {last:.3g}"
    return BatchLearned(
        "stuck",
        f"The loss of {what} {where} over {steps} steps: something keeps the network from learning.",
        tuple(losses),
        samples,
    )


def _rest(losses: list[float]) -> str:
    """Whether a loss that has not come to its end was still on its way."""
    tenth = max(1, len(losses) // 10)
    ago, now = sum(losses[-2 * tenth : -tenth]) / tenth, sum(losses[-tenth:]) / tenth
    if ago - now > 0.02 * abs(losses[0] - now):
        return "It was still falling, so a larger learning rate or more time would take it further."
    return (
        "There it rests: more units may be needed to tell these samples apart, or the loss has a part that never goes "
        "to 0."
    )
