"""What the canvas does under each name of the table of actions. It knows no keys and no menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from netbuilder.graph.annotations import DIGITS
from netbuilder.ui.canvas import geometry, walking
from netbuilder.ui.canvas.arranging import AXES, LINES

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas


def commands(canvas: Canvas) -> dict[str, Callable[[], object]]:
    """By the names of the rows that are for the canvas."""
    editing, blocking, seeking, bench = canvas.editing, canvas.blocking, canvas.seeking, canvas.bench
    does: dict[str, Callable[[], object]] = {
        "cut": canvas.editing.cut,
        "copy": canvas.editing.copy,
        "paste": canvas.editing.paste,
        "duplicate": canvas.editing.duplicate,
        "delete": canvas.editing.delete_selection,
        "deleteAndReconnect": editing.dissolve_selection,
        "rename": canvas.rename,
        "bypass": canvas.annotating.bypass_selection,
        "freeze": canvas.annotating.freeze_selection,
        "collapse": canvas.annotating.collapse_selection,
        "addFrame": canvas.annotating.frame_selection,
        "addNote": canvas.annotating.add_note,
        "turn": canvas.annotating.turn,
        "wireUp": editing.wire_selection,
        "connect": canvas.hinting.begin,
        "find": canvas.finding.begin,
        "findNext": lambda: canvas.finding.go(1),
        "findPrevious": lambda: canvas.finding.go(-1),
        "back": canvas.visits.back,
        "forward": canvas.visits.forward,
        "toggleMinimap": canvas.floating.toggle_minimap,
        "disconnect": editing.disconnect_selection,
        "changeKind": seeking.open_for_swap,
        "selectAll": canvas.select_all,
        "selectNone": lambda: bench.selection.set([]),
        "addLayer": canvas.seeking.begin,
        "insertLayer": seeking.open_to_insert,
        "zoomFit": canvas.zoom_to_fit,
        "zoomSelection": canvas.zoom_to_selection,
        "zoomIn": canvas.zoom_in,
        "zoomOut": canvas.zoom_out,
        "zoomActual": lambda: canvas.set_zoom(1.0),
        "tidy": canvas.arranging.tidy,
        "showCost": bench.costing.show_next,
        "makeBlock": blocking.ask_name,
        "dissolveBlock": blocking.dissolve,
        "enterBlock": blocking.enter,
        "leaveBlock": blocking.leave,
        "detachBlock": blocking.detach,
        "saveBlock": blocking.save_to_library,
        "saveBlockFile": blocking.save_as_file,
        "shareWeights": blocking.share,
        "unshareWeights": blocking.unshare,
    }
    does["snapToGrid"] = canvas.snaps.toggle_grid
    does["snapToGuides"] = canvas.snaps.toggle_guides
    for line in LINES:
        does[f"align{line.title()}"] = lambda line=line: canvas.arranging.align(line)
    for axis in AXES:
        does[f"distribute{axis.title()}"] = lambda axis=axis: canvas.arranging.distribute(axis)
    for way, (dx, dy) in walking.WAYS.items():
        step = (dx * geometry.GRID, dy * geometry.GRID)
        does[f"walk{way.title()}"] = lambda way=way: canvas.cursor.walk(way)
        does[f"extend{way.title()}"] = lambda way=way: canvas.cursor.walk(way, extend=True)
        does[f"nudge{way.title()}"] = lambda step=step: editing.nudge(*step)
    for digit in DIGITS:
        does[f"setBookmark{digit}"] = lambda digit=digit: canvas.bookmarks.set(digit)
        does[f"goBookmark{digit}"] = lambda digit=digit: canvas.bookmarks.go(digit)
    return does
