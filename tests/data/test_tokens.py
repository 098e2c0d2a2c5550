"""Text as numbers: it comes back as it went, whatever it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.data.tokens import BytePairs, Characters, NotInVocabulary, WithGap, Words

SAID = "the cat sat on the mat, and the cat that sat there was fat.\n" * 20
LETTERS = Characters.of(SAID)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.fixture(scope="module")
def pairs():
    return BytePairs.of(SAID, 300)


@given(st.text(sorted(set(SAID))))
def test_characters_come_back_as_they_went(text):
    ids = LETTERS.encode(text)
    assert LETTERS.decode(ids) == text
    assert len(ids) == len(text)
    assert all(0 <= number < LETTERS.size for number in ids)


@settings(deadline=None)
@given(any_text)
def test_any_text_comes_back_from_byte_pairs_as_it_went(pairs, text):
    ids = pairs.encode(text)
    assert pairs.decode(ids) == text
    assert all(0 <= number < pairs.size for number in ids)


@given(any_text)
def test_a_character_that_is_not_known_becomes_the_one_for_all_others(text):
    assert LETTERS.decode(LETTERS.encode(text)) == "".join(c if c in SAID else "\ufffd" for c in text)


def test_what_is_often_seen_together_is_one_token(pairs):
    assert len(pairs.encode(SAID)) < len(SAID) / 3
    assert pairs.size == len(pairs.words) <= 300
    assert " the" in pairs.words
    assert [pairs.words[number] for number in pairs.encode("the")] == ["the"]
    assert len(set(pairs.words)) == pairs.size


def test_a_vocabulary_that_text_can_not_fill_is_smaller():
    assert 256 <= BytePairs.of("abab", 5000).size < 260


def test_pieces_of_characters_are_told_by_their_bytes(pairs):
    words = [pairs.words[number] for number in pairs.encode("€")]
    assert words == ["<e2>", "<82>", "<ac>"]


def test_half_a_surrogate_pair_is_no_text_and_no_fault(pairs):
    assert pairs.decode(pairs.encode("a\ud800b")) == "a?b"


def test_special_tokens_stand_for_no_text():
    tokens = Characters("01", special=("<pad>", "<start>"))
    assert tokens.words == ("<pad>", "<start>", "0", "1")
    assert tokens.decode([1, 3, 2, 0, 0]) == "10"
    assert tokens.encode("10") == [3, 2]
    with pytest.raises(NotInVocabulary, match="no '2': write with 01 only"):
        tokens.encode("12")


def test_the_same_text_gives_the_same_pieces(pairs):
    assert BytePairs.of(SAID, 300).words == pairs.words


def test_a_gap_is_one_token_more_and_comes_back_as_it_went(pairs):
    for tokens in (Characters("ab"), pairs, Words(("a", "b"))):
        gapped = WithGap(tokens)
        assert gapped.size == tokens.size + 1
        assert gapped.words[-1] == gapped.gap == "▢"
        for text in ("", "ab▢a", "▢▢b", "a▢"):
            ids = gapped.encode(text)
            assert ids.count(tokens.size) == text.count("▢")
            assert gapped.decode(ids) == text


def test_a_gap_looks_like_none_of_the_text():
    assert WithGap(Characters("ab▢")).gap == "<gap>"
    assert WithGap(Words(("▢", "<gap>", "a"))).gap == "<gap 0>"


def test_words_are_written_apart_and_letters_together():
    assert Words(("a", "b")).decode([0, 1, 1]) == "abb"
    words = Words(("red", "blue"))
    assert words.encode("blue red") == [1, 0]
    assert words.decode([1, 0]) == "blue red"
    with pytest.raises(NotInVocabulary, match="no 'green'"):
        words.encode("green")
