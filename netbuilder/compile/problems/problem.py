"""What is wrong with a drawing, said in a sentence, and the edit that would mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from netbuilder.project import MAIN, Project


@dataclass(frozen=True)
class Fix:
    """One undoable edit. `label` is what the button and the history say: "Put a Flatten before digit"."""

    label: str
    edit: Callable[[Project], Project]


@dataclass(frozen=True)
class Problem:
    """`sentence` says what is wrong and what would mend it. `node` is where (None: the project as a whole).

    An "error" keeps the network from being trained, a "warning" does not. `short` is for the node itself, at most
    24 characters ("32 ≠ 64 channels"); `setting` and `port` say where on the node, if anywhere. `graph` is the name
    of the graph that the node is in: what is wrong inside a block is said once, however often the block stands.
    """

    sentence: str
    node: str | None = None
    severity: Literal["error", "warning"] = "error"
    short: str = ""
    fix: Fix | None = None
    setting: str | None = None
    port: str | None = None
    graph: str = MAIN
