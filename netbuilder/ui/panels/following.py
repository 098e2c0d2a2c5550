"""What can be done with a node's setting inside a block: expose it, let it follow a setting of the block, or not."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QMenu

from netbuilder.expression import expression
from netbuilder.fields import Bool, Choice, Field, Float, Int, Ints, plain
from netbuilder.graph.block import Exposed, Type
from netbuilder.graph.free import Free
from netbuilder.project import blocks
from netbuilder.ui.canvas.rename_field import RenameField
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.panels.setting_edits import label_of, with_setting
from netbuilder.ui.plain_text import as_caption
from netbuilder.ui.workbench import Workbench


def type_for(field: Field) -> Type:
    """The type of an exposed setting that such a field can follow."""
    table: tuple[tuple[type, Type], ...] = ((Int, "int"), (Float, "float"), (Bool, "bool"), (Choice, "text"))
    found = next((type for kind, type in table if isinstance(field, kind)), None)
    return found or ("ints" if isinstance(field, Ints) else "text")


def fits(setting: Exposed, field: Field) -> bool:
    """Whether a field could follow this exposed setting."""
    wanted = type_for(field)
    return setting.type == wanted or (setting.type, wanted) in (("int", "float"), ("int", "ints"))


class Following(QObject):
    """The menu of one setting of a node in the open block, and what its rows do."""

    def __init__(self, bench: Workbench, form: DeclaredForm, parent: QObject):
        super().__init__(parent)
        self._bench, self._form = bench, form

    def menu(self, id: str, name: str) -> QMenu:
        """What can be done with this setting of the node `id`."""
        row = self._form.rows[name]
        block = self._bench.project.blocks[self._bench.graph_name]
        menu = QMenu(self._form)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for setting in block.settings:
            if fits(setting, row.field) and row.written != setting.name:
                text = as_caption(f"Follow {setting.name}")
                menu.addAction(text).triggered.connect(lambda _=False, to=setting.name: self.follow(id, name, to))
        if menu.actions():
            menu.addSeparator()
        if row.written is None:
            expose = menu.addAction("Expose as a setting of the block…")
            expose.triggered.connect(lambda: self._ask_name(id, name))
            expose.setEnabled(row.value is not None and not row.is_mixed)
        else:
            words = as_caption(f"Set to its value here: {row.value}")
            menu.addAction(words).triggered.connect(lambda: self.unfollow(id, name))
        return menu

    def follow(self, id: str, name: str, exposed: str) -> None:
        """Let the setting be what the block's setting `exposed` is."""
        self._set(id, name, expression(exposed))

    def unfollow(self, id: str, name: str) -> None:
        """Let the setting be the value that its expression has here, whatever the block's settings become."""
        self._set(id, name, self._form.rows[name].value)

    def expose(self, id: str, name: str, exposed: str) -> bool:
        """Let the block show this setting of the node as `exposed`."""
        graph_name, row = self._bench.graph_name, self._form.rows[name]
        owner, value = self._bench.graph.owner(id), plain(row.value)
        label = f"Expose {row.field.label} of {owner.name} as {exposed}"
        return self._bench.try_apply(
            label,
            lambda project: blocks.expose_setting(
                project, graph_name, owner.id, name, exposed, value, type_for(row.field), row.field.help
            ),
        )

    def _set(self, id: str, name: str, value: object) -> None:
        bench, row = self._bench, self._form.rows[name]
        graph = with_setting(bench.graph, bench.catalog, [id], name, value, bench.names)
        bench.apply_graph(label_of(row.field, value, [bench.graph.owner(id)]), graph)

    def _ask_name(self, id: str, name: str) -> None:
        """Type the name of the new setting of the block where the setting is; Enter exposes it."""
        row = self._form.rows[name]
        taken = self._bench.project.blocks[self._bench.graph_name].settings
        free = Free(setting.name for setting in taken).near(name)
        corner = row.mapTo(self._form, QPoint(0, 0))
        field = RenameField(free, QRect(corner, row.size()), self._form, for_new="Name of the block's setting")
        field.setToolTip("Enter exposes the setting under this name, Esc leaves everything as it is.")
        field.renamed.connect(lambda typed: self.expose(id, name, typed or free))
