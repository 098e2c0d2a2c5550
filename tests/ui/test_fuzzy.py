"""How a few typed letters find a name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.ui.fuzzy import fit

words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)


def test_letters_that_begin_words_find_a_name():
    assert fit("Zoom to fit", "ztf").letters == {0, 5, 8}


def test_the_words_may_come_in_any_order():
    assert fit("Make a block", "block make") is not None


def test_a_letter_that_is_missing_finds_nothing():
    assert fit("Undo", "undx") is None


def test_the_beginning_of_a_word_is_better_than_its_middle():
    assert fit("Paste", "pa").score > fit("Repaint", "pa").score


@given(words, words)
def test_the_letters_of_a_fit_are_those_that_were_typed(text: str, typed: str):
    found = fit(text, typed)
    if found is not None and text.casefold() == text.lower() and len(text.lower()) == len(text):
        assert {text.lower()[at] for at in found.letters} == set("".join(typed.casefold().split()))


@given(words)
def test_every_name_is_found_by_itself(text: str):
    if len(text.casefold()) == len(text):
        assert fit(text, text) is not None
