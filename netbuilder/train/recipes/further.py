"""How a further target is learned: its loss, what that counts, and its metrics. Torch is not imported."""

from __future__ import annotations

from typing import Any

from netbuilder.fields import Declared, Float, OneOf, SomeOf, Text
from netbuilder.fields.some_of import Several
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


class FurtherTargets(SomeOf):
    """Those of the further targets that are not learned in the usual way. A form shows one part for each target that
    there is."""

    def __init__(self, **more: Any):
        super().__init__((FurtherTarget,), most=256, **more)

    def accept(self, value: Any) -> Several:
        targets = super().accept(value)
        names = [target.settings["name"] for target in targets]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise self.refuse(f"can hold {twice[:60] or 'a target without a name'} once only")
        return targets


def how_to_learn(targets: Several, name: str) -> FurtherTarget:
    """How the target of this name is learned: in the usual way, unless it is among `targets`."""
    found = (one for one in targets if isinstance(one, FurtherTarget) and one.name == name)
    return next(found, FurtherTarget(name=name))
