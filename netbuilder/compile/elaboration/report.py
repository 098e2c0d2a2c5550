"""What is wrong in all standings, said once: a block that stands ten times has one problem, not ten.

It gathers what was found and words where it is; it finds nothing out itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.compile.problems.trouble import listed
from netbuilder.graph.errors import GraphError
from netbuilder.project import MAIN, Project
from netbuilder.project.blocks import settled

MOST_PLACES = 3
MOST_STEPS = 4


class Kind(NamedTuple):
    """What makes two problems of different standings the same one."""

    graph: str
    node: str | None
    setting: str | None
    port: str | None
    severity: str
    number: int


@dataclass
class Said:
    """A problem as the first standing has it, and where it is."""

    problem: Problem
    standings: list[Standing] = field(default_factory=list)


def report(
    roots: Mapping[str, Standing], alone: Iterable[Standing], project: Project, trained: Iterable[str] = (MAIN,)
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """All problems, the gravest first, and those errors among them that keep the `trained` networks from being so.

    `roots` are all networks. What is wrong in a block that stands nowhere (`alone`) is a warning at most.
    """
    said: dict[Kind, Said] = {}
    stand: dict[str, dict[Standing, None]] = {}
    for root in roots.values():
        for standing in root.within():
            if standing not in stand.setdefault(standing.name, {}):
                stand[standing.name][standing] = None
                _gather(standing, standing.problems, said)
    for standing in alone:
        mild = [replace(problem, severity="warning") for problem in standing.problems]
        _gather(standing, mild, said)
        stand.setdefault(standing.name, {})[standing] = None
    where = _places(roots)
    needed = {standing for name in trained if name in roots for standing in roots[name].within()}
    problems, errors = [], []
    for kind, one in said.items():
        problem = _at(one.problem, kind.graph)
        if len(one.standings) < len(stand[kind.graph]):
            places = list(dict.fromkeys(name for standing in one.standings for name in where.get(standing, ())))
            if places:
                problem = replace(problem, sentence=f"{problem.sentence} This is so only {_listed(places)}.")
        problems.append(problem)
        if problem.severity == "error" and not needed.isdisjoint(one.standings):
            errors.append(problem)
    rank = {name: number for number, name in enumerate((MAIN, *project.graphs))}
    order = {name: {id: n for n, id in enumerate(project.graphs[name].nodes)} for name in {p.graph for p in problems}}
    grave = set(map(id, errors))

    def place(problem: Problem) -> tuple[bool, bool, int, int]:
        at = order[problem.graph].get(problem.node or "", -1)
        return problem.severity != "error", id(problem) not in grave, rank[problem.graph], at

    return tuple(sorted(problems, key=place)), tuple(sorted(errors, key=place))


def _gather(standing: Standing, problems: Iterable[Problem], said: dict[Kind, Said]) -> None:
    seen: dict[Kind, int] = {}
    for problem in problems:
        like = Kind(standing.name, problem.node, problem.setting, problem.port, problem.severity, 0)
        seen[like] = seen.get(like, -1) + 1
        said.setdefault(like._replace(number=seen[like]), Said(problem)).standings.append(standing)


def _places(roots: Mapping[str, Standing]) -> dict[Standing, tuple[str, ...]]:
    """Where each standing is, in words: the names of the block nodes on one way in, for each door that leads there."""
    found: dict[Standing, tuple[str, ...]] = {}
    for name, root in roots.items():
        for standing in root.within():
            way = found.get(standing, ("",))[0] if standing is not root else "" if name == MAIN else name
            for id, inner in standing.doors.items():
                step = "/".join(part for part in (way, standing.graph.nodes[id].name) if part)
                if step not in found.get(inner, ()):
                    found[inner] = (*found.get(inner, ()), step)
    return found


def _listed(places: list[str]) -> str:
    more = len(places) - MOST_PLACES
    named = [f"in {_short(place.split('/'))}" for place in places[:MOST_PLACES]]
    return listed([*named, f"in {more} more"] if more > 0 else named)


def _short(way: list[str]) -> str:
    return "/".join(way if len(way) <= MOST_STEPS else [way[0], "…", *way[2 - MOST_STEPS :]])


def _at(problem: Problem, graph: str) -> Problem:
    """The problem, with a fix that mends the graph it is in."""
    if graph == MAIN:
        return problem
    fix = Fix(problem.fix.label, _Within(graph, problem.fix)) if problem.fix is not None else None
    return replace(problem, graph=graph, fix=fix)


@dataclass(frozen=True)
class _Within:
    """An edit of the main graph done to another one, with the standings of a block led to the ports it has then."""

    graph: str
    fix: Fix

    def __call__(self, project: Project) -> Project:
        own = project.graphs.get(self.graph)
        if own is None:
            return project
        mended = self.fix.edit(project.with_graph(own)).main
        try:
            return settled(project, project.with_graph(mended, self.graph))
        except GraphError:
            return project
