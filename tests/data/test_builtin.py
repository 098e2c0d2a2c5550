"""The data sets that come along."""

import pytest
import torch

from netbuilder.data.builtin import BreastCancer, Diabetes, Digits, Iris, Wine
from netbuilder.data.encoding import encode
from netbuilder.data.preview import class_balance


def test_digits_are_1797_pictures_from_0_to_1():
    dataset = Digits().read()
    pictures = dataset.inputs["picture"]
    assert pictures.shape == (1797, *dataset.spec.inputs["picture"].shape) == (1797, 1, 8, 8)
    assert pictures.dtype == torch.float32
    assert (pictures.min(), pictures.max()) == (0.0, 1.0)
    assert dataset.targets.dtype == torch.int64
    assert dataset.spec.target.classes == tuple("0123456789")
    assert dataset.is_picture
    assert dataset.summary() == "digits: 1,797 pictures of 1×8×8, 10 classes"
    assert len(dataset.validation) == 359


@pytest.mark.parametrize(
    ("source", "line"),
    [(Iris(), "iris: 150 rows of 4 numbers, 3 classes"), (Wine(), "wine: 178 rows of 13 numbers, 3 classes")],
)
def test_measurements_are_standardised_on_the_training_rows_only(source, line):
    dataset = source.read()
    assert dataset.summary() == line
    features = dataset.inputs["features"]
    training = features[dataset.train]
    assert torch.allclose(training.mean(0), torch.zeros(features.shape[1]), atol=1e-5)
    assert torch.allclose(training.std(0, correction=0), torch.ones(features.shape[1]), atol=1e-5)
    assert not torch.allclose(features.mean(0), torch.zeros(features.shape[1]), atol=1e-3)
    assert not dataset.is_picture
    assert list(dataset.table.columns[:-1]) == list(dataset.columns)


@pytest.mark.parametrize("source", [Digits, Iris, Wine])
def test_the_seed_decides_the_split_and_nothing_else(source):
    first, again, other = source(seed=1).read(), source(seed=1).read(), source(seed=2).read()
    assert torch.equal(first.validation, again.validation)
    assert not torch.equal(first.validation, other.validation)
    assert torch.equal(first.targets, other.targets)
    shares = [count.validation / (count.validation + count.training) for count in class_balance(first)]
    assert all(abs(share - 0.2) < 0.03 for share in shares)


def test_reading_leaves_torch_random_state_alone():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    Digits().read()
    Wine().read()
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_encodings_give_the_inputs_again():
    from netbuilder.data.columns import understand

    dataset = Iris().read()
    columns = [understand(name, [repr(v) for v in dataset.table[name]]) for name in dataset.table.columns[:-1]]
    assert torch.equal(torch.from_numpy(encode(columns, dataset.encodings)), dataset.inputs["features"])


def test_a_tumour_is_one_of_two_classes():
    dataset = BreastCancer().read()
    assert dataset.summary() == "breast cancer: 569 rows of 30 numbers, 2 classes"
    assert dataset.spec.target.classes == ("benign", "malignant")
    assert "worst concave points" in dataset.columns


def test_the_progress_of_diabetes_is_learned_in_standard_deviations_and_told_as_it_was_measured():
    dataset = Diabetes().read()
    assert dataset.spec.target.kind == "number"
    assert dataset.spec.target.names == ("progression",)
    training = dataset.targets[dataset.train]
    assert float(training.mean()) == pytest.approx(0.0, abs=1e-5)
    assert float(training.std(correction=0)) == pytest.approx(1.0, abs=1e-5)
    mean, scale = dataset.target_scale
    assert float(dataset.targets[0]) * scale + mean == pytest.approx(151.0, rel=1e-5)
    assert dataset.columns[:4] == ("age", "sex", "body mass index", "blood pressure")
    assert float(dataset.table["age"].min()) == 19.0
