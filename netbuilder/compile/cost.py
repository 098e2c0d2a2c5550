"""What a network costs: parameters, multiply-adds for one sample, and the memory it takes to train it.

It only adds up what was measured of each layer. Multiply-adds are those of matrix products and convolutions (and
attention, which is matrix products); sums, activations, norms and poolings are not counted, as is the custom.

The memory of training is what the weights, their gradients and the optimizer take, and what backward needs of a
batch: exactly the tensors that autograd keeps on the CPU in float32, each once, however many layers share it. An
output that is its input seen in another shape takes none. For a residual network, a Transformer and an LSTM it is
within 5 % of what autograd really keeps there (a test holds it to that). What is not in it: torch itself, the room a
single operation needs while it runs, and the batches that wait to be trained on; on a GPU, what its own kernels keep
(less for dropout, more or less for recurrent layers).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import prod

from netbuilder.compile.inference.infer import Answer, Kept
from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.planning.plan import Value
from netbuilder.graph import Edge, Graph
from netbuilder.graph.order import topological
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output

# How many numbers an optimizer remembers for each that is learned.
BYTES = {"complex128": 16, "complex64": 8, "float64": 8, "int64": 8, "float16": 2, "bfloat16": 2, "int16": 2}
SMALL = ("bool", "int8", "uint8", "float8")
NOTHING = Kept()


@dataclass(frozen=True)
class NodeCost:
    """What one node costs. `kept` is what backward needs because of it, in bytes for one sample."""

    parameters: int = 0
    macs: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Memory:
    """Bytes it takes to train with a batch."""

    weights: int
    gradients: int
    optimizer: int
    activations: int

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.optimizer + self.activations


@dataclass(frozen=True)
class Cost:
    """What the whole network costs. `macs` and `kept` are None where a part of it could not be inferred.

    `kept` is what backward needs, in bytes for one sample, and `once` what it needs besides for any batch; `held` is
    what the weights and buffers take, and `trained` what is learned of it. `learns` says whether a gradient comes back
    from the result to anything that is learned.
    """

    parameters: int
    macs: int | None
    per_node: Mapping[str, NodeCost] = field(default_factory=dict)
    kept: int | None = None
    once: int = 0
    held: int = 0
    trained: int = 0
    learns: bool = True

    def memory(self, batch: int, remembered: int = 2) -> Memory | None:
        """What training with `batch` samples at a time takes; None where a part of the network is not known.

        `remembered` is how many numbers the optimizer keeps for each weight: 2 for Adam, 0 for plain SGD.
        """
        if self.kept is None:
            return None
        state = remembered * self.trained
        return Memory(self.held, self.trained, state, self.once + self.kept * batch)

    def largest_batch(self, bytes: int, remembered: int = 2) -> int | None:
        """How many samples at a time can be trained on with so much memory: 0 if not even one fits.

        None where a part of the network is not known, or where nothing of it grows with the batch.
        """
        empty = self.memory(0, remembered)
        if empty is None or not self.kept:
            return None
        return max(0, (bytes - empty.total) // self.kept)


def add_up(
    graph: Graph,
    answers: Mapping[str, Answer],
    types: Mapping[Value, TensorType],
    needed: Iterable[str],
) -> Cost:
    """The cost of all that leads to an Output (`needed`); `per_node` also has what does not."""
    known = {id: answer for id, answer in answers.items() if not answer.fault}
    needed = set(needed)
    kept = _Keeping(graph, known, types, set(known))
    per_node = {
        id: NodeCost(answer.parameters, answer.macs, kept.own[id].inside + kept.insides.get(id, 0))
        for id, answer in known.items()
    }
    parts = [known[id] for id in graph.nodes if id in needed and id in known]
    complete = needed <= known.keys()
    total = (kept if needed >= known.keys() else _Keeping(graph, known, types, needed)).total(needed)
    return Cost(
        sum(part.parameters for part in parts),
        sum(part.macs for part in parts) if complete else None,
        per_node,
        total.inside if complete else None,
        total.once,
        sum(part.held for part in parts),
        sum(part.trained for part in parts),
        kept.learns or not complete,
    )


def as_one(graph: Graph, answers: Mapping[str, Answer], types: Mapping[Value, TensorType]) -> Answer:
    """A block's graph as the answer of the one node it stands as: its ports are the names of Inputs and Outputs.

    Every node that leads to an Output must have its answer.
    """
    kept = _Keeping(graph, answers, types, set(answers), inside=True)
    ends = {node.name: _value(graph.edges[node.id, "x"]) for node in graph if node.kind == Output.kind}
    starts = {node.id: node.name for node in graph if node.kind == Input.kind}
    roots = {name: kept.root(value) for name, value in ends.items()}
    own = kept.total(set(answers), without=set(roots.values()) | {value for value in kept.values if value[0] in starts})
    parts = list(answers.values())
    return Answer(
        {name: types[value] for name, value in ends.items()},
        sum(part.parameters for part in parts),
        sum(part.macs for part in parts),
        kept=Kept(
            own.inside,
            own.once,
            frozenset(starts[value[0]] for value in kept.values if value[0] in starts),
            frozenset(name for name, root in roots.items() if root in kept.values and root[0] not in starts),
            {name: starts[root[0]] for name, root in roots.items() if root[0] in starts},
        ),
        learns=any(part.learns for part in parts),
        trained=sum(part.trained for part in parts),
        held=sum(part.held for part in parts),
        cut=not kept.learns,
    )


def in_a_row(answer: Answer, times: int, links: Iterable[tuple[str, str]]) -> Answer:
    """The answer of `times` copies, each with its own weights; `links`: which outputs feed which inputs of the next."""
    if times == 1:
        return answer
    between = [out for out, into in links if out in answer.kept.gives or into in answer.kept.takes]
    sizes = [_size(answer.types[out]) for out in between]
    kept = replace(
        answer.kept,
        inside=answer.kept.inside * times + sum(size.inside for size in sizes) * (times - 1),
        once=answer.kept.once * times + sum(size.once for size in sizes) * (times - 1),
    )
    return replace(
        answer,
        parameters=answer.parameters * times,
        macs=answer.macs * times,
        kept=kept,
        trained=answer.trained * times,
        held=answer.held * times,
    )


class _Keeping:
    """Which values backward needs, of those that flow between `nodes`, and what they and the nodes take.

    What lies before the first thing that learns is not kept: there is nothing behind it to send a gradient to. Inside
    a block nothing is known of that, and all is.
    """

    def __init__(
        self,
        graph: Graph,
        answers: Mapping[str, Answer],
        types: Mapping[Value, TensorType],
        nodes: set[str],
        inside: bool = False,
    ):
        self._types = types
        self._same: dict[Value, Value] = {}
        self.values: set[Value] = set()
        self.own: dict[str, Kept] = {}
        learning: set[str] = set()
        self.learns = False  # whether a gradient comes back from any result
        into, root = graph.wiring.into, self.root
        for id in topological(graph):
            answer = answers.get(id)
            if answer is None:
                continue
            kind, keeps = graph.nodes[id].kind, answer.kept
            given = {edge.input: (edge.source, edge.output) for edge in into.get(id, ())}
            for out, port in keeps.same.items():
                if port in given:
                    self._same[id, out] = root(given[port])
            starts = inside and kind == Input.kind
            learns = starts or answer.learns or any(source in learning for source, _ in given.values())
            if not learns or answer.cut:
                self.own[id] = NOTHING
                continue
            self.own[id] = keeps
            learning.add(id)
            if id in nodes:
                self.values.update([root(given[port]) for port in keeps.takes if port in given])
                self.values.update([root((id, port)) for port in keeps.gives])
                if kind == Output.kind:
                    self.learns = True
                    if not inside:
                        self.values.update(map(root, given.values()))  # a loss keeps as much

    @cached_property
    def insides(self) -> dict[str, int]:
        """Bytes for one sample that are kept of each node's outputs."""
        found: dict[str, int] = {}
        for value in self.values:
            type = self._types.get(value)
            if type is not None:
                found[value[0]] = found.get(value[0], 0) + _size(type).inside
        return found

    def root(self, value: Value) -> Value:
        """The value whose memory this one is."""
        return self._same.get(value, value)

    def total(self, nodes: set[str], without: Iterable[Value] = ()) -> Kept:
        """What all of them take together."""
        values = self.values.difference(without)
        own = [self.own[id] for id in nodes if id in self.own]
        return _sum([*own, *(_size(self._types[value]) for value in values if value in self._types)])


def _value(edge: Edge) -> Value:
    return edge.source, edge.output


@lru_cache(4096)
def _size(type: TensorType) -> Kept:
    """What a value takes."""
    bytes = prod(type.sizes(1)) * width(type.dtype)
    return Kept(bytes) if any(dim.per_sample for dim in type.dims) else Kept(0, bytes)


def width(dtype: str) -> int:
    """Bytes of one number."""
    return 1 if dtype.startswith(SMALL) else BYTES.get(dtype, 4)


def _sum(parts: Iterable[Kept]) -> Kept:
    inside = once = 0
    for part in parts:
        inside, once = inside + part.inside, once + part.once
    return Kept(inside, once)
