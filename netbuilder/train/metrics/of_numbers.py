"""The metrics of numbers: what each is for, and its settings, with torchmetrics' own defaults."""

from __future__ import annotations

from netbuilder.fields import Choice
from netbuilder.train.metrics.metric import Metric

OF = "torchmetrics.regression"


def over_columns(*more: str) -> Choice:
    return Choice(
        "uniform_average",
        ("uniform_average", "variance_weighted"),
        titles={"uniform_average": "each the same", "variance_weighted": "by how much they vary"},
        label="columns count",
        advanced=True,
        help="How one number is made of those of several predicted columns.",
    )


class R2(Metric):
    """How much of the target's variance is explained: 1 is all, 0 is no better than its mean, and below is worse."""

    kind = "r2"
    title = "R²"
    targets = {"number": f"{OF}.R2Score"}
    multioutput = over_columns()


class RootMeanSquaredError(Metric):
    """How far off the answers are, in the unit of the target; large misses count more."""

    kind = "rmse"
    title = "root mean squared error"
    targets = {"number": f"{OF}.MeanSquaredError"}
    fixed = {"squared": False}
    power = 1


class MeanSquaredError(Metric):
    """The mean of the squared misses, in the unit of the target squared."""

    kind = "mse"
    title = "mean squared error"
    targets = {"number": f"{OF}.MeanSquaredError"}
    fixed = {"squared": True}
    power = 2


class MeanAbsolutePercentageError(Metric):
    """How far off the answers are as a share of the target: 0.1 is 10 %. Not for targets near zero."""

    kind = "mape"
    title = "mean absolute percentage error"
    targets = {"number": f"{OF}.MeanAbsolutePercentageError"}
    absolute = True


class SymmetricMeanAbsolutePercentageError(Metric):
    """How far off the answers are as a share of answer and target: from 0 to 2, and bears a target of zero."""

    kind = "smape"
    title = "symmetric percentage error"
    targets = {"number": f"{OF}.SymmetricMeanAbsolutePercentageError"}
    absolute = True


class ExplainedVariance(Metric):
    """R² that forgives answers which are all too high, or all too low, by the same."""

    kind = "explained_variance"
    title = "explained variance"
    targets = {"number": f"{OF}.ExplainedVariance"}
    multioutput = over_columns()


class Pearson(Metric):
    """How close answers and target are to a straight line: 1 is on a rising one, whatever its slope."""

    kind = "pearson"
    title = "Pearson correlation"
    targets = {"number": f"{OF}.PearsonCorrCoef"}


class Spearman(Metric):
    """Whether answers have the order of the target: the correlation of their ranks."""

    kind = "spearman"
    title = "Spearman correlation"
    targets = {"number": f"{OF}.SpearmanCorrCoef"}
    keeps = "answers"


OF_NUMBERS: tuple[type[Metric], ...] = (
    R2, RootMeanSquaredError, MeanSquaredError, MeanAbsolutePercentageError, SymmetricMeanAbsolutePercentageError,
    ExplainedVariance, Pearson, Spearman,
)  # fmt: skip
