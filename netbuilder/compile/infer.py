"""What comes out of a layer: asked of torch on the meta device, where nothing is computed and nothing is stored.

The text that is run is the text that is generated. It is run with two batch sizes to see which dimensions depend
on the batch, and answers are remembered, so that after an edit only what lies behind it is asked again.

Checks run beside training, in another thread: no hook, no default device, no seed and no warning filter is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from netbuilder.compile.types import Dim, TensorType

BATCHES = (3, 5)  # small, odd, and unlikely to be mistaken for a size in the network
SHORT = 2  # a length that is only passed along
REMEMBERED = 20_000


@dataclass(frozen=True)
class Question:
    """The statement that sets a layer up and the one that calls it, with the types that flow in.

    In the texts what the layer holds is `self.layer`, an input port `x` is `in_x` and an output port `y` is `out_y`.
    `preamble` is what stands above the network's class (the user's own code): whoever asks has made sure it may run.
    """

    set_up: str | None
    call: str
    inputs: tuple[tuple[str, TensorType], ...]
    outputs: tuple[str, ...]
    passes: tuple[str, int] | None = None
    preamble: str = ""


@dataclass(frozen=True)
class Answer:
    """What flows out, by port, and what the layer costs; or the `fault` in torch's words."""

    types: Mapping[str, TensorType] = field(default_factory=dict)
    parameters: int = 0
    macs: int = 0  # multiply-accumulates for one sample
    fault: str = ""


class Inferences:
    """Answers that have been given before. One of these belongs to one thread."""

    def __init__(self) -> None:
        self._answers: dict[Question, Answer] = {}
        self.asked = 0  # questions that were not remembered

    def ask(self, question: Question) -> Answer:
        answer = self._answers.get(question)
        if answer is None:
            self.asked += 1
            answer = infer(question)
            if len(self._answers) >= REMEMBERED:
                for old in list(self._answers)[: REMEMBERED // 4]:
                    del self._answers[old]
            self._answers[question] = answer
        return answer


def infer(question: Question) -> Answer:
    """Run the question's text. Nothing in it can make this raise."""
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": functional, "self": nn.Module()}
    try:
        with _OnMeta(), torch.no_grad():
            if question.preamble:
                exec(question.preamble, scope)
            if question.set_up is not None:
                exec(question.set_up, scope)
            return _measured(question, scope)
    except (Exception, SystemExit) as error:
        return Answer(fault=str(error).strip() or type(error).__name__)


def _measured(question: Question, scope: dict[str, Any]) -> Answer:
    few, more = BATCHES
    length = _length(question)
    shortened = length is not None and length > SHORT + 1
    base, flops = _run(question, scope, few, SHORT if shortened else None)
    wider, more_flops = _run(question, scope, more, SHORT if shortened else None)
    per_sample = (more_flops - flops) / (more - few)
    longer = base
    if shortened:
        assert length is not None
        longer, long_flops = _run(question, scope, few, SHORT + 1)
        per_sample += (long_flops - flops) / few * (length - SHORT)
    types = {}
    for port in question.outputs:
        shapes = base[port].shape, wider[port].shape, longer[port].shape
        if len({len(shape) for shape in shapes}) != 1:
            raise ValueError("the number of dimensions depends on the size of the batch")
        steps = 0 if not shortened or length is None else length - SHORT
        dims = tuple(_dim(a, b, a + (c - a) * steps) for a, b, c in zip(*shapes, strict=True))
        types[port] = TensorType(dims, str(base[port].dtype).removeprefix("torch."))
    parameters = sum(p.numel() for p in scope["self"].parameters())
    return Answer(types, parameters, round(per_sample / 2))


def _dim(few: int, more: int, full: int) -> Dim:
    per_sample = (more - few) // (BATCHES[1] - BATCHES[0])
    return Dim(per_sample, full - per_sample * BATCHES[0])


def _length(question: Question) -> int | None:
    if question.passes is None:
        return None
    port, dim = question.passes
    type = dict(question.inputs)[port]
    return type.dims[dim].fixed if type.rank > dim and type.dims[dim].is_fixed else None


def _run(
    question: Question, scope: dict[str, Any], batch: int, length: int | None
) -> tuple[dict[str, torch.Tensor], int]:
    """The outputs for one batch size, and the floating point operations it took."""
    variables = dict(scope)
    for port, type in question.inputs:
        sizes = list(type.sizes(batch))
        if length is not None and question.passes is not None and question.passes[0] == port:
            sizes[question.passes[1]] = length
        variables[f"in_{port}"] = torch.empty(sizes, dtype=getattr(torch, type.dtype), device="meta")
    with _Counting() as counting:
        exec(question.call, variables)
    return {port: variables[f"out_{port}"] for port in question.outputs}, counting.flops


class _OnMeta(TorchFunctionMode):
    """Tensors are made on the meta device, and nothing is initialized: there is nothing to fill."""

    _makers = (
        *(torch.empty, torch.zeros, torch.ones, torch.full, torch.tensor, torch.rand, torch.randn),
        *(torch.arange, torch.linspace, torch.eye),
    )
    _fillers = (
        *("uniform_", "normal_", "fill_", "zero_", "constant_", "ones_", "zeros_", "trunc_normal_", "orthogonal_"),
        *("kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "xavier_normal_"),
    )

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in self._makers and kwargs.get("device") is None:
            kwargs = {**kwargs, "device": "meta"}
        elif getattr(func, "__name__", "") in self._fillers:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


class _Counting(TorchDispatchMode):
    """Adds up floating point operations by torch's own formulas. (Its FlopCounterMode hooks every module there is.)"""

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Whether torch hides this from its compiler, by a wrapper that costs more than what it wraps."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.flops += int(formula(*args, **kwargs, out_val=result))
        return result
