"""Undo as a line of frozen projects: each step is a label in the user's words and the project after it.

Undo runs no code of an edit, and so cannot be wrong.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from netbuilder.graph import Graph
from netbuilder.project.project import Project

LONGEST = 2000  # steps kept; the oldest go first (about 13 kB a step at 500 nodes)


class Written(Protocol):
    """A project as the lines of its file."""

    def lines(self) -> list[str]: ...

    def read(self) -> Project:
        """Raises `CannotOpen`."""


class Step:
    """A project and the label of the edit that led to it. `when` is in seconds since 1970.

    The project of a step that was written down is read when somebody goes there.
    """

    __slots__ = ("__weakref__", "_project", "label", "when", "written")

    def __init__(self, label: str, project: Project | None, when: float | None = None, written: Written | None = None):
        self.label = label
        self.when = time.time() if when is None else when
        self.written = written
        self._project = project

    @property
    def project(self) -> Project:
        """Raises `CannotOpen` where it was written down and can't be read."""
        if self._project is None:
            assert self.written is not None
            self._project = self.written.read()
        return self._project

    @property
    def is_read(self) -> bool:
        """Whether its project is at hand."""
        return self._project is not None

    def share_with(self, other: Project) -> None:
        """Use the values of another project where this one has equal ones: what is the same is then seen at once."""
        self._project = shared(self.project, other)


class History:
    """The steps and the place in them where the user is. What lies after that place can be redone."""

    def __init__(self, project: Project, label: str = "Open"):
        self._steps = [Step(label, project)]
        self._at = 0

    @classmethod
    def of(cls, steps: Sequence[Step], at: int) -> History:
        """A history that was written down. Raises `IndexError` where there is no step `at`."""
        made = cls.__new__(cls)
        made._steps, made._at = list(steps), at
        made._steps[at]
        return made

    @property
    def project(self) -> Project:
        return self._steps[self._at].project

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    @property
    def at(self) -> int:
        """The index in `steps` of where the user is."""
        return self._at

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None if there is nothing."""
        return self._steps[self._at].label if self._at > 0 else None

    @property
    def redo_label(self) -> str | None:
        return self._steps[self._at + 1].label if self._at + 1 < len(self._steps) else None

    def add(self, label: str, project: Project) -> None:
        """A new step after where the user is; what could have been redone is gone."""
        self._leave(project)
        del self._steps[self._at + 1 :]
        self._steps.append(Step(label, project))
        del self._steps[: max(0, len(self._steps) - LONGEST)]
        self._at = len(self._steps) - 1

    def go(self, at: int) -> Project:
        """Be at step `at`. Raises `IndexError` if there is no such step, `CannotOpen` if it can't be read."""
        if not 0 <= at < len(self._steps):
            raise IndexError(at)
        step = self._steps[at]
        if not step.is_read:
            step.share_with(self.project)
        self._leave(step.project)
        self._at = at
        return self.project

    def continue_from(self, past: History) -> bool:
        """Put what led to the first project of this history before it. False, and nothing is changed, if `past` leads
        to another project."""
        first = self._steps[0]
        if past.project != first.project:
            return False
        there = past._steps[past._at]
        joint = Step(there.label, first.project, there.when, there.written)
        later = self._steps[1:] or past._steps[past._at + 1 :]
        self._steps = [*past._steps[: past._at], joint, *later]
        self._at += past._at
        return True

    def drop(self, at: int) -> None:
        """Forget step `at`, which can't be read, and what lies on the other side of it."""
        if at < self._at:
            del self._steps[: at + 1]
            self._at -= at + 1
        elif at > self._at:
            del self._steps[at:]

    def _leave(self, next: Project) -> None:
        """What was worked out about graphs that are only kept from now on would fill the memory."""
        shown = {id(graph) for graph in next.graphs.values()}
        for graph in self.project.graphs.values():
            if id(graph) not in shown:
                graph.forget()


def shared(project: Project, other: Project) -> Project:
    """The project with the graphs and nodes of the other one where they are equal."""
    graphs = {name: _shared(graph, other.graphs.get(name)) for name, graph in project.graphs.items()}
    return replace(project, graphs=graphs)


def _shared(graph: Graph, other: Graph | None) -> Graph:
    if other is None:
        return graph
    if graph == other:
        return other
    known = other.nodes
    return replace(graph, nodes={id: known[id] if known.get(id) == node else node for id, node in graph.nodes.items()})
