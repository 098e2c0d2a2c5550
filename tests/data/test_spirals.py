"""Spirals: told apart by where a point lies, and not by either coordinate alone."""

import numpy as np
import pytest

from netbuilder.data.preview import class_balance
from netbuilder.data.spirals import Spirals


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_the_nearest_other_point_lies_on_the_same_spiral(classes):
    dataset = Spirals(classes=classes, noise=0.0, samples=2000).read()
    points = dataset.table[["x", "y"]].to_numpy()
    squares = (points**2).sum(1)
    apart = squares[:, None] + squares[None] - 2 * points @ points.T
    np.fill_diagonal(apart, np.inf)
    labels = dataset.targets.numpy()
    assert (labels[apart.argmin(1)] == labels).mean() > 0.98


def test_no_line_tells_two_spirals_apart():
    from sklearn.linear_model import LogisticRegression

    dataset = Spirals().read()
    points, labels = dataset.inputs["features"].numpy(), dataset.targets.numpy()
    assert LogisticRegression().fit(points, labels).score(points, labels) < 0.75


def test_every_spiral_has_as_many_points():
    counts = class_balance(Spirals(classes=4, samples=400).read())
    assert [count.training + count.validation for count in counts] == [100] * 4
    assert [count.name for count in counts] == ["spiral 1", "spiral 2", "spiral 3", "spiral 4"]


def test_noise_takes_points_off_their_spiral():
    still, moved = (Spirals(noise=noise).read().table["x"] for noise in (0.0, 0.1))
    assert 0.05 < float((still - moved).std()) < 0.15
