"""The rows of the palette: headings with their layers, made only once they are to be seen. It paints nothing.

A heading whose family is folded has no rows yet, and the layers that few people need have none until their row
"12 more" is opened: a catalogue of hundreds costs the start of the window nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from netbuilder.layers.layer import Layer, Port, purpose
from netbuilder.layers.usual import families_in_order, is_usual, usual_first

KIND = Qt.ItemDataRole.UserRole + 1
FAMILY = Qt.ItemDataRole.UserRole + 2
REST = Qt.ItemDataRole.UserRole + 3  # how many layers wait behind the row "12 more"; 0: they are shown

Index = QModelIndex | QPersistentModelIndex
TOP = QModelIndex()


@dataclass(frozen=True)
class Section:
    """One heading: the layers below it, and those that wait behind "12 more". `folded`: closed until it is opened."""

    title: str
    family: str
    layers: tuple[type[Layer], ...]
    rest: tuple[type[Layer], ...] = ()
    folded: bool = False


def section_of(title: str, family: str, layers: Iterable[type[Layer]]) -> Section:
    """The usual layers of a family and the rest behind them; one layer alone is not worth a row that hides it, and a
    family without a usual layer is folded as a whole."""
    sorted_layers = usual_first(layers)
    usual = tuple(layer for layer in sorted_layers if is_usual(layer))
    rest = tuple(sorted_layers[len(usual) :])
    if not usual:
        return Section(title, family, rest, folded=True)
    return Section(title, family, usual, rest) if len(rest) > 1 else Section(title, family, usual + rest)


def sections_of(families: dict[str, list[type[Layer]]]) -> list[Section]:
    """The families of a catalogue, in the order in which people look for them. The two ends share one heading."""
    kept = dict(families)
    ends = [*kept.pop("input", []), *kept.pop("output", [])]
    found = [section_of("Input and output", "input", ends)] if ends else []
    return found + [
        section_of(family[:1].upper() + family[1:], family, kept[family]) for family in families_in_order(kept)
    ]


class LayerModel(QStandardItemModel):
    """Rows of `Section`s, or of what a search found. `opened` are the titles whose "12 more" is open."""

    def __init__(self, parent: QObject):
        super().__init__(parent)
        self._sections: list[Section] = []
        self._layers: dict[str, type[Layer]] = {}
        self.opened: set[str] = set()

    @property
    def sections(self) -> list[Section]:
        """The headings from the top; none while a search is on show."""
        return self._sections

    def show_found(self, layers: Iterable[type[Layer]]) -> None:
        """One row for each layer, without headings."""
        self.removeRows(0, self.rowCount())  # `clear` would have a view lay out again for each of the rows
        self._sections, self._layers = [], {}
        self.invisibleRootItem().appendRows([self._row(layer) for layer in layers])

    def show_sections(self, sections: list[Section]) -> None:
        """One row for each heading; their layers come when they are asked for."""
        self.removeRows(0, self.rowCount())
        self._sections, self._layers = sections, {}
        for section in sections:
            heading = QStandardItem(section.title)
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            heading.setData(section.family, FAMILY)
            self.appendRow(heading)

    def section_at(self, index: Index) -> Section | None:
        """The section whose heading this is."""
        heading = index.isValid() and not index.parent().isValid() and index.row() < len(self._sections)
        return self._sections[index.row()] if heading else None

    def turn_rest(self, index: QModelIndex) -> QModelIndex:
        """Open what is behind a row "12 more", or close it again; gives the row to go on from."""
        top = index.parent()
        section, heading = self._sections[top.row()], self.item(top.row())
        first = len(section.layers)
        if section.title in self.opened:
            self.opened.discard(section.title)
            heading.removeRows(first, len(section.rest))
        else:
            self.opened.add(section.title)
            heading.insertRows(first, [self._row(layer) for layer in section.rest])
        self._name_rest(heading.child(heading.rowCount() - 1), section)
        return self.index(first, 0, top)

    def _row(self, layer: type[Layer]) -> QStandardItem:
        self._layers[layer.kind] = layer
        item = QStandardItem(layer.title)
        item.setEditable(False)
        item.setData(layer.kind, KIND)
        item.setData(layer.family, FAMILY)
        return item

    def _rest_row(self, section: Section) -> QStandardItem:
        item = QStandardItem()
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        self._name_rest(item, section)
        return item

    def _name_rest(self, item: QStandardItem, section: Section) -> None:
        opened, count = section.title in self.opened, len(section.rest)
        item.setData(0 if opened else count, REST)
        item.setText("Show fewer" if opened else f"{count} more")
        said = f"Show fewer layers of {section.title}" if opened else f"{count} more layers of {section.title}"
        item.setData(said, Qt.ItemDataRole.AccessibleTextRole)

    # Qt

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            layer = self._layers.get(super().data(index, KIND))
            if layer is not None:
                told = f"{layer.title}, {layer.family}: {purpose(layer)}"
                return _tip(layer) if role == Qt.ItemDataRole.ToolTipRole else told
        return super().data(index, role)

    def hasChildren(self, parent: Index = TOP) -> bool:
        return self.section_at(parent) is not None or super().hasChildren(parent)

    def canFetchMore(self, parent: Index) -> bool:
        return self.section_at(parent) is not None and not self.rowCount(parent)

    def fetchMore(self, parent: Index) -> None:
        section = self.section_at(parent)
        if section is None or self.rowCount(parent):
            return
        layers = section.layers + (section.rest if section.title in self.opened else ())
        rows = [self._row(layer) for layer in layers] + ([self._rest_row(section)] if section.rest else [])
        self.item(parent.row()).appendRows(rows)


def _tip(layer: type[Layer]) -> str:
    """What it is for, and what it takes and gives."""
    made = layer()
    takes = ", ".join(_port(port) for port in made.inputs()) or "nothing"
    gives = ", ".join(_port(port) for port in made.outputs()) or "nothing"
    return f"{purpose(layer)}\nTakes {takes}\nGives {gives}"


def _port(port: Port) -> str:
    return f"{port.name} ({' '.join(port.axes)})" if port.axes else port.name
