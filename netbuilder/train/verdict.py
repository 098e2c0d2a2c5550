"""What the losses of the epochs so far say of a training, in a sentence, where they say something. It knows numbers
alone: no network, no recipe, no screen.

It is made to be silent rather than wrong: a rise has to last, to stand out from how much the losses jump anyway, and
to matter beside the loss that the training began with. Only trends are compared, as the training loss is measured
with Dropout at work and while the weights still move, so that its height alone says little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

AGAINST = "More data, Dropout, weight decay or mixing samples would help, or stopping earlier."

RISEN = 0.10  # of the lowest validation loss, at least, for a rise to be told
MATTERS = 0.05  # of the first validation loss
LASTS = 4  # epochs that something has to go on for
LEVEL = 0.03  # a validation loss that has not fallen by more is level
HELD = 0.01  # a share by which a score has to differ
FLAT = 0.02  # losses that changed by no more than this share have come to rest


@dataclass(frozen=True)
class Verdict:
    """`kind` is "overfitting", "overconfident", "gap", "diverging", "stuck" or "resting"; `since` the epoch from which
    on it holds, counted from 1."""

    kind: str
    since: int
    sentence: str


def verdict(epochs: Sequence[Mapping[str, float]], *, first: int = 1) -> Verdict | None:
    """What there is to say after these epochs, by their metrics, of which the first is number `first`; mostly nothing.

    Losses that can be negative are not judged: there, no share of them means anything.
    """
    training = [metrics.get("training_loss", 0.0) for metrics in epochs]
    validation = [metrics["validation_loss"] for metrics in epochs if "validation_loss" in metrics]
    if len(epochs) <= LASTS or min(training) <= 0:
        return None
    found = _diverging(training, first)
    if found is None and len(validation) == len(epochs) and min(validation) > 0:
        found = _rising(epochs, training, validation, first) or _apart(epochs, training, validation, first)
        return found or _stuck(training) or _resting(training, validation, first)
    return found or _stuck(training)


def _diverging(training: list[float], first: int) -> Verdict | None:
    low = min(training)
    at, last = training.index(low), min(training[-2:])
    if last < 1.5 * low or last < 0.5 * training[0] or len(training) - 1 - at < 2:
        return None
    return Verdict(
        "diverging",
        first + at,
        f"Since epoch {first + at} the training loss has risen, to {training[-1] / low:.1f} times what it was: the "
        "steps are too large. A smaller learning rate or clipped gradients would help.",
    )


def _rising(
    epochs: Sequence[Mapping[str, float]], training: list[float], validation: list[float], first: int
) -> Verdict | None:
    low = min(validation)
    at = validation.index(low)
    now = median(validation[-3:])
    rise = now - low
    if len(validation) - 1 - at < LASTS or rise < max(RISEN * low, MATTERS * validation[0], 3 * _jumps(validation)):
        return None
    if min(validation[-3:]) < low + rise / 2 or fmean(training[-3:]) > 0.95 * training[at]:
        return None
    said = f"the validation loss has risen by {rise / low:.0%}".replace("%", " %")
    score = _score(epochs)
    if score and fmean(score[-3:]) > score[at] + HELD:
        return Verdict(
            "overconfident",
            first + at,
            f"Since epoch {first + at} {said} while more and more answers are right: where the network is wrong, it "
            "grows ever surer. Label smoothing, weight decay or more data would help.",
        )
    return Verdict(
        "overfitting",
        first + at,
        f"Since epoch {first + at} the network learns by heart: the training loss falls, {said}. {AGAINST}",
    )


def _apart(
    epochs: Sequence[Mapping[str, float]], training: list[float], validation: list[float], first: int
) -> Verdict | None:
    """A validation loss that stands still while that of training goes on falling far below it."""
    low, now = min(validation), median(validation[-3:])
    at = next(number for number, loss in enumerate(validation) if loss <= low * (1 + LEVEL))
    there = fmean(training[-3:])
    if len(validation) - 1 - at < max(LASTS + 1, len(validation) // 4) or now < 0.05 * validation[0]:
        return None
    if there > 0.7 * training[at] or there > 0.6 * now:
        return None
    mine, theirs = _score(epochs, "training"), _score(epochs)
    if mine and theirs and fmean(mine[-3:]) - fmean(theirs[-3:]) < 3 * HELD:
        return None
    return Verdict(
        "gap",
        first + at,
        f"Since epoch {first + at} the validation loss no longer falls, while the training loss has come down to "
        f"{there:.2g}, against {now:.2g}: the network learns by heart. {AGAINST}",
    )


def _stuck(training: list[float]) -> Verdict | None:
    if len(training) < 3 * LASTS or min(training) < 0.97 * training[0]:
        return None
    return Verdict(
        "stuck",
        1,
        f"In {len(training)} epochs the training loss has hardly fallen, from {training[0]:.3g} to "
        f"{min(training):.3g}. Another learning rate, inputs on another scale or a larger network may help.",
    )


def _resting(training: list[float], validation: list[float], first: int) -> Verdict | None:
    count = len(training)
    if count < 3 * LASTS:
        return None
    at = max(_level_from(training), _level_from(validation))
    if count - 1 - at < max(2 * LASTS, count // 3):
        return None
    return Verdict(
        "resting",
        first + at,
        f"Since epoch {first + at} neither loss has changed by more than {FLAT:.0%}: going on as it is would hardly "
        "help. Where that is not good enough, a larger network or another learning rate may be.".replace("%", " %"),
    )


def _jumps(losses: list[float]) -> float:
    """How much the last losses jump from one epoch to the next, beside where they are going."""
    last = losses[-11:]
    return median(abs(a - 2 * b + c) for a, b, c in zip(last, last[1:], last[2:], strict=False)) / 1.7


def _level_from(losses: list[float]) -> int:
    """From where on they have changed by no more than `FLAT`."""
    low = high = losses[-1]
    for at in range(len(losses) - 1, -1, -1):
        low, high = min(low, losses[at]), max(high, losses[at])
        if high - low > FLAT * high:
            return at + 1
    return 0


def _score(epochs: Sequence[Mapping[str, float]], part: str = "validation") -> list[float]:
    """The share of right answers, by epoch; empty where there is none."""
    for name in ("iou", "accuracy"):
        if all(f"{part}_{name}" in metrics for metrics in epochs):
            return [metrics[f"{part}_{name}"] for metrics in epochs]
    return []
