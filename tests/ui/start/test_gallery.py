"""The gallery: every sample is a card that says what it is and what it reaches, found by words, family and keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.resources import Sample, samples
from netbuilder.scores import in_words
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.start.gallery import Gallery
from netbuilder.ui.start.sample_card import CANVAS, DRAWN, SampleCard
from netbuilder.ui.start.start_page import StartPage
from netbuilder.ui.start.thumbnails import Thumbnails
from netbuilder.ui.workbench import Workbench

SIZES = [(1600, 1000), (1100, 700), (2200, 1200)]


@pytest.fixture
def gallery(page: StartPage) -> Gallery:
    return page.gallery


def texts(widget: QWidget) -> list[str]:
    return [part.text() for part in widget.findChildren(QLabel) if part.text() and not part.isHidden()]


def focused() -> SampleCard:
    card = QApplication.focusWidget()
    assert isinstance(card, SampleCard)
    return card


def press(key: Qt.Key, qtbot: QtBot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key)


def is_whole(part: QLabel) -> bool:
    """Whether all of its words are in sight."""
    if part.wordWrap():
        longest = max(part.fontMetrics().horizontalAdvance(word) for word in part.text().replace("\u200b", " ").split())
        return part.height() >= part.heightForWidth(part.width()) and part.width() >= longest
    return part.width() >= part.sizeHint().width() and part.height() >= part.fontMetrics().height()


def test_every_sample_has_a_card_that_says_what_it_is_and_what_it_reaches(gallery: Gallery) -> None:
    assert [card.sample for card in gallery.cards] == list(samples())
    for card in gallery.cards:
        sample = card.sample
        assert {sample.title, sample.description, sample.family} <= set(texts(card))
        assert in_words(sample.score) in texts(card)
        assert card.accessibleName() == sample.title
        assert in_words(sample.score) in card.accessibleDescription()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_word_is_cut_off_and_no_card_lies_on_another(
    window: MainWindow, page: StartPage, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    qtbot.waitUntil(lambda: page.gallery.grid.height() >= page.gallery.grid.heightForWidth(page.gallery.grid.width()))
    parts = [part for part in page.findChildren(QLabel) if part.isVisible() and part.text()]
    assert [part.text() for part in parts if not is_whole(part)] == []
    places = [card.geometry() for card in page.gallery.cards]
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    inside = page.gallery.grid.rect()
    assert all(inside.contains(place) for place in places)
    families = page.gallery.family
    assert isinstance(families, QComboBox)
    longest = max(families.fontMetrics().horizontalAdvance(families.itemText(at)) for at in range(families.count()))
    assert longest + 8 + 24 <= families.width()


def test_cards_stand_in_as_many_columns_as_there_is_room_for(
    window: MainWindow, gallery: Gallery, qtbot: QtBot
) -> None:
    counts = []
    for width in (1100, 1600, 2200):
        window.resize(width, 900)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        counts.append(gallery.grid.columns(gallery.grid.width()))
        row = gallery.cards[: counts[-1]]
        assert len({card.y() for card in row}) == 1
        assert len({card.height() for card in row}) == 1
        assert row[-1].geometry().right() == pytest.approx(gallery.grid.rect().right(), abs=2)
    assert counts == [2, 4, 6]


def test_words_find_a_sample_by_whatever_its_card_says(gallery: Gallery) -> None:
    for words, name in (("u-net", "shapes-unet"), ("GRU", "sequences-gru"), ("bits a character", "python-gpt")):
        gallery.search.setText(words)
        assert name in [card.sample.name for card in gallery.grid.shown]
        assert len(gallery.grid.shown) < len(gallery.cards)
        assert all(card.isVisible() == (card in gallery.grid.shown) for card in gallery.cards)
    gallery.search.setText("digits attention")
    assert [card.sample.name for card in gallery.found()] == ["digits-attention"]
    assert gallery.count.text() == f"1 of {len(gallery.cards)}"


def test_a_family_shows_its_samples_alone(gallery: Gallery) -> None:
    families = [gallery.family.itemData(at) for at in range(gallery.family.count())]
    assert families == ["", *dict.fromkeys(sample.family for sample in samples())]
    gallery.family.setCurrentIndex(families.index("Transformer"))
    assert [card.sample for card in gallery.found()] == [s for s in samples() if s.family == "Transformer"]


def test_where_no_sample_fits_a_sentence_says_so_and_leads_back_to_all(gallery: Gallery, qtbot: QtBot) -> None:
    gallery.search.setText("zebra")
    assert gallery.grid.shown == []
    assert "zebra" in gallery.nothing.sentence.text()
    assert gallery.nothing.isVisible()
    button = gallery.nothing.findChild(QPushButton, "showAllSamples")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert gallery.found() == gallery.cards
    assert not gallery.nothing.isVisible()
    assert focused() is gallery.cards[0]


def test_arrows_lead_from_card_to_card_and_up_from_the_first_row_to_the_search(gallery: Gallery, qtbot: QtBot) -> None:
    columns, last = gallery.grid.columns(gallery.grid.width()), len(gallery.cards) - 1
    assert focused() is gallery.cards[0]
    for key, to in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_End, last),
        (Qt.Key.Key_Right, last),
        (Qt.Key.Key_Down, last),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Left, 0),
    ):
        press(key, qtbot)
        assert focused() is gallery.cards[to]
    press(Qt.Key.Key_Up, qtbot)
    assert gallery.search.hasFocus()
    press(Qt.Key.Key_Down, qtbot)
    assert focused() is gallery.cards[0]


def test_down_from_above_a_short_last_row_leads_to_the_last_card(gallery: Gallery, qtbot: QtBot) -> None:
    gallery.grid.show_cards(gallery.cards[:6])
    assert gallery.grid.columns(gallery.grid.width()) == 4
    for _ in range(3):
        press(Qt.Key.Key_Right, qtbot)
    press(Qt.Key.Key_Down, qtbot)
    assert focused() is gallery.cards[5]


def test_the_card_that_has_the_keyboard_is_in_sight(gallery: Gallery, qtbot: QtBot) -> None:
    press(Qt.Key.Key_End, qtbot)
    card = focused()
    assert card.visibleRegion().boundingRect() == card.rect()


def test_tab_stops_at_one_card_whichever_it_was_left_on(gallery: Gallery, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Right, qtbot)
    assert [card for card in gallery.cards if card.focusPolicy() & Qt.FocusPolicy.TabFocus] == [gallery.cards[1]]
    press(Qt.Key.Key_Backtab, qtbot)
    assert gallery.family.hasFocus()
    press(Qt.Key.Key_Tab, qtbot)
    assert focused() is gallery.cards[1]


def test_typing_on_a_card_searches_and_enter_goes_to_what_was_found(gallery: Gallery, qtbot: QtBot) -> None:
    qtbot.keyClicks(QApplication.focusWidget(), "g")
    assert gallery.search.hasFocus()
    qtbot.keyClicks(gallery.search, "pt")
    assert gallery.search.text() == "gpt"
    press(Qt.Key.Key_Return, qtbot)
    assert focused().sample.name == "python-gpt"


def test_esc_empties_the_search_first(gallery: Gallery, qtbot: QtBot) -> None:
    gallery.begin_search()
    gallery.search.setText("gpt")
    press(Qt.Key.Key_Escape, qtbot)
    assert gallery.search.text() == ""
    assert gallery.isVisible()


# Drawings


@pytest.fixture
def one(bench: Workbench, dressed: None, qtbot: QtBot) -> Iterator[Gallery]:
    """A gallery of two samples, not yet painted."""
    thumbnails = Thumbnails(bench.checking.catalog, DRAWN)
    made = Gallery(samples()[:2], bench.look, thumbnails)
    made.thumbnails = thumbnails
    qtbot.addWidget(made)
    made.resize(900, 500)
    yield made
    made.hide()


def colors(card: SampleCard) -> set[str]:
    """Of the canvas on the card."""
    image = card.grab(QRect(8, 8, card.width() - 16, CANVAS - 16)).toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_card_is_whole_before_its_drawing_is_there_and_then_shows_it(
    one: Gallery, bench: Workbench, qtbot: QtBot
) -> None:
    card, theme = one.cards[0], bench.look.theme
    card.resize(card.sizeHint())
    assert colors(card) == {theme.canvas, theme.canvas_dot}
    with qtbot.waitSignal(one.thumbnails.ready):
        one.show()
    qtbot.waitUntil(lambda: len(colors(card)) > 20)


def test_drawings_are_made_one_in_a_turn_and_once_for_each_theme(one: Gallery, bench: Workbench, qtbot: QtBot) -> None:
    first, second = (card.sample for card in one.cards)
    made: list[str] = []
    one.thumbnails.ready.connect(made.append)
    dark = bench.look.theme
    assert one.thumbnails.picture(first, dark, 1.0) is None
    assert one.thumbnails.picture(second, dark, 1.0) is None
    assert one.thumbnails.picture(first, dark, 1.0) is None
    QApplication.processEvents()
    assert made == [first.name]
    qtbot.waitUntil(lambda: made == [first.name, second.name])
    assert one.thumbnails.picture(first, dark, 1.0) is one.thumbnails.picture(first, dark, 1.0)
    bench.look.choose("light")
    assert one.thumbnails.picture(first, bench.look.theme, 1.0) is None
    qtbot.waitUntil(lambda: one.thumbnails.picture(first, bench.look.theme, 1.0) is not None)


def test_a_sharper_screen_gets_a_drawing_of_its_own(one: Gallery, bench: Workbench, qtbot: QtBot) -> None:
    sample, theme = one.cards[0].sample, bench.look.theme
    qtbot.waitUntil(lambda: one.thumbnails.picture(sample, theme, 2.0) is not None)
    assert one.thumbnails.picture(sample, theme, 2.0).size() == DRAWN * 2


def test_a_sample_that_can_not_be_read_still_has_its_card(bench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "hurt.netb").write_text("no project")
    hurt = Sample("hurt", "Hurt", "Something happened to its file.", tmp_path / "hurt.netb")
    thumbnails = Thumbnails(bench.checking.catalog, DRAWN)
    gallery = Gallery([hurt], bench.look, thumbnails)
    qtbot.addWidget(gallery)
    with qtbot.waitSignal(thumbnails.ready):
        gallery.show()
    assert thumbnails.picture(hurt, bench.look.theme, gallery.devicePixelRatioF()).isNull()
    assert texts(gallery.cards[0]) == ["Hurt", "Something happened to its file."]
    gallery.hide()


def test_text_reads_well_in_the_order_of_the_card(gallery: Gallery) -> None:
    """Family, title, description and score stand below each other, none over another."""
    for card in gallery.cards[:4]:
        parts = [part for part in card.findChildren(QLabel) if part.text()]
        tops = sorted((part.mapTo(card, QPoint()).y(), part.height()) for part in parts)
        assert tops[0][0] >= CANVAS
        assert all(top + height <= below for (top, height), (below, _) in pairwise(tops))
