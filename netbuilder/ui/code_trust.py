"""Which code of the open project may run: what the user has reviewed or written himself. It draws nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from netbuilder.compile.problems.foreign import Foreign, foreign_code
from netbuilder.graph import Graph
from netbuilder.layers import Catalog, Layer
from netbuilder.project import Project
from netbuilder.trust import Trust
from netbuilder.ui import errand
from netbuilder.ui.bridge import Bridge


class CodeTrust(QObject):
    """Called with a text, it says whether that may run; the check asks it from its own thread."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None):
        super().__init__(parent)
        self._bridge = bridge
        self._trust = Trust()
        self._found: dict[str, tuple[Graph, tuple[Foreign, ...]]] = {}

    def __call__(self, text: str) -> bool:
        return self._trust(text)

    def unseen(self, project: Project, catalog: Catalog) -> tuple[Foreign, ...]:
        """The code of the project that may not run yet. Only graphs that have changed are looked through again."""
        found: dict[str, tuple[Graph, tuple[Foreign, ...]]] = {}
        for name, graph in project.graphs.items():
            known = self._found.get(name)
            alone = Project({name: graph})
            found[name] = known if known and known[0] is graph else (graph, foreign_code(alone, catalog))
        self._found = found
        return tuple(piece for _, pieces in found.values() for piece in pieces if not self._trust(piece.text))

    def allow(self, texts: list[str]) -> None:
        """The user has seen these and trusts them: from now on, and the next time as well."""
        self._trust.add_once(texts)
        errand.send(self._bridge, self, "trust", lambda: self._trust.add(texts), self._kept)
        self.changed.emit()

    def follow(self, before: Layer, after: Layer) -> None:
        """The user has edited a layer's code by hand: what he wrote he trusts, unless he began with what he doesn't."""
        if after.foreign() and self._trust(before.foreign()) and not self._trust(after.foreign()):
            self.allow([after.foreign()])

    def _kept(self, _: None, error: Exception | None) -> None:
        if error is not None:
            self.said.emit(f"The answer holds until NetBuilder is closed: it can't be written down ({error}).")
