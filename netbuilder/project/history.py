"""Undo as a line of frozen projects: each step is a label in the user's words and the project after it.

Undo runs no code of an edit, and so cannot be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.project.project import Project

LONGEST = 2000  # steps kept; the oldest go first (about 13 kB a step at 500 nodes)


@dataclass(frozen=True)
class Step:
    """A project and the label of the edit that led to it."""

    label: str
    project: Project


class History:
    """The steps and the place in them where the user is. What lies after that place can be redone."""

    def __init__(self, project: Project, label: str = "Open"):
        self._steps = [Step(label, project)]
        self._at = 0

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
        """Be at step `at`. Raises `IndexError` if there is no such step."""
        if not 0 <= at < len(self._steps):
            raise IndexError(at)
        self._leave(self._steps[at].project)
        self._at = at
        return self.project

    def _leave(self, next: Project) -> None:
        """What was worked out about graphs that are only kept from now on would fill the memory."""
        shown = {id(graph) for graph in next.graphs.values()}
        for graph in self.project.graphs.values():
            if id(graph) not in shown:
                graph.forget()
