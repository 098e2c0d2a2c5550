"""Pictures that are made here or cut from photographs: what is asked of them can be seen in them."""

import numpy as np
import pytest
import torch

from netbuilder.data.photographs import Photographs
from netbuilder.data.products import DigitTimesNumber
from netbuilder.data.shapes import CLASSES, Shapes
from netbuilder.data.source import DataError
from netbuilder.spec import TargetSpec


@pytest.fixture(scope="module")
def shapes():
    return Shapes(samples=300, noise=0.0).read()


def test_every_pixel_of_a_picture_of_shapes_has_a_class(shapes):
    assert shapes.spec.target.positions == (32, 32)
    assert shapes.spec.target.classes == ("background", "circle", "square", "triangle")
    assert shapes.targets.unique().tolist() == [0, 1, 2, 3]
    assert shapes.is_picture
    assert shapes.summary() == "shapes: 300 pictures of 3×32×32, 4 classes at each of 32×32 places"


def test_the_mask_of_a_shape_covers_it(shapes):
    for picture, mask in zip(shapes.inputs["picture"].numpy(), shapes.targets.numpy(), strict=True):
        ground = picture[:, mask == 0]
        assert ground.size
        assert np.ptp(ground, axis=1).max() < 1e-6  # without noise the ground is of one colour
        assert (np.abs(picture[:, mask > 0] - ground[:, :1]) > 0.2).all()  # and nothing else is


def test_a_shape_is_of_its_form():
    dataset = Shapes(samples=400, size=64, most=1, colour="grey", noise=0.0).read()
    assert dataset.inputs["picture"].shape == (400, 1, 64, 64)
    seen = set()
    for mask in dataset.targets.numpy():
        rows, columns = np.nonzero(mask)
        if len(rows) < 250 or min(rows.min(), columns.min()) == 0 or max(rows.max(), columns.max()) == 63:
            continue  # of too few pixels to be measured, or cut off by the edge
        middle = np.array([rows.mean(), columns.mean()])
        farthest = np.hypot(rows - middle[0], columns - middle[1]).max() + 0.5
        share = len(rows) / (np.pi * farthest**2)  # of the circle around it
        (form,) = set(mask[rows, columns].tolist())
        expected = {"circle": 1.0, "square": 2 / np.pi, "triangle": 3 * np.sqrt(3) / 4 / np.pi}[CLASSES[form]]
        assert share == pytest.approx(expected, rel=0.15), CLASSES[form]
        seen.add(form)
    assert seen == {1, 2, 3}


def test_the_labels_of_a_picture_are_the_shapes_that_are_seen_in_it(shapes):
    dataset = Shapes(samples=300, noise=0.0, asked="labels").read()
    assert torch.equal(dataset.inputs["picture"], shapes.inputs["picture"])
    assert dataset.spec.target == TargetSpec("labels", classes=("circle", "square", "triangle"))
    assert dataset.targets.dtype == torch.float32
    for held, mask in zip(dataset.targets.tolist(), shapes.targets, strict=True):
        assert held == [float(shape in mask) for shape in (1, 2, 3)]
    assert dataset.summary() == "shapes: 300 pictures of 3×32×32, 3 labels"


def test_noise_changes_the_picture_and_not_the_mask(shapes):
    noisy = Shapes(samples=300, noise=0.1).read()
    assert torch.equal(noisy.targets[0], shapes.targets[0])
    assert 0.0 <= float(noisy.inputs["picture"].min()) < float(noisy.inputs["picture"].max()) <= 1.0
    assert 0.03 < float((noisy.inputs["picture"][0] - shapes.inputs["picture"][0]).std()) < 0.2


def test_pieces_of_photographs_have_no_target():
    dataset = Photographs(samples=200).read()
    assert dataset.spec.target is None
    assert dataset.targets.shape == (200, 0)
    assert dataset.is_picture
    assert 0.0 <= float(dataset.inputs["picture"].min()) < float(dataset.inputs["picture"].max()) <= 1.0
    assert dataset.summary() == "photographs: 200 pictures of 3×32×32"


@pytest.mark.parametrize(("size", "validation"), [(32, 0.2), (160, 0.01), (160, 0.99)])
def test_no_pixel_of_validation_is_trained_on(size, validation, monkeypatch):
    import sklearn.datasets

    class Numbered:  # every column of both photographs is of one value
        images = [np.broadcast_to(np.arange(200)[None, :, None], (170, 200, 3)).astype(np.uint8)] * 2

    if size == 160:
        Numbered.images = [np.broadcast_to(np.arange(0, 400)[None, :, None] // 2, (170, 400, 3)).astype(np.uint8)] * 2
    monkeypatch.setattr(sklearn.datasets, "load_sample_images", Numbered)
    dataset = Photographs(samples=300, size=size, validation=validation).read()
    pieces = dataset.inputs["picture"]
    assert float(pieces[dataset.train].max()) < float(pieces[dataset.validation].min()) + 1e-6


def test_a_product_is_that_of_the_digit_seen_and_the_number_beside_it():
    from sklearn.datasets import load_digits

    bunch = load_digits()
    digit_of = {picture.tobytes(): digit for picture, digit in zip(bunch.images, bunch.target, strict=True)}
    dataset = DigitTimesNumber(samples=3000).read()
    seen = [digit_of[(picture[0].double() * 16).numpy().tobytes()] for picture in dataset.inputs["picture"]]
    expected = torch.tensor(seen)[:, None] * dataset.inputs["number"]
    assert torch.allclose(dataset.targets, expected)
    assert not dataset.is_picture
    assert dataset.pictures == ("picture",)
    assert dataset.summary() == "digit times number: 3,000 samples of picture, number, predicts product"


def test_the_digit_can_be_a_second_target():
    alone, both = DigitTimesNumber(samples=500).read(), DigitTimesNumber(samples=500, digit_too=True).read()
    assert alone.others == alone.spec.others == {}
    assert list(both.spec.targets) == ["target", "digit"]
    assert both.spec.others["digit"] == TargetSpec("class", classes=tuple("0123456789"))
    assert torch.equal(both.targets, alone.targets)
    assert both.others["digit"].dtype == torch.int64
    assert torch.allclose(both.others["digit"][:, None] * both.inputs["number"], both.targets)


def test_neither_the_picture_nor_the_number_is_enough():
    dataset = DigitTimesNumber().read()
    product, number = dataset.targets[:, 0], dataset.inputs["number"][:, 0]
    slope = (product * number).mean() / (number**2).mean()
    assert float((product - slope * number).var() / product.var()) > 0.2  # the best that the number alone can say
    assert abs(float(product.mean())) < 0.2  # and the picture alone says nothing but 0


def test_no_picture_of_a_digit_is_on_both_sides():
    dataset = DigitTimesNumber().read()
    sides = [
        {p.numpy().tobytes() for p in dataset.inputs["picture"][rows]} for rows in (dataset.train, dataset.validation)
    ]
    assert not sides[0] & sides[1]


@pytest.mark.parametrize(
    ("source", "setting"),
    [(Shapes(size=512, samples=100_000), "samples"), (Photographs(size=160, samples=100_000), "samples")],
)
def test_what_does_not_fit_into_memory_is_said(source, setting, monkeypatch):
    from netbuilder.data import memory

    monkeypatch.setattr(memory, "available", lambda: 10**9)
    with pytest.raises(DataError, match="of memory") as caught:
        source.read()
    assert caught.value.setting == setting
