"""The Inspect workspace on real runs: what it asks, when, and what it shows."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from netbuilder.probes.results import Probabilities
from netbuilder.ui.inspector.inspector_page import InspectorPage
from tests.ui.runs import start, train


@pytest.fixture
def page(bench, qtbot):
    page = InspectorPage(bench)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    page.hide()


def looked(page):
    return page._pages.currentIndex() == 1 and page._waiting is None


def test_without_a_run_it_says_how_to_make_one(page):
    assert page.hint.isVisible()
    assert "Press Train" in page.hint.sentence.text()
    assert page._train.isVisible()


def test_a_finished_run_is_looked_into(page, bench, qtbot):
    train(bench, qtbot, epochs=3)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    dataset = bench.training.dataset
    assert page.heading.text().startswith("Sample ")
    assert "predicted" in page.verdict.text()
    assert isinstance(page.prediction.view.result, Probabilities)
    assert page.browser.list.samples == tuple(dataset.validation.tolist())
    assert page.browser.confusion.result.counts.sum() == len(dataset.validation)
    assert page.layers.count() >= 2
    assert page.moment.text() == "after 3 epochs"
    assert not page.live.isVisible()


def test_another_layer_and_another_sample_are_shown_when_chosen(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    last = page.layers.itemText(page.layers.count() - 1)
    page.layers.setCurrentText(last)
    page.layers.activated.emit(page.layers.count() - 1)
    qtbot.waitUntil(lambda: page.weights.title.text().startswith(f"{last}."), timeout=20_000)
    samples = page.browser.list.samples
    page.browser.list.setCurrentIndex(page.browser.list.model().index(len(samples) - 1))
    qtbot.waitUntil(lambda: page.heading.text() == f"Sample {samples[-1]:,}", timeout=20_000)


def test_a_cell_of_the_matrix_narrows_the_samples_and_the_chip_widens_them_again(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    matrix = page.browser.confusion
    cell, samples = max(matrix.result.samples.items(), key=lambda entry: len(entry[1]))
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_rect(*cell).center().toPoint())
    assert page.browser.list.samples == samples
    assert f"({len(samples)})" in page.browser.chip.text()
    qtbot.waitUntil(lambda: page._sample in samples and looked(page), timeout=20_000)
    qtbot.mouseClick(page.browser.chip, Qt.MouseButton.LeftButton)
    assert len(page.browser.list.samples) == len(bench.training.dataset.validation)
    assert not page.browser.chip.isVisible()


def test_it_looks_again_while_it_trains_and_never_asks_twice_at_once(page, bench, qtbot):
    under_way, most, looks = 0, 0, []
    ask = bench.training.ask
    lock = threading.Lock()

    def counted(question, deliver, failed=None):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)

        def delivered(answer):
            nonlocal under_way
            under_way -= 1
            looks.append(answer)
            deliver(answer)

        return ask(question, delivered, failed)

    bench.training.ask = counted
    start(bench, qtbot, epochs=1_000_000)
    qtbot.waitUntil(lambda: len(looks) >= 1, timeout=60_000)
    for sample in page.browser.list.samples[:6]:  # faster than it answers
        page.browser.sample_chosen.emit(sample)
    qtbot.waitUntil(lambda: len(looks) >= 4 and page._sample == looks[-1].sample, timeout=60_000)
    assert most == 1
    assert page.live.isVisible()
    assert "step" in page.moment.text()
    page.live.setChecked(False)
    assert not page._timer.isActive()
    bench.training.stop()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=20_000)


def test_a_hidden_page_asks_nothing(page, bench, qtbot):
    page.hide()
    train(bench, qtbot, epochs=2)
    assert page._waiting is None
    assert page._at == ""
    page.show()
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)


def test_pictures_are_listed_as_pictures(page, bench, qtbot):
    train(bench, qtbot, "digits-cnn", epochs=1)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    assert page.input.picture.isVisible()
    assert page.weights.title.text().endswith(".weight")
    assert page.gradient.view.result.values.shape == (8, 8)
    assert page.browser.list.viewMode() == page.browser.list.ViewMode.IconMode
    page.grab()


def test_while_the_first_answer_is_awaited_it_says_so(page, bench, qtbot):
    start(bench, qtbot, epochs=200)
    held = threading.Event()
    bench.training.ask(lambda model, dataset: held.wait(30), lambda _: None)  # the first answer comes after this one
    page._at = ""
    page._ask(overview=True)
    page._show_page()
    assert page.hint.isVisible()
    assert "is being asked" in page.hint.sentence.text()
    held.set()
    qtbot.waitUntil(lambda: page._pages.currentIndex() == 1, timeout=60_000)


def test_a_network_that_cannot_answer_says_why(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    page._at = ""
    page._not_answered(page._asked, RuntimeError("out of memory"))
    assert "out of memory" in page.hint.sentence.text()
    assert page.hint.isVisible()


def test_long_names_do_not_widen_the_window(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    before = page.minimumSizeHint().width()
    page.verdict.set_whole("true " + "a class with a name that is long " * 20)
    assert page.minimumSizeHint().width() == before


def test_a_long_value_does_not_push_the_others_out_of_sight(page, bench, qtbot):
    train(bench, qtbot, epochs=1)
    qtbot.waitUntil(lambda: looked(page), timeout=60_000)
    rows = page.input.rows
    rows.show_rows([("age", "72"), ("churn, to be predicted", "leaves the company within one year " * 5)])
    qtbot.waitUntil(lambda: rows.width() <= page.input._scroll.viewport().width())
    name, value = rows._labels[0]
    assert name.text() == "age"
    assert value.text() == "72"
    assert value.geometry().right() <= rows.width()
    assert rows.texts()["age"] == "72"


def test_every_validation_sample_is_listed_however_many_there_are():
    import torch

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
    from netbuilder.ui.inspector.questions import Wanted, look

    count = 10_500
    dataset = Dataset(
        spec=DataSpec("many", {"row": TensorSpec((2,))}, TargetSpec("class", classes=("a", "b"))),
        inputs={"row": torch.zeros(count + 10, 2)},
        targets=torch.arange(count + 10) % 2,
        train=torch.arange(10),
        validation=torch.arange(10, count + 10),
    )
    overview = look(torch.nn.Linear(2, 2), dataset, Wanted()).overview
    assert overview is not None
    assert len(overview.predictions.samples) == count
    assert len(overview.mistakes) == count // 2
