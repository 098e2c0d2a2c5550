"""A score is said in words people read, whatever it is a score of, and says no number that is not in it."""

from __future__ import annotations

import math
import re

import pytest

from netbuilder.resources import Score, samples
from netbuilder.scores import in_words

SCORED = [sample for sample in samples() if sample.score is not None]


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (Score("validation_accuracy", at_least=0.98), "≥ 98 % right"),
        (Score("validation_accuracy", at_least=0.29), "≥ 29 % right"),
        (Score("validation_exact", at_least=0.965), "≥ 96.5 % of the answers exact"),
        (Score("validation_pair_accuracy", at_least=0.95), "≥ 95 % of the pairs right"),
        (Score("validation_iou", at_least=0.9), "≥ 90 % overlap (IoU)"),
        (Score("validation_mean_absolute_error", at_most=0.11), "off by ≤ 0.11 on average"),
        (Score("validation_bits_per_character", at_most=2.2), "≤ 2.2 bits a character"),
        (Score("validation_loss", at_most=0.003), "loss ≤ 0.003"),
        (Score("validation_reconstruction", at_most=0.025), "reconstruction error ≤ 0.025"),
        (Score("validation_distance", at_most=0.3), "distance ≤ 0.3"),
    ],
)
def test_a_known_metric_has_its_words(score, words):
    assert in_words(score) == words


def test_a_metric_nobody_has_words_for_is_called_by_its_name():
    assert in_words(Score("validation_wasserstein_gap", at_most=0.05)) == "wasserstein gap ≤ 0.05"
    assert in_words(Score("training_loss", at_most=1200000.0)) == "training loss ≤ 1.2e+06"


def test_a_score_between_two_bounds_says_both():
    assert in_words(Score("validation_accuracy", at_least=0.4, at_most=0.6)) == "40 to 60 % right"


@pytest.mark.parametrize("sample", SCORED, ids=lambda sample: sample.name)
def test_every_sample_says_its_own_bound_and_no_other_number(sample):
    words = in_words(sample.score)
    assert "_" not in words
    said = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)]
    bounds = [bound for bound in (sample.score.at_least, sample.score.at_most) if math.isfinite(bound)]
    assert said == pytest.approx([100 * bound if "%" in words else bound for bound in bounds])


def test_every_sample_says_what_it_reaches():
    assert [sample.name for sample in samples() if sample.score is None or not sample.family] == []
