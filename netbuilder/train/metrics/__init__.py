"""What tells how good a network is, beside its loss: the metrics there are, declared. No torch until one is made."""

from netbuilder.train.metrics.metric import Metric, names_of
from netbuilder.train.metrics.of_classes import OF_CLASSES
from netbuilder.train.metrics.of_numbers import OF_NUMBERS

__all__ = ["METRICS", "Metric", "is_share", "names_of"]

METRICS: tuple[type[Metric], ...] = (*OF_CLASSES, *OF_NUMBERS)

SHARES = ("accuracy", "exact", "iou", "told_apart", "retrieval", *(kind.kind for kind in METRICS if kind.share))


def is_share(name: str) -> bool:
    """Whether what a run tells under this name runs from 0 to 1, the more the better: "validation_f1_macro"."""
    return not name.endswith(("loss", "error")) and any(f"_{share}_" in f"_{name}_" for share in SHARES)
