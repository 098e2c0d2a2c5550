"""Three families of networks, each from the empty canvas to a loss that has fallen by half, by mouse and keyboard.

An LSTM that classifies, a GAN of two networks, and a U-Net with two skip connections: all of them small, on few
samples, so that what takes time is the hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from netbuilder.project import MAIN
from netbuilder.ui.data.data_page import DataPage
from netbuilder.ui.train.train_page import TrainPage
from tests.end_to_end.desktop import Hands, wait_until
from tests.end_to_end.drawing import add, body, bring_into_sight, fill, letters, port, retype, set_node

if TYPE_CHECKING:
    from netbuilder.train.history import RunRecord
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(200, method="thread")

ALL_BACKGROUND = 0.25  # the most that calling every pixel background is worth: one class of four is met

W = TypeVar("W", bound=QWidget)


def choose_data(window: MainWindow, hands: Hands, kind: str, settings: dict[str, str]) -> None:
    """On the Data page: find the source with the wheel, click it, type its settings, and go back to the canvas."""
    loading = window.bench.loading
    hands.key("ctrl+1")
    page = page_of(window, DataPage)
    card = page.choice.cards[kind]
    bring_into_sight(card, hands)
    hands.click(card)
    wait_until(lambda: window.bench.project.data.kind == kind, 10, f"{kind} is chosen")
    fill(page.form, hands, settings)
    wait_until(lambda: not loading.busy and loading.dataset is not None, 30, "the data is read")
    assert not loading.sentence
    design(window, hands)


def choose_recipe(window: MainWindow, hands: Hands, settings: dict[str, str], begins: str = "") -> None:
    """On the Train page: pick the recipe whose name begins so, type its settings, and go back to the canvas."""
    hands.key("ctrl+3")
    page = page_of(window, TrainPage)
    recipes = page.choice.list
    if begins:
        hands.click(recipes)
        wait_until(lambda: QApplication.activePopupWidget() is not None, 10, "the list of recipes")
        hands.type(begins)
        hands.key("Return")
        wait_until(lambda: recipes.currentText().startswith(begins), 10, f"{begins} is chosen")
    fill(page.form, hands, settings)
    design(window, hands)


def page_of(window: MainWindow, kind: type[W]) -> W:
    """The page of a workspace, once it is on the screen."""

    def found() -> W | None:
        page = window.findChild(kind)
        return page if page is not None and page.isVisible() else None

    wait_until(found, 20, kind.__name__)
    page = found()
    assert page is not None
    return page


def design(window: MainWindow, hands: Hands) -> None:
    hands.key("ctrl+2")
    wait_until(window.canvas.hasFocus, 10, "the canvas has the keys")


def draw(window: MainWindow, hands: Hands, *layers: str | tuple[str, dict[str, str]]) -> list[str]:
    """One layer behind the other, each fed by the one before; the first behind what is selected."""
    made = []
    for layer in layers:
        typed, settings = (layer, {}) if isinstance(layer, str) else layer
        made.append(add(window, hands, typed))
        if settings:
            set_node(window, hands, made[-1], settings)
    return made


def tidy(window: MainWindow, hands: Hands) -> None:
    """The nodes in good order, and all of them in sight."""
    history, glide = window.bench.document.history, window.canvas.arranging.glide
    hands.key("ctrl+l")
    wait_until(lambda: history.undo_label == "Tidy layout" and not glide.going_on, 20, "it is tidied")
    assert window.canvas.is_fitted


def end_with_an_edge(window: MainWindow, hands: Hands, last: str, name: str = "y") -> None:
    """Add the Output alone, tidy, and drag an edge to it."""
    hands.key("Escape")
    wait_until(lambda: not window.bench.selection.nodes, 10, "nothing is selected")
    output = add(window, hands, "output")
    assert not window.bench.graph.edges_into(output)
    tidy(window, hands)
    hands.drag(port(window, last, name, output=True), port(window, output, "x", output=False))
    wait_until(lambda: window.bench.graph.edges_into(output), 10, "the output is fed")


def train(window: MainWindow, hands: Hands) -> RunRecord:
    """Press Train with the mouse; what the run says from then on."""
    bench = window.bench
    wait_until(lambda: bench.checking.is_current and bench.checking.latest.can_train, 30, "the drawing is sound")
    hands.click(window.top_bar.train)
    wait_until(lambda: bench.training.record is not None, 30, "it begins")
    return bench.training.record


def until(record: RunRecord, what: Callable[[], bool], why: str) -> None:
    """Wait for what is true after some epoch, and no longer than the run goes on."""

    def there() -> bool:
        assert record.failed is None, record.failed
        there = what()
        assert there or record.finished is None, f"it has ended before {why}"
        return there

    wait_until(there, 60, why)


def halved(record: RunRecord, metric: str) -> bool:
    """Whether it has fallen to half of what it was after the first epoch."""
    values = record.metric(metric)[1]
    return len(values) > 0 and bool(values.min() <= values[0] / 2)


def reached(record: RunRecord, metric: str, least: float) -> bool:
    return bool(record.metric(metric)[1].max(initial=0.0) >= least)


def test_an_lstm_that_is_drawn_by_hand_learns_which_letter_was_marked(window: MainWindow, hands: Hands) -> None:
    choose_data(window, hands, "sequences", {"length": "6", "letters": "3", "within": "2", "samples": "400"})
    choose_recipe(window, hands, {"learning_rate": "0.02"})
    *_, last = draw(
        window,
        hands,
        "input",
        ("embedding", {"num_embeddings": "4", "embedding_dim": "8"}),
        ("lstm", {"hidden_size": "16"}),
        ("index", {"index": ":, -1"}),
        ("linear", {"out_features": "3"}),
    )
    end_with_an_edge(window, hands, last)
    record = train(window, hands)
    until(record, lambda: halved(record, "training_loss"), "the loss has fallen by half")
    until(record, lambda: reached(record, "validation_accuracy", 0.9), "nine of ten new sequences are told right")


def test_a_gan_of_two_networks_that_are_drawn_by_hand_comes_nearer_to_real_digits(
    window: MainWindow, hands: Hands
) -> None:
    bench, tabs = window.bench, window.design_page.tabs.tabs
    choose_recipe(window, hands, {"learning_rate": "0.002", "epochs": "60"}, "Generative")
    *_, last = draw(
        window,
        hands,
        "input",
        ("linear", {"out_features": "128"}),
        "batch norm 1d",
        "relu",
        ("linear", {"out_features": "64"}),
        "sigmoid",
        ("reshape", {"shape": "1, 8, 8"}),
    )
    end_with_an_edge(window, hands, last)

    hands.key("ctrl+t")
    wait_until(lambda: bench.path != (MAIN,), 10, "a second network is open")
    hands.double_click(tabs.mapToGlobal(tabs.tabRect(1).center()))
    wait_until(lambda: window.findChild(QLineEdit, "renameField") is not None, 10, "its name can be typed")
    retype(hands, "discriminator")
    wait_until(lambda: bench.path == ("discriminator",), 10, "it is renamed and still open")
    *_, last = draw(
        window,
        hands,
        "input",
        "flatten",
        ("linear", {"out_features": "128"}),
        "leaky relu",
        ("dropout", {"p": "0.3"}),
        ("linear", {"out_features": "1"}),
    )
    end_with_an_edge(window, hands, last)
    record = train(window, hands)
    until(record, lambda: halved(record, "validation_distance"), "what it makes is half as far from real digits")


def test_a_u_net_whose_skips_are_joined_by_letters_and_by_mouse_learns_the_class_of_every_pixel(
    window: MainWindow, hands: Hands
) -> None:
    bench, canvas = window.bench, window.canvas
    choose_data(window, hands, "shapes", {"size": "16", "noise": "0.05", "samples": "200"})
    choose_recipe(window, hands, {"learning_rate": "0.01", "batch_size": "16", "epochs": "40"})

    def convolve(channels: int) -> list[str | tuple[str, dict[str, str]]]:
        return [("conv2d", {"out_channels": str(channels), "padding": "same"}), "relu"]

    def enlarge(channels: int) -> list[str | tuple[str, dict[str, str]]]:
        return [("conv transpose 2d", {"out_channels": str(channels)}), "concatenate", *convolve(channels)]

    _, _, fine, _, _, coarse, *_ = draw(
        window, hands, "input", *convolve(8), "max pool 2d", *convolve(16), "max pool 2d", *convolve(24)
    )
    _, lower, *_ = draw(window, hands, *enlarge(16))
    _, upper, *_ = draw(window, hands, *enlarge(8))
    (last,) = draw(window, hands, ("conv2d", {"out_channels": "4", "kernel_size": "1"}))
    end_with_an_edge(window, hands, last)

    # What was seen before the picture was made small: one skip by its letter, one by hand.
    hands.click(body(window, coarse))
    wait_until(lambda: bench.selection.only == coarse, 10, "where the lower skip begins is selected")
    hands.key("c")
    wait_until(lambda: canvas.hinting.active, 10, "the letters are there")
    hands.key(*letters(window, lower, "x2").lower())
    wait_until(lambda: bench.graph.edge_into(lower, "x2") is not None, 10, "the lower skip")
    hands.drag(port(window, fine, "y", output=True), port(window, upper, "x2", output=False))
    wait_until(lambda: bench.graph.edge_into(upper, "x2") is not None, 10, "the upper skip")
    assert [bench.graph.edge_into(id, "x2").source for id in (lower, upper)] == [coarse, fine]
    record = train(window, hands)
    until(record, lambda: halved(record, "training_loss"), "the loss has fallen by half")
    until(record, lambda: reached(record, "validation_iou", ALL_BACKGROUND + 0.05), "it finds shapes")
