"""What the Settings panel says of an open block when none of its nodes is selected: what it shows to the outside."""

from __future__ import annotations

from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from netbuilder.fields import Text
from netbuilder.graph.block import Block, Exposed
from netbuilder.graph.free import Free
from netbuilder.graph.graph import MAX_NAME
from netbuilder.layers.block import FAMILY
from netbuilder.project import Project, blocks
from netbuilder.ui import icons
from netbuilder.ui.canvas.breadcrumb import crumbs_of
from netbuilder.ui.forms.editors import LineEditor
from netbuilder.ui.open_graph import Path, paths_to
from netbuilder.ui.panels.exposed_card import ExposedCard
from netbuilder.ui.panels.facts import Facts, amount, clear
from netbuilder.ui.panels.ports_list import PortsList
from netbuilder.ui.plain_text import as_caption, as_plain
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Section, wrapped
from netbuilder.ui.widgets.turns import take_turn
from netbuilder.ui.workbench import Workbench

MOST = 12  # places that are listed
WIDEST = 32 * GRID  # pixels that the words of a place may take


class BlockPage(QWidget):
    """Its name, its ports, its exposed settings, and where it stands; every edit is one step."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        theme = bench.look.theme
        self.name = LineEditor(Text("", max_length=MAX_NAME, label="name"), theme)
        self.name.setProperty("role", "name")
        self.name.setObjectName("blockName")
        self.name.setAccessibleName("name of the block")
        self.name.setToolTip("The block's name: its class in the source. Enter renames it.")
        self._mark = QLabel()
        self.sentence = wrapped("A block: what is changed inside is changed wherever it stands.", "muted")
        self.facts = Facts()
        self.inputs, self.outputs = PortsList(outputs=False), PortsList(outputs=True)
        self.cards: list[ExposedCard] = []
        self._exposed = QVBoxLayout()
        self._exposed.setSpacing(GRID)
        self.none_exposed = wrapped(
            "None yet. Add one here, or expose a setting of a node inside with the button beside it.", "muted"
        )
        self.add = QPushButton("Add a setting")
        self.add.setObjectName("addExposed")
        self.add.setProperty("role", "small")
        self._stands = QVBoxLayout()
        self._stands.setSpacing(0)
        self._stands_told: tuple[object, ...] | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID // 2, 0, 0)
        rows.setSpacing(GRID)
        header = QHBoxLayout()
        header.setSpacing(GRID // 2)
        header.addWidget(self._mark)
        header.addWidget(self.name, 1)
        rows.addLayout(header)
        for widget in (self.sentence, self.facts):
            rows.addWidget(widget)
        self._section(rows, "Ports")
        rows.addWidget(self.inputs)
        rows.addWidget(self.outputs)
        self._section(rows, "Settings it shows").add(self.add)
        rows.addWidget(self.none_exposed)
        rows.addLayout(self._exposed)
        self._section(rows, "Stands")
        rows.addLayout(self._stands)
        self.name.committed.connect(self._rename)
        self.add.clicked.connect(self._add)
        for ports in (self.inputs, self.outputs):
            ports.renamed.connect(self._rename_port)
            ports.moved.connect(self._move_port)

    @staticmethod
    def _section(rows: QVBoxLayout, title: str) -> Section:
        section = Section(title)
        rows.addSpacing(GRID)
        rows.addWidget(section)
        return section

    @property
    def _block(self) -> Block | None:
        return self._bench.project.blocks.get(self._bench.graph_name)

    def commit(self) -> None:
        """Apply what has been typed and not been committed yet."""
        if self.isVisible() and self._block is not None:
            self.name.commit()
            for part in (self.inputs, self.outputs, *self.cards):
                part.commit()

    def show_latest(self) -> None:
        """Show the open block as the project and the newest check have it."""
        block, graph, theme = self._block, self._bench.graph, self._bench.look.theme
        if block is None:
            return
        self.name.show_value(self._bench.graph_name)
        self._mark.setPixmap(icons.pixmap("cube-outline", theme.family(FAMILY), 20, self.devicePixelRatioF()))
        told = [("nodes", f"{len(graph):,}", False)]
        cost = self._bench.seen.cost
        if cost is not None:
            told.append(("parameters", f"{cost.parameters:,}", False))
            if cost.macs:
                told.append(("MACs per sample", amount(cost.macs), False))
        self.facts.tell(told)
        self.inputs.tell([node.name for node in blocks.inputs_of(graph)], theme)
        self.outputs.tell([node.name for node in blocks.outputs_of(graph)], theme)
        self._show_exposed(block)
        self._show_stands()

    # What it shows

    def _show_exposed(self, block: Block) -> None:
        theme = self._bench.look.theme
        if len(self.cards) != len(block.settings):
            clear(self._exposed)
            self.cards = []
            for setting in block.settings:
                card = ExposedCard(setting, theme)
                card.changed.connect(lambda new, card=card: self._change(card, new))
                card.removed.connect(lambda card=card: self._remove(card.setting))
                self._exposed.addWidget(card)
                self.cards.append(card)
            take_turn(self)
        for card, setting in zip(self.cards, block.settings, strict=True):
            if card.setting != setting:
                card.show_setting(setting, theme)
        self.none_exposed.setVisible(not block.settings)

    def _change(self, card: ExposedCard, new: Exposed) -> None:
        old, name = card.setting, self._bench.graph_name
        if new == old:
            return
        what = f"Rename {old.name} to {new.name}" if new.name != old.name else f"Change {old.name}"
        if not self._bench.try_apply(
            f"{what} of {name}", lambda project: blocks.change_exposed(project, name, old.name, new)
        ):
            card.show_setting(old, self._bench.look.theme)

    def _remove(self, setting: Exposed) -> None:
        name = self._bench.graph_name
        self._bench.try_apply(
            f"Remove {setting.name} of {name}", lambda project: blocks.hide(project, name, setting.name)
        )

    def _add(self) -> None:
        name, block = self._bench.graph_name, self._block
        if block is None:
            return
        free = Free(setting.name for setting in block.settings).near("size")
        if self._bench.try_apply(
            f"Add {free} to {name}", lambda project: blocks.expose(project, name, Exposed(free, "int", 1))
        ):
            self.cards[-1].name.setFocus()
            self.cards[-1].name.selectAll()

    # Name and ports

    def _rename(self, typed: str) -> None:
        old, new = self._bench.graph_name, typed.strip()
        if not self._bench.try_apply(f"Rename {old} to {new}", lambda project: blocks.rename_graph(project, old, new)):
            self.name.restore()

    def _rename_port(self, old: str, new: str) -> None:
        name = self._bench.graph_name
        label = f"Rename {old} of {name} to {new}"
        if not self._bench.try_apply(label, lambda project: blocks.rename_port(project, name, old, new)):
            self.inputs.restore()
            self.outputs.restore()

    def _move_port(self, port: str, by: int) -> None:
        name, graph = self._bench.graph_name, self._bench.graph
        for nodes in (blocks.inputs_of(graph), blocks.outputs_of(graph)):
            names = [node.name for node in nodes]
            if port in names:
                at = names.index(port)
                names.insert(max(0, at + by), names.pop(at))
                self._bench.try_apply(
                    f"Move {port} of {name}", lambda project, names=names: blocks.order_ports(project, name, names)
                )

    # Where it stands

    def _show_stands(self) -> None:
        project, theme = self._bench.project, self._bench.look.theme
        paths: list[Path] = list(islice(paths_to(project, self._bench.graph_name), MOST + 1))
        more = len(paths) > MOST
        paths = paths[:MOST]
        ways = [_words(project, path) for path in paths]
        told = (tuple(ways), tuple(paths), more, self._bench.path, theme.name)
        if told == self._stands_told:
            return
        self._stands_told = told
        clear(self._stands)
        for path, words in zip(paths, ways, strict=True):
            button = QPushButton()
            button.setProperty("role", "fold")
            short = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, WIDEST)
            button.setText(as_caption(short))
            button.setAccessibleName(words)
            here = path == self._bench.path
            button.setIcon(icons.icon("eye-outline" if here else "arrow-right", theme.accent if here else theme.muted))
            tip = "What is open" if here else "Open it where it stands here"
            button.setToolTip(as_plain(tip if short == words else f"{words}\n{tip}"))
            button.clicked.connect(lambda _=False, path=path: self._bench.go(path))
            self._stands.addWidget(button)
        if not paths:
            self._stands.addWidget(wrapped("Nowhere yet. Drag it from the Layers panel into a network.", "muted"))
        if more:
            self._stands.addWidget(wrapped("And at more places.", "muted"))
        take_turn(self)


def _words(project: Project, path: Path) -> str:
    return " › ".join(crumb.text for crumb in crumbs_of(project, path))
