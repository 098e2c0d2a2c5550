"""What menus and keys do to what is drawn beside the network, and to how nodes stand in it. Each is one step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from netbuilder.graph import Edge, annotations, edits
from netbuilder.graph.annotations import COLORS
from netbuilder.graph.block import ENDS
from netbuilder.graph.graph import Frame, Note
from netbuilder.ui.canvas import geometry, wiring
from netbuilder.ui.canvas.beside import BAR, NoteItem
from netbuilder.ui.canvas.note_field import NoteField
from netbuilder.ui.canvas.rename_field import RenameField
from netbuilder.ui.panels.learning_rows import has_weights

if TYPE_CHECKING:
    from netbuilder.graph import Graph
    from netbuilder.ui.canvas.canvas import Canvas

AROUND = 3 * geometry.GRID  # between a frame and the nodes in it
EMPTY = (320.0, 200.0)
SHEET = (240.0, 120.0)
TALLEST = 640.0  # to which a note grows by itself when it is written


class Annotating:
    """Frames, notes and points of one canvas; nodes bypassed and folded up."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._bench, self._scene = canvas, canvas.bench, canvas.scene()

    @property
    def _graph(self) -> Graph:
        return self._bench.graph

    def _selected(self) -> list[str]:
        return [id for id in self._graph.nodes if id in self._bench.selection.nodes]

    # Frames and notes

    def frame_selection(self, at: QPointF | None = None) -> None:
        """A frame around what is selected, or an empty one; its title can be typed at once."""
        area = self._scene.bounds(self._selected())
        if area.isEmpty():
            place = geometry.snap(at or self._canvas.cursor_place())
            area = QRectF(place.x(), place.y(), *EMPTY)
        else:
            area = area.adjusted(-AROUND, -AROUND - BAR, AROUND, AROUND)
            area = QRectF(geometry.snap(area.topLeft()), geometry.snap(area.bottomRight()))
        known = self._graph.annotations.frames
        frame = Frame(
            annotations.mark_id(self._graph),
            "",
            COLORS[len(known) % len(COLORS)],
            (area.left(), area.top()),
            (area.width(), area.height()),
        )
        if self._canvas.edit("Add a frame", lambda g: annotations.put_frame(g, frame)):
            self._bench.selection.set([], [frame.id])
            self.edit_text(frame.id)

    def add_note(self, at: QPointF | None = None) -> None:
        """An empty note, to be written at once."""
        place = geometry.snap(at or self._canvas.cursor_place())
        note = Note(annotations.mark_id(self._graph), "", (place.x(), place.y()), SHEET)
        if self._canvas.edit("Add a note", lambda g: annotations.put_note(g, note)):
            self._bench.selection.set([], [note.id])
            self._canvas.bring_into_view(self._scene.beside.items[note.id].rect(), 16)  # the field is as large as it is
            self.edit_text(note.id)

    def edit_text(self, id: str) -> None:
        """Type the title of a frame, or the words of a note, in its place."""
        item = self._scene.beside.items.get(id)
        if item is None:
            return
        if isinstance(item, NoteItem):
            note = item.mark
            field = NoteField(note.text, self._canvas.mapFromScene(item.rect()).boundingRect(), self._canvas)
            field.written.connect(lambda text: self._write(note, text))
            field.left.connect(self._canvas.setFocus)
            field.refused.connect(self._bench.say)
            return
        frame, rect = item.mark, item.rect()
        bar = QRectF(rect.left(), rect.top(), min(rect.width(), 320.0), BAR)
        title = RenameField(frame.title, self._canvas.mapFromScene(bar).boundingRect(), self._canvas)
        title.setPlaceholderText("Title of the frame")
        title.renamed.connect(lambda text: self._put(f"Call the frame {text}", replace(frame, title=text)))

    def color(self, id: str, color: str) -> None:
        frame = self._graph.annotations.frames.get(id)
        if frame is not None:
            self._put(f"Make the frame {color}", replace(frame, color=color))

    def delete_with_contents(self, id: str) -> None:
        """A frame, and all that lies in it."""
        item = self._scene.beside.items.get(id)
        if item is None:
            return
        area = item.rect()
        marks = {id, *self._scene.beside.within(area)}
        nodes = [n.id for n in self._scene.nodes.values() if area.contains(n.rect().center())]
        self._canvas.edit(
            "Delete the frame and what is in it",
            lambda g: annotations.remove_marks(edits.remove_nodes(g, nodes), marks),
        )

    def _write(self, note: Note, text: str) -> None:
        if text != note.text and note.id in self._graph.annotations.notes:
            now = replace(self._graph.annotations.notes[note.id], text=text)
            high = min(geometry.round_up(NoteItem(now, self._scene.paints).height_of_words()), TALLEST)
            now = replace(now, size=(now.size[0], max(now.size[1], high)))
            self._canvas.edit("Write a note", lambda g: annotations.put_note(g, now))

    def _put(self, label: str, frame: Frame) -> None:
        if frame.id in self._graph.annotations.frames:
            self._canvas.edit(label, lambda g: annotations.put_frame(g, frame))

    # Points of edges

    def add_bend(self, edge: Edge, at: QPointF) -> None:
        """A point of the edge where it is double-clicked."""
        item, place = self._scene.edges[edge.target, edge.input], geometry.snap(at)
        way = list(self._graph.bends_of(edge))
        way.insert(item.segment_at(at), (place.x(), place.y()))
        self._lead(edge, way)

    def remove_bend(self, edge: Edge, number: int) -> None:
        way = list(self._graph.bends_of(edge))
        if number < len(way):
            del way[number]
            self._lead(edge, way)

    def straighten(self, edge: Edge) -> None:
        self._lead(edge, [])

    def _lead(self, edge: Edge, way: list[tuple[float, float]]) -> None:
        names = self._graph.nodes
        label = f"Lead the edge from {names[edge.source].name} to {names[edge.target].name}"
        self._canvas.edit(label, lambda g: annotations.bend(g, edge, way))

    # How nodes stand

    def bypass_selection(self) -> None:
        """Leave the selected nodes out of the network; use them again where all of them are left out."""
        ids = [id for id in self._selected() if self._graph.nodes[id].kind not in ENDS]
        if not ids:
            self._bench.say("Select the layers to bypass first. An Input and an Output can't be left out.")
            return
        off = not all(self._graph.nodes[id].bypassed for id in ids)
        verb = "Bypass" if off else "Use again"
        self._canvas.edit(wiring.count(verb, self._graph, ids), lambda g: edits.bypass(g, ids, off))

    @property
    def can_freeze(self) -> bool:
        """Whether something in the selection has weights."""
        return any(has_weights(self._bench, id) for id in self._selected())

    def freeze_words(self, id: str) -> str:
        return "Unfreeze" if self._graph.owner(id).frozen else "Freeze"

    def freeze_selection(self) -> None:
        """Leave the weights of the selected nodes as they are in training; train them where all of them are frozen."""
        ids = [id for id in self._selected() if has_weights(self._bench, id)]
        if not ids:
            self._bench.say("Select layers that have weights to freeze them.")
            return
        frozen = not all(self._graph.owner(id).frozen for id in ids)
        verb = "Freeze" if frozen else "Unfreeze"
        self._canvas.edit(wiring.count(verb, self._graph, ids), lambda g: edits.freeze(g, ids, frozen))

    def collapse_selection(self) -> None:
        """Fold the selected nodes up to their titles, or unfold them where all of them are."""
        ids = self._selected()
        if ids:
            fold = not all(self._graph.nodes[id].collapsed for id in ids)
            verb = "Fold up" if fold else "Unfold"
            self._canvas.edit(wiring.count(verb, self._graph, ids), lambda g: edits.collapse(g, ids, fold))

    def turn(self) -> None:
        """Draw from top to bottom what was drawn from left to right, and the other way round."""
        down = self._graph.annotations.direction != "down"
        label = "Draw from top to bottom" if down else "Draw from left to right"
        if self._canvas.edit(label, lambda g: annotations.direct(g, "down" if down else "right")):
            self._canvas.arranging.tidy()
