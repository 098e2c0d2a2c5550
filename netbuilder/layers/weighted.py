"""What layers with one weight have in common: it can be given out, and it can be learned in another form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Int
from netbuilder.layers.layer import Layer, Out, literal

WEIGHT = Out(name="weight", help="The weight itself, to be used at another place too.")
LAST = ("expose_weight", "reparametrization", "weight_norm_dim")  # what a form shows after all that is torch's


class WithWeight(Layer):
    """A layer whose weight can be given out."""

    not_arguments: ClassVar[tuple[str, ...]] = ("expose_weight",)
    expose_weight = Bool(False, advanced=True, help="Gives the weight as an output, for another place that shares it.")

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        last = {name: field for name, field in cls._fields.items() if name in LAST}
        cls._fields = {name: field for name, field in cls._fields.items() if name not in LAST} | last

    def outputs(self) -> tuple[Out, ...]:
        return (*self._outs, WEIGHT) if self.expose_weight else self._outs

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        weight = outputs.get("weight")
        (output,) = (name for port, name in outputs.items() if port != "weight")
        if weight is None:
            return f"{output} = {self.expression(module, inputs)}"
        if output is None:
            return f"{weight} = {module}.weight"
        return f"{output}, {weight} = {self.expression(module, inputs)}, {module}.weight"


class Reparametrized(WithWeight):
    """A layer whose weight can also be learned as a length and a direction, or held at a largest stretch of one."""

    not_arguments: ClassVar[tuple[str, ...]] = LAST
    reparametrization = Choice(
        "none",
        ("none", "weight norm", "spectral norm"),
        advanced=True,
        help="Learns the weight as length and direction, or never lets it stretch its input.",
    )
    weight_norm_dim = Int(
        0,
        min=-5,
        max=4,
        optional=True,
        none_means="one length for all",
        advanced=True,
        help="For weight norm: the dimension of the weight along which each entry has a length of its own.",
    )

    def construct(self, known: Mapping[str, Any]) -> str:
        made = super().construct(known)
        if self.reparametrization == "none":
            return made
        if self.reparametrization == "spectral norm":
            return f"nn.utils.parametrizations.spectral_norm({made})"
        dim = f", dim={literal(self.weight_norm_dim)}" if self.weight_norm_dim != 0 else ""
        return f"nn.utils.parametrizations.weight_norm({made}{dim})"
