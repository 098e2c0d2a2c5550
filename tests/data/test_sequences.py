"""Sequences of letters: what is asked can be told from them, and by nothing but what it says."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.data.sequences import Copying, Sequences
from netbuilder.data.source import DataError


def words(dataset, sample):
    return "".join(dataset.spec.tokens[token] for token in dataset.inputs["tokens"][sample].tolist())


def test_the_class_is_the_letter_after_the_mark():
    dataset = Sequences(samples=500).read()
    for sample in range(len(dataset)):
        said = words(dataset, sample)
        assert said.count("!") == 1
        assert said.index("!") < 5
        assert dataset.spec.target.classes[int(dataset.targets[sample])] == said[said.index("!") + 1]


def test_no_other_place_tells_the_class():
    dataset = Sequences(samples=4000).read()
    for place in range(dataset.inputs["tokens"].shape[1]):
        same = (dataset.inputs["tokens"][:, place] == dataset.targets).float().mean()
        assert float(same) < 0.47  # a quarter is chance; the mark stands before one of five places


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 12), st.integers(0, 11), st.integers(2, 26))
def test_a_copy_says_what_was_so_many_steps_before(length, delay, letters):
    source = Copying(length=length, delay=delay, letters=letters, samples=20)
    if delay >= length:
        with pytest.raises(DataError, match="longer") as caught:
            source.read()
        assert caught.value.setting == "delay"
        return
    dataset = source.read()
    assert dataset.spec.target.positions == (length,)
    assert dataset.spec.target.classes == dataset.spec.tokens
    given_, said = dataset.inputs["tokens"], dataset.targets
    assert torch.equal(said[:, delay:], given_[:, : length - delay])
    assert (said[:, :delay] == 0).all()
    assert (given_ > 0).all()


def test_a_mark_that_may_stand_at_the_end_is_refused():
    with pytest.raises(DataError, match="earlier") as caught:
        Sequences(length=10, within=10).read()
    assert caught.value.setting == "within"
    assert len(Sequences(length=11, within=10).read()) == 4000


def test_a_sequence_is_summed_up_by_its_tokens():
    assert Sequences().read().summary() == "marked letters: 4,000 pieces of 20 tokens, 4 classes"
    assert Copying().read().summary() == "copying: 2,000 pieces of 20 tokens, 9 classes at each of 20 places"
