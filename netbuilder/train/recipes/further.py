"""How a further target is learned: its loss, what that counts, and its metrics. Torch is not imported."""

from __future__ import annotations

from netbuilder.fields import Declared, Float, OneOf, SomeOf, Text
from netbuilder.train.losses import LOSSES
from netbuilder.train.metrics import METRICS

WEIGHT = "How much this loss counts beside those of the other outputs: 0 learns nothing from it, and tells it still."
MORE = (
    "What else is told of the validation samples after each epoch, and plotted. They are computed by torchmetrics and "
    "change nothing of what is learned."
)


class FurtherTarget(Declared):
    """How one of several targets is learned. `name` is that of the target and of its Output."""

    kind = "target"
    title = "further target"

    name = Text("", max_length=200, help="The name of the target, and of the Output that answers it.")
    loss = OneOf("auto", LOSSES, help="How far the answers of this output are off.")
    weight = Float(1.0, min=0.0, max=1e6, help=WEIGHT)
    metrics = SomeOf(METRICS, label="more metrics", help=MORE)
