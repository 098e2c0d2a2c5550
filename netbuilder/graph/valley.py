"""A drawing that goes down and comes up again, as a U-Net does: the way down on the left, its deepest part at the
bottom, the way up on the right, and each edge that skips what lies below straight across.

It is one if edges that skip lie within each other, and what lies between them is joined by single edges. It knows
sizes, but not what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netbuilder.graph.boxes import Boxes, Laid, on_grid, up_to_grid
from netbuilder.graph.graph import Edge
from netbuilder.graph.layered import lay_out

LEVELS = 2  # skips within each other that make a valley
ACROSS = 200.0  # between the way down and the way up
STEP = 64.0  # from one node to the next one on another level
BETWEEN = 72.0  # from one level to the next: room for the edge that runs back
SHORT = 2  # nodes of a level up to which each level begins where the one before ends


@dataclass(frozen=True)
class Skip:
    """What leads from one node straight to another: a few nodes in a chain, or none; and the way below."""

    source: str
    target: str
    chains: list[list[str]]
    first: str  # of the way below
    last: str


@dataclass
class _Flow:
    """Who feeds whom, and through whom everything has to go."""

    ids: Sequence[str]
    edges: Sequence[Edge]
    before: dict[str, list[str]] = field(init=False)
    behind: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.before = {id: [] for id in self.ids}
        self.behind = {id: [] for id in self.ids}
        for edge in self.edges:
            self.before[edge.target].append(edge.source)
            self.behind[edge.source].append(edge.target)
        self._rank = {id: number for number, id in enumerate(self.ids)}
        self.meets = self._meetings()

    def _meetings(self) -> dict[str, str]:
        """For each node the first one behind it that everything from it goes through; "" for the end of all."""
        meets: dict[str, str] = {}
        for id in reversed(self.ids):
            targets = self.behind[id]
            met = targets[0] if targets else ""
            for other in targets[1:]:
                met = self._common(meets, met, other)
            meets[id] = met
        return meets

    def _common(self, meets: dict[str, str], one: str, other: str) -> str:
        while one != other:
            if not one or not other:
                return ""
            if self._rank[one] < self._rank[other]:
                one = meets[one]
            else:
                other = meets[other]
        return one

    def series(self, first: str, end: str) -> Iterator[tuple[str, str]]:
        """Each node that all goes through from `first` on, and the next such node; up to `end`."""
        here = first
        while here and here != end:
            there = self.meets[here]
            yield here, there
            here = there

    def skip(self, source: str, target: str) -> Skip | None:
        """What leads from one to the other, if all of it but one way is short and that way is closed in itself."""
        chains: list[list[str]] = []
        deep: list[str] = []
        for head in self.behind[source]:
            chain = self._chain(head, target)
            if chain is None:
                deep.append(head)
            else:
                chains.append(chain)
        if not chains or len(chains) + len(deep) < 2:
            return None
        if not deep:  # all are chains: the longest one is the way below
            longest = max(chains, key=len)
            if not longest or len(chains) != 2:
                return None
            chains.remove(longest)
            if len(chains[0]) >= len(longest):
                return None
            return Skip(source, target, chains, longest[0], longest[-1])
        if len(deep) != 1 or len(chains) != 1:
            return None
        last = self._closed(deep[0], source, target)
        return Skip(source, target, chains, deep[0], last) if last is not None else None

    def _chain(self, head: str, target: str) -> list[str] | None:
        """The nodes from `head` to before `target` if they only feed each other."""
        chain = []
        while head != target:
            if len(self.before[head]) != 1 or len(self.behind[head]) != 1:
                return None
            chain.append(head)
            head = self.behind[head][0]
        return chain

    def _closed(self, first: str, source: str, target: str) -> str | None:
        """The one node that leads out of the way below to `target`; None if the way is joined to anything else."""
        inside = self.inside(first, target)
        for id in inside:
            if any(other not in inside and not (id == first and other == source) for other in self.before[id]):
                return None
            if any(other not in inside and other != target for other in self.behind[id]):
                return None
        ends = [id for id in self.before[target] if id in inside]
        return ends[0] if len(ends) == 1 and self.before[first] == [source] else None

    def inside(self, first: str, end: str) -> set[str]:
        """All from `first` on, before `end`."""
        found, todo = {first}, [first]
        while todo:
            for other in self.behind[todo.pop()]:
                if other != end and other not in found:
                    found.add(other)
                    todo.append(other)
        return found


def skips(ids: Sequence[str], edges: Sequence[Edge]) -> list[Skip]:
    """The skips that lie within each other, the outermost first: the deepest such nest if it is the only one."""
    flow = _Flow(ids, edges)
    starts = [id for id in ids if not flow.before[id]]
    if len(starts) != 1:
        return []
    known: dict[str, list[Skip]] = {}
    for source in reversed(ids):  # what lies within comes before what it lies in
        target = flow.meets[source]
        skip = flow.skip(source, target) if target and len(flow.behind[source]) > 1 else None
        if skip is not None:
            known[source] = [skip, *_deepest(flow, known, skip.first, target)]
    return _deepest(flow, known, starts[0], "")


def _deepest(flow: _Flow, known: dict[str, list[Skip]], first: str, end: str) -> list[Skip]:
    nests = [known[here] for here, _ in flow.series(first, end) if here in known]
    nests.sort(key=len, reverse=True)
    if not nests or (len(nests) > 1 and len(nests[0]) == len(nests[1])):
        return []
    return nests[0]


@dataclass
class _Row:
    """One level: what is on the way down, on the skip and on the way up, each with how far below the top it is, so
    that the skip is a level line."""

    left: tuple[Laid, float]
    across: tuple[Laid, float] | None
    right: tuple[Laid, float]

    @property
    def height(self) -> float:
        return max(laid.height + top for laid, top in filter(None, (self.left, self.across, self.right)))

    def put(self, whole: Laid, left: float, right: float, top: float) -> None:
        """Into the whole, with the way down and the way up from these places on."""
        whole.add(self.left[0], left, top + self.left[1])
        whole.add(self.right[0], right, top + self.right[1])
        if self.across is not None:
            middle = (left + self.left[0].width + right - self.across[0].width) / 2
            whole.add(self.across[0], on_grid(middle), top + self.across[1])


def lay_out_valley(ids: Sequence[str], edges: Sequence[Edge], boxes: Boxes) -> Laid | None:
    """The drawing as a valley; None if it isn't one. `ids` stand in topological order."""
    nest = skips(ids, edges)
    if len(nest) < LEVELS:
        return None
    pieces = _pieces(ids, edges, nest)
    if pieces is None:
        return None
    laid = {key: lay_out(some, _within(edges, some), boxes) for key, some in pieces.items() if some}
    rows = [_row(laid, number, skip, edges, boxes) for number, skip in enumerate(nest)]
    bottom = laid["bottom", 0]
    longest = max(len(some) for (side, number), some in pieces.items() if number or side == "bottom")
    return _stairs(rows, bottom) if longest <= SHORT else _stacked(rows, bottom)


def _within(edges: Sequence[Edge], some: Sequence[str]) -> list[Edge]:
    inside = set(some)
    return [edge for edge in edges if edge.source in inside and edge.target in inside]


def _pieces(ids: Sequence[str], edges: Sequence[Edge], nest: list[Skip]) -> dict[tuple[str, int], list[str]] | None:
    """The ids of each part of the valley; None if something lies beside the way down and the way up."""
    flow = _Flow(ids, edges)
    region = set(ids)
    pieces: dict[tuple[str, int], list[str]] = {}
    for number, skip in enumerate(nest):
        below = flow.inside(skip.first, skip.target)
        across = {id for chain in skip.chains for id in chain}
        behind = flow.inside(skip.target, "") & region
        before = region - below - across - behind
        if any(not flow.behind[id] or set(flow.behind[id]) - before for id in before - {skip.source}):
            return None
        for key, some in (("left", before), ("right", behind), ("across", across)):
            pieces[key, number] = [id for id in ids if id in some]
        region = below
    pieces["bottom", 0] = [id for id in ids if id in region]
    return pieces


def _row(laid: dict[tuple[str, int], Laid], number: int, skip: Skip, edges: Sequence[Edge], boxes: Boxes) -> _Row:
    left, right, across = laid["left", number], laid["right", number], laid.get(("across", number))
    chain = skip.chains[0]
    first, last = (chain[0], chain[-1]) if chain else (skip.target, skip.source)
    out = next(edge for edge in edges if (edge.source, edge.target) == (skip.source, first))
    into = next(edge for edge in edges if (edge.source, edge.target) == (last, skip.target))
    level = left.corners[skip.source][1] + boxes.leaves(out)
    between = 0.0
    if across is not None:
        between = level - boxes.enters(out) - across.corners[first][1]
        level = between + across.corners[last][1] + boxes.leaves(into)
    rise = on_grid(level - boxes.enters(into) - right.corners[skip.target][1])
    between = on_grid(between)
    up = min(0.0, rise, between)
    return _Row((left, -up), (across, between - up) if across is not None else None, (right, rise - up))


def _stacked(rows: list[_Row], bottom: Laid) -> Laid:
    """The parts of each way right below each other, the deepest one in the middle."""
    whole, top = Laid({}), 0.0
    between = max((row.across[0].width + 2 * STEP for row in rows if row.across is not None), default=0.0)
    right = up_to_grid(max(row.left[0].width for row in rows) + max(ACROSS, between))
    for row in rows:
        row.put(whole, 0.0, right, top)
        top += up_to_grid(row.height) + BETWEEN
    middle = min((whole.width - bottom.width) / 2, rows[-1].left[0].width)  # no further than what leads down to it
    whole.add(bottom, max(0.0, on_grid(middle)), top)
    return whole


def _stairs(rows: list[_Row], bottom: Laid) -> Laid:
    """Each part begins where the one before ends, so that every edge leads to the right."""
    lefts, x = [], 0.0
    for row in rows:
        lefts.append(x)
        x = up_to_grid(x + row.left[0].width + STEP)
    middle, rights = x, []
    x = up_to_grid(x + bottom.width + STEP)
    for row, left in zip(reversed(rows), reversed(lefts), strict=True):
        if row.across is not None:
            x = max(x, up_to_grid(left + row.left[0].width + row.across[0].width + 2 * STEP))
        rights.append(x)
        x = up_to_grid(x + row.right[0].width + STEP)
    whole, top = Laid({}), 0.0
    for row, left, right in zip(rows, lefts, reversed(rights), strict=True):
        row.put(whole, left, right, top)
        top += up_to_grid(row.height) + BETWEEN
    whole.add(bottom, middle, top)
    return whole
