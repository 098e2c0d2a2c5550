"""The menus that open on the right mouse button or the menu key: on a node, an edge, and the empty canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QMenu

from netbuilder.graph import Edge, edits
from netbuilder.graph.annotations import COLORS
from netbuilder.graph.block import ENDS
from netbuilder.ui.canvas import wiring
from netbuilder.ui.canvas.arranging import AXES, LINES, WORDS
from netbuilder.ui.canvas.hit import Hit
from netbuilder.ui.canvas.wiring import End
from netbuilder.ui.plain_text import as_caption

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

NEAREST = 15  # nodes offered under "Connect to"


def menu_for(canvas: Canvas, hit: Hit, at: QPointF) -> QMenu:
    """The menu for what is at this place of the scene."""
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if hit.node is not None:
        _node(canvas, menu, hit.node.id)
    elif hit.edge is not None:
        _edge(canvas, menu, hit.edge.edge, at)
    elif hit.mark:
        _mark(canvas, menu, hit.mark)
    else:
        _ground(canvas, menu, at)
    return menu


def _row(menu: QMenu, text: str, do: Callable[[], object], keys: str = "", enabled: bool = True) -> None:
    action = menu.addAction(f"{as_caption(text)}\t{keys}" if keys else as_caption(text))
    action.triggered.connect(lambda _=False: do())
    action.setEnabled(enabled)


def _node(canvas: Canvas, menu: QMenu, id: str) -> None:
    edit, many = canvas.editing, len(canvas.bench.selection.nodes) > 1
    graph = canvas.scene().graph
    wired = bool(graph.edges_into(id) or graph.edges_from(id))
    if not many and canvas.blocking.is_block(graph.nodes[id]):
        _row(menu, "Open the block", canvas.blocking.enter, "Alt+Down")
        menu.addSeparator()
    _row(menu, "Rename", canvas.rename, "F2", enabled=not many)
    _row(menu, "Duplicate", edit.duplicate, "Ctrl+D")
    _row(menu, "Copy", edit.copy, "Ctrl+C")
    _row(menu, "Change the kind…", canvas.seeking.open_for_swap, "Shift+S", enabled=graph.nodes[id].kind not in ENDS)
    if many:
        _row(menu, "Wire up the selection", edit.wire_selection, "J")
        _arrange(canvas, menu)
    else:
        _connect_to(canvas, menu, id)
    menu.addSeparator()
    node = graph.nodes[id]
    bypass = "Use again" if node.bypassed else "Bypass"
    _row(menu, bypass, canvas.annotating.bypass_selection, "M", enabled=node.kind not in ENDS)
    doing = canvas.annotating
    _row(menu, doing.freeze_words(id), doing.freeze_selection, enabled=doing.can_freeze)
    _row(menu, "Unfold" if node.collapsed else "Fold up", canvas.annotating.collapse_selection, "H")
    _row(menu, "Frame", canvas.annotating.frame_selection, "Ctrl+J")
    menu.addSeparator()
    _blocks(canvas, menu)
    menu.addSeparator()
    _row(menu, "Disconnect", edit.disconnect_selection, enabled=wired or many)
    _row(menu, "Delete and reconnect", edit.dissolve_selection, "Shift+Del", enabled=wired or many)
    _row(menu, "Delete", edit.delete_selection, "Del")


def _blocks(canvas: Canvas, menu: QMenu) -> None:
    """What makes and unmakes blocks and shared layers, of the selected nodes."""
    blocking, one = canvas.blocking, canvas.bench.selection.only is not None
    _row(menu, "Make a block…", blocking.ask_name, "Ctrl+G", enabled=blocking.can_make)
    if blocking.can_dissolve:
        _row(menu, "Dissolve the block", blocking.dissolve, "Ctrl+Shift+G")
        _row(menu, "Make the block independent", blocking.detach, enabled=one)
        _row(menu, "Save the block to the library", blocking.save_to_library, enabled=one)
    if blocking.can_share:
        _row(menu, "Share weights", blocking.share)
    if blocking.can_unshare:
        _row(menu, "Give it its own weights" if one else "Give them their own weights", blocking.unshare)


def _arrange(canvas: Canvas, menu: QMenu) -> None:
    """What puts several nodes in order."""
    order, submenu = canvas.arranging, menu.addMenu("Arrange")
    _row(submenu, "Tidy", order.tidy, "Ctrl+L")
    submenu.addSeparator()
    for line in LINES:
        _row(submenu, WORDS[line], lambda line=line: order.align(line))
    submenu.addSeparator()
    for axis in AXES:
        _row(submenu, WORDS[axis], lambda axis=axis: order.distribute(axis))


def _connect_to(canvas: Canvas, menu: QMenu, id: str) -> None:
    """Wiring without a mouse: the nearest nodes that this one can feed."""
    item, scene = canvas.scene().nodes[id], canvas.scene()
    if not item.layout.outputs:
        return
    submenu = menu.addMenu("Connect to")
    fixed = End(id, next(iter(item.layout.outputs)), True)
    far = wiring.out_of_reach(scene.graph, fixed)
    here = item.rect().center()
    others = [other for other in scene.nodes.values() if other.id not in far and other.layout.inputs]
    others.sort(key=lambda other: (other.rect().center() - here).manhattanLength())
    for other in others[:NEAREST]:
        for port in other.layout.inputs:
            edge = fixed.to(End(other.id, port, False))
            if scene.graph.edge_into(other.id, port) == edge:
                continue
            name = other.card.name if len(other.layout.inputs) == 1 else f"{other.card.name} · {port}"
            label = f"Connect {item.card.name} to {other.card.name}"
            _row(submenu, name, lambda edge=edge, label=label: canvas.edit(label, lambda g: wiring.connect(g, edge)))
    submenu.setEnabled(not submenu.isEmpty())


def _edge(canvas: Canvas, menu: QMenu, edge: Edge, at: QPointF) -> None:
    names = canvas.scene().graph.nodes
    label = f"Disconnect {names[edge.source].name} from {names[edge.target].name}"
    _row(menu, "Insert layer…", lambda: canvas.seeking.open(at, into=edge))
    _row(menu, "Add a point", lambda: canvas.annotating.add_bend(edge, at))
    if canvas.scene().graph.bends_of(edge):
        _row(menu, "Take its points out", lambda: canvas.annotating.straighten(edge))
    _row(menu, "Disconnect", lambda: canvas.edit(label, lambda g: edits.disconnect(g, edge.target, edge.input)), "Del")


def _mark(canvas: Canvas, menu: QMenu, id: str) -> None:
    """A frame or a note."""
    note, doing = canvas.annotating, canvas.editing
    frame = canvas.scene().graph.annotations.frames.get(id)
    if frame is None:
        _row(menu, "Write", lambda: note.edit_text(id), "F2")
    else:
        _row(menu, "Title…", lambda: note.edit_text(id), "F2")
        colors = menu.addMenu("Colour")
        for color in COLORS:
            _row(colors, color.capitalize(), lambda color=color: note.color(id, color), enabled=color != frame.color)
    menu.addSeparator()
    _row(menu, "Copy", doing.copy, "Ctrl+C")
    _row(menu, "Delete", doing.delete_selection, "Del")
    if frame is not None:
        _row(menu, "Delete with what is in it", lambda: note.delete_with_contents(id))


def _ground(canvas: Canvas, menu: QMenu, at: QPointF) -> None:
    edit, full = canvas.editing, bool(canvas.scene().nodes)
    _row(menu, "Add layer…", lambda: canvas.seeking.open(at), "Tab")
    _row(menu, "Paste", lambda: edit.paste(at), "Ctrl+V")
    _row(menu, "Add a note", lambda: canvas.annotating.add_note(at), "N")
    _row(menu, "Add a frame", lambda: canvas.annotating.frame_selection(at), "Ctrl+J")
    menu.addSeparator()
    _row(menu, "Select all", canvas.select_all, "Ctrl+A", enabled=full)
    _row(menu, "Tidy layout", canvas.arranging.tidy, "Ctrl+L", enabled=full)
    _row(menu, "Zoom to fit", canvas.zoom_to_fit, "F", enabled=full)
    if len(canvas.bench.path) > 1:
        menu.addSeparator()
        _row(menu, "Go up", canvas.blocking.leave, "Alt+Up")
