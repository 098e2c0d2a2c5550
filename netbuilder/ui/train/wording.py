"""How a run's numbers and times are said. It knows the names of metrics, and no widget."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING

from netbuilder.train.metrics import is_share

if TYPE_CHECKING:
    from netbuilder.train.events import Preparing
    from netbuilder.train.history import RunRecord

SHORT = {
    "mean_absolute_error": "MAE", "iou": "IoU", "kl": "KL", "f1": "F1", "f_beta": "F-beta", "auroc": "AUROC",
    "cohen_kappa": "Cohen's kappa", "matthews": "Matthews", "jaccard": "Jaccard", "r2": "R²", "rmse": "RMSE",
    "mse": "MSE", "mape": "MAPE", "smape": "SMAPE", "pearson": "Pearson", "spearman": "Spearman",
}  # fmt: skip
NAMES = re.compile(rf"(?<![^_ ])({'|'.join(SHORT)})(?![^_ ])")


def run_title(folder: str) -> str:
    """ "digits-cnn-007" as people call it: "Run 7"."""
    number = re.search(r"-(\d{3,9})$", folder)
    return f"Run {int(number[1])}" if number else folder or "Run"


def metric_title(name: str) -> str:
    """ "validation_accuracy" as people write it, in few letters."""
    return NAMES.sub(lambda found: SHORT[found[1]], name).replace("_", " ")


def plot_title(name: str) -> str:
    """The same as a heading: "Accuracy", "MAE"."""
    title = metric_title(name)
    return title[:1].upper() + title[1:]


def number(value: float, name: str = "") -> str:
    """A metric's value: three places for a share, three digits for anything else."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    return f"{value:.3f}" if is_share(name) else small(value)


def small(value: float) -> str:
    """Three digits, without an exponent where it can be avoided."""
    if not math.isfinite(value):
        return f"{value}"
    if value and not 1e-3 <= abs(value) < 1e7:
        mantissa, power = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(power)}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def duration(seconds: float) -> str:
    """ "41 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def moment(when: datetime, now: datetime | None = None) -> str:
    """ "today 14:05", "yesterday 9:30", "3 November 2026"."""
    now = now or datetime.now(when.tzinfo)
    days = (now.date() - when.date()).days
    if days in (0, 1):
        return f"{'today' if days == 0 else 'yesterday'} {when:%H:%M}"
    return f"{when.day} {when:%B %Y}"


def where_it_stands(record: RunRecord, state: str) -> str:
    """The line beside a run's title: "epoch 16 of 24 · 41 s left"."""
    if state == "preparing":
        return "preparing"
    if state == "stopping" and record.finished is not None:
        return "stopping"  # another network takes over
    if record.failed is not None:
        return "failed"
    if record.finished is not None:
        done = record.finished
        how = {"done": "finished", "stopped": "stopped", "early stop": "stopped early"}.get(done.reason, done.reason)
        return f"{how} after {epochs(done.epochs)} · {duration(done.seconds)}"
    if record.started is None:
        return "preparing"
    total = record.started.epochs
    at = min(total, max(record.progress.epoch if record.progress else 1, len(record.epochs), 1))
    told = [f"epoch {at} of {total}"]
    if state == "paused":
        told.append("paused")
    elif state == "stopping":
        told.append("stopping")
    elif state == "ended":
        told.append("interrupted")
    elif record.progress is not None and record.progress.seconds_left is not None:
        told.append(f"{duration(record.progress.seconds_left)} left")
    return " · ".join(told)


def what_is_prepared(preparing: Preparing) -> str:
    """What a run waits for before its first step: "Reading pictures: 120 of 4,000"."""
    if not preparing.total:
        return f"{preparing.what} …"
    return f"{preparing.what}: {preparing.done:,} of {preparing.total:,}"


def epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count:,} epochs"
