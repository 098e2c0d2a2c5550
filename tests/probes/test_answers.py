"""What the probes answer, against numbers worked out another way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from netbuilder.probes.confusion import ConfusionMatrix
from netbuilder.probes.layers import layers_with_weights, parameters_of
from netbuilder.probes.prediction import OnePrediction, SomePredictions
from netbuilder.probes.results import (
    Confusion,
    Heatmap,
    Histogram,
    ImageGrid,
    Nothing,
    Predictions,
    Probabilities,
    Saliency,
)
from netbuilder.probes.saliency import Gradient, IntegratedGradients, rnn_backward
from netbuilder.probes.weights import WeightHistogram, Weights
from tests.probes.toys import THREE, fed, toy


def scores(model, data, samples):
    model.eval()
    with torch.no_grad():
        return model(*(tensor[list(samples)] for tensor in fed(model, data)))


def test_filters_of_a_first_convolution_are_pictures():
    model, data = toy("cnn")
    result = Weights().look(model, data, layer="conv1")
    assert isinstance(result, ImageGrid)
    np.testing.assert_array_equal(result.images, model.conv1.weight.detach().numpy()[:, 0])
    assert result.limit == pytest.approx(float(model.conv1.weight.detach().abs().max()))
    assert result.labels == ("filter 1", "filter 2", "filter 3", "filter 4")
    assert result.shown_of == 4


def test_kernels_of_several_channels_say_which_filter_and_channel():
    model, data = toy("colour cnn")
    result = Weights(most=5).look(model, data)
    assert isinstance(result, ImageGrid)
    assert result.images.shape == (5, 3, 3)
    assert result.shown_of == 12
    assert result.labels[4] == "filter 2, channel 2"
    np.testing.assert_array_equal(result.images[4], model.conv1.weight[1, 1].detach().numpy())


def test_the_answer_is_a_copy_and_not_the_weights_themselves():
    model, data = toy("cnn")
    result = Weights().look(model, data, layer="conv1")
    shown = result.images.copy()
    with torch.no_grad():
        model.conv1.weight.fill_(9)
    np.testing.assert_array_equal(result.images, shown)


def test_a_first_linear_over_a_picture_is_shown_as_pictures_of_that_size():
    model, data = toy("picture mlp")
    result = Weights().look(model, data)
    assert isinstance(result, ImageGrid)
    np.testing.assert_array_equal(result.images, model.hidden.weight.detach().numpy().reshape(16, 8, 8))


def test_the_matrix_of_a_first_linear_over_a_table_has_its_columns_names():
    model, data = toy("mlp")
    first, last = (Weights().look(model, data, layer=layer) for layer in ("hidden", "out"))
    assert isinstance(first, Heatmap)
    assert first.column_names == data.columns
    np.testing.assert_array_equal(first.values, model.hidden.weight.detach().numpy())
    assert last.column_names == ()


@pytest.mark.parametrize(
    ("name", "layer", "parameter", "shape"),
    [
        ("lstm", "lstm", "weight_hh_l1", (24, 6)),
        ("lstm", "lstm", "", (24, 8)),
        ("attention", "attn", "", (24, 8)),
        ("attention", "attn", "out_proj.weight", (8, 8)),
        ("cnn", "norm", "", (1, 4)),
        ("embedding", "embedding", "", (7, 6)),
    ],
)
def test_any_parameter_is_shown_as_a_matrix(name, layer, parameter, shape):
    model, data = toy(name)
    result = Weights(parameter=parameter).look(model, data, layer=layer)
    assert isinstance(result, Heatmap)
    assert result.values.shape == shape
    assert result.title == f"{layer}.{parameter or parameters_of(model, layer)[0]}"


def test_a_matrix_too_large_to_show_keeps_the_strongest_weight_of_each_block():
    model, data = toy("mlp")
    model.out = torch.nn.Linear(1500, 700)
    with torch.no_grad():
        model.out.weight[699, 1499] = -50.0
    result = Weights().look(model, data, layer="out")
    assert result.values.shape == (350, 500)
    assert result.values[-1, -1] == -50
    block = model.out.weight.detach().numpy()[10:12, 30:33].ravel()
    assert result.values[5, 10] == block[np.abs(block).argmax()]
    assert "blocks of 2×3" in result.caption


def test_layers_are_listed_in_order_without_their_insides():
    assert layers_with_weights(toy("attention")[0]) == ["attn", "norm", "out"]
    assert layers_with_weights(toy("cnn")[0]) == ["conv1", "norm", "digit"]
    assert layers_with_weights(toy("no weights")[0]) == []


@pytest.mark.parametrize("probe", [Weights(), WeightHistogram()])
@pytest.mark.parametrize(
    ("name", "layer", "said"),
    [
        ("no weights", None, "No layer of this network has weights"),
        ("cnn", "relu", "relu has no weights"),
        ("cnn", "gone", "no layer called gone"),
    ],
)
def test_a_layer_without_weights_is_said_in_a_sentence(probe, name, layer, said):
    result = probe.look(*toy(name), layer=layer)
    assert isinstance(result, Nothing)
    assert said in result.caption


def test_a_parameter_that_is_not_there_is_said_with_those_that_are():
    result = Weights(parameter="wieght").look(*toy("cnn"), layer="conv1")
    assert isinstance(result, Nothing)
    assert "weight, bias" in result.caption


def test_the_histogram_counts_every_weight():
    model, data = toy("mlp")
    result = WeightHistogram(bins=7).look(model, data, layer="hidden")
    assert isinstance(result, Histogram)
    assert result.counts.sum() == 64
    assert len(result.edges) == 8
    assert result.edges[0] == pytest.approx(float(model.hidden.weight.detach().min()))
    assert "64 weights" in result.caption


def test_few_weights_make_few_bars_because_many_would_show_noise():
    result = WeightHistogram().look(*toy("mlp"), layer="hidden")
    assert len(result.counts) == 8


def test_weights_that_are_not_numbers_are_counted_and_left_out():
    model, data = toy("mlp")
    with torch.no_grad():
        model.hidden.weight[0] = float("nan")
    histogram, matrix = WeightHistogram().look(model, data), Weights().look(model, data)
    assert histogram.counts.sum() == 60
    assert "4 not a number" in histogram.caption
    assert np.isfinite(matrix.limit)


@pytest.mark.parametrize("name", ["cnn", "lstm", "embedding", "two inputs"])
def test_a_prediction_is_the_softmax_of_the_scores_in_evaluation_mode(name):
    model, data = toy(name)
    result = OnePrediction().look(model, data, sample=7)
    assert isinstance(result, Probabilities)
    expected = scores(model, data, [7]).softmax(1)[0]
    np.testing.assert_allclose(result.values, expected.numpy(), atol=1e-6)
    assert result.predicted == int(expected.argmax())
    assert result.true == 1
    assert result.classes == THREE


def test_predictions_of_chosen_samples_come_in_their_order():
    model, data = toy("cnn")
    result = SomePredictions(samples=(9, 2, 4)).look(model, data)
    assert isinstance(result, Predictions)
    assert result.samples == (9, 2, 4)
    assert result.true == (0, 2, 1)
    confidence, predicted = scores(model, data, [9, 2, 4]).softmax(1).max(1)
    assert result.predicted == tuple(predicted.tolist())
    np.testing.assert_allclose(result.confidence, confidence.numpy(), atol=1e-6)


def test_without_a_choice_predictions_are_of_the_first_validation_samples():
    result = SomePredictions(count=4).look(*toy("mlp"))
    assert result.samples == (20, 21, 22, 23)


def test_only_mistakes_are_those_the_network_gets_wrong():
    model, data = toy("mlp")
    result = SomePredictions(mistakes=True).look(model, data)
    said = scores(model, data, range(20, 30)).argmax(1)
    wrong = [20 + at for at in range(10) if said[at] != data.targets[20 + at]]
    assert list(result.samples) == wrong
    assert 0 < len(wrong) < 10
    assert f"{10 - len(wrong)} of 10 right" in result.caption


def test_no_mistakes_is_good_news_in_a_sentence():
    model, data = toy("mlp")
    right = int(scores(model, data, [0])[0].argmax())
    data.targets[:] = scores(model, data, range(30)).argmax(1)
    result = SomePredictions(mistakes=True, samples=(0, 1)).look(model, data)
    assert isinstance(result, Nothing)
    assert "all 2 samples right" in result.caption
    assert right == int(data.targets[0])


def test_a_network_that_predicts_numbers_gives_its_values():
    model, data = toy("regression")
    rent = SomePredictions(column=2, mistakes=True, count=3).look(model, data)
    error = (scores(model, data, range(20, 30)) - data.targets[20:])[:, 1].abs()
    worst = error.argsort(descending=True)[:3]
    assert rent.samples == tuple((20 + worst).tolist())
    np.testing.assert_allclose(rent.true, data.targets[20 + worst, 1].numpy(), rtol=1e-6)
    assert rent.confidence == rent.classes == ()
    assert rent.caption.startswith("rent: off by")


def test_standardised_targets_are_shown_in_their_own_unit():
    model, data = toy("regression")
    plain = SomePredictions().look(model, data)
    result = SomePredictions().look(model, replace(data, target_scale=(100.0, 20.0)))
    np.testing.assert_allclose(result.true, np.array(plain.true) * 20 + 100, rtol=1e-5)
    np.testing.assert_allclose(result.predicted, np.array(plain.predicted) * 20 + 100, rtol=1e-5)


@pytest.mark.parametrize("probe", [OnePrediction(), ConfusionMatrix()])
def test_a_network_that_predicts_numbers_has_no_classes_to_show(probe):
    result = probe.look(*toy("regression"))
    assert isinstance(result, Nothing)
    assert "numbers, not classes" in result.caption
    assert "Predictions" in result.caption


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("segmentation", "at each of 8×8 places"),
        ("forecast", "at each of 3 places"),
        ("labels", "Several labels"),
        ("autoencoder", "asks for nothing to be predicted"),
    ],
)
@pytest.mark.parametrize("probe", [OnePrediction(), SomePredictions(), ConfusionMatrix()])
def test_where_there_is_more_than_one_answer_a_sample_or_none_that_is_said(probe, name, words):
    result = probe.look(*toy(name))
    assert isinstance(result, Nothing)
    assert words in result.caption


def test_the_confusion_matrix_holds_every_validation_sample_once():
    model, data = toy("cnn")
    result = ConfusionMatrix().look(model, data)
    assert isinstance(result, Confusion)
    said = scores(model, data, range(20, 30)).argmax(1)
    assert result.counts.sum() == 10
    for (true, predicted), samples in result.samples.items():
        assert result.counts[true, predicted] == len(samples) > 0
        for sample in samples:
            assert (int(data.targets[sample]), int(said[sample - 20])) == (true, predicted)
    assert sorted(n for cell in result.samples.values() for n in cell) == list(range(20, 30))


def by_hand(model, data, sample, column):
    """The gradient of one score, by backward() on a copy."""
    model.eval()
    x = next(iter(data.inputs.values()))[[sample]].clone().requires_grad_()
    output = model(x)
    (output[0] if isinstance(output, tuple) else output)[0, column].backward()
    return x.grad[0]


@pytest.mark.parametrize("name", ["cnn", "colour cnn", "mlp", "lstm", "attention", "regression"])
def test_the_gradient_is_that_of_the_score_summed_over_channels(name):
    model, data = toy(name)
    result = Gradient(target=1).look(model, data, sample=3)
    assert isinstance(result, Saliency)
    expected = by_hand(model, data, 3, 1)
    expected = expected.sum(0) if expected.ndim == 3 else expected
    np.testing.assert_allclose(result.values, expected.numpy(), atol=1e-6)
    assert result.limit == pytest.approx(float(expected.abs().max()), rel=1e-5)
    assert (result.values < 0).any()  # signed


def test_saliency_explains_the_predicted_class_unless_told_otherwise():
    model, data = toy("cnn")
    predicted = int(scores(model, data, [3])[0].argmax())
    np.testing.assert_array_equal(
        Gradient().look(model, data, sample=3).values, Gradient(target=predicted).look(model, data, sample=3).values
    )
    assert f"{THREE[predicted]} (predicted)" in Gradient().look(model, data, sample=3).caption
    other = (predicted + 1) % 3
    assert f", {THREE[other]}:" in Gradient(target=other).look(model, data, sample=3).caption
    assert isinstance(Gradient(target=3).look(model, data), Nothing)


@pytest.mark.parametrize("name", ["cnn", "colour cnn", "mlp", "lstm", "attention", "regression"])
def test_integrated_gradients_sum_to_the_rise_of_the_score(name):
    model, data = toy(name)
    result = IntegratedGradients(target=1, steps=512).look(model, data, sample=3)
    x = next(iter(data.inputs.values()))[[3]]
    model.eval()
    with torch.no_grad():
        outputs = [model(at) for at in (x, torch.zeros_like(x))]
    here, there = (float((o[0] if isinstance(o, tuple) else o)[0, 1]) for o in outputs)
    assert result.values.sum() == pytest.approx(here - there, abs=5e-3)
    assert f"{result.values.sum():+.3f}" in result.caption
    assert f"rose by {here - there:+.3f}" in result.caption
    assert "closer" not in result.caption


def test_of_a_linear_network_integrated_gradients_are_exactly_weight_times_input():
    model, data = toy("mlp")
    model.relu = torch.nn.Identity()
    result = IntegratedGradients(target=0).look(model, data, sample=4)
    weight = (model.out.weight @ model.hidden.weight)[0].detach()
    np.testing.assert_allclose(result.values, (weight * data.inputs["x"][4]).numpy(), atol=1e-6)
    assert result.names == data.columns


def test_a_gap_between_the_parts_and_the_rise_is_admitted():
    model, data = toy("mlp")
    with torch.no_grad():  # a step so steep that eight points miss it
        model.hidden.weight.mul_(1).fill_(1000.0)
        model.hidden.bias.fill_(-700.0)
        model.out.weight.fill_(1.0)
    model.relu = torch.nn.Sigmoid()
    result = IntegratedGradients(steps=8).look(model, data, sample=4)
    assert "more steps would bring them closer" in result.caption


def test_saliency_of_a_picture_comes_with_the_picture():
    model, data = toy("cnn")
    result = IntegratedGradients().look(model, data, sample=2)
    assert result.values.shape == (8, 8)
    assert result.picture.shape == (8, 8, 3)
    assert result.picture.dtype == np.uint8
    expected = (data.inputs["image"][2, 0] * 255).round().to(torch.uint8).numpy()
    np.testing.assert_array_equal(result.picture[..., 1], expected)


def test_of_two_inputs_the_one_that_can_change_is_explained():
    model, data = toy("two inputs")
    result = IntegratedGradients(target=2).look(model, data, sample=1)
    weight = model.out.weight[2, 6:].detach()
    np.testing.assert_allclose(result.values, (weight * data.inputs["x"][1]).numpy(), atol=1e-6)


def test_an_empty_validation_split_is_said_in_a_sentence():
    model, data = toy("cnn")
    data = replace(data, validation=torch.tensor([], dtype=torch.int64))
    for probe in (OnePrediction(), SomePredictions(), ConfusionMatrix(), Gradient()):
        result = probe.look(model, data)
        assert isinstance(result, Nothing)
        assert "no validation samples" in result.caption


def test_on_a_gpu_an_lstm_goes_backwards_without_cudnn():
    enabled = torch.backends.cudnn.enabled
    cuda = torch.device("cuda:0")
    with rnn_backward(toy("lstm")[0], cuda):
        assert not torch.backends.cudnn.enabled
    with rnn_backward(toy("cnn")[0], cuda):
        assert torch.backends.cudnn.enabled == enabled
    assert torch.backends.cudnn.enabled == enabled
