"""What comes out of a layer: asked of torch on the meta device, where nothing is computed and nothing is stored.

The text that is run is the text that is generated. It is run with two batch sizes to see which dimensions depend
on the batch, at further sizes where one varies, and answers are remembered, so that after an edit only what lies
behind it is asked again.

Checks run beside training, in another thread: no hook, no default device, no seed and no warning filter is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from netbuilder.compile.meta import Keeping, OnMeta, Watching, place, weights
from netbuilder.compile.types import Dim, Sizes, TensorType
from netbuilder.compile.varying import vary

BATCHES = (3, 5)  # small, odd, and unlikely to be mistaken for a size in the network
THIRD = 11  # another one, where there is doubt
SHORT = 2  # a length that is only passed along
REMEMBERED = 20_000


@dataclass(frozen=True)
class Question:
    """The statement that sets a layer up and the one that calls it, with the types that flow in.

    In the texts what the layer holds is `self.layer`, an input port `x` is `in_x` and an output port `y` is `out_y`.
    """

    set_up: str | None
    call: str
    inputs: tuple[tuple[str, TensorType], ...]
    outputs: tuple[str, ...]
    passes: tuple[str, int] | None = None

    @cached_property
    def _hash(self) -> int:
        return hash((self.set_up, self.call, self.inputs, self.outputs))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Kept:
    """What backward needs of a layer: bytes of its own, and the ports whose values it needs as well.

    `inside` is for one sample, `once` is the same for every batch. `same` names the outputs that are an input seen
    in another shape, with the port of that input: they take no memory.
    """

    inside: int = 0
    once: int = 0
    ports: frozenset[str] = frozenset()
    same: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What flows out, by port, and what the layer costs; or the `fault` in torch's words.

    `elsewhere` is the fault at some of the sizes, where the layer works for the example's but not for all.
    """

    types: Mapping[str, TensorType] = field(default_factory=dict)
    parameters: int = 0
    macs: int = 0  # multiply-adds for one sample
    fault: str = ""
    kept: Kept = Kept()
    trained: int = 0  # bytes of what is learned
    held: int = 0  # bytes of all that the layer holds: what is learned, and buffers
    elsewhere: str = ""


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
    module = nn.Module()
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": functional, "self": module}
    try:
        with OnMeta():
            if question.set_up is not None:
                exec(_compiled(question.set_up), scope)
            return _measured(_Trial(question, scope, module))
    except Exception as error:
        return Answer(fault=str(error).strip() or type(error).__name__)


@lru_cache(4096)
def _compiled(text: str) -> CodeType:
    return compile(text, "<layer>", "exec")


class Seen(NamedTuple):
    """One run: the shapes and types of the outputs, floating point operations, and what backward would need."""

    shapes: dict[str, tuple[int, ...]]
    dtypes: dict[str, str]
    flops: int
    inside: int
    kept: frozenset[str]
    same: dict[str, str]


class _Trial:
    """A layer that was set up, to be run with inputs of different sizes."""

    def __init__(self, question: Question, scope: dict[str, Any], module: nn.Module):
        self.question = question
        self.module = module
        self.holds = weights(module)
        self._scope = scope
        self._runs: dict[tuple[tuple[int, ...], ...], Seen] = {}
        self.batched = any(dim.per_sample for _, type in question.inputs for dim in type.dims)

    def run(self, batch: int, at: Sizes | None = None, length: int | None = None, keeping: bool = False) -> Seen:
        """The outputs for this batch and these sizes; `length` replaces the one that is only passed along."""
        sizes = []
        for port, type in self.question.inputs:
            own = type.sizes(batch, at)
            if length is not None and self.question.passes is not None and self.question.passes[0] == port:
                dim = self.question.passes[1]
                own = (*own[:dim], length, *own[dim + 1 :])
            sizes.append(own)
        known = self._runs.get(tuple(sizes))
        if known is None:
            known = self._runs[tuple(sizes)] = self._keeping(sizes) if keeping else self._plain(sizes)
        return known

    def _plain(self, sizes: list[tuple[int, ...]]) -> Seen:
        variables = dict(self._scope)
        with torch.no_grad(), Watching() as watching:
            for (port, type), own in zip(self.question.inputs, sizes, strict=True):
                variables[f"in_{port}"] = torch.empty(own, dtype=getattr(torch, type.dtype), device="meta")
            exec(_compiled(self.question.call), variables)
        return self._seen(variables, watching.flops)

    def _keeping(self, sizes: list[tuple[int, ...]]) -> Seen:
        """As in training, to see what autograd keeps. What can't be run so is run without."""
        variables = dict(self._scope)
        given = {}
        keeping = Keeping()
        try:
            with torch.enable_grad(), Watching() as watching:
                for (port, type), own in zip(self.question.inputs, sizes, strict=True):
                    value = torch.empty(own, dtype=getattr(torch, type.dtype), device="meta")
                    if value.is_floating_point() or value.is_complex():
                        value = value.requires_grad_().clone()  # what a layer gave: it may be changed in place
                    given[port] = variables[f"in_{port}"] = value
                with keeping.hooks:
                    exec(_compiled(self.question.call), variables)
        except Exception:
            return self._plain(sizes)
        seen = self._seen(variables, watching.flops)
        outs = {port: variables[f"out_{port}"] for port in self.question.outputs}
        places = {place(value): port for port, value in given.items()}
        same = {port: places[place(value)] for port, value in outs.items() if place(value) in places}
        kept = frozenset(port for port, value in (*given.items(), *outs.items()) if keeping.keeps(value))
        return seen._replace(
            inside=keeping.inside([*given.values(), *outs.values(), *self.holds]), kept=kept, same=same
        )

    def _seen(self, variables: dict[str, Any], flops: int) -> Seen:
        outs = {port: variables[f"out_{port}"] for port in self.question.outputs}
        strange = next((port for port, value in outs.items() if not isinstance(value, torch.Tensor)), None)
        if strange is not None:
            raise TypeError(f"{strange} is no tensor but a {type(outs[strange]).__name__}")
        shapes = {port: tuple(value.shape) for port, value in outs.items()}
        dtypes = {port: str(value.dtype).removeprefix("torch.") for port, value in outs.items()}
        return Seen(shapes, dtypes, flops, 0, frozenset(), {})

    def passed(self, at: Sizes | None = None) -> int | None:
        """How long the dimension is that is only passed along, where it pays to look at a short one."""
        if self.question.passes is None:
            return None
        port, dim = self.question.passes
        type = dict(self.question.inputs).get(port)
        if type is None or type.rank <= dim or not type.dims[dim].is_fixed:
            return None
        length = type.dims[dim].size(1, at)
        return length if length > SHORT + 1 else None

    def shapes(self, batch: int, at: Sizes | None = None) -> dict[str, tuple[int, ...]]:
        """What would come out of the whole length."""
        length = self.passed(at)
        if length is None:
            return self.run(batch, at).shapes
        short, longer = (self.run(batch, at, steps).shapes for steps in (SHORT, SHORT + 1))
        return {
            port: tuple(a + (b - a) * (length - SHORT) for a, b in zip(short[port], longer[port], strict=True))
            for port in short
        }


def _measured(trial: _Trial) -> Answer:
    few, more = BATCHES
    length = trial.passed()
    base = trial.run(few, length=SHORT if length else None, keeping=True)
    per_sample, inside = float(base.flops), float(base.inside)
    if length:
        longer = trial.run(few, length=SHORT + 1, keeping=True)
        per_sample += (longer.flops - base.flops) * (length - SHORT)
        inside += (longer.inside - base.inside) * (length - SHORT)
    types = {}
    narrow, wide = trial.shapes(few), trial.shapes(more)
    for port in trial.question.outputs:
        if len(narrow[port]) != len(wide[port]):
            raise ValueError("the number of dimensions depends on the size of the batch")
        dims = tuple(map(_dim, narrow[port], wide[port]))
        if any(dim.per_sample and dim.fixed for dim in dims):
            third = trial.shapes(THIRD)[port]
            if tuple(dim.size(THIRD) for dim in dims) != third:
                raise ValueError("the sizes follow the size of the batch in no plain way")
        types[port] = TensorType(dims, base.dtypes[port])
    elsewhere = ""
    if any(type.symbols for _, type in trial.question.inputs):
        types, elsewhere = vary([type for _, type in trial.question.inputs], types, _Elsewhere(trial, types))
    learned = list(trial.module.parameters())
    return Answer(
        types,
        sum(p.numel() for p in learned),
        round(per_sample / 2 / few) if trial.batched else round(per_sample / 2),
        kept=Kept(
            round(inside / few) if trial.batched else 0, 0 if trial.batched else round(inside), base.kept, base.same
        ),
        trained=sum(p.numel() * p.element_size() for p in learned if p.requires_grad),
        held=sum(tensor.numel() * tensor.element_size() for tensor in trial.holds),
        elsewhere=elsewhere,
    )


class _Elsewhere:
    """Shapes at other sizes: of one sample where the batch is in a size, else as they are."""

    def __init__(self, trial: _Trial, types: Mapping[str, TensorType]):
        self._trial, self._types = trial, types

    def __call__(self, at: Sizes) -> dict[str, tuple[int, ...]]:
        batch = BATCHES[0]
        found = {}
        for port, shape in self._trial.shapes(batch, at).items():
            dims = self._types[port].dims
            if len(dims) != len(shape):
                raise ValueError("the number of dimensions depends on the size of what flows in")
            found[port] = tuple(
                size // batch if dim.per_sample and not dim.fixed else size
                for dim, size in zip(dims, shape, strict=True)
            )
        return found


def _dim(few: int, more: int) -> Dim:
    per_sample = (more - few) // (BATCHES[1] - BATCHES[0])
    return Dim(per_sample, few - per_sample * BATCHES[0])
