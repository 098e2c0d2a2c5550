"""What comes out of a layer: asked of torch on the meta device, where nothing is computed and nothing is stored.

The text that is run is the text that is generated. It is run with two batch sizes to see which dimensions depend
on the batch, at further sizes where one varies, and answers are remembered, so that after an edit only what lies
behind it is asked again.

Checks run beside training, in another thread: no hook, no default device, no seed and no warning filter is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from netbuilder.compile.inference.meta import OnMeta, workspace
from netbuilder.compile.inference.question import Question
from netbuilder.compile.inference.trial import SHORT, Trial, compiled
from netbuilder.compile.inference.types import Dim, Sizes, TensorType
from netbuilder.compile.inference.varying import vary
from netbuilder.graph import Graph, Node
from netbuilder.graph.bypass import without_bypassed

BATCHES = (3, 5)  # small, odd, and unlikely to be mistaken for a size in the network
THIRD = 11  # another one, where there is doubt
REMEMBERED = 20_000
LIVE = 64  # graphs


@dataclass(frozen=True)
class Kept:
    """What backward needs of a layer: bytes of its own, and the inputs and outputs whose values it needs as well.

    `inside` is for one sample, `once` is the same for every batch. `same` names the outputs that are an input seen
    in another shape, with the port of that input: they take no memory.
    """

    inside: int = 0
    once: int = 0
    takes: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()
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
    learns: bool = False  # whether it has weights that are learned (which may be counted elsewhere, if it shares them)
    trained: int = 0  # bytes of what is learned
    held: int = 0  # bytes of all that the layer holds: what is learned, and buffers
    elsewhere: str = ""
    cut: bool = False  # no gradient comes back through it: a choice, a comparison, a value that was detached


class Inferences:
    """Answers that have been given before. One of these belongs to one thread."""

    def __init__(self) -> None:
        self._answers: dict[Question, Answer] = {}
        self.standings: dict[Any, Any] = {}  # whole graphs as they were the last time
        self.asked = 0  # questions that were not remembered
        self._live: dict[int, tuple[Graph, tuple[Graph, list[str]]]] = {}  # by identity: a graph never changes

    def live(self, graph: Graph, inputs: Callable[[Node], Sequence[str]]) -> tuple[Graph, list[str]]:
        """The graph without what is bypassed, and the nodes that have nothing to hand on. The same for the same."""
        known = self._live.get(id(graph))
        if known is None or known[0] is not graph:
            if len(self._live) >= LIVE:
                self._live.clear()
            known = self._live[id(graph)] = (graph, without_bypassed(graph, inputs))
        return known[1]

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
            if question.preamble:
                exec(compiled(question.preamble), scope)
            if question.set_up is not None:
                exec(compiled(question.set_up), scope)
        return _measured(Trial(question, scope, module))
    except Exception as error:
        return Answer(fault=str(error).strip() or type(error).__name__)


def _measured(trial: Trial) -> Answer:
    few, more = BATCHES
    types = {}
    begun = trial.begin(few)
    narrow, wide = trial.shapes(few), trial.shapes(more)
    for port in trial.question.outputs:
        if len(narrow[port]) != len(wide[port]):
            raise ValueError("the number of dimensions depends on the size of the batch")
        dims = tuple(map(_dim, narrow[port], wide[port]))
        if any(dim.per_sample and dim.fixed for dim in dims):
            third = trial.shapes(THIRD)[port]
            if tuple(dim.size(THIRD) for dim in dims) != third:
                raise ValueError("the sizes follow the size of the batch in no plain way")
        types[port] = TensorType(dims, begun.dtypes[port])
    elsewhere = ""
    if any(type.symbols for _, type in trial.question.inputs):
        types, elsewhere = vary([type for _, type in trial.question.inputs], types, _Elsewhere(trial, types))
    learned = list(trial.module.parameters())
    macs, kept = _spent(trial.spared())
    return Answer(
        types,
        sum(p.numel() for p in learned),
        macs,
        kept=kept,
        learns=any(p.requires_grad for p in learned),
        trained=sum(p.numel() * p.element_size() for p in learned if p.requires_grad),
        held=sum(tensor.numel() * tensor.element_size() for tensor in trial.holds),
        elsewhere=elsewhere,
        cut=begun.cut,
    )


def _spent(trial: Trial) -> tuple[int, Kept]:
    """Multiply-adds for one sample, and what backward needs."""
    batch = BATCHES[0]
    base, length = trial.begin(batch), trial.passed()
    flops, inside, gives = base.flops, base.inside, base.gives
    if length:
        longer = trial.run(batch, length=SHORT + 1, keeping=True)
        flops += (longer.flops - base.flops) * (length - SHORT)
        inside += (longer.inside - base.inside) * (length - SHORT)
    steps = workspace(getattr(trial.module, "layer", trial.module)) * trial.steps()
    if steps:
        inside, gives = steps * batch, gives | {"output"}
    if not trial.batched:
        return round(flops / 2), Kept(0, inside, base.takes, gives, base.same)
    return round(flops / 2 / batch), Kept(round(inside / batch), 0, base.takes, gives, base.same)


class _Elsewhere:
    """Shapes at other sizes: of one sample where the batch is in a size, else as they are."""

    def __init__(self, trial: Trial, types: Mapping[str, TensorType]):
        self._trial, self._types = trial, types

    def __call__(self, at: Sizes) -> dict[str, tuple[int, ...]]:
        few, more = BATCHES
        found = {}
        wide = self._trial.shapes(more, at)
        for port, shape in self._trial.shapes(few, at).items():
            dims = self._types[port].dims
            if len(dims) != len(shape):
                raise ValueError("the number of dimensions depends on the size of what flows in")
            sizes = []
            for dim, a, b in zip(dims, shape, wide[port], strict=True):
                rows = bool(dim.per_sample) and not dim.fixed
                if (a * more != b * few) if rows else (dim.is_fixed and a != b):
                    raise ValueError("the size follows the batch in another way")
                sizes.append(a // few if rows else a)
            found[port] = tuple(sizes)
        return found


def _dim(few: int, more: int) -> Dim:
    per_sample, rest = divmod(more - few, BATCHES[1] - BATCHES[0])
    if rest:
        raise ValueError("the sizes follow the size of the batch in no plain way")
    return Dim(per_sample, few - per_sample * BATCHES[0])
