"""The losses that compare an answer with a target: what each is for, which targets it suits, and its settings.

Most are classes of `torch.nn` with torch's own defaults. What a loss compares is told by its `form`: the scores of
classes with their numbers, the scores of labels with yes and no, or numbers with numbers.
"""

from __future__ import annotations

from typing import ClassVar

from netbuilder.fields import Bool, Choice, Declared, Float
from netbuilder.spec import TargetSpec


class Loss(Declared):
    """`form` is "classes", "labels" or "numbers"; `target` the class of `torch.nn`, "" for one of our own."""

    target: ClassVar[str] = ""
    form: ClassVar[str] = "numbers"
    set_here: ClassVar[tuple[str, ...]] = ()  # arguments of torch's that the data decides

    def misfit(self, target: TargetSpec) -> str:
        """Why it does not suit such a target: a sentence with what would; "" if it does."""
        if self.form == "classes" and target.kind != "class":
            has = "labels, of which several can be true" if target.kind == "labels" else "numbers"
            other = "binary cross entropy" if target.kind == "labels" else "mean squared error"
            return f"{_capital(self.title)} is for classes, but the target has {has}. Set the loss to {other}."
        if self.form == "labels" and not (target.kind == "labels" or _is_binary(target)):
            has = f"{target.width} classes" if target.kind == "class" else "numbers"
            other = "cross entropy" if target.kind == "class" else "mean squared error"
            return (
                f"{_capital(self.title)} is for labels or for two classes, but the target has {has}. "
                f"Set the loss to {other}."
            )
        if self.form == "numbers" and target.kind == "class" and target.positions:
            return (
                f"{_capital(self.title)} is for numbers, but the target is a class at each place. "
                "Set the loss to cross entropy."
            )
        return ""


class Auto(Loss):
    """The usual loss for the target: cross entropy for classes, binary cross entropy for labels, mean squared error
    for numbers."""

    kind = "auto"
    title = "to suit the target"

    def misfit(self, target: TargetSpec) -> str:
        return ""


class CrossEntropy(Loss):
    """For one of several classes: how surprised the network is by the right one. Does the softmax itself."""

    kind = "cross_entropy"
    title = "cross entropy"
    target = "torch.nn.CrossEntropyLoss"
    form = "classes"
    set_here = ("weight", "ignore_index")
    label_smoothing = Float(
        0.0, min=0.0, max=1.0, label="label smoothing", help="How much of the right answer is shared among all classes."
    )
    class_weights = Choice(
        "equal",
        ("equal", "balanced"),
        titles={"equal": "all the same", "balanced": "more for rare classes"},
        label="classes count",
        help="Whether rare classes count for more: each by the inverse of how often it occurs among training samples.",
    )


class NegativeLogLikelihood(Loss):
    """Cross entropy for a network that ends in a log-softmax of its own."""

    kind = "nll"
    title = "negative log likelihood"
    target = "torch.nn.NLLLoss"
    form = "classes"
    set_here = ("weight", "ignore_index")


class MultiMargin(Loss):
    """For one of several classes: the right score has to be larger than the others by a margin (hinge)."""

    kind = "multi_margin"
    title = "multi-class margin"
    target = "torch.nn.MultiMarginLoss"
    form = "classes"
    set_here = ("weight",)
    p = Choice("1", ("1", "2"), help="How misses count: as they are, or squared.")
    margin = Float(1.0, above=0.0, max=1000.0, help="By how much the right score has to be larger.")

    def misfit(self, target: TargetSpec) -> str:
        if target.kind == "class" and target.positions:
            return "The multi-class margin is for one answer a sample. Set the loss to cross entropy."
        return super().misfit(target)


class Dice(Loss):
    """For masks: how little the areas overlap, whatever their size. Own code after Milletari et al. 2016."""

    kind = "dice"
    title = "Dice"
    form = "classes"
    cross_entropy = Bool(True, label="with cross entropy", help="Adds the cross entropy, which learns faster at first.")

    def misfit(self, target: TargetSpec) -> str:
        if target.kind == "class" and not target.positions:
            return "Dice is for masks: a class at each place. Set the loss to cross entropy."
        return super().misfit(target)


class BinaryCrossEntropy(Loss):
    """For labels of which several can be true, or for two classes by one score. Does the sigmoid itself."""

    kind = "binary_cross_entropy"
    title = "binary cross entropy"
    target = "torch.nn.BCEWithLogitsLoss"
    form = "labels"
    set_here = ("weight", "pos_weight")


class MultiLabelSoftMargin(Loss):
    """Binary cross entropy, as a mean over the labels of each sample first."""

    kind = "multi_label_soft_margin"
    title = "multi-label soft margin"
    target = "torch.nn.MultiLabelSoftMarginLoss"
    form = "labels"
    set_here = ("weight",)


class MeanSquaredError(Loss):
    """For numbers: the square of how far off they are. One answer far off counts for a lot."""

    kind = "mse"
    title = "mean squared error"
    target = "torch.nn.MSELoss"


class MeanAbsoluteError(Loss):
    """For numbers: how far off they are. Minds a few wild values less."""

    kind = "l1"
    title = "mean absolute error"
    target = "torch.nn.L1Loss"


class Huber(Loss):
    """For numbers: squared near the target, absolute from `delta` on."""

    kind = "huber"
    title = "Huber"
    target = "torch.nn.HuberLoss"
    delta = Float(1.0, above=0.0, max=1e6, help="From how far off it grows no faster.")


class SmoothL1(Loss):
    """For numbers: Huber divided by `beta`, so that far from the target it is the absolute error."""

    kind = "smooth_l1"
    title = "smooth L1"
    target = "torch.nn.SmoothL1Loss"
    beta = Float(1.0, min=0.0, max=1e6, help="From how far off it grows no faster.")


class PoissonNll(Loss):
    """For counts: how surprised a Poisson distribution of the predicted rate would be."""

    kind = "poisson_nll"
    title = "Poisson"
    target = "torch.nn.PoissonNLLLoss"
    log_input = Bool(True, label="answer is a logarithm", help="Whether the network gives the logarithm of the rate.")
    full = Bool(False, advanced=True, help="Adds the term that does not depend on the network.")
    eps = Float(1e-8, above=0.0, max=1.0, advanced=True, help="Keeps the logarithm of zero away.")

    def misfit(self, target: TargetSpec) -> str:
        return "" if target.kind == "number" else "Poisson is for counts. Set the loss to suit the target."


LOSSES: tuple[type[Loss], ...] = (
    Auto, CrossEntropy, NegativeLogLikelihood, MultiMargin, Dice, BinaryCrossEntropy, MultiLabelSoftMargin,
    MeanSquaredError, MeanAbsoluteError, Huber, SmoothL1, PoissonNll,
)  # fmt: skip


def usual_loss(target: TargetSpec) -> Loss:
    """The loss that "to suit the target" means."""
    return {"class": CrossEntropy, "labels": BinaryCrossEntropy}.get(target.kind, MeanSquaredError)()


def _is_binary(target: TargetSpec) -> bool:
    return target.kind == "class" and target.width == 2 and not target.positions


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
