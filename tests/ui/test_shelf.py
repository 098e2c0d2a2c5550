"""The user's library of blocks: kept, listed in the palette, dragged into another project, discarded."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.graph.edits import rename_node
from netbuilder.project import Project, library
from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.panels.palette import Palette
from netbuilder.ui.panels.palette_menu import bring_block, menu_for
from netbuilder.ui.shelf import KIND
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks

STAGE = f"{KIND}Stage"


@pytest.fixture
def kept(bench: Workbench, qtbot: QtBot) -> Workbench:
    """A workbench with an empty project whose library has a block with a block inside."""
    with qtbot.waitSignal(bench.shelf.changed):
        bench.shelf.keep(project_with_blocks(), "Stage")
    return bench


def test_a_block_is_kept_in_the_users_folder_and_read_from_there(kept: Workbench, own_home: Path, qtbot: QtBot) -> None:
    assert [one.name for one in library.kept(own_home / "blocks")] == ["Stage"]
    fresh = kept.shelf
    with qtbot.waitSignal(fresh.changed):
        fresh.load()
    assert [layer.kind for layer in fresh.layers(kept.project)] == [STAGE]


def test_the_palette_lists_the_library_beside_the_projects_blocks(kept: Workbench, qtbot: QtBot) -> None:
    palette = Palette(kept)
    qtbot.addWidget(palette)
    assert palette.kinds()[0] == STAGE
    palette.show_layers("stage")
    assert palette.kinds()[0] == STAGE
    palette.show_layers("")
    kept.document.open(project_with_blocks(), None)
    assert palette.kinds()[:2] == ["block:Stage", "block:Unit"]
    assert STAGE not in palette.kinds(), "the project has it"


def test_a_block_of_the_library_comes_with_what_stands_in_it_in_one_step(kept: Workbench, qtbot: QtBot) -> None:
    canvas = Canvas(kept)
    qtbot.addWidget(canvas)
    id = canvas.editing.add_layer(STAGE)
    assert kept.project.main.nodes[id].kind == "block:Stage"
    assert set(kept.project.blocks) == {"Stage", "Unit"}
    assert canvas.scene().node_item(id).card.inputs == ("x",)
    assert kept.document.history.undo_label == "Add Stage"
    kept.document.undo()
    assert kept.project == Project()


def test_another_block_of_the_name_is_replaced_only_when_told_to(kept: Workbench, qtbot: QtBot, own_home: Path) -> None:
    project = project_with_blocks()
    other = project.with_graph(rename_node(project.graphs["Stage"], "n2", "only"), "Stage")
    with qtbot.waitSignal(kept.shelf.taken) as asked:
        kept.shelf.keep(other, "Stage")
    assert asked.args == ["Stage"]
    with qtbot.waitSignal(kept.shelf.changed):
        kept.shelf.keep(other, "Stage", replacing=True)
    (one,) = library.kept(own_home / "blocks")
    assert one.block.definition.graph.named("only") is not None


def test_a_block_is_discarded(kept: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(kept.shelf.changed):
        kept.shelf.discard(STAGE)
    assert kept.shelf.layers(kept.project) == []
    assert kept.find_layer(STAGE) is None


def test_the_menu_of_a_block_in_the_palette_opens_or_removes_it(kept: Workbench, qtbot: QtBot) -> None:
    palette = Palette(kept)
    qtbot.addWidget(palette)
    assert menu_for(kept, "conv2d", palette) is None
    kept.document.open(project_with_blocks(), None)
    menu = menu_for(kept, "block:Unit", palette)
    rows = {action.text(): action for action in menu.actions()}
    rows["Open the block"].trigger()
    assert kept.path == ("main", "n3", "n2")
    with qtbot.waitSignal(kept.said) as told:
        rows["Remove from the project"].trigger()
    assert "Unit" in told.args[0], "it still stands somewhere"
    menu.deleteLater()


def test_a_block_is_written_to_a_file_of_its_own(kept: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "unit.netblock"
    with qtbot.waitSignal(kept.shelf.said):
        kept.shelf.write(project_with_blocks(), "Unit", path)
    assert library.load_block(path).name == "Unit"
    read: list[str] = []
    kept.shelf.read(path, lambda block: read.append(block.name))
    qtbot.waitUntil(lambda: read == ["Unit"])
    path.write_text("nonsense")
    with qtbot.waitSignal(kept.shelf.said):
        kept.shelf.read(path, lambda block: read.append("never"))
    assert read == ["Unit"]


def test_a_block_from_a_file_comes_into_the_project_in_one_step(kept: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "stage.netblock"
    library.save_block(library.saved_block(project_with_blocks(), "Stage"), path)
    parent = QWidget()
    qtbot.addWidget(parent)
    bring_block(kept, parent)
    dialog = parent.findChild(QFileDialog)
    with qtbot.waitSignal(kept.projectChanged):
        dialog.fileSelected.emit(str(path))
    assert set(kept.project.blocks) == {"Stage", "Unit"}
    assert kept.document.history.undo_label == "Bring in the block Stage"
    dialog.close()
