"""Which weights a training gives: those of the last step, or a mean over the way there. Torch is not imported.

Of a network whose weights are averaged, the average is what is validated, kept, inspected and exported; the weights
that are trained are kept beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.fields import Declared, Float, Int

if TYPE_CHECKING:
    import torch

    from netbuilder.train.averaging import Averaging


class Average(Declared):
    """How the weights of a network are averaged."""

    def begin(self, model: torch.nn.Module, epochs: int) -> Averaging | None:
        """The average of a network that is trained for so many epochs; None where there is none."""
        raise NotImplementedError

    def begun(self, done: int, epochs: int) -> bool:
        """Whether the network is an average, after so many of the epochs."""
        return done > 0


class NoAverage(Average):
    """The weights as they are after the last step."""

    kind = "none"
    title = "no"

    def begin(self, model: torch.nn.Module, epochs: int) -> None:
        return None

    def begun(self, done: int, epochs: int) -> bool:
        return False


class Exponential(Average):
    """A mean over all steps in which the last ones count most: it smooths the way, and often gains a little."""

    kind = "ema"
    title = "of the last steps (EMA)"
    decay = Float(
        0.999,
        min=0.0,
        below=1.0,
        help="What the average keeps of itself in each step: at 0.999 it reaches back about 1,000 steps. In the first "
        "steps it keeps less, (1 + n) / (10 + n) after step n, so that the first weights are soon forgotten.",
    )

    def begin(self, model: torch.nn.Module, epochs: int) -> Averaging:
        from netbuilder.train.averaging import Moving

        return Moving(model, self.decay)


class Stochastic(Average):
    """The mean of the weights after each of the last epochs, which lies in flatter places and so often holds better on
    new samples (Izmailov et al. 2018)."""

    kind = "swa"
    title = "of the last epochs (SWA)"
    start = Float(
        0.75,
        min=0.0,
        below=1.0,
        help="After which share of the epochs it begins. "
        "An epoch before may still be the best, and is then what is exported.",
    )
    rate = Float(
        None,
        above=0.0,
        max=1000.0,
        optional=True,
        none_means="as before",
        label="learning rate then",
        help="The rate from then on, in place of the schedule's. A fairly high one lets the epochs differ, so that "
        "there is something to average.",
    )
    anneal = Int(
        1, min=1, max=1_000_000, unit="epochs", label="reached over", help="How long it takes to get to that rate."
    )

    def relevant(self) -> tuple[str, ...]:
        return tuple(name for name in self.fields() if name != "anneal" or self.rate is not None)

    def after(self, epochs: int) -> int:
        """The epochs before the first that is averaged: at least one, and not all of them."""
        return min(max(1, round(self.start * epochs)), epochs - 1)

    def begin(self, model: torch.nn.Module, epochs: int) -> Averaging:
        from netbuilder.train.averaging import OverEpochs

        return OverEpochs(model, self.after(epochs))

    def begun(self, done: int, epochs: int) -> bool:
        return done > self.after(epochs)


AVERAGES: tuple[type[Average], ...] = (NoAverage, Exponential, Stochastic)
