"""What a screen is told about a data set."""

import numpy as np
import pytest

from netbuilder.data import preview
from netbuilder.data.builtin import Digits, Iris
from netbuilder.data.csv_file import CsvFile


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
