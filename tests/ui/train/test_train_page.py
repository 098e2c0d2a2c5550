"""The Train workspace: the recipe's form, the curves, and the runs made before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap

from netbuilder.graph import edits
from netbuilder.project import Part
from netbuilder.project.graphs import add_network
from netbuilder.train.about import About, write_about
from netbuilder.train.events import EpochDone, Finished, Judged, Progress, Shown, Started
from netbuilder.train.history import RunRecord
from netbuilder.ui.train.past_runs import read_runs
from netbuilder.ui.train.run_curves import RunCurves
from netbuilder.ui.train.train_page import TrainPage
from tests.ui.runs import open_sample, train


@pytest.fixture
def page(bench, qtbot):
    open_sample(bench, "iris-mlp")
    page = TrainPage(bench)
    qtbot.addWidget(page)
    page.resize(1400, 800)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    page.hide()


def test_without_a_run_every_part_says_what_will_be_there(page):
    assert "Press Train" in page.loss._sentence.text()
    assert page._no_epochs.isVisible()
    assert "Press Train" in page.runs.nothing.text()
    assert not page.card.isVisible()


def test_a_setting_is_one_labelled_step_that_can_be_undone(page, bench, qtbot):
    before = bench.project
    page.form.changed.emit("epochs", 7)
    assert bench.project.recipe.settings["epochs"] == 7
    assert bench.document.history.undo_label == "Set epochs to 7"
    bench.document.undo()
    assert bench.project == before
    assert page.form.declared.epochs == before.recipe.settings.get(
        "epochs", page.form.declared.fields()["epochs"].default
    )


def test_a_setting_typed_by_hand_reaches_the_project(page, bench, qtbot):
    editor = page.form.editor("batch_size")
    field = editor if hasattr(editor, "selectAll") else editor.findChild(type(page.form.editor("epochs")))
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "32")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bench.project.recipe.settings["batch_size"] == 32


def test_a_recipe_of_another_version_is_left_as_it_is(page, bench):
    bench.apply("Set", bench.project.with_recipe(Part("evolution", {"mutants": 3})))
    assert page.unknown.isVisible()
    assert not page.form.isVisible()
    assert bench.project.recipe == Part("evolution", {"mutants": 3})


def test_the_devices_of_this_machine_can_be_chosen(page, bench, qtbot):
    qtbot.waitUntil(lambda: page.device.findData("cpu") >= 0, timeout=60_000)
    page.device.setCurrentIndex(page.device.findData("cpu"))
    page.device.activated.emit(page.device.currentIndex())
    assert bench.training.device == "cpu"


def test_runs_are_drawn_listed_and_compared(page, bench, qtbot):
    train(bench, qtbot, epochs=3)
    qtbot.waitUntil(lambda: page.epochs.model().rowCount() == 3)
    assert page.epochs.isVisible()
    qtbot.waitUntil(lambda: len(page.runs.runs) == 1, timeout=20_000)
    assert "accuracy" in page.runs.runs[0].line
    train(bench, qtbot, epochs=5)
    qtbot.waitUntil(lambda: len(page.runs.runs) == 2, timeout=20_000)
    assert len(page.loss._curves) == 2
    page.runs.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: len(page.loss._curves) == 4)
    names = [curve.name for curve in page.loss._curves]
    assert names == ["train", "validation", "Run 1 train", "Run 1 validation"]
    assert page.loss._curves[2].dashed
    assert page.loss._legend.accessibleName() == "train, validation, Run 1"
    page.runs.list.setCurrentRow(0)  # the one on screen is not drawn twice
    assert len(page.loss._curves) == 2


def test_in_a_small_window_legends_keep_their_room(page, bench, qtbot):
    train(bench, qtbot, epochs=2)
    page.resize(1180, 640)
    qtbot.waitUntil(lambda: page.epochs.model().rowCount() == 2)
    assert page.minimumSizeHint().width() <= 1180
    for plot in (page.loss, page.score):
        qtbot.waitUntil(lambda plot=plot: plot._legend.x() >= plot.title.x() + plot.title.sizeHint().width())
        qtbot.waitUntil(lambda plot=plot: plot._legend.geometry().right() <= plot.width())


def test_an_earlier_run_can_be_looked_into(page, bench, qtbot):
    train(bench, qtbot, epochs=2)
    train(bench, qtbot, epochs=2)
    qtbot.waitUntil(lambda: len(page.runs.runs) == 2, timeout=20_000)
    page.runs.list.setCurrentRow(1)
    with qtbot.waitSignal(bench.workspaceRequested) as asked:
        qtbot.mouseClick(page.runs._look, Qt.MouseButton.LeftButton)
    assert asked.args == ["inspect"]
    assert bench.training.record.title.endswith("-001")
    answers = []
    bench.training.ask(lambda model, dataset: sum(1 for _ in model.parameters()), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    assert answers[0] > 0


def test_an_earlier_run_is_looked_into_on_the_data_it_learned_from(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    learned_from = bench.training.dataset
    qtbot.waitUntil(lambda: len(page.runs.runs) == 1, timeout=20_000)
    bench.apply("Use wine", bench.project.with_data(Part("wine")))
    qtbot.waitUntil(lambda: bench.loading.dataset is not None, timeout=20_000)
    page.runs.list.setCurrentRow(0)
    with qtbot.waitSignal(bench.workspaceRequested, timeout=20_000):
        qtbot.mouseClick(page.runs._look, Qt.MouseButton.LeftButton)
    shown = bench.training.dataset
    assert shown.spec == learned_from.spec
    assert shown.validation.tolist() == learned_from.validation.tolist()


def test_a_run_whose_folder_is_gone_says_so(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: len(page.runs.runs) == 1, timeout=20_000)
    shown = bench.training.record
    (page.runs.runs[0].folder / "run.json").unlink()
    page.runs.list.setCurrentRow(0)
    with qtbot.waitSignal(bench.said, timeout=20_000) as said:
        qtbot.mouseClick(page.runs._look, Qt.MouseButton.LeftButton)
    assert "can't be opened" in said.args[0]
    assert bench.training.record is shown


def test_a_run_whose_data_is_gone_shows_its_curves_and_says_why_no_more(page, bench, qtbot, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("a,b,c,d,kind\n" + "".join(f"{i},{i % 7},{i % 5},{i % 3},{'xyz'[i % 3]}\n" for i in range(60)))
    open_sample(bench, "iris-mlp", epochs=1)
    bench.document.open(bench.project.with_data(Part("csv", {"path": str(table), "leave_out_ids": False})), None)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=60_000)
    qtbot.waitUntil(lambda: len(page.runs.runs) == 1, timeout=20_000)
    table.unlink()
    bench.apply("Use iris", bench.project.with_data(Part("iris")))
    page.runs.list.setCurrentRow(0)
    with qtbot.waitSignal(bench.said, timeout=20_000) as said:
        qtbot.mouseClick(page.runs._look, Qt.MouseButton.LeftButton)
    assert "There is no file" in said.args[0]
    assert bench.training.dataset is None
    assert len(page.loss._curves) == 2


def test_a_run_says_when_the_drawing_is_another_by_now(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    page.redraw()
    assert "drawing" not in page.card.rows.texts()
    main = bench.project.main
    hidden = next(node for node in main if node.kind == "linear")
    bench.apply_main("Widen", edits.set_settings(main, hidden.id, {**hidden.settings, "out_features": 77}))
    qtbot.waitUntil(lambda: page.card.rows.texts().get("drawing") == "changed since", timeout=20_000)
    bench.document.undo()
    qtbot.waitUntil(lambda: "drawing" not in page.card.rows.texts(), timeout=20_000)


def test_where_the_data_can_t_be_read_any_more_the_drawing_itself_tells(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    bench.apply("No data", bench.project.with_data(Part("csv", {"path": "gone.csv", "target": "y"})))
    qtbot.waitUntil(lambda: bench.checking.is_current and bench.checking.latest.source is None, timeout=20_000)
    page.redraw()
    assert "drawing" not in page.card.rows.texts()
    main = bench.project.main
    hidden = next(node for node in main if node.kind == "linear")
    bench.apply_main("Move", edits.move_nodes(main, {hidden.id: (900.0, 900.0)}))
    page.redraw()
    assert "drawing" not in page.card.rows.texts()
    bench.apply_main("Widen", edits.set_settings(main, hidden.id, {**hidden.settings, "out_features": 77}))
    page.redraw()
    assert page.card.rows.texts()["drawing"] == "changed since"


def test_a_stopped_run_is_not_drawn_as_a_finished_one():
    record = RunRecord("a-001")
    record.add(Started(10, 4, 8, 32, 8, 100, "cpu", 0))
    record.add(Progress(12, 3, (), 100.0, 1.0))
    record.add(Finished("stopped", epochs=3, best_epoch=1))
    assert record.share == 12 / 40


def test_a_few_steps_an_epoch_are_drawn_as_they_are():
    record = RunRecord("a-001")
    record.add(Started(10, 2, 8, 16, 8, 100, "cpu", 0))
    record.add(Progress(6, 3, (6.0, 5.0, 4.0, 3.0, 2.0, 1.0), 100.0, 1.0))
    (train,) = RunCurves(record).losses()
    assert train.y.tolist() == [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]


def test_runs_that_were_read_are_not_read_again(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    known = {}
    (one,) = read_runs(bench.document.title, known)
    (again,) = read_runs(bench.document.title, known)
    assert again is one


def test_another_recipe_is_one_step_and_keeps_what_both_have(page, bench):
    page.form.changed.emit("epochs", 7)
    at = page.choice.list.findData("autoencoder")
    page.choice.list.setCurrentIndex(at)
    page.choice.list.activated.emit(at)
    assert (bench.project.recipe.kind, bench.project.recipe.settings["epochs"]) == ("autoencoder", 7)
    assert bench.document.history.undo_label == "Learn by Autoencoder"
    assert "noise" in page.form.rows
    assert "smaller" in page.choice.about.text()
    bench.document.undo()
    assert page.choice.list.currentData() == "supervised"
    assert "noise" not in page.form.rows


def test_every_metric_of_a_run_has_a_plot(page, bench, qtbot):
    record = RunRecord("vae-001")
    names = ("loss", "reconstruction", "kl")
    for epoch in (1, 2, 3):
        metrics = {f"{part}_{name}": 1.0 / epoch for part in ("training", "validation") for name in names}
        record.add(EpochDone(epoch, epoch * 10, metrics, best=True, seconds=1.0))
    curves = RunCurves(record)
    assert curves.names == ("reconstruction", "kl")
    page.plots.show_metrics(curves, None)
    assert [plot.isVisible() for plot in page.further] == [True]
    assert page.further[0].title.text() == "KL"
    page.plots.show_metrics(RunCurves(RunRecord("other")), None)
    assert [plot.isVisible() for plot in page.further] == [False]


def test_what_a_run_shows_stands_newest_first_and_only_what_is_new_is_added(page, tmp_path):
    picture = QPixmap(300, 40)
    picture.fill(Qt.GlobalColor.red)
    picture.save(str(tmp_path / "rebuilt.png"))
    record = RunRecord("run", tmp_path)
    exhibits = page.exhibits
    exhibits.show_record(record)
    assert exhibits.isHidden()
    record.add(Shown(1, "Text", text="<b>def</b>"))
    record.add(Shown(1, "Rebuilt", file="rebuilt.png"))
    exhibits.show_record(record)
    first = list(exhibits.items)
    record.add(Shown(2, "Rebuilt", file="gone.png"))
    exhibits.show_record(record)
    assert exhibits.isVisible()
    assert exhibits.items[1:] == first
    assert "no longer" in exhibits.items[0].view.text()
    assert exhibits.items[1].view.pixmap().height() <= 40
    assert exhibits.items[2].view.text() == "<b>def</b>"
    assert exhibits.items[2].view.textFormat() == Qt.TextFormat.PlainText
    exhibits.show_record(RunRecord("other"))
    assert exhibits.isHidden()


def test_a_training_that_tells_nothing_but_its_loss_shows_it_in_all_the_room(page):
    record = RunRecord("run-001")
    page._other = RunCurves(record)
    page.redraw()
    assert page.score.isVisibleTo(page)  # nobody knows yet
    record.add(EpochDone(epoch=1, step=1, metrics={"training_loss": 1.0, "validation_loss": 1.0}, best=True, seconds=1))
    page.redraw()
    assert not page.score.isVisibleTo(page)
    assert page.loss.isVisibleTo(page)


def test_the_discriminator_is_one_of_the_other_tabs(page, bench):
    project = bench.project.with_recipe(Part("gan", {}))
    project = add_network(add_network(project, "critic"), "other")
    bench.apply("A GAN", project)
    row = page.form.rows["discriminator"]
    assert [row.editor.itemText(at) for at in range(row.editor.count())] == ["critic", "other"]
    row.editor.setCurrentIndex(0)
    row.editor.activated.emit(0)
    assert bench.project.recipe.settings["discriminator"] == "critic"
    bench.apply("Another tab", add_network(bench.project, "third"))
    assert row.editor.count() == 3


# What the data has to say about the recipe


def of(kind: str, **settings) -> Part:
    return Part(kind, settings)


@pytest.fixture
def two_targets(page, bench, qtbot):
    """Digits times numbers, with the digit as a second target."""
    from netbuilder.data.products import DigitTimesNumber

    bench.apply("Use other data", bench.project.with_data(of("digit_times_number", digit_too=True, samples=200)))
    bench.loading.dataset, bench.loading.busy = DigitTimesNumber(digit_too=True, samples=200).read(), False
    bench.loading.changed.emit()
    return page


def offered(editor) -> list[str]:
    return [action.data() for action in editor.choices.actions()]


def test_each_target_is_offered_the_metrics_that_suit_it(two_targets):
    form = two_targets.form
    assert form.rows["others"].isVisible()
    assert form.rows["loss_weight"].isVisible()
    assert "r2" in offered(form.editor("metrics"))
    assert "f1" not in offered(form.editor("metrics"))
    (digit,) = form.editor("others").parts.values()
    assert "f1" in offered(digit.rows["metrics"].editor)
    assert "r2" not in offered(digit.rows["metrics"].editor)


def test_what_is_chosen_for_a_target_is_one_step_under_its_name(two_targets, bench):
    line = two_targets.form.editor("others").parts["digit"].rows["weight"].editor
    line.setText("0.5")
    line.commit()
    assert bench.project.recipe.settings["others"] == [{"kind": "target", "settings": {"name": "digit", "weight": 0.5}}]
    assert bench.document.history.undo_label == "Set further targets to digit"
    bench.document.undo()
    assert "others" not in bench.project.recipe.settings


def test_with_one_target_there_is_nothing_about_further_ones(page):
    assert not page.form.rows["others"].isVisible()
    assert not page.form.rows["loss_weight"].isVisible()


def test_a_metric_that_does_not_suit_the_data_is_said_where_it_was_chosen(two_targets, bench):
    bench.apply("Choose", bench.project.with_recipe(of("supervised", metrics=["f1"])))
    row = two_targets.form.rows["metrics"]
    assert row.problem.text().startswith("F1 is for classes or labels, but the target has numbers.")
    bench.apply("Choose", bench.project.with_recipe(of("supervised", metrics=["r2"])))
    assert row.problem.text() == ""
    assert bench.document.history.undo_label == "Choose"


def test_many_metrics_are_all_drawn_and_one_that_has_no_value_at_first_comes_later(page, bench):
    record = RunRecord("run-001")
    record.add(EpochDone(epoch=1, step=1, metrics={"training_loss": 1.0, "validation_loss": 1.0}, best=True, seconds=1))
    more = {f"validation_{name}": 0.5 for name in ("accuracy", "f1_macro", "f1_micro", "auroc", "pearson", "r2", "kl")}
    record.add(
        EpochDone(epoch=2, step=2, metrics={"training_loss": 1.0, "validation_loss": 1.0, **more}, best=True, seconds=2)
    )
    page._other = RunCurves(record)
    page.redraw()
    titles = [plot.title.text() for plot in (page.score, *page.further) if plot.isVisibleTo(page)]
    assert titles == ["Accuracy", "F1 macro", "F1 micro", "AUROC", "Pearson", "R²", "KL"]
    model = page.epochs.model()
    heads = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert "validation\nF1 macro" in heads
    assert model.data(model.index(1, heads.index("validation\nF1 macro"))) == ""


def test_what_is_said_of_the_losses_stands_below_the_curves_which_are_tinted_from_there_on(page, bench):
    record = RunRecord("digits-003")
    record.add(Started(20, 5, 64, 300, 100, 1000, "cpu", 0))
    for epoch in range(1, 11):
        record.add(EpochDone(epoch, 5 * epoch, {"training_loss": 1 / epoch, "validation_loss": 1.0}, False, 1.0))
    bench.training.record = record
    page.redraw()
    page._redraw_rest()
    assert not page.verdict.isVisible()
    assert not page.loss._plot._region.isVisible()
    record.add(Judged(10, "gap", 6, "Since epoch 6 the validation loss no longer falls."))
    page.redraw()
    page._redraw_rest()
    assert page.verdict.isVisible()
    assert page.verdict.sentence.text().startswith("Since epoch 6")
    assert page.loss._plot._region.getRegion()[0] == 6.0
    record.add(Judged(11))
    page.redraw()
    page._redraw_rest()
    assert not page.verdict.isVisible()
    assert not page.loss._plot._region.isVisible()


def test_the_list_has_the_names_and_stars_that_runs_were_given(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: len(page.runs.runs) == 1, timeout=20_000)
    write_about(page.runs.runs[0].folder, About(name="the good one", note="for the talk", star=True))
    page.runs.reload()
    qtbot.waitUntil(lambda: page.runs.list.item(0).text().startswith("★ the good one\n"), timeout=20_000)
    assert "for the talk" in page.runs.list.item(0).toolTip()


def test_all_runs_are_a_click_away(page, bench, qtbot):
    with qtbot.waitSignal(bench.workspaceRequested) as asked:
        qtbot.mouseClick(page.runs._all, Qt.MouseButton.LeftButton)
    assert asked.args == ["runs"]
