"""Answers at many places of a sample: what is shown of them, how they are scored, and one of them explained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from netbuilder.data.encoding import Standardised
from netbuilder.probes.answer import Answer
from netbuilder.probes.places import arranged
from netbuilder.probes.results import (
    ComparedLines,
    ComparedMasks,
    ComparedNumbers,
    ComparedPictures,
    ComparedTokens,
    Nothing,
    Numbers,
    Probabilities,
    Saliency,
    Scores,
    Together,
    TokenSaliency,
)
from netbuilder.probes.saliency import Gradient, IntegratedGradients
from netbuilder.probes.scores import SampleScores
from netbuilder.spec import TargetSpec
from tests.probes.toys import THREE, toy


def given(model, data, sample, output=None):
    model.eval()
    with torch.no_grad():
        answer = model(*(tensor[[sample]] for tensor in data.inputs.values()))
    return (answer if output is None else answer[output])[0]


# What is shown


def test_a_class_a_pixel_is_a_mask_with_its_overlap_and_what_is_wrong():
    model, data = toy("segmentation")
    result = Answer().look(model, data, sample=21)
    assert isinstance(result, ComparedMasks)
    shares = given(model, data, 21).softmax(0)
    np.testing.assert_array_equal(result.predicted, shares.argmax(0).numpy())
    np.testing.assert_allclose(result.confidence, shares.amax(0).numpy(), atol=1e-6)
    np.testing.assert_array_equal(result.true, data.targets[21].numpy())
    right = int((result.predicted == result.true).sum())
    assert f"{right} of 64 pixels right" in result.caption
    one, other = result.predicted == 1, result.true == 1
    assert result.overlaps[1] == pytest.approx((one & other).sum() / (one | other).sum())
    assert result.colours.shape == (3, 3)
    assert result.picture.shape == (8, 8, 3)


def test_pixels_that_are_not_asked_about_count_neither_as_right_nor_as_wrong():
    model, data = toy("segmentation")
    data.targets[21, :4] = -100
    result = Answer().look(model, data, sample=21)
    right = int((result.predicted == result.true)[4:].sum())
    assert f"{right} of 32 pixels right" in result.caption
    one, other = (result.predicted == 2)[4:], (result.true == 2)[4:]
    assert result.overlaps[2] == pytest.approx((one & other).sum() / (one | other).sum())


def test_one_score_for_two_classes_is_the_sigmoid_of_it():
    model, data = toy("one score a pixel")
    result = Answer().look(model, data, sample=20)
    score = given(model, data, 20)[0]
    np.testing.assert_array_equal(result.predicted, (score > 0).long().numpy())
    share = score.sigmoid()
    np.testing.assert_allclose(result.confidence, torch.maximum(share, 1 - share).numpy(), atol=1e-6)


def test_a_picture_is_shown_beside_the_true_one_on_the_same_scale():
    model, data = toy("rebuilt")
    result = Answer().look(model, data, sample=22)
    assert isinstance(result, ComparedPictures)
    answer, truth = given(model, data, 22).numpy(), data.inputs["image"][22].numpy()
    np.testing.assert_allclose(result.answer, answer)
    np.testing.assert_array_equal(result.truth, truth)
    assert result.given is None  # it is the truth
    assert (result.low, result.high) == (0.0, 1.0)
    error = np.abs(answer.astype(float) - truth)
    assert result.limit == pytest.approx(error.max(), rel=1e-5)
    assert f"off by {error.mean():.4g} on average" in result.caption


def test_what_the_network_saw_is_shown_where_it_is_not_what_it_is_asked_for():
    model, data = toy("rebuilt")
    noisy = data.inputs["image"] + 0.5
    result = Answer().look(model, replace(data, inputs={"image": noisy}), sample=22)
    np.testing.assert_array_equal(result.given, noisy[22].numpy())
    np.testing.assert_array_equal(result.truth, data.inputs["image"][22].numpy())


def test_of_a_generator_only_the_answer_is_shown():
    model, data = toy("generator")
    result = Answer().look(model, data)
    assert isinstance(result, ComparedPictures)
    assert result.truth is None
    assert result.answer.shape == (1, 4, 4)
    assert "no right answer to compare with" in result.caption
    scores = SampleScores().look(model, data)
    assert isinstance(scores, Nothing)
    assert "no right answer" in scores.caption


def test_targets_of_another_shape_are_said_and_the_answer_is_shown_all_the_same():
    result = Answer().look(*toy("misfit"))
    assert isinstance(result, ComparedPictures)
    assert result.truth is None
    assert "targets of the data are N and not N×1×8×8×1" in result.caption


def test_a_forecast_is_lines_in_their_own_unit_after_what_was_seen():
    model, data = toy("forecast")
    scaled = replace(data, encodings=(Standardised("rent", 100.0, 20.0, 0.0),))
    result = Answer().look(model, scaled, sample=25)
    assert isinstance(result, ComparedLines)
    answer, means, scales = given(model, data, 25).numpy(), [0, 100], [1, 20]
    np.testing.assert_allclose(result.predicted, answer * scales + means, rtol=1e-5)
    np.testing.assert_allclose(result.true, data.targets[25].numpy() * scales + means, rtol=1e-5)
    np.testing.assert_allclose(result.before, data.inputs["x"][25].numpy() * scales + means, rtol=1e-5)
    off = np.abs(answer - data.targets[25].numpy()).mean(0) * scales
    assert f"off by price {off[0]:.4g}, rent {off[1]:.4g} on average" in result.caption
    assert "standard deviations" in SampleScores().look(model, scaled).caption
    assert result.names == ("price", "rent")
    assert result.sides == (3,)


def test_a_class_a_step_is_told_with_the_likeliest_ones():
    model, data = toy("tagger")
    result = Answer().look(model, data, sample=23)
    assert isinstance(result, ComparedTokens)
    shares, likely = given(model, data, 23).softmax(-1).sort(descending=True)
    np.testing.assert_array_equal(result.likely, likely.numpy())
    np.testing.assert_allclose(result.probabilities, shares.numpy(), atol=1e-6)
    np.testing.assert_array_equal(result.predicted, result.likely[:, 0])
    right = int((result.predicted == result.true)[:4].sum())
    assert f"{right} of 4 steps right" in result.caption  # the last one is not asked about


def test_further_outputs_are_shown_by_name_and_the_main_one_is_the_one_the_target_is_about():
    model, data = toy("coded")
    result = Answer(outputs="mean, rebuilt").look(model, data, sample=24)
    assert isinstance(result, Together)
    np.testing.assert_allclose(result.main.answer, given(model, data, 24, 1).numpy())
    (mean,) = result.further
    assert isinstance(mean, Numbers)
    assert mean.title == "mean"
    np.testing.assert_allclose(mean.values, given(model, data, 24, 0).numpy())


def test_a_further_class_has_its_probabilities():
    model, data = toy("attention")
    data = replace(
        data,
        spec=replace(data.spec, others={"kind": TargetSpec("class", tuple("abcdefgh"))}),
        others={"kind": torch.arange(30) % 8},
    )
    pooled = nn.Module()
    pooled.inner = model
    pooled.forward = lambda image: (model(image)[0], model(image)[1].mean(1))
    result = Answer(outputs="digit, kind").look(pooled, data, sample=21)
    assert isinstance(result.main, Probabilities)
    (kind,) = result.further
    assert isinstance(kind, Probabilities)
    assert kind.true == 21 % 8
    assert kind.classes == tuple("abcdefgh")


def test_a_row_given_back_is_compared_column_by_column():
    model, data = toy("rebuilt rows")
    result = Answer().look(model, data, sample=20)
    assert isinstance(result, ComparedNumbers)
    assert result.names == ("a", "b", "c", "d")
    np.testing.assert_allclose(result.predicted, given(model, data, 20).numpy(), rtol=1e-6)
    np.testing.assert_allclose(result.true, data.inputs["x"][20].numpy())


def test_labels_are_compared_one_by_one():
    model, data = toy("labels")
    result = Answer().look(model, data, sample=20)
    assert result.names == THREE
    np.testing.assert_allclose(result.predicted, given(model, data, 20).sigmoid().numpy(), atol=1e-6)
    assert result.true == tuple(data.targets[20].tolist())


def test_an_encoders_vector_is_shown_as_it_is():
    model, data = toy("encoder")
    result = Answer().look(model, data, sample=20)
    assert isinstance(result, Numbers)
    np.testing.assert_allclose(result.values, given(model, data, 20).numpy())
    assert "no score to explain" in Gradient().look(model, data).caption


def test_what_is_not_flat_is_said_to_be_beyond_what_can_be_shown():
    result = Answer().look(*toy("volumes"))
    assert isinstance(result, Nothing)
    assert "2×4×8 places" in result.caption


@pytest.mark.parametrize(
    ("shape", "target", "wanted"),
    [
        ((2, 3, 4, 4), TargetSpec("class", THREE, positions=(4, 4)), (2, 4, 4, 3)),
        ((2, 3, 4, 3), TargetSpec("class", THREE, positions=(4, 3)), (2, 4, 3, 3)),  # as many classes as columns
        ((2, 3, 5), TargetSpec("class", THREE, positions=(5,)), (2, 5, 3)),
        ((2, 3, 3), TargetSpec("class", THREE, positions=(3,)), (2, 3, 3)),
        ((2, 5), TargetSpec("number", names=("a",), positions=(5,)), (2, 5, 1)),
        ((2,), TargetSpec("number", names=("a",)), (2, 1)),
        ((2, 7, 2), TargetSpec("any"), (2, 14)),
    ],
)
def test_answers_are_brought_into_one_order(shape, target, wanted):
    output = torch.arange(float(torch.Size(shape).numel())).view(shape)
    made = arranged(output, target)
    assert made.shape == wanted
    if wanted != shape and sorted(wanted) == sorted(shape):
        assert torch.equal(made, output.movedim(1, -1))
    if shape == (2, 3, 3):
        assert torch.equal(made, output)  # of a sequence, the steps come first where both fit
    if shape == (2, 3, 4, 3):
        assert torch.equal(made, output.movedim(1, -1))


# How samples are scored


@pytest.mark.parametrize("name", ["segmentation", "tagger", "one score a pixel", "rebuilt", "forecast", "coded"])
def test_each_sample_is_scored_by_its_own_places(name):
    model, data = toy(name)
    result = SampleScores(outputs="mean, rebuilt" if name == "coded" else "").look(model, data)
    assert isinstance(result, Scores)
    assert result.samples == tuple(range(20, 30))
    for sample, score in zip(result.samples, result.values, strict=True):
        shown = Answer(outputs="mean, rebuilt" if name == "coded" else "").look(model, data, sample=sample)
        shown = getattr(shown, "main", shown)
        if result.errors:
            said, true = (shown.answer, shown.truth) if hasattr(shown, "answer") else (shown.predicted, shown.true)
            assert score == pytest.approx(float(np.abs(said - true).mean()), rel=1e-5)
        else:
            asked = shown.true >= 0
            assert score == pytest.approx(float((shown.predicted == shown.true)[asked].mean()))


def test_only_as_many_samples_are_scored_as_were_asked_for_and_that_is_said():
    result = SampleScores(count=3).look(*toy("segmentation"))
    assert result.samples == (20, 21, 22)
    assert "3 of 10 samples" in result.caption


def test_a_sample_that_is_not_asked_about_at_all_has_no_score():
    model, data = toy("segmentation")
    data.targets[21] = -100
    result = SampleScores().look(model, data)
    assert 21 not in result.samples
    assert len(result.samples) == 9


# One place explained


@pytest.mark.parametrize("place", [(0, 0), (3, 6)])
def test_the_gradient_is_that_of_the_score_at_the_place_that_was_chosen(place):
    model, data = toy("segmentation")
    result = Gradient(place=place, target=2).look(model, data, sample=21)
    assert isinstance(result, Saliency)
    x = data.inputs["image"][[21]].clone().requires_grad_()
    model.eval()(x)[0, 2, place[0], place[1]].backward()
    np.testing.assert_allclose(result.values, x.grad[0, 0].numpy(), atol=1e-6)
    assert result.place == place
    assert result.title == f"Gradient · of row {place[0] + 1}, column {place[1] + 1}, cat"


def test_the_place_is_the_least_certain_one_that_is_asked_about_until_one_is_chosen():
    for name in ("segmentation", "tagger"):
        model, data = toy(name)
        shown = Answer().look(model, data, sample=21)
        sure = shown.confidence if name == "segmentation" else shown.probabilities[:, 0]
        sure = np.where(shown.true < 0, 2.0, sure)
        least = tuple(int(at) for at in np.unravel_index(sure.argmin(), sure.shape))
        assert Gradient().look(model, data, sample=21).place == least


def test_the_channels_of_a_pixel_are_explained_together():
    model, data = toy("rebuilt")
    result = Gradient(place=(2, 5)).look(model, data, sample=20)
    x = data.inputs["image"][[20]].clone().requires_grad_()
    model.eval()(x)[0, :, 2, 5].sum().backward()
    np.testing.assert_allclose(result.values, x.grad[0, 0].numpy(), atol=1e-6)
    assert Gradient().look(model, data, sample=20).place == (4, 4)  # the middle


def test_a_step_of_a_forecast_is_explained_with_the_time_from_left_to_right():
    model, data = toy("forecast")
    result = IntegratedGradients(place=(2,), target=1).look(model, data, sample=20)
    weight = model.out.weight[5].detach().view(8, 2)  # step 2 of 3, the second of two columns
    np.testing.assert_allclose(result.values, (weight * data.inputs["x"][20]).numpy().T, atol=1e-5)
    assert result.series
    assert result.names == ("price", "rent")
    assert result.title.endswith("of step 3, rent")


@pytest.mark.parametrize("place", [(9, 0), (0,), (0, 0, 0)])
def test_a_place_that_is_not_there_is_said(place):
    result = Gradient(place=place).look(*toy("segmentation"))
    assert isinstance(result, Nothing)
    assert "no place" in result.caption


@pytest.mark.parametrize("name", ["tagger", "embedding"])
def test_tokens_are_explained_by_their_vectors_whose_parts_sum_to_the_rise(name):
    model, data = toy(name)
    chosen = {"place": (3,)} if name == "tagger" else {}
    result = IntegratedGradients(target=1, steps=512, **chosen).look(model, data, sample=22)
    assert isinstance(result, TokenSaliency)
    assert len(result.tokens) == len(result.values) == 5

    def score(vectors):
        if name == "embedding":
            return model.out(vectors.mean(1))[0, 1]
        return model.out(model.memory(vectors)[0])[0, 3, 1]

    with torch.no_grad():
        vectors = model.embedding(data.inputs["text"][[22]])
        rise = float(score(vectors) - score(torch.zeros_like(vectors)))
    assert result.values.sum() == pytest.approx(rise, abs=5e-3)
    leaf = vectors.clone().requires_grad_()
    score(leaf).backward()
    gradient = Gradient(target=1, **chosen).look(model, data, sample=22)
    np.testing.assert_allclose(gradient.values, leaf.grad[0].norm(dim=-1).numpy(), atol=1e-6)
    if name == "tagger":
        assert gradient.values[4] == 0  # a step that comes later has no say


def test_whole_numbers_that_no_embedding_takes_have_no_gradient_and_the_sentence_says_so():
    _, data = toy("embedding")

    class Counted(nn.Module):
        def forward(self, text):
            return torch.nn.functional.one_hot(text, 7).float().mean(1)[:, :3]

    for probe in (Gradient(), IntegratedGradients()):
        result = probe.look(Counted(), data)
        assert isinstance(result, Nothing)
        assert "Put an Embedding behind it" in result.caption


def test_a_gap_in_a_network_that_draws_random_numbers_is_not_blamed_on_the_steps():
    model, data = toy("mlp")

    class Noisy(nn.Module):
        def forward(self, x):
            return model(x + 5 * torch.randn_like(x))

    result = IntegratedGradients().look(Noisy(), data, sample=20)
    assert "the network draws random numbers" in result.caption
