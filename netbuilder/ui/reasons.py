"""Why an action can't be done now, in a few words, for where all actions are listed; "" where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.graph.block import ENDS
from netbuilder.project import MAIN
from netbuilder.ui.actions import Entry
from netbuilder.ui.train.before_training import why_not_yet
from netbuilder.ui.training import PAUSED
from netbuilder.ui.workspaces import DESIGN

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.workbench import Workbench

OF_NODES = {  # rows that need something selected
    *("cut", "copy", "duplicate", "delete", "deleteAndReconnect", "disconnect", "makeBlock", "zoomSelection"),
    *("nudgeLeft", "nudgeRight", "nudgeUp", "nudgeDown", "connect"),
}


def why_not(window: MainWindow, entry: Entry) -> str:
    """In the window as it is now."""
    name = entry.name
    action = window.actions_[name]
    if not action.isEnabled():
        if name in ("undo", "redo"):
            return f"Nothing to {name}"
        if name in ("oneStep", "continueAsItWas"):
            return "Nothing is paused"
        if name in ("continueChanged", "continueWithWeightsOfNow"):
            return (
                "Nothing is changed since it was paused"
                if window.bench.training.state == PAUSED
                else "Nothing is paused"
            )
        if name in ("pause", "stop", "stopAfterEpoch"):
            return "Nothing is being trained"
        if name == "train":
            return "It is being trained"
        if window.workspaces.current != DESIGN:
            return "Only in Design"
        return "Not now"
    return _of_selection(window, name) or _of_blocks(window, name) or _of_the_rest(window, name)


def _of_selection(window: MainWindow, name: str) -> str:
    bench, scene = window.bench, window.canvas.scene()
    selected = bench.selection.nodes
    if name in OF_NODES and not selected and not (name == "delete" and scene.selected_edge):
        return "Nothing is selected"
    if name in ("rename", "connect") and len(selected) != 1:
        return "Select one node"
    if name == "wireUp" and len(selected) < 2:
        return "Select two nodes or more"
    if name == "changeKind" and all(bench.graph.nodes[id].kind in ENDS for id in selected if id in bench.graph.nodes):
        return "Select a layer"
    return ""


def _of_blocks(window: MainWindow, name: str) -> str:
    blocking, bench = window.canvas.blocking, window.bench
    only = bench.selection.only
    one_block = blocking.can_dissolve and only is not None
    if name == "makeBlock" and not blocking.can_make:
        return "An Input or Output can't be in a block"
    if name == "dissolveBlock" and not blocking.can_dissolve:
        return "Select a block"
    if name in ("enterBlock", "detachBlock") and not one_block:
        return "Select one block"
    if name in ("saveBlock", "saveBlockFile") and not one_block and bench.graph_name not in bench.project.blocks:
        return "Select or open a block"
    if name == "leaveBlock" and len(bench.path) < 2:
        return "Not inside a block"
    if name == "shareWeights" and not blocking.can_share:
        return "Select nodes of one kind"
    if name == "unshareWeights" and not blocking.can_unshare:
        return "It shares no weights"
    return ""


def _of_the_rest(window: MainWindow, name: str) -> str:
    bench, checked = window.bench, window.bench.checking.latest
    if name in ("findRate", "oneBatch"):
        return _of_trials(bench)
    problems = checked.problems if checked is not None else ()
    if name in ("nextProblem", "previousProblem") and not any(problem.node is not None for problem in problems):
        return "No problem"
    if name == "fixProblem" and not any(problem.fix is not None for problem in problems):
        return "No fix on offer"
    if name in ("nextNetwork", "previousNetwork") and len(bench.project.networks) < 2:
        return "There is one network"
    if name in ("renameNetwork", "removeNetwork") and bench.path[0] == MAIN:
        return "The Network that trains stays"
    if name.startswith("goBookmark") and not window.canvas.bookmarks.words(name[-1]):
        return "Not set"
    if name == "back" and not window.canvas.visits.trail.behind:
        return "No view before"
    if name == "forward" and not window.canvas.visits.trail.ahead:
        return "No view after"
    if name in ("selectAll", "tidy", "zoomFit") and not len(bench.graph):
        return "Nothing is drawn"
    return ""


def _of_trials(bench: Workbench) -> str:
    if not why_not_yet(bench):
        return ""
    return "A run is under way" if bench.training.alive or bench.wants_training else "The network can't be trained yet"
