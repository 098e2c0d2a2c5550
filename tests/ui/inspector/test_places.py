"""Inspect for networks that answer at many places: what is shown, what a click chooses, how samples are listed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from netbuilder.probes import results
from netbuilder.project import Part
from netbuilder.ui.inspector.flow import ComparedTokensView
from netbuilder.ui.inspector.inspector_page import InspectorPage
from netbuilder.ui.inspector.lines import ComparedLinesView
from netbuilder.ui.inspector.panels import ComparedMasksView, ComparedPicturesView
from netbuilder.ui.inspector.questions import Wanted, look
from netbuilder.ui.inspector.views import VIEWS, ResultCard, TogetherView
from tests.probes.toys import MAKERS, toy
from tests.ui import runs
from tests.ui.inspector.test_views import EXAMPLES


@pytest.fixture
def page(bench, qtbot):
    page = InspectorPage(bench)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    page.hide()


def train(bench, qtbot, page, name, data=None, **settings):
    """A sample trained for an epoch on less data, and looked into."""
    runs.open_sample(bench, name, epochs=1, **settings)
    if data:
        project = bench.document.project
        bench.document.open(project.with_data(Part(project.data.kind, {**project.data.settings, **data})), None)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=90_000)
    wait(qtbot, page)


def wait(qtbot, page):
    qtbot.waitUntil(lambda: page._pages.currentIndex() == 1 and page._waiting is None, timeout=60_000)


def click(qtbot, widget, point):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point.toPoint())


def test_a_mask_is_shown_and_a_click_on_a_pixel_has_it_explained(page, bench, qtbot):
    train(bench, qtbot, page, "shapes-unet", {"samples": 60})
    view = page.prediction.view
    assert isinstance(view, ComparedMasksView)
    assert page.prediction.title.text() == "Answer"
    assert "pixels right" in page.verdict.whole
    assert view.marked == page.gradient.view.result.place
    click(qtbot, view, view._cells()[1].topLeft() + QPointF(2, 2))
    wait(qtbot, page)
    assert view.marked == (0, 0) == page.gradient.view.result.place == page.integrated.view.result.place
    assert page.gradient.about.whole.startswith("of row 1, column 1, ")
    page.browser.sample_chosen.emit(page.browser.list.samples[1])
    wait(qtbot, page)
    assert page._place is None  # another sample, another hard place


def test_samples_are_listed_with_their_scores_and_the_worst_first_when_asked_for(page, bench, qtbot):
    train(bench, qtbot, page, "shapes-unet", {"samples": 60})
    browser = page.browser
    assert not browser.confusion.isVisible()
    assert browser.scores.isVisible()
    assert "right on average over 12 samples" in browser.how_far.text()
    assert browser.list.samples == tuple(bench.training.dataset.validation.tolist())
    browser.which.buttons["mistakes"].click()
    shares = [float(browser._verdicts[sample][0].split("%")[0]) for sample in browser.list.samples]
    assert shares == sorted(shares)
    assert browser.list._model.data(browser.list._model.index(0)).endswith("% right")
    browser.grab()


def test_a_variational_autoencoder_has_its_mean_and_variance_beside_what_it_rebuilds(page, bench, qtbot):
    train(bench, qtbot, page, "digits-vae")
    view = page.prediction.view
    assert isinstance(view, TogetherView)
    assert isinstance(view.parts[0], ComparedPicturesView)
    assert [name.whole.split(" · ")[0] for name in view._names] == ["mean", "log_variance"]
    place = view.parts[0]._cells()[0].topLeft() + QPointF(1, 1)
    click(qtbot, view.parts[0], place)
    wait(qtbot, page)
    assert page.gradient.view.result.place == (0, 0)


def test_a_text_is_shown_with_what_was_said_at_each_step_and_its_tokens_explained(page, bench, qtbot):
    train(bench, qtbot, page, "addition-transformer", {"samples": 200})
    assert isinstance(page.prediction.view, ComparedTokensView)
    assert type(page.gradient.view.result) is results.TokenSaliency
    assert "question: " in page.input.text.text()
    assert page.input.text.isVisible()
    steps = page.prediction.view.view
    click(qtbot, steps, steps.cells()[1].center())
    wait(qtbot, page)
    assert page.gradient.about.whole.startswith("of step 2, ")


def test_a_forecast_is_drawn_after_what_was_seen(page, bench, qtbot):
    train(bench, qtbot, page, "sines-lstm", {"steps": 400})
    view = page.prediction.view
    assert isinstance(view, ComparedLinesView)
    area = view._areas()[0]
    assert view.value_at(QPointF(area.left() + 1, area.center().y())).startswith("48 steps before")
    assert "answer" in view.value_at(QPointF(area.right() - 1, area.center().y()))
    assert view.place_at(QPointF(area.left() + 1, area.center().y())) is None  # what was seen can't be explained
    click(qtbot, view, QPointF(area.right() - 1, area.center().y()))
    wait(qtbot, page)
    assert page.gradient.view.result.place == (11,)


def test_where_nothing_can_be_explained_one_card_says_so(page, bench):
    model, data = toy("encoder")
    page._show_saliency(look(model, data, Wanted()))
    assert page.gradient.title.text() == "Saliency"
    assert "no score to explain" in page.gradient.view.sentence.text()
    assert page.integrated.isHidden()
    model, data = toy("rebuilt")
    page._show_saliency(look(model, data, Wanted()))
    assert page.gradient.title.text() == "Gradient"
    assert not page.integrated.isHidden()


@pytest.mark.parametrize("name", MAKERS)
def test_whatever_a_network_is_asked_all_that_is_seen_of_it_has_a_view(bench, qtbot, name):
    model, data = toy(name)
    seen = look(model, data, Wanted())
    for result in (seen.prediction, seen.gradient, seen.integrated, seen.weights, seen.histogram):
        card = ResultCard(bench, "Card")
        qtbot.addWidget(card)
        card.resize(300, 200)
        card.show_result(result)
        card.mark(seen.place)
        card.grab()


COMPARED = [example for example in EXAMPLES if type(example).__name__.startswith("Compared")]


@pytest.mark.parametrize("example", COMPARED, ids=lambda e: f"{type(e).__name__}-{e.title}")
def test_places_are_walked_with_the_arrow_keys(bench, qtbot, example):
    view = VIEWS[type(example)](bench)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_result(example)
    if isinstance(example, results.ComparedNumbers):
        with qtbot.waitSignal(view.place_chosen) as chosen:
            view.cellClicked.emit(1, 0)
        assert chosen.args == [(1,)]
        return
    walked = getattr(view, "view", view)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down):
        with qtbot.waitSignal(view.place_chosen) as chosen:
            qtbot.keyClick(walked, key)
    assert chosen.args == [walked.marked]
    assert walked.marked[-1] == 1
    assert walked.marked[:-1] in ((), (1,))


def test_the_value_of_a_pixel_is_told_in_full(bench, qtbot):
    view = ComparedMasksView(bench)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_result(next(e for e in EXAMPLES if isinstance(e, results.ComparedMasks)))
    right_below = view._cells()[0].bottomRight() - QPointF(2, 2)
    assert view.value_at(right_below) == "row 2, column 2: cat with 1.00 · not asked about"
    left_below = view._cells()[0].bottomLeft() + QPointF(2, -2)
    assert view.value_at(left_below) == "row 2, column 1: ground with 0.00 · true cat"


def test_answer_and_truth_are_painted_on_one_scale(bench, qtbot):
    view = ComparedPicturesView(bench)
    qtbot.addWidget(view)
    answer, truth = np.full((1, 2, 2), -1.0), np.full((1, 2, 2), 3.0)
    view.show_result(results.ComparedPictures("Noise", "", answer, truth, None, -1.0, 3.0, 4.0))
    shades = [image.pixelColor(0, 0).lightness() for _, image in view._panels[:2]]
    assert shades == [0, 255]


def test_a_long_text_is_scrolled(bench, qtbot):
    view = ComparedTokensView(bench)
    qtbot.addWidget(view)
    view.resize(200, 120)
    view.show()
    steps = np.zeros(600, int)
    view.show_result(
        results.ComparedTokens("Text", "", ("a", "b"), steps, steps, np.zeros((600, 2), int), np.ones((600, 2)))
    )
    assert view.view.height() > view.viewport().height()
    assert view.verticalScrollBar().maximum() > 0


def test_the_likeliest_tokens_are_told(bench, qtbot):
    view = ComparedTokensView(bench)
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show_result(next(e for e in EXAMPLES if isinstance(e, results.ComparedTokens)))
    told = view.view.value_at(view.view.cells()[1].center())
    assert told == "step 2: true ␣\na  0.600\n␣  0.400"
