"""The metrics of classes and of labels: what each is for, and its settings, with torchmetrics' own defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Choice, Float, Int
from netbuilder.spec import TargetSpec
from netbuilder.train.metrics.metric import Metric, capital

OF = "torchmetrics.classification"
AVERAGES = ("macro", "micro", "weighted", "none")


def average(*options: str, default: str = "macro") -> Choice:
    return Choice(
        default,
        options or AVERAGES,
        titles={"none": "each class"},
        help="How one number is made of those of the classes: macro counts each class the same, micro each answer, "
        "weighted each class by how often it occurs. With each class they are told one by one.",
    )


def threshold() -> Float:
    return Float(
        0.5,
        above=0.0,
        below=1.0,
        advanced=True,
        help="From which probability on a label is said to hold. It makes no difference for classes.",
    )


def both(name: str) -> Mapping[str, str]:
    return {"class": f"{OF}.Multiclass{name}", "labels": f"{OF}.Multilabel{name}"}


class Decided(Metric):
    """What metrics have in common that look at what is decided for each class or label."""

    only = {"threshold": ("labels",)}
    share = True
    average = average()
    threshold = threshold()


class Precision(Decided):
    """How many of those that are said to be of a class are."""

    kind = "precision"
    title = "precision"
    targets = both("Precision")


class Recall(Decided):
    """How many of those that are of a class are found (sensitivity)."""

    kind = "recall"
    title = "recall"
    targets = both("Recall")


class F1(Decided):
    """Precision and recall in one, their harmonic mean: falls where either does. For classes of different size."""

    kind = "f1"
    title = "F1"
    targets = both("F1Score")


class FBeta(Metric):
    """F1 in which recall counts beta times as much as precision: 2 where a miss costs more than a false alarm."""

    kind = "f_beta"
    title = "F-beta"
    targets = both("FBetaScore")
    only = {"threshold": ("labels",)}
    share = True
    beta = Float(2.0, above=0.0, max=100.0, help="How many times as much recall counts: below 1 is less.")
    average = average()
    threshold = threshold()

    def mark(self, setting: str) -> str:
        return super().mark(setting).removeprefix("beta_")


class Specificity(Decided):
    """How many of those that are not of a class are not said to be."""

    kind = "specificity"
    title = "specificity"
    targets = both("Specificity")


class BalancedAccuracy(Metric):
    """The accuracy as it would be if all classes were as frequent: the mean of their recalls."""

    kind = "balanced_accuracy"
    title = "balanced accuracy"
    targets = {"class": f"{OF}.MulticlassAccuracy"}
    fixed = {"average": "macro"}
    share = True


class TopK(Metric):
    """How often the right class is among the k that the network holds for likeliest."""

    kind = "top_k_accuracy"
    title = "top-k accuracy"
    targets = {"class": f"{OF}.MulticlassAccuracy"}
    share = True
    top_k = Int(5, min=1, max=1000, label="k", help="Among how many classes the right one has to be.")
    average = average("micro", "macro", "weighted", default="micro")

    @property
    def name(self) -> str:
        return f"top_{self.top_k}_accuracy"

    def misfit(self, target: TargetSpec) -> str:
        if self.suits(target) and self.top_k >= target.width:
            return (
                f"The right class is always among the first {self.top_k}, as the target has {target.width} classes. "
                f"Set k of the top-k accuracy to {max(1, target.width - 1)}."
            )
        return super().misfit(target)


class Ranking(Metric):
    """What metrics have in common that look at how sure the network is, whatever it decides."""

    keeps = "answers"
    share = True
    average = average("macro", "weighted")
    thresholds = Int(
        None,
        min=2,
        max=10_000,
        optional=True,
        none_means="exact",
        advanced=True,
        help="At how many probabilities the answers are looked at. Exact keeps all of them, which takes memory.",
    )


class Auroc(Ranking):
    """How well a class is told from the others, whatever the threshold: the area under the ROC curve. 0.5 is chance."""

    kind = "auroc"
    title = "AUROC"
    targets = both("AUROC")


class AveragePrecision(Ranking):
    """Precision over all thresholds: the area under the precision-recall curve. For rare classes."""

    kind = "average_precision"
    title = "average precision"
    targets = both("AveragePrecision")


class CohenKappa(Metric):
    """How far answers and target agree beyond what chance would give: 1 is always, 0 is chance."""

    kind = "cohen_kappa"
    title = "Cohen's kappa"
    targets = {"class": f"{OF}.MulticlassCohenKappa"}
    keeps = "table"
    weights = Choice(
        "none",
        ("none", "linear", "quadratic"),
        titles={"none": "all the same", "linear": "by their distance", "quadratic": "by its square"},
        label="mistakes count",
        help="Whether mistakes count more the farther apart the classes are: for classes in an order.",
    )

    def arguments(self, target: TargetSpec) -> dict[str, Any]:
        return {"weights": None if self.weights == "none" else self.weights}


class MatthewsCorrelation(Metric):
    """The correlation of answers and target: 1 is perfect, 0 is chance. Minds how frequent classes are."""

    kind = "matthews"
    title = "Matthews correlation"
    targets = both("MatthewsCorrCoef")
    only = {"threshold": ("labels",)}
    keeps = "table"
    threshold = threshold()


class Jaccard(Metric):
    """Intersection over union: of those that are of a class or said to be, how many are both."""

    kind = "jaccard"
    title = "Jaccard (IoU)"
    targets = both("JaccardIndex")
    only = {"threshold": ("labels",)}
    keeps = "table"
    share = True
    average = average()
    threshold = threshold()


class ExactMatch(Metric):
    """How many samples are right as a whole: all of its labels, or all of its places."""

    kind = "exact_match"
    title = "exact match"
    targets = both("ExactMatch")
    only = {"threshold": ("labels",)}
    share = True
    threshold = threshold()

    def misfit(self, target: TargetSpec) -> str:
        if target.kind == "class" and not target.positions:
            return (
                f"{capital(self.title)} is for several answers a sample; with one it is the accuracy, which is told "
                "anyway. Take it out of the metrics."
            )
        return super().misfit(target)

    @classmethod
    def suits(cls, target: TargetSpec) -> bool:
        return super().suits(target) and (target.kind != "class" or bool(target.positions))


class CalibrationError(Metric):
    """How far the network is surer than it is right, or less sure: 0 is best. Of 100 answers at 80 %, 80 are right."""

    kind = "calibration_error"
    title = "calibration error"
    targets = {"class": f"{OF}.MulticlassCalibrationError"}
    keeps = "answers"
    n_bins = Int(15, min=2, max=1000, label="bins", help="Into how many groups answers are put by how sure they are.")
    norm = Choice(
        "l1",
        ("l1", "l2", "max"),
        titles={"l1": "the mean", "l2": "the root of the mean square", "max": "the largest"},
        label="told is",
        help="What is told of the groups' errors: their mean, which is the expected calibration error, or the largest.",
    )


OF_CLASSES: tuple[type[Metric], ...] = (
    F1, Precision, Recall, Specificity, FBeta, BalancedAccuracy, TopK, Auroc, AveragePrecision, CohenKappa,
    MatthewsCorrelation, Jaccard, ExactMatch, CalibrationError,
)  # fmt: skip
