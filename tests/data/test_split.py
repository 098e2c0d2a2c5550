"""The split: disjoint, complete, by seed, and fair to every class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.data.source import DataError
from netbuilder.data.split import notes_on, split, split_by_class

shares = st.floats(0.001, 0.999)
seeds = st.integers(0, 2**31 - 1)


def check_parts(parts, count):
    assert sorted([*parts.train.tolist(), *parts.validation.tolist()]) == list(range(count))
    assert len(parts.train) > 0
    assert len(parts.validation) > 0
    assert parts.train.dtype == parts.validation.dtype == np.int64
    assert (np.diff(parts.train) > 0).all()
    assert (np.diff(parts.validation) > 0).all()


@given(st.integers(2, 500), shares, seeds)
def test_a_split_is_disjoint_complete_and_as_large_as_asked(count, share, seed):
    parts = split(count, share, seed)
    check_parts(parts, count)
    assert abs(len(parts.validation) - share * count) <= 1


@given(st.lists(st.integers(0, 6), min_size=2, max_size=300), shares, seeds)
def test_a_split_by_class_holds_the_share_of_every_class_to_within_one(labels, share, seed):
    labels = np.array(labels)
    sizes = np.bincount(labels)
    if sizes.max() < 2:
        with pytest.raises(DataError, match="only one sample"):
            split_by_class(labels, share, seed)
        return
    parts = split_by_class(labels, share, seed)
    check_parts(parts, len(labels))
    held = np.bincount(labels[parts.validation], minlength=len(sizes))
    assert (np.abs(held - share * sizes) < 1 + 1e-6).all()
    assert set(labels[parts.train]) == set(labels)


@given(st.lists(st.integers(0, 3), min_size=20, max_size=60), seeds)
def test_the_same_seed_gives_the_same_split(labels, seed):
    labels = np.array([0, 0, *labels])
    first, again = split_by_class(labels, 0.3, seed), split_by_class(labels, 0.3, seed)
    assert first.validation.tolist() == again.validation.tolist()


def test_another_seed_gives_another_split():
    labels = np.arange(200) % 4
    validations = {tuple(split_by_class(labels, 0.2, seed).validation.tolist()) for seed in range(5)}
    assert len(validations) == 5


def test_a_split_is_the_same_on_every_machine():
    assert split(12, 0.25, 7).validation.tolist() == [3, 6, 11]


def test_no_other_random_state_is_touched():
    np.random.seed(3)
    before = np.random.get_state()[1].tolist()
    split(100, 0.2, 0)
    assert np.random.get_state()[1].tolist() == before


def test_classes_with_one_sample_are_trained_on_and_named():
    labels = np.array([0] * 10 + [1] * 10 + [2])
    parts = split_by_class(labels, 0.2, 0)
    assert 20 in parts.train
    assert notes_on(labels, ("a", "b", "rare"), parts) == [
        "1 class has too few samples to have one in validation, and is only trained on: rare."
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_one_sample_can_not_be_split(count):
    with pytest.raises(DataError, match="add samples"):
        split(count, 0.5, 0)
