"""What can be done with a block in the palette, on the right mouse button, and a block from a file. Layers have no
menu.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from netbuilder.graph.block import block_of
from netbuilder.project import Project, blocks
from netbuilder.project.library import SUFFIX, SavedBlock, insert
from netbuilder.ui.workbench import Workbench


def menu_for(bench: Workbench, kind: str, parent: QWidget) -> QMenu | None:
    """The menu of a block of the project or of the library; None for anything else."""
    name = block_of(kind)
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if name is not None and name in bench.project.blocks:
        menu.addAction("Open the block").triggered.connect(lambda: bench.open_graph(name))
        menu.addAction("Save to the library").triggered.connect(lambda: bench.shelf.keep(bench.project, name))
        menu.addAction("Save as a file…").triggered.connect(lambda: save_block(bench, name, parent))
        menu.addSeparator()
        menu.addAction("Remove from the project").triggered.connect(
            lambda: bench.try_apply(f"Remove block {name}", lambda project: blocks.remove_graph(project, name))
        )
        return menu
    if bench.shelf.find(kind) is not None:
        menu.addAction("Remove from the library").triggered.connect(lambda: bench.shelf.discard(kind))
        return menu
    menu.deleteLater()
    return None


def bring_block(bench: Workbench, parent: QWidget) -> None:
    """Ask for a file with a block, and bring it into the project."""
    dialog = QFileDialog(parent.window(), "Bring in a block", "", f"Blocks (*{SUFFIX});;All files (*)")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: bench.shelf.read(Path(path), lambda block: _bring(bench, block)))
    dialog.open()


def _bring(bench: Workbench, block: SavedBlock) -> None:
    names: list[str] = []

    def edit(project: Project) -> Project:
        project, name = insert(project, block)
        names.append(name)
        return project

    if bench.try_apply(f"Bring in the block {block.name}", edit):
        bench.say(f"{names[-1]} is among the blocks in the Layers panel: drag it onto the canvas.")


def save_block(bench: Workbench, name: str, parent: QWidget) -> None:
    """Ask where to, and write a block of the project there."""
    dialog = QFileDialog(parent.window(), f"Save the block {name}", f"{name}{SUFFIX}", f"Blocks (*{SUFFIX})")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(SUFFIX.lstrip("."))
    dialog.fileSelected.connect(lambda path: bench.shelf.write(bench.project, name, Path(path)))
    dialog.open()
