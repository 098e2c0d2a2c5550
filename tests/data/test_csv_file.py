"""CSV files, as people have them."""

import csv
import io
import os
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbuilder.data.csv_file import CsvFile
from netbuilder.data.source import Cancelled, DataError


@pytest.fixture
def write(tmp_path):
    def write(content, name="table.csv"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(file)

    return write


def people(count=60, separator=","):
    """Rows with two numbers, a category and a class."""
    lines = [separator.join(("age", "height", "colour", "plan"))]
    for n in range(count):
        lines.append(
            separator.join((str(20 + n % 31), str(150.5 + n), ("red", "blue", "green")[n % 3], ("a", "b")[n % 2]))
        )
    return "\n".join(lines) + "\n"


def refused(source):
    with pytest.raises(DataError) as caught:
        source.read()
    sentence = str(caught.value)
    assert sentence.endswith((".", "?"))
    assert "\n" not in sentence
    assert caught.value.setting in CsvFile.fields()
    return sentence, caught.value.setting


def test_numbers_are_standardised_on_training_rows_and_categories_one_hot(write):
    dataset = CsvFile(path=write(people())).read()
    assert dataset.columns == ("age", "height", "colour = blue", "colour = green", "colour = red")
    features = dataset.inputs["features"]
    assert features.shape == (60, 5)
    assert torch.allclose(features[dataset.train, :2].mean(0), torch.zeros(2), atol=1e-5)
    assert torch.allclose(features[dataset.train, :2].std(0, correction=0), torch.ones(2), atol=1e-5)
    assert not torch.allclose(features[:, :2].mean(0), torch.zeros(2), atol=1e-4)
    assert features[0, 2:].tolist() == [0, 0, 1]
    assert dataset.spec.target.classes == ("a", "b")
    assert dataset.summary() == "table.csv: 60 rows of 5 numbers, 2 classes"


def test_changing_validation_rows_changes_nothing_that_was_learned(write):
    rows = people().splitlines()
    before = CsvFile(path=write("\n".join(rows))).read()
    held = int(before.validation[0])
    rows[held + 1] = "9999,9999,violet," + rows[held + 1].rpartition(",")[2]
    after = CsvFile(path=write("\n".join(rows))).read()
    assert after.encodings == before.encodings
    assert torch.equal(after.inputs["features"][after.train], before.inputs["features"][before.train])
    assert after.inputs["features"][held, 2:].tolist() == [0, 0, 0]  # a colour training never saw


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(write, separator):
    dataset = CsvFile(path=write(people(separator=separator))).read()
    assert dataset.inputs["features"].shape == (60, 5)


def test_the_separator_can_be_said(write):
    dataset = CsvFile(path=write("a,b;c\n" + "1,5;x\n2,5;y\n" * 9), separator="semicolon").read()
    assert dataset.columns == ("a,b",)
    assert sorted(set(dataset.table["a,b"])) == [1.5, 2.5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_encoding_is_found(write, encoding):
    text = "größe,farbe\n" + "1,weiß\n2,grün\n" * 10
    dataset = CsvFile(path=write(text.encode(encoding))).read()
    assert dataset.columns == ("größe",)
    assert dataset.spec.target.classes == ("grün", "weiß")
    assert any("Latin-1" in note for note in dataset.notes) == (encoding == "latin-1")


def test_a_header_is_told_from_a_first_row(write):
    without = "\n".join(people().splitlines()[1:])
    dataset = CsvFile(path=write(without)).read()
    assert len(dataset) == 60
    assert dataset.spec.target.classes == ("a", "b")
    assert list(dataset.table.columns) == ["column 1", "column 2", "column 3", "column 4"]
    words = CsvFile(path=write("red,round\nblue,square\n" * 10)).read()
    assert len(words) == 20
    assert len(CsvFile(path=write("red,round\n" + "red,round\nblue,square\n" * 10), header="yes").read()) == 20
    assert len(CsvFile(path=write(people()), header="no").read()) == 61


def test_names_are_made_unique_and_clean(write):
    text = 'x,x,,"two\nlines",y\n' + "1,2,3,4,a\n2,3,5,5,b\n" * 10
    dataset = CsvFile(path=write(text)).read()
    assert list(dataset.table.columns) == ["x", "x (2)", "column 3", "two lines", "y"]


def test_the_target_may_be_any_column(write):
    path = write(people())
    dataset = CsvFile(path=path, target="colour").read()
    assert dataset.spec.target.classes == ("blue", "green", "red")
    assert dataset.columns == ("age", "height", "plan = a", "plan = b")
    assert list(dataset.table.columns)[-1] == "colour"


def test_a_last_column_that_is_empty_is_not_the_target(write):
    text = "\n".join(line + "," for line in people().splitlines())
    dataset = CsvFile(path=write(text)).read()
    assert dataset.spec.target.classes == ("a", "b")
    assert dataset.notes == ("column 5 has no values and was left out.",)


def test_a_number_is_predicted_in_its_own_unit(write):
    dataset = CsvFile(path=write(people()), target="height", standardise_target=False).read()
    assert dataset.spec.target.kind == "number"
    assert dataset.spec.target.names == ("height",)
    assert dataset.targets.shape == (60, 1)
    assert dataset.targets.dtype == torch.float32
    assert dataset.targets[0].item() == 150.5
    assert "standardise_target" in dataset.notes[-1]


def test_a_predicted_number_is_standardised_on_training_rows(write):
    dataset = CsvFile(path=write(people()), target="height").read()
    mean, scale = dataset.target_scale
    assert abs(dataset.targets[dataset.train].mean()) < 1e-5
    assert dataset.targets[0].item() * scale + mean == pytest.approx(150.5, abs=1e-3)


def test_few_whole_numbers_are_classes_in_the_order_of_numbers(write):
    path = write("x,grade\n" + "".join(f"{n / 7},{(10, 9, 2)[n % 3]}\n" for n in range(60)))
    dataset = CsvFile(path=path).read()
    assert dataset.spec.target.classes == ("2", "9", "10")
    assert "taken for a class" in dataset.notes[0]
    assert CsvFile(path=path, target_kind="number").read().spec.target.kind == "number"


def test_a_missing_number_is_the_training_mean_and_a_missing_category_its_own(write):
    rows = people().splitlines()
    dataset = CsvFile(path=write("\n".join(rows))).read()
    first, second = dataset.train[:2].tolist()
    held = int(dataset.validation[0])
    rows[first + 1] = ",160,red," + rows[first + 1][-1]
    rows[second + 1] = "20,160,," + rows[second + 1][-1]
    rows[held + 1] = "?,160,NA," + rows[held + 1][-1]
    dataset = CsvFile(path=write("\n".join(rows))).read()
    features = dataset.inputs["features"]
    assert dataset.columns[-1] == "colour is missing"
    assert features[first, 0] == features[held, 0] == 0.0
    assert features[second, 2:].tolist() == features[held, 2:].tolist() == [0, 0, 0, 1]
    assert not features.isnan().any()

    zero = CsvFile(path=write("\n".join(rows)), missing="zero").read()
    assert zero.inputs["features"][first, 0] == zero.inputs["features"][:, 0].min() < -2
    assert zero.inputs["features"][second, 2:].tolist() == [0, 0, 0]

    drop = CsvFile(path=write("\n".join(rows)), missing="drop").read()
    assert len(drop) == len(drop.table) == 57
    assert drop.notes == ("3 rows with a missing value were left out.",)


def test_rows_without_a_target_are_left_out_and_counted(write):
    dataset = CsvFile(path=write(people() + "1,2,red,\n3,4,blue,NA\n")).read()
    assert len(dataset) == 60
    assert dataset.notes == ("2 rows without a target were left out.",)


def test_columns_that_say_nothing_are_left_out_and_named(write):
    lines = ["id,always,name,x,y"] + [f"{n + 5},7,name {n},{n % 13},{'ab'[n % 2]}" for n in range(80)]
    path = write("\n".join(lines))
    dataset = CsvFile(path=path).read()
    assert dataset.columns == ("x",)
    assert dataset.notes == (
        "name was left out: it has 64 different values, and at most 50 are encoded.",
        "always was left out: it has the same value in every training row.",
        "id was left out: it numbers the rows and says nothing about them.",
    )
    kept = CsvFile(path=path, leave_out_ids=False, most_categories=100).read()
    assert kept.columns[:2] == ("id", "name = name 0")


def test_columns_can_be_ignored_and_numbers_made_categories(write):
    dataset = CsvFile(path=write(people()), ignore="height, colour", categories="age").read()
    assert all(name.startswith("age = ") for name in dataset.columns)
    assert list(dataset.table.columns) == ["age", "plan"]


def test_rows_that_are_too_long_are_left_out_and_short_ones_filled(write):
    dataset = CsvFile(path=write(people() + "1,2,red,a,what,is,this\n\n;\n30,160,red,a,,\n")).read()
    assert len(dataset) == 61
    assert "1 row has more cells than there are columns and was left out." in dataset.notes


def test_quoted_cells_may_hold_separators_and_line_breaks(write):
    dataset = CsvFile(path=write("x,text\n" + '1,"a, b"\n2,"c\nd"\n' * 10)).read()
    assert dataset.spec.target.classes == ("a, b", "c\nd")


def test_the_same_seed_reads_the_same_and_another_splits_otherwise(write):
    path = write(people())
    first, again, other = (CsvFile(path=path, seed=seed).read() for seed in (1, 1, 2))
    assert torch.equal(first.inputs["features"], again.inputs["features"])
    assert torch.equal(first.validation, again.validation)
    assert not torch.equal(first.validation, other.validation)


def test_reading_can_be_called_off(write):
    def tell(what, done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        CsvFile(path=write(people())).read(tell)


def test_progress_is_told_in_megabytes_of_the_file(write):
    path, told = write(people(90_000)), []
    CsvFile(path=path).read(lambda *news: told.append(news))
    reading = [(done, total) for what, done, total in told if what == "Reading megabytes"]
    assert len(reading) >= 3
    assert reading == sorted(reading)
    assert reading[-1] == (Path(path).stat().st_size // 1_000_000,) * 2
    assert reading[-1][0] >= 1


def test_a_quotation_mark_that_is_never_closed_is_named(write):
    text = 'a,b,c\n1,2,x\n3,"4,y\n' + "".join(f"{n},{n},x\n" for n in range(50))
    with pytest.raises(DataError, match="quotation mark at line 3 that is not closed"):
        CsvFile(path=write(text)).read()


def test_a_last_cell_of_several_lines_is_read(write):
    text = "a,b,c\n" + "".join(f"{n},{n % 7},{'xy'[n % 2]}\n" for n in range(20)) + '1,2,"x\ny"\n'
    assert len(CsvFile(path=write(text), leave_out_ids=False).read()) == 21


@pytest.mark.parametrize(
    ("content", "more", "setting", "words"),
    [
        (b"", {}, "path", "is empty"),
        (b"\n \n", {}, "path", "is empty"),
        (b",,\n,,\n", {}, "path", "is empty"),
        (bytes(range(256)) * 40, {}, "path", "not a text file"),
        (Random(0).randbytes(4096).replace(b"\0", b"\1"), {}, "path", "not a text file"),
        (b"PK\x03\x04" + b"x" * 99, {}, "path", "Excel"),
        (b"\x1f\x8b" + b"x" * 99, {}, "path", "gzip"),
        (b"x\n1\n2\n3\n", {}, "path", "only one column"),
        (b"x,y\n", {"header": "yes"}, "path", "no rows"),
        (b"x,y\n1,a\n", {}, "target", "Only one row"),
        (b"x,y\n" + b"1,a\n2,a\n" * 9, {}, "target", "nothing to learn"),
        (b"x,y\n" + b"1,2.5\n2,2.5\n" * 9, {"target_kind": "number"}, "target", "nothing to learn"),
        (b"x,y\n" + b"1,a\n1,b\n" * 9, {}, "ignore", "left to learn from"),
        (b"x,y\n" + b"1,a\n2,b\n" * 9, {"ignore": "x"}, "ignore", "left to learn from"),
        (b"x,y\n" + b"1,a\n2,b\n" * 9, {"ignore": "x, y"}, "ignore", "left to predict"),
        (b"x,y\n" + b"1,a\n2,b\n" * 9, {"target": "y", "ignore": "y"}, "ignore", "can't be left out too"),
        (b"size,y\n" + b"1,a\n2,b\n" * 9, {"target": "sise"}, "target", "did you mean 'size'"),
        (b"size,y\n" + b"1,a\n2,b\n" * 9, {"ignore": "what"}, "ignore", "there are size, y"),
        (b"x,y\n" + b"1,a\n2,b\n" * 9, {"target_kind": "number"}, "target_kind", "holds text"),
        (b"x,y\n" + b",a\n2,\n" * 9, {"missing": "drop"}, "missing", "missing value"),
        (b"x,z,y\n" + b"1,,\n2,,\n" * 9, {"target": "y"}, "target", "no values"),
        (b"x,y\n" + b"1,a\n2,b\n" * 9 + b'3,"' + b"open " * 40_000, {}, "path", "quotation mark"),
        (b"x,y\n" + b"1,a,3\n2,b,3\n" * 9, {"header": "yes"}, "separator", "check the separator"),
        (b"x,z,y\n" + b"1,2,a\n2,3,b\n" * 9, {"also": "zed"}, "also", "no column called 'zed'"),
        (b"x,z,y\n" + b"1,2,a\n2,3,b\n" * 9, {"target": "y", "also": "z, y"}, "also", "is the target already"),
        (b"x,z,y\n" + b"1,2,a\n2,3,b\n" * 9, {"also": "z", "ignore": "z"}, "ignore", "can't be left out too"),
        (b"x,z,y\n" + b"1,2,a\n2,2,b\n" * 9, {"also": "z"}, "also", "nothing to learn"),
        (b"x,z,y\n" + b"1,,a\n2,,b\n" * 9, {"also": "z"}, "also", "z has no values"),
        (b"x," + b"z" * 70 + b",y\n" + b"1,2,a\n2,3,b\n" * 9, {"also": "z" * 70}, "also", "too long a name"),
        (b"x,y\n" + b"1,a\n2,b\n" * 9, {"also": "x"}, "ignore", "but y and x is left to learn from"),
        (b"x,y\n" + b"".join(b"%d,c%d\n" % (n % 9, n) for n in range(5000)), {}, "target", "5,000 different"),
        (b"x,y\n" + b"".join(b"%d,c%d\n" % (n, n) for n in range(9)), {}, "validation", "only one sample"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_not_be_learned_from_is_a_sentence_with_the_setting(write, content, more, setting, words):
    sentence, blamed = refused(CsvFile(path=write(content), **more))
    assert words in sentence
    assert blamed == setting


def test_several_columns_of_different_kinds_are_predicted(write):
    path = write(people() + "33,,red,b\n")
    dataset = CsvFile(path=path, also="height, colour").read()
    assert dataset.columns == ("age",)
    assert dataset.spec.target.classes == ("a", "b")
    height, colour = dataset.spec.others["height"], dataset.spec.others["colour"]
    assert (height.kind, height.names) == ("number", ("height",))
    assert (colour.kind, colour.classes) == ("class", ("blue", "green", "red"))
    assert dataset.others["colour"][:3].tolist() == [2, 0, 1]
    mean, scale = dataset.other_scales["height"]
    assert dataset.other_scales.keys() == {"height"}
    assert dataset.others["height"][0].item() * scale + mean == pytest.approx(150.5, abs=1e-3)
    assert torch.allclose(dataset.others["height"][dataset.train].mean(), torch.zeros(()), atol=1e-5)
    assert "1 row without one of the targets was left out." in dataset.notes
    assert dataset.summary() == "table.csv: 60 rows of 1 number, 2 classes, and height, colour"


def test_all_that_is_predicted_stands_last_in_the_table_and_says_so(write):
    from netbuilder.data import preview

    dataset = CsvFile(path=write(people()), target="age", also="colour").read()
    assert preview.headings(dataset) == ("height", "plan", "colour", "age")
    assert preview.target_columns(dataset) == (2, 3)
    assert [column.target for column in preview.column_summary(dataset)] == [False, False, True, True]
    assert preview.sample_values(dataset, 0) == [
        ("height", "150.5"),
        ("plan", "a"),
        ("colour, to be predicted", "red"),
        ("age, to be predicted", "20"),
    ]


def test_whether_one_more_target_is_predicted_changes_nothing_for_the_first(write):
    path = write(people())
    alone, both = CsvFile(path=path, ignore="height").read(), CsvFile(path=path, also="height").read()
    assert torch.equal(alone.targets, both.targets)
    assert torch.equal(alone.validation, both.validation)
    assert torch.equal(alone.inputs["features"], both.inputs["features"])


def test_a_path_that_is_no_file_is_a_sentence(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (
        "",
        "  ",
        str(tmp_path),
        str(tmp_path / "gone.csv"),
        str(tmp_path / "pipe.csv"),
        "x" * 4000,
        "~nobody/x",
    ):
        _, setting = refused(CsvFile(path=path))
        assert setting == "path"


def test_a_file_larger_than_memory_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.write(b"x,y\n1,2\n")
        stream.truncate(2**40)
    sentence, setting = refused(CsvFile(path=str(file)))
    assert "of memory" in sentence
    assert setting == "path"


cell = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "NA", "1", "2.5", "1e308", "-1e300", "1e-320", "inf", "nan", "=cmd()", "__import__('os')", "1,5"]
    ),
)
ROUGH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def outcome(source):
    try:
        return source.read()
    except DataError as error:
        return error


def read_or_refuse(path, **more):
    """The data set is sound, or a sentence says why there is none."""
    dataset = outcome(CsvFile(path=str(path), **more))
    if isinstance(dataset, DataError):
        assert str(dataset).endswith(".")
        assert dataset.setting in CsvFile.fields()
        return
    features = dataset.inputs["features"]
    assert torch.isfinite(features).all()
    assert features.shape == (len(dataset), len(dataset.columns))
    assert features.shape[1:] == dataset.spec.inputs["features"].shape
    assert sorted([*dataset.train.tolist(), *dataset.validation.tolist()]) == list(range(len(dataset)))
    assert torch.isfinite(dataset.targets).all()
    assert len(dataset.table) == len(dataset)


@ROUGH
@given(
    st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=25),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["mean", "drop", "zero"]),
    st.sampled_from(["auto", "class", "number"]),
)
def test_any_cells_are_read_or_refused(tmp_path, rows, separator, missing, target_kind):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    (tmp_path / "a.csv").write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    read_or_refuse(tmp_path / "a.csv", missing=missing, target_kind=target_kind)


@ROUGH
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    read_or_refuse(tmp_path / "a.csv")


@ROUGH
@given(st.text(alphabet='ab1,;"\n\r\t. -', max_size=200), st.sampled_from(["auto", "yes", "no"]))
def test_any_text_like_a_table_is_read_or_refused(tmp_path, text, header):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    read_or_refuse(tmp_path / "a.csv", header=header)
