"""The list of sources, and that looking at it costs nothing."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from netbuilder.data.catalog import SOURCES, find, source_of
from netbuilder.data.source import DataError

KINDS = [  # as saved files have them
    *("digits", "iris", "wine", "breast_cancer", "diabetes", "spirals"),
    *(
        "shapes",
        "photographs",
        "digit_times_number",
        "sequences",
        "copying",
        "sine_mixtures",
        "addition",
        "python_source",
    ),
    *("image_folder", "csv", "series_file", "text_file"),
]


def test_importing_the_catalogue_imports_nothing_heavy():
    heavy = {"torch", "pandas", "sklearn", "PIL", "PySide6", "numpy", "netbuilder.graph", "netbuilder.layers"}
    code = f"import sys, netbuilder.data.catalog; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_kind_is_found_and_made_with_its_defaults():
    assert [source.kind for source in SOURCES] == KINDS
    for source in SOURCES:
        assert find(source.kind) is source
        assert source_of(SimpleNamespace(kind=source.kind, settings={})) == source()


def test_a_project_may_have_no_data_yet_and_reading_it_says_so():
    source = source_of(SimpleNamespace(kind="none", settings={}))
    assert source.fields() == {}
    assert type(source) not in SOURCES
    with pytest.raises(DataError, match="no data yet"):
        source.read()


def test_settings_survive_a_saved_file():
    source = find("csv")(path="a.csv", target="price", missing="drop", validation=0.3)
    assert source_of(SimpleNamespace(kind="csv", settings=source.changed())) == source


@pytest.mark.parametrize(
    ("kind", "settings", "setting", "word"),
    [
        ("parquet", {}, None, "parquet"),
        ("digits", {"height": 3}, "height", "height"),
        ("digits", {"self": 3}, "self", "self"),
        ("digits", {"validation": 1.0}, "validation", "less than 1"),
        ("digits", {"seed": "x"}, "seed", "whole number"),
        ("image_folder", {"height": 0}, "height", "from 1"),
        ("csv", {"path": "a\0b"}, "path", "one line"),
    ],
)
def test_a_part_that_can_not_be_made_is_a_sentence_with_the_setting(kind, settings, setting, word):
    with pytest.raises(DataError, match=word) as caught:
        source_of(SimpleNamespace(kind=kind, settings=settings))
    assert caught.value.setting == setting


def test_a_source_with_some_bad_settings_keeps_the_good_ones():
    source, refused = find("digits").from_settings({"seed": 4, "validation": 7, "what": 1})
    assert source.seed == 4
    assert source.validation == 0.2
    assert [error.field for error in refused] == ["validation", "what"]


def test_a_relative_path_is_looked_for_beside_the_projects_file(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    (tmp_path / "prices.csv").write_text("a,b\n1,2\n")
    part = SimpleNamespace(kind="csv", settings={"path": "prices.csv"})
    assert source_of(part, tmp_path).path == str(tmp_path / "prices.csv")
    assert source_of(part).path == "prices.csv"
    for elsewhere in ("/data/prices.csv", "~/prices.csv", "none.csv", "a\tb", "x" * 4000, ""):
        part = SimpleNamespace(kind="csv", settings={"path": elsewhere})
        assert source_of(part, tmp_path).path == elsewhere
