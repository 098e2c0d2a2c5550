"""The learning-rate range test: a few steps at a rate that rises, to see where the loss falls and where it bursts.

It takes what a launch would train and leaves nothing behind. It knows nothing of files, threads or screens: whoever
pulls decides when the next step is taken, and `close()` calls it off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netbuilder.data.source import Cancelled, Tell
from netbuilder.train import faults, rate_curve
from netbuilder.train.events import Event, Failed
from netbuilder.train.launch import Launch, let_go
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.trial import Trial, trial

LOWEST, HIGHEST, STEPS = 1e-7, 10.0, 100
SMALL = 0.2  # a fall by less than this share says little: most of the learning was still to come


@dataclass(frozen=True)
class RateTried(Event):
    """Progress: a step (counted from 1) was taken at this rate; `loss` is that of its batch before it."""

    step: int
    steps: int
    rate: float
    loss: float


@dataclass(frozen=True)
class RateFound(Event):
    """Fact, and the last: all that was tried, in order. `losses` are those of the batches, the last may not be finite;
    `smoothed` as they are read, as many as are finite. `suggestion` is None where the loss falls nowhere clearly;
    `diverged` if the test ended because the loss burst. `sentence` says what came of it."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggestion: float | None
    sentence: str
    diverged: bool


def find_rate(
    job: Launch,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
    tell: Tell = lambda what, done, total: None,
) -> Iterator[Event]:
    """Train for at most so many steps while the rate rises exponentially from `lowest` to `highest`. Yields
    `RateTried` for each and ends with `RateFound` or `Failed`; with neither if `tell` raised `Cancelled`.

    Weights, seed, data, batches, optimizer, Dropout and frozen parts are those of the run that `job` would be; its
    schedule and its averaging are left out. The range test: L. Smith, "Cyclical Learning Rates for Training Neural
    Networks" (2017), section 3.3.
    """
    try:
        with trial(job, tell=tell) as tried:
            yield from _steps(tried, lowest, highest, steps)
    except Cancelled:
        return
    except Exception as error:
        failed = faults.explain(error, None, {}, job.recipe)
        let_go(error)
        yield failed


def _steps(tried: Trial, lowest: float, highest: float, steps: int) -> Iterator[Event]:
    rates: list[float] = []
    losses: list[float] = []
    burst = False
    for step, batch in zip(range(steps), tried.forever(), strict=False):
        rate = lowest * (highest / lowest) ** (step / max(1, steps - 1))
        tried.set_rate(rate)
        loss = float(tried.learning.step(batch).loss.detach())
        if step == 0 and loss != loss:
            tried.learning.samples.check_numbers(batch.numbers)
        rates.append(rate)
        losses.append(loss)
        yield RateTried(step + 1, steps, rate, loss)
        burst = rate_curve.diverged(losses)
        if burst:
            break
    yield told(rates, losses, tried.recipe, burst)


def told(rates: list[float], losses: list[float], recipe: Recipe, burst: bool) -> RateFound:
    """What is to be said of these steps."""
    finite = rate_curve.finite(losses)
    suggestion, steepest, lowest, fall = rate_curve.read(rates, finite)
    if not recipe.optimizer.follows_rate:
        suggestion = None
        sentence = (
            f"{recipe.optimizer.title} finds the size of its steps itself and takes the learning rate for its first "
            "one only, so there is nothing to find."
        )
    elif suggestion is not None:
        careful = f", though it falls by {fall:.0%} only: try three and ten times as much too" if fall < SMALL else ""
        end = f"; at {rates[-1]:.2g} it bursts" if burst else ""
        sentence = (
            f"The loss falls fastest around {steepest:.2g} and is lowest at {lowest:.2g}{end}. "
            f"A rate of {suggestion:g} is a good one to begin with{careful}."
        )
    elif len(finite) < len(losses) and len(finite) < 2:
        sentence = (
            "The loss is not a number from the first step on. Look for a node that divides by 0 or takes a "
            "logarithm of it."
        )
    else:
        sentence = (
            f"The loss does not fall clearly at any rate from {rates[0]:.2g} to {rates[-1]:.2g}"
            f"{', where it bursts' if burst else ''}, so none can be read off. See whether the network can learn one "
            "batch by heart, or try a larger batch size, at which the loss is less restless."
        )
    return RateFound(tuple(rates), tuple(losses), tuple(rate_curve.smooth(finite)), suggestion, sentence, burst)


__all__ = ["Failed", "RateFound", "RateTried", "find_rate"]
