"""The Data workspace: one step a change, and what was read is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from netbuilder.data.dataset import Dataset
from netbuilder.project import Part
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.ui import icons
from netbuilder.ui.data.data_page import DataPage
from netbuilder.ui.data.sources import ICONS
from netbuilder.ui.data.table import RowModel, table_view
from netbuilder.ui.theme import DARK
from netbuilder.ui.workbench import Workbench
from tests.data.test_contract import MADE_HERE

Key = Qt.Key


@pytest.fixture
def page(bench: Workbench, qtbot: QtBot) -> DataPage:
    page = DataPage(bench)
    page.resize(1100, 700)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    bench.begin()
    wait_for_data(bench, qtbot)
    return page


def wait_for_data(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not bench.loading.busy and bench.loading.part == bench.project.data, timeout=30_000)


def line(page: DataPage, name: str) -> QLineEdit:
    found = page.form.rows[name].line
    assert found is not None
    return found


def enter(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Key.Key_Return)


def steps(bench: Workbench) -> list[str]:
    return [step.label for step in bench.document.history.steps[1:]]


def test_with_no_data_chosen_nothing_but_the_choice_is_offered(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    assert page.reload.isVisible()
    bench.apply("No data", bench.project.with_data(Part("none")))
    wait_for_data(bench, qtbot)
    assert not page.reload.isVisible()
    assert not page.problem.isVisible()
    bench.apply("Digits", bench.project.with_data(Part("digits")))
    wait_for_data(bench, qtbot)
    assert page.reload.isVisible()


def test_the_digits_are_shown_as_pictures(bench: Workbench, page: DataPage) -> None:
    preview = page.preview
    assert preview.title.text() == "digits"
    assert "1,797" in preview.summary.text()
    assert preview.pictures.isVisible()
    model = preview.pictures.model()
    assert model.rowCount() == 1797
    assert model.index(0, 0).data() == "0"
    assert preview.bars.isVisible()
    assert page.choice.cards["digits"].isChecked()


def test_only_the_validation_part_can_be_shown(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.preview.parts.buttons["validation"], Qt.MouseButton.LeftButton)
    assert page.preview.pictures.model().rowCount() == len(bench.loading.dataset.validation)


def test_choosing_other_data_is_one_step_that_undo_takes_back(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.choice.cards["iris"], Qt.MouseButton.LeftButton)
    wait_for_data(bench, qtbot)
    assert steps(bench) == ["Use iris"]
    assert bench.project.data == Part("iris")
    assert page.preview.rows.isVisible()
    assert page.preview.rows.model().rowCount() == 150
    assert page.preview.columns.model().rowCount() == 5
    bench.document.undo()
    wait_for_data(bench, qtbot)
    assert page.choice.cards["digits"].isChecked()
    assert page.preview.title.text() == "digits"


def test_a_setting_of_the_data_is_one_step(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    enter(qtbot, line(page, "validation"), "1/2")
    wait_for_data(bench, qtbot)
    assert steps(bench) == ["Set validation of digits to 0.5"]
    assert bench.project.data == Part("digits", {"validation": 0.5})
    assert abs(len(bench.loading.dataset.validation) - 898) < 10


def test_a_source_keeps_its_settings_while_another_is_looked_at(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    enter(qtbot, line(page, "validation"), "0.5")
    qtbot.mouseClick(page.choice.cards["wine"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.choice.cards["digits"], Qt.MouseButton.LeftButton)
    wait_for_data(bench, qtbot)
    assert bench.project.data == Part("digits", {"validation": 0.5})


def test_a_csv_file_offers_its_columns_and_says_what_is_wrong(
    bench: Workbench, page: DataPage, qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "plants.csv"
    rows = "\n".join(f"{i % 7},{(i * 3) % 11},{'ab'[i % 2]}" for i in range(60))
    table.write_text(f"height,leaves,kind\n{rows}\n", encoding="utf-8")
    qtbot.mouseClick(page.choice.cards["csv"], Qt.MouseButton.LeftButton)
    wait_for_data(bench, qtbot)
    problem = page.form.rows["path"].problem
    assert problem.isVisible()
    assert problem.text() == bench.loading.sentence
    assert page.preview.hint.isVisible()
    enter(qtbot, line(page, "path"), str(table))
    wait_for_data(bench, qtbot)
    assert not problem.isVisible()
    combo = page.form.editor("target")
    qtbot.waitUntil(lambda: [combo.itemText(i) for i in range(combo.count())] == ["height", "leaves", "kind"])
    assert page.preview.rows.model().rowCount() == 60
    enter(qtbot, line(page, "target"), "no such column")
    wait_for_data(bench, qtbot)
    assert page.form.rows["target"].problem.text() == bench.loading.sentence
    enter(qtbot, line(page, "target"), "height")
    wait_for_data(bench, qtbot)
    assert bench.loading.sentence == ""
    assert bench.loading.spec.target is not None


def test_a_folder_of_pictures_is_shown(bench: Workbench, page: DataPage, qtbot: QtBot, tmp_path: Path) -> None:
    for name, value in (("dark", 40), ("light", 220)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for at in range(6):
            picture = QImage(20, 12, QImage.Format.Format_RGB32)
            picture.fill(value << 16 | value << 8 | (value + at))
            assert picture.save(str(tmp_path / "photos" / name / f"{at}.png"))
    qtbot.mouseClick(page.choice.cards["image_folder"], Qt.MouseButton.LeftButton)
    enter(qtbot, line(page, "path"), str(tmp_path / "photos"))
    wait_for_data(bench, qtbot)
    assert bench.loading.sentence == ""
    assert page.preview.pictures.model().rowCount() == 12
    picture = page.preview.pictures.model().index(0, 0).data(Qt.ItemDataRole.DecorationRole)
    assert not picture.isNull()


def test_a_number_to_predict_is_shown_as_a_histogram(
    bench: Workbench, page: DataPage, qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "prices.csv"
    table.write_text("size,price\n" + "\n".join(f"{i},{i * 1.7 + 3}" for i in range(80)), encoding="utf-8")
    bench.apply("Use prices", bench.project.with_data(Part("csv", {"path": str(table), "target": "price"})))
    wait_for_data(bench, qtbot)
    assert bench.loading.sentence == ""
    assert page.preview.histogram.isVisible()
    assert not page.preview.bars.isVisible()


def test_data_this_version_does_not_know_is_said(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    bench.apply("Use x", bench.project.with_data(Part("hologram", {"depth": 3})))
    wait_for_data(bench, qtbot)
    assert page.unknown.isVisible()
    assert "hologram" in page.unknown.text()
    assert not page.form.isVisible()
    assert bench.project.data == Part("hologram", {"depth": 3})


def test_data_beside_the_projects_file_is_found_wherever_the_two_are(
    bench: Workbench, page: DataPage, qtbot: QtBot, tmp_path: Path
) -> None:
    project = bench.project.with_data(Part("csv", {"path": "table.csv"}))
    for name in ("here", "there"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "table.csv").write_text(
            f"{name}_size,kind\n" + "".join(f"{n * 7 % 11},{'ab'[n % 2]}\n" for n in range(30))
        )
        bench.document.open(project, folder / "mine.netb")
        wait_for_data(bench, qtbot)
        assert bench.loading.dataset is not None, bench.loading.sentence
        assert bench.loading.dataset.columns == (f"{name}_size",)
        assert page._offered is not None
        assert page._offered[0] == str(folder / "table.csv")


def test_saving_elsewhere_does_not_read_the_data_again(
    bench: Workbench, page: DataPage, qtbot: QtBot, tmp_path: Path
) -> None:
    before = bench.loading.dataset
    bench.document.save(tmp_path / "mine.netb")
    bench.apply("Nothing", bench.project.with_data(Part(bench.project.data.kind, dict(bench.project.data.settings))))
    wait_for_data(bench, qtbot)
    assert bench.loading.dataset is before


def test_a_long_table_is_measured_by_its_first_rows(qtbot: QtBot) -> None:
    import torch

    count = 3000
    dataset = Dataset(
        spec=DataSpec("long", {"row": TensorSpec((2,))}, TargetSpec("class", classes=("a", "b"))),
        inputs={"row": torch.zeros(count, 2)},
        targets=torch.arange(count) % 2,
        train=torch.arange(count),
        validation=torch.arange(0),
    )
    model = RowModel(dataset, list(range(count)), DARK)
    view = table_view("Rows")
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.setModel(model)
    view.resizeColumnsToContents()
    assert 0 < len(model._rows) <= 200


@pytest.mark.parametrize("kind", [kind for kind in MADE_HERE if kind not in ("digits", "iris", "wine")])
def test_every_source_is_shown_with_an_icon_of_its_own(
    bench: Workbench, page: DataPage, qtbot: QtBot, kind: str
) -> None:
    assert icons.is_known(ICONS[kind])
    bench.apply("Use it", bench.project.with_data(Part(kind)))
    wait_for_data(bench, qtbot)
    assert bench.loading.sentence == ""
    dataset, preview = bench.loading.dataset, page.preview
    view = preview.pictures if dataset.is_picture else preview.rows
    assert view.isVisible()
    assert view.model().rowCount() == len(dataset)
    assert preview.balance.isVisible() == (dataset.spec.target is not None)
    for row in range(3):
        index = view.model().index(row, 0)
        assert index.data(Qt.ItemDataRole.ToolTipRole)
        if dataset.is_picture:
            assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
    qtbot.waitUntil(lambda: not page.choice.cards[kind].visibleRegion().isEmpty())


def test_what_is_predicted_stands_out_where_there_is_no_table(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    bench.apply("Use addition", bench.project.with_data(Part("addition")))
    wait_for_data(bench, qtbot)
    model = page.preview.rows.model()
    coloured = [
        at for at in range(model.columnCount()) if model.index(0, at).data(Qt.ItemDataRole.ForegroundRole) is not None
    ]
    assert [model.headerData(at, Qt.Orientation.Horizontal) for at in coloured] == ["target"]


def test_a_picture_among_other_inputs_stands_in_its_row(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    bench.apply("Use products", bench.project.with_data(Part("digit_times_number")))
    wait_for_data(bench, qtbot)
    model = page.preview.rows.model()
    shown = [model.index(0, at).data(Qt.ItemDataRole.DecorationRole) is not None for at in range(model.columnCount())]
    assert shown == [False, True, False, False, False]


def test_the_pixels_of_a_mask_stand_beside_the_picture(bench: Workbench, page: DataPage, qtbot: QtBot) -> None:
    bench.apply("Use shapes", bench.project.with_data(Part("shapes", {"samples": 20})))
    wait_for_data(bench, qtbot)
    picture = page.preview.pictures.model().index(0, 0).data(Qt.ItemDataRole.DecorationRole)
    assert picture.width() == 2 * picture.height()
