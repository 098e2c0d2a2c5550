"""Finding nodes on a canvas and in every other drawing of the project: what is searched, and going from hit to hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from netbuilder.expression import resolve
from netbuilder.graph.block import block_of
from netbuilder.project import Project
from netbuilder.project.search import Found, Unclear, search
from netbuilder.ui.canvas.breadcrumb import crumbs_of
from netbuilder.ui.canvas.find_bar import FindBar

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

VEIL = 175  # how much of what does not fit is covered, of 255
SOON = 60  # milliseconds after the last change of the drawing
LARGE_ENOUGH = 0.5  # zoom at which a node that is gone to can be read


class Finding(QObject):
    """The search of one canvas. What fits is lit and the rest dimmed, until it ends."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas, self._bench = canvas, canvas.bench
        self.bar = FindBar(canvas.bench.look, canvas)
        self.hits: list[Found] = []
        self._at = -1
        self._lit: frozenset[str] = frozenset()
        self._known: tuple[tuple[object, object, object], list[Found]] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON)
        self._soon.timeout.connect(self._search_again)
        self.bar.typed.connect(lambda _: self._search())
        self.bar.wanted.connect(self.go)
        self.bar.chosen.connect(self._go_to)
        self.bar.closed.connect(self.end)
        for changed in (self._bench.projectChanged, self._bench.checking.checked, self._bench.pathChanged):
            changed.connect(self._drawing_changed)

    @property
    def active(self) -> bool:
        return self.bar.isVisible()

    def begin(self) -> None:
        """Open the bar, with what was searched the last time to be typed over."""
        self.bar.open()
        self.place()
        self._search()

    def end(self) -> None:
        """Nothing is dimmed any more; the keyboard goes back to the canvas."""
        if not self.active:
            return
        self.bar.hide()
        self._light(frozenset())
        self._canvas.setFocus()

    def place(self) -> None:
        """At the top of the canvas, in the middle."""
        width = min(560, self._canvas.width() - 32)
        self.bar.setFixedWidth(width)
        self.bar.adjustSize()
        self.bar.move((self._canvas.width() - width) // 2, 12)

    def go(self, by: int) -> None:
        """Show the next hit, or the one before."""
        if not self.active and not self.bar.text.strip():
            self.begin()
            return
        if not self.active:
            self.begin()
        self._soon.stop()
        if self.hits:
            self._go_to((self._at + by) % len(self.hits) if self._at >= 0 else 0 if by > 0 else len(self.hits) - 1)

    def _go_to(self, at: int) -> None:
        if not 0 <= at < len(self.hits):
            return
        hit, canvas = self.hits[at], self._canvas
        self._at = at
        canvas.visits.leave()
        if hit.graph != self._bench.graph_name:
            self._bench.open_graph(hit.graph)
        self._bench.selection.set([hit.id])
        item = canvas.scene().nodes.get(hit.id)
        if item is not None:
            canvas.is_fitted = False
            if canvas.zoom < LARGE_ENOUGH:
                canvas.set_zoom(1.0)
                canvas.centerOn(item.rect().center())
            under = self.bar.geometry().bottom() / canvas.zoom  # what the bar lies over is not in view
            canvas.bring_into_view(item.rect().adjusted(0, -under, 0, 0), 16)
        self.bar.tell_current(at)

    # What is found

    def _drawing_changed(self, *_: object) -> None:
        if self.active:
            self._soon.start()

    def _search_again(self) -> None:
        """After the drawing has changed: where one is among the hits is kept, if it still fits."""
        if self.active:
            current = self.hits[self._at] if 0 <= self._at < len(self.hits) else None
            self._search(current)

    def _search(self, current: Found | None = None) -> None:
        text = self.bar.text
        try:
            self.hits = search(self.everything(), text)
            sentence = ""
        except Unclear as unclear:
            self.hits, sentence = [], str(unclear)
        same = (at for at, hit in enumerate(self.hits) if current is not None and _place(hit) == _place(current))
        self._at = next(same, -1)
        ways = {name: self._way(name) for name in {hit.graph for hit in self.hits}}
        rows = [(hit, ways[hit.graph]) for hit in self.hits]
        self.bar.tell(rows, self._at, sentence)
        self.place()
        here = self._bench.graph_name
        self._light(frozenset(hit.id for hit in self.hits if hit.graph == here))

    def _way(self, graph: str) -> str:
        """Where a drawing stands: "Network › stage1"."""
        path = self._bench.opened.nearest(self._bench.project, graph)
        return " › ".join(crumb.text for crumb in crumbs_of(self._bench.project, path))

    def everything(self) -> list[Found]:
        """All nodes of the project as they can be searched, those of the open graph first, from left to right."""
        project, here = self._bench.project, self._bench.graph_name
        key = (project, self._bench.checking.latest, self._bench.path)
        if self._known is None or any(one is not other for one, other in zip(self._known[0], key, strict=True)):
            self._known = key, self._read(project, here)
        return self._known[1]

    def _read(self, project: Project, here: str) -> list[Found]:
        names = [here, *(name for name in project.graphs if name != here)]
        checked = self._bench.checking.latest
        wrong: dict[tuple[str, str | None], set[str]] = {}
        for problem in checked.problems if checked is not None else ():
            wrong.setdefault((problem.graph, problem.node), set()).update(("problem", problem.severity))
        found = []
        for name in names:
            graph = project.graphs[name]
            shared = {node.shares for node in graph if node.shares}
            values = self._bench.names if name == here else {}
            for node in sorted(graph, key=lambda node: node.position):
                layer = self._bench.catalog.find(node.kind)
                settings = dict(resolve(graph.settings_of(node.id), values))
                if layer is not None:
                    settings = {**layer.read(settings)[0].settings, **settings}
                states = set(wrong.get((name, node.id), ()))
                states |= {"block"} if block_of(node.kind) is not None else set()
                states |= {"shared"} if node.shares or node.id in shared else set()
                states |= {"bypassed"} if node.bypassed else set()
                states |= {"frozen"} if graph.owner(node.id).frozen else set()
                title, family = (layer.title, layer.family) if layer is not None else (node.kind, "")
                found.append(Found(name, node.id, node.name, node.kind, title, family, settings, frozenset(states)))
        return found

    # How it looks

    def _light(self, ids: frozenset[str]) -> None:
        self._lit = ids
        self._canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        """A veil over all that does not fit, and a ring around what does. In scene coordinates."""
        if not self.active or not self.bar.text.strip() or (not self._lit and not self.hits):
            return
        theme, nodes = self._canvas.scene().paints.theme, self._canvas.scene().nodes
        seen = self._canvas.visible_area()
        rects = [nodes[id].rect() for id in self._lit if id in nodes and nodes[id].rect().intersects(seen)]
        veil = QPainterPath()
        veil.addRect(seen.adjusted(-8, -8, 8, 8))
        for rect in rects:
            veil.addRoundedRect(_around(rect), 10, 10)
        color = QColor(theme.canvas)
        color.setAlpha(VEIL)
        painter.fillPath(veil, color)
        pen = QPen(QColor(theme.accent), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(QColor(0, 0, 0, 0))
        for rect in rects:
            painter.drawRoundedRect(_around(rect), 10, 10)


def _around(rect: QRectF) -> QRectF:
    return rect.adjusted(-6, -6, 6, 6)


def _place(hit: Found) -> tuple[str, str]:
    return hit.graph, hit.id
