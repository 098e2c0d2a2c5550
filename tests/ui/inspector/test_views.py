"""Each type of result has one widget; each shows what it is given and says the value under the mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from netbuilder.probes import results
from netbuilder.ui.inspector import painting
from netbuilder.ui.inspector.confusion import ConfusionView
from netbuilder.ui.inspector.views import VIEWS, ResultCard
from netbuilder.ui.theme import DARK, LIGHT

MASK = ("Mask", "", ("ground", "cat"), np.array([[9, 9, 9], [200, 0, 0]], np.uint8), np.eye(2, dtype=int), np.eye(2))
STEPS = (np.array([0, 0, 1]), np.array([[0, 1], [0, 1], [1, 0]]), np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3]]))
EXAMPLES = [
    results.ImageGrid("Filters", "32 of 3×3", np.linspace(-1, 1, 288).reshape(32, 3, 3), 1.0, 32),
    results.ImageGrid("Input", "", np.full((1, 8, 8, 3), 128, np.uint8), shown_of=1),
    results.ImageGrid("None", "", np.zeros((0, 3, 3))),
    results.Heatmap("Weights", "", np.eye(4), 1.0, ("a", "b", "c", "d")),
    results.Heatmap("Broken", "", np.full((2, 3), np.nan)),
    results.Histogram("Weights", "9 weights", np.array([1, 5, 3]), np.array([-1.0, 0.0, 0.5, 1.0])),
    results.Histogram("All alike", "", np.array([0]), np.array([0.0, 0.0])),
    results.Bars("Columns", "", ("petal length", "petal width"), (0.5, -0.25)),
    results.Bars("No columns", "", (), ()),
    results.Probabilities("Prediction", "", ("cat", "dog"), (0.3, 0.7), 0, 1),
    results.Probabilities("Many", "", tuple(map(str, range(1000))), (0.001,) * 1000, 999, 3),
    results.Predictions("Some", "", (3, 5), (0.0, 1.0), (0.0, 0.0), (0.9, 0.6), ("cat", "dog")),
    results.Predictions("Numbers", "", (3,), (2.5,), (2.0,)),
    results.Confusion("Confusion", "", ("cat", "dog"), np.array([[3, 1], [0, 4]]), {(0, 1): (7,)}),
    results.Saliency("Gradient", "", np.linspace(-1, 1, 64).reshape(8, 8), 1.0),
    results.Saliency("Gradient", "", np.array([0.5, -0.5]), 0.5, None, ("a", "b")),
    results.TokenSaliency("Gradient", "", ("a", " ", "\n", "word"), np.array([0.5, -1.0, 0.0, 1.0]), 1.0, (1,)),
    results.Numbers("Vector", "", np.array([0.5, -0.25, np.nan])),
    results.Numbers("Long", "", np.linspace(-1, 1, 500)),
    results.ComparedNumbers("Row", "", ("a", "b"), (0.5, 1.0), (1.0, 1.0)),
    results.ComparedNumbers("Unknown", "", ("a", "b"), (0.5, 1.0)),
    results.ComparedPictures("Rebuilt", "", np.full((1, 8, 6), 0.5), np.zeros((1, 8, 6)), None, 0.0, 1.0, 0.5),
    results.ComparedPictures("Made", "", np.full((3, 8, 8), 0.5)),
    results.ComparedMasks(*MASK, np.array([[0, 1], [1, -100]]), None, (0.5, 0.5)),
    results.ComparedMasks(*MASK),
    results.ComparedLines("Next", "", ("a", "b"), np.eye(3, 2), np.ones((3, 2)), np.zeros((5, 2)), (3,)),
    results.ComparedLines("Back", "", ("a", "b"), np.eye(3, 2), sides=(3, 2)),
    results.ComparedTokens("Text", "", ("a", " "), *STEPS[:1], np.array([0, 1, -100]), *STEPS[1:]),
    results.ComparedTokens("Made up", "", ("a", " "), *STEPS[:1], None, *STEPS[1:]),
    results.Scores("Scores", "", tuple(range(30)), tuple(np.linspace(0, 1, 30).tolist()), False, 30),
    results.Together(
        "Answer",
        "",
        results.ComparedPictures("Rebuilt", "", np.full((1, 8, 6), 0.5)),
        (results.Numbers("mean", "", np.ones(8)), results.Heatmap("map", "", np.eye(4))),
    ),
    results.Nothing("Weights", "No layer has weights. Add a Linear."),
]


def concrete(kind=results.Result):
    return [kind] if not kind.__subclasses__() else [one for child in kind.__subclasses__() for one in concrete(child)]


def test_every_type_of_result_has_a_widget():
    assert set(concrete()) == set(VIEWS)
    assert {type(example) for example in EXAMPLES} == set(VIEWS)


@pytest.mark.parametrize("result", EXAMPLES, ids=lambda r: f"{type(r).__name__}-{r.title}")
@pytest.mark.parametrize("size", [(300, 240), (30, 30)], ids=["roomy", "tiny"])
def test_a_result_is_painted_in_any_size_and_look(bench, qtbot, result, size):
    view = VIEWS[type(result)](bench)
    qtbot.addWidget(view)
    view.setMinimumSize(0, 0)
    view.resize(*size)
    view.show_result(result)
    dark = view.grab().toImage()
    bench.look.choose("light")
    light = view.grab().toImage()
    assert dark.size() == light.size()
    for x in range(0, view.width(), 7):
        for y in range(0, view.height(), 7):
            getattr(view, "value_at", lambda _: None)(QPointF(x, y))


def test_a_card_keeps_its_view_for_results_of_one_type_and_changes_it_for_another(bench, qtbot):
    card = ResultCard(bench, "Weights", keeps_title=False)
    qtbot.addWidget(card)
    card.show_result(EXAMPLES[0])
    first = card.view
    card.show_result(EXAMPLES[0])
    assert card.view is first
    assert card.title.text() == "Filters"
    assert card.caption == "32 of 3×3"
    card.show_result(EXAMPLES[-1])
    assert type(card.view) is VIEWS[results.Nothing]
    assert card.view.sentence.text() == "No layer has weights. Add a Linear."


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_signed_values_are_red_neutral_and_blue(theme):
    image = painting.signed_image(np.array([[-2.0, 0.0, 1.0, np.nan]]), 1.0, painting.signed_colours(theme))
    said = [image.pixelColor(x, 0).name() for x in range(4)]
    assert said == [theme.negative, theme.field, theme.positive, theme.field]


def test_the_value_of_a_filter_is_told_with_its_label(bench, qtbot):
    view = VIEWS[results.ImageGrid](bench)
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show_result(
        results.ImageGrid("F", "", np.array([[[0.25, -0.5], [1.0, 0.0]]]), 1.0, 1, labels=("filter 1, channel 2",))
    )
    cell = view._cells()[0]
    right_top = QPointF(cell.right() - 2, cell.top() + 2)
    assert view.value_at(right_top) == "filter 1, channel 2: -0.5"
    assert view.value_at(QPointF(199, 199)) is None or cell.contains(QPointF(199, 199))


def test_a_click_on_a_cell_chooses_it_and_another_click_leaves_it(bench, qtbot):
    view = ConfusionView(bench)
    qtbot.addWidget(view)
    view.resize(260, 260)
    view.show_result(EXAMPLES[13])
    place = view.cell_rect(0, 1).center().toPoint()
    with qtbot.waitSignal(view.cell_chosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [(0, 1)]
    assert view.value_at(QPointF(place)) == "true cat, said dog: 1 of 4"
    with qtbot.waitSignal(view.cell_chosen) as left:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert left.args == [None]


def test_the_matrix_is_walked_with_the_arrow_keys(bench, qtbot):
    view = ConfusionView(bench)
    qtbot.addWidget(view)
    view.show_result(EXAMPLES[13])
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert view.chosen == (1, 1)


def test_two_long_names_are_shortened_alike_and_both_stay_to_be_read(qapp):
    from PySide6.QtGui import QFont, QFontMetrics

    from netbuilder.ui.inspector.samples import shortened

    metrics = QFontMetrics(QFont())
    words = (
        "true ",
        "product family number 03 with a long name",
        " · said ",
        "product family number 04 with a long name",
    )
    shown = shortened(metrics, words, 260)
    assert " · said " in shown
    assert shown.endswith("name")
    assert metrics.horizontalAdvance(shown) <= 262
    assert shortened(metrics, ("true ", "a", " · said ", "b"), 260) == "true a · said b"


def test_a_matrix_of_very_many_classes_stays_inside_its_widget(bench, qtbot):
    import numpy as np

    from netbuilder.probes.results import Confusion
    from netbuilder.ui.inspector.confusion import ConfusionView

    view = ConfusionView(bench)
    qtbot.addWidget(view)
    view.resize(260, 260)
    names = tuple(f"class {n}" for n in range(400))
    view.show_result(Confusion("Confusion", "", names, np.eye(400, dtype=int), {}))
    assert view.cell_rect(399, 399).bottom() <= 260
    assert view.cell_rect(399, 399).right() <= 260
    view.grab()
