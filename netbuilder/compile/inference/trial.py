"""A layer on trial: set up on the meta device and run with inputs of different sizes, to see what comes out.

How much of a batch, how long a sequence: that is for others to choose. A dimension that is only passed through step
by step is looked at with few steps.
"""

from __future__ import annotations

from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

import torch
from torch import nn

from netbuilder.compile.inference.meta import Keeping, OnMeta, Watching, place, weights
from netbuilder.compile.inference.question import Question
from netbuilder.compile.inference.types import Sizes

SHORT = 2  # a length that is only passed along


@lru_cache(4096)
def compiled(text: str) -> CodeType:
    return compile(text, "<layer>", "exec")


class Seen(NamedTuple):
    """One run: the shapes and types of the outputs, floating point operations, and what backward would need."""

    shapes: dict[str, tuple[int, ...]]
    dtypes: dict[str, str]
    flops: int
    inside: int
    takes: frozenset[str]
    gives: frozenset[str]
    same: dict[str, str]
    cut: bool = False  # nothing that comes out leads back to what flowed in, or to weights


class Trial:
    """A layer that was set up, to be run with inputs of different sizes: `scope` is where its texts are run."""

    def __init__(self, question: Question, scope: dict[str, Any], module: nn.Module, sparing: bool = False):
        self.question = question
        self._call = compiled(question.sparing if sparing else question.call)
        self._outputs = tuple(port for port in question.outputs if f"out_{port}" in self._call.co_names)
        self.module = module
        self.holds = weights(module)
        self._scope = scope
        self._runs: dict[tuple[tuple[int, ...], ...], Seen] = {}
        self._kept: dict[tuple[tuple[int, ...], ...], Seen] = {}
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
        runs = self._kept if keeping else {**self._runs, **self._kept}
        known = runs.get(tuple(sizes))
        if known is None:
            known = self._keeping(sizes) if keeping else self._plain(sizes)
            (self._kept if keeping else self._runs)[tuple(sizes)] = known
        return known

    def begin(self, batch: int) -> Seen:
        """The first run, from which the types and what backward needs are known."""
        return self.run(batch, length=SHORT if self.passed() else None, keeping=True)

    def _plain(self, sizes: list[tuple[int, ...]]) -> Seen:
        variables = dict(self._scope)
        for (port, type), own in zip(self.question.inputs, sizes, strict=True):
            variables[f"in_{port}"] = torch.empty(own, dtype=getattr(torch, type.dtype), device="meta")
        with torch.no_grad(), OnMeta(), Watching() as watching:
            exec(self._call, variables)
        return self._seen(variables, watching.flops)

    def _keeping(self, sizes: list[tuple[int, ...]]) -> Seen:
        """As in training, to see what autograd keeps. What can't be run so is run without."""
        variables = dict(self._scope)
        given = {}
        keeping = Keeping()
        try:
            with torch.enable_grad():
                for (port, type), own in zip(self.question.inputs, sizes, strict=True):
                    value = torch.empty(own, dtype=getattr(torch, type.dtype), device="meta")
                    if value.is_floating_point() or value.is_complex():
                        value = value.requires_grad_().clone()  # what a layer gave: it may be changed in place
                    given[port] = variables[f"in_{port}"] = value
                with OnMeta(), Watching() as watching, keeping.hooks:
                    exec(self._call, variables)
        except Exception:
            return self._plain(sizes)
        seen = self._seen(variables, watching.flops)
        outs = {port: variables[f"out_{port}"] for port in self._outputs}
        places = {place(value): port for port, value in given.items()}
        same = {port: places[place(value)] for port, value in outs.items() if place(value) in places}
        return seen._replace(
            inside=keeping.inside([*given.values(), *outs.values(), *self.holds]),
            takes=frozenset(port for port, value in given.items() if keeping.keeps(value)),
            gives=frozenset(port for port, value in outs.items() if keeping.keeps(value)),
            same=same,
            cut=not any(value.requires_grad for value in outs.values()),
        )

    def _seen(self, variables: dict[str, Any], flops: int) -> Seen:
        outs = {port: variables[f"out_{port}"] for port in self._outputs}
        strange = next((port for port, value in outs.items() if not isinstance(value, torch.Tensor)), None)
        if strange is not None:
            raise TypeError(f"{strange} is no tensor but a {type(outs[strange]).__name__}")
        shapes = {port: tuple(value.shape) for port, value in outs.items()}
        dtypes = {port: str(value.dtype).removeprefix("torch.") for port, value in outs.items()}
        return Seen(shapes, dtypes, flops, 0, frozenset(), frozenset(), {})

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

    def spared(self) -> Trial:
        """The same layer, asked only for the outputs that are used."""
        return Trial(self.question, self._scope, self.module, sparing=True) if self.question.sparing else self

    def steps(self) -> int:
        """How many steps are passed through one after the other, in the example."""
        if self.question.passes is None:
            return 0
        port, dim = self.question.passes
        type = dict(self.question.inputs).get(port)
        return type.dims[dim].fixed if type is not None and type.rank > dim else 0

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
