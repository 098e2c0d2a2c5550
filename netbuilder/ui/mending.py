"""From problem to problem by key, and the fix of the one that is meant. It knows nothing about how they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.ui.workbench import Workbench

if TYPE_CHECKING:
    from netbuilder.compile.problems.problem import Problem


class Mending:
    """Of one workbench."""

    def __init__(self, bench: Workbench):
        self._bench = bench
        self._last: tuple[str, str, str] | None = None

    def _problems(self) -> list[Problem]:
        checked = self._bench.checking.latest
        return list(checked.problems) if checked is not None else []

    def _is_here(self, problem: Problem) -> bool:
        return problem.graph == self._bench.graph_name and problem.node in self._bench.selection.nodes

    def mend(self) -> None:
        """Make the edit that the problem of the selected node offers, or the first problem that offers one."""
        offered = [problem for problem in self._problems() if problem.fix is not None]
        problem = next((one for one in offered if self._is_here(one)), offered[0] if offered else None)
        if problem is None or problem.fix is None:
            there = bool(self._problems())
            self._bench.say("No problem has a fix to make by itself." if there else "There is no problem to mend.")
            return
        self._bench.try_apply(problem.fix.label, problem.fix.edit)

    def go(self, by: int) -> None:
        """Show the node of the next problem, or of the one before, and say what is wrong with it."""
        placed = [problem for problem in self._problems() if problem.node is not None]
        if not placed:
            self._bench.say("There is no problem.")
            return
        keys = [(problem.graph, problem.node, problem.sentence) for problem in placed]
        at = keys.index(self._last) if self._last in keys else next(
            (at for at, problem in enumerate(placed) if self._is_here(problem)), -1 if by > 0 else 0
        )  # fmt: skip
        problem = placed[(at + by) % len(placed)]
        self._last = (problem.graph, problem.node, problem.sentence)
        self._bench.show_place(problem.graph, problem.node)
        self._bench.say(problem.sentence)
