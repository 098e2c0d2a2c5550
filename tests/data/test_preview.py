"""What a screen is told about a data set."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from netbuilder.data import preview
from netbuilder.data.addition import Addition
from netbuilder.data.builtin import Digits, Iris
from netbuilder.data.catalog import find
from netbuilder.data.csv_file import CsvFile
from netbuilder.data.in_words import curve
from netbuilder.data.photographs import Photographs
from netbuilder.data.sequences import Sequences
from netbuilder.data.series import SineMixtures
from netbuilder.data.shapes import Shapes
from netbuilder.data.texts import PythonSource
from netbuilder.spec import TargetSpec
from tests.data.test_contract import MADE_HERE


@pytest.fixture(scope="module")
def digits():
    return Digits().read()


@pytest.fixture(scope="module")
def iris():
    return Iris().read()


@pytest.fixture
def prices(tmp_path):
    lines = ["rooms,street,price"] + [f"{n % 5 or ''},{'abc'[n % 3]},{100_000 + 1500.5 * n}" for n in range(40)]
    (tmp_path / "prices.csv").write_text("\n".join(lines), encoding="utf-8")
    return CsvFile(path=str(tmp_path / "prices.csv"), standardise_target=True).read()


def test_the_balance_counts_each_part_of_each_class(digits, prices):
    balance = preview.class_balance(digits)
    assert [count.name for count in balance] == list("0123456789")
    assert sum(count.training for count in balance) == len(digits.train)
    assert sum(count.validation for count in balance) == len(digits.validation)
    assert balance[3].training + balance[3].validation == int((digits.targets == 3).sum())
    assert preview.class_balance(prices) == []


def test_a_predicted_number_has_a_histogram_in_its_own_unit(prices):
    counts, edges = preview.target_histogram(prices, bins=4)
    assert counts.tolist() == [10, 10, 10, 10]
    assert edges[0] == pytest.approx(100_000, rel=1e-5)


def test_a_thumbnail_is_the_picture_in_eight_bits(digits):
    picture = preview.thumbnail(digits, 5)
    assert picture.shape == (8, 8, 3)
    assert picture.dtype == np.uint8
    assert np.allclose(picture[..., 0] / 255, digits.inputs["picture"][5, 0].numpy(), atol=0.002)


def test_rows_are_text_under_headings(iris, digits, prices):
    assert preview.headings(iris)[-1] == "species"
    assert preview.rows(iris, 0, 1) == [("5.1", "3.5", "1.4", "0.2", "setosa")]
    assert len(preview.rows(iris, 140, 100)) == 10
    assert preview.rows(iris, 500, 5) == []
    assert preview.headings(digits) == ("sample", "class", "part")
    assert preview.rows(digits, 3, 1) == [("sample 3", "3", preview.part_of(digits, 3))]
    assert preview.rows(prices, 0, 2) == [("", "a", "100000"), ("1", "b", "101500.5")]


def test_a_sample_is_said_in_one_line(digits, iris, prices):
    held = int(digits.validation[0])
    digit = int(digits.targets[held])
    assert preview.describe_sample(digits, held) == f"sample {held} · class {digit} · validation"
    assert preview.describe_sample(iris, int(iris.train[0])).endswith(" · setosa · training")
    assert " · price 100000" in preview.describe_sample(prices, 0)


def test_the_parts_are_those_of_the_split(iris):
    parts = [preview.part_of(iris, n) for n in range(len(iris))]
    assert [n for n, part in enumerate(parts) if part == "validation"] == iris.validation.tolist()


def test_a_raw_row_is_names_and_values(iris, digits):
    assert preview.sample_values(iris, 0)[0] == ("sepal length", "5.1")
    assert preview.sample_values(iris, 0)[-1] == ("species, to be predicted", "setosa")
    assert preview.sample_values(digits, 0) == []


def test_what_is_left_out_is_no_part_of_a_sample(tmp_path):
    rows = "".join(f"{n},{n * 7 % 11},{'ab'[n % 2]}\n" for n in range(1, 40))
    (tmp_path / "ids.csv").write_text("id,size,kind\n" + rows)
    names = [name for name, _ in preview.sample_values(CsvFile(path=str(tmp_path / "ids.csv")).read(), 0)]
    assert names == ["size", "kind, to be predicted"]


def test_columns_are_summed_up(prices, digits):
    rooms, street, price = preview.column_summary(prices)
    assert (rooms.kind, rooms.missing, rooms.distinct, rooms.mean) == ("number", 8, 4, 2.5)
    assert (rooms.least, rooms.most) == (1.0, 4.0)
    assert (street.kind, street.distinct, street.mean, street.used) == ("category", 3, None, True)
    assert (price.target, price.used, rooms.target) == (True, False, False)
    assert preview.column_summary(digits) == []


# What is no row of a table and no picture of one class


@pytest.mark.parametrize("kind", MADE_HERE)
def test_every_source_can_be_shown(kind):
    dataset = find(kind)().read()
    headings, columns = preview.headings(dataset), preview.target_columns(dataset)
    assert bool(columns) == (dataset.spec.target is not None)
    first, *_ = preview.rows(dataset, 0, 3)
    assert len(first) == len(headings)
    for column in columns:
        assert first[column] == preview.target_of(dataset, 0) != ""
    assert all(cell and len(cell) < 120 and "\n" not in cell for cell in first)
    described = preview.describe_sample(dataset, 0)
    assert described.startswith("sample 0 · ")
    assert described.endswith((" · training", " · validation"))
    assert bool(preview.sample_values(dataset, 0)) != dataset.is_picture
    assert all(name and value for name, value in preview.sample_values(dataset, 0))
    counts = preview.class_balance(dataset)
    if dataset.spec.target is not None and not counts:
        assert preview.target_histogram(dataset)[0].sum() == dataset.targets.numel()
    elif counts:
        assert sum(count.training + count.validation for count in counts) == dataset.targets.numel()
        assert all(count.name.strip() and "\n" not in count.name for count in counts)


def test_text_is_shown_as_text():
    dataset = Addition().read()
    assert preview.headings(dataset) == ("sample", "question", "answer", "target", "part")
    _, question, answer, target, _ = preview.rows(dataset, 7, 1)[0]
    assert sum(map(int, question.rstrip("=").split("+"))) == int(target)
    assert target.startswith(answer)
    assert preview.describe_sample(dataset, 7).startswith(f"sample 7 · {target} · ")
    code = PythonSource().read()
    _, text, target, _ = preview.rows(code, 5, 1)[0]
    assert text[1:] == target[:-1]


def test_text_without_a_way_back_is_said_by_its_tokens():
    dataset = Sequences().read()
    said = "".join(dataset.spec.tokens[token] for token in dataset.inputs["tokens"][4].tolist())
    assert preview.rows(dataset, 4, 1)[0][1] == said


def test_a_series_is_shown_as_small_curves():
    dataset = SineMixtures(channels=5, noise=0.0, trend=0.0).read()
    series = preview.rows(dataset, 0, 1)[0][1]
    assert series.startswith("series 1 ")
    assert series.endswith(" and 2 more")
    assert {"▁", "█"} <= set(series)
    assert curve(np.array([0.0, 1.0, 2.0, 7.0])) == "▁▂▃█"
    assert curve(np.zeros(3)) == "▁▁▁"
    assert len(curve(np.arange(1000.0))) == 24


def test_the_pixels_of_a_picture_have_a_colour_a_class():
    dataset = Shapes(samples=20).read()
    colours = preview.mask(dataset, 3)
    assert colours.shape == (32, 32, 3)
    assert colours.dtype == np.uint8
    classes = dataset.targets[3].numpy()
    pairs = {(int(c), *colour) for c, colour in zip(classes.reshape(-1), colours.reshape(-1, 3).tolist(), strict=True)}
    assert len(pairs) == len(np.unique(classes)) == len(np.unique(colours.reshape(-1, 3), axis=0))
    assert preview.target_of(dataset, 3).endswith("%")
    shares = [int(part.split()[-1].rstrip("%")) for part in preview.target_of(dataset, 3).split(",")]
    assert sum(shares) == pytest.approx(100, abs=2)
    assert "background" in preview.target_of(dataset, 3).split(", ")[-1]


def test_pictures_of_one_class_have_no_colours(digits):
    assert preview.mask(digits, 0) is None
    assert preview.mask(Photographs(samples=20).read(), 0) is None


def test_labels_are_counted_and_listed(digits):
    values = (torch.arange(1797)[:, None] % torch.tensor([2, 3]) == 1).float()
    target = TargetSpec("labels", classes=("odd", "one"))
    dataset = replace(digits, spec=replace(digits.spec, target=target), targets=values)
    assert [preview.target_of(dataset, n) for n in (1, 3, 4, 6)] == ["odd, one", "odd", "one", "none"]
    assert [count.training + count.validation for count in preview.class_balance(dataset)] == [898, 599]
