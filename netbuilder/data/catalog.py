"""The list of data sources, by kind. Importing it costs nothing: a source imports what it reads with when it reads."""

from __future__ import annotations

from pathlib import Path as FilePath

from netbuilder.data.addition import Addition
from netbuilder.data.builtin import BreastCancer, Diabetes, Digits, Iris, Wine
from netbuilder.data.csv_file import CsvFile
from netbuilder.data.image_folder import ImageFolder
from netbuilder.data.nothing import NoData
from netbuilder.data.photographs import Photographs
from netbuilder.data.products import DigitTimesNumber
from netbuilder.data.sequences import Copying, Sequences
from netbuilder.data.series import SeriesFile, SineMixtures
from netbuilder.data.shapes import Shapes
from netbuilder.data.source import DataError, DataSource
from netbuilder.data.spirals import Spirals
from netbuilder.data.texts import PythonSource, TextFile
from netbuilder.fields import BadSetting, Part, Path
from netbuilder.places import is_elsewhere

SOURCES: tuple[type[DataSource], ...] = (  # what can be chosen
    *(Digits, Iris, Wine, BreastCancer, Diabetes, Spirals),
    *(Shapes, Photographs, DigitTimesNumber, Sequences, Copying, SineMixtures, Addition, PythonSource),
    *(ImageFolder, CsvFile, SeriesFile, TextFile),
)


def find(kind: str) -> type[DataSource] | None:
    """The data source saved files call `kind`, or None if this version has no such source."""
    known: tuple[type[DataSource], ...] = (*SOURCES, NoData)
    return next((source for source in known if source.kind == kind), None)


def source_of(part: Part, beside: FilePath | None = None) -> DataSource:
    """The data source a project names. Raises `DataError` for an unknown kind or a setting that can't be used.

    A relative path means what lies there `beside` the project's file, so that a folder with both can be moved; if
    nothing does, it is left as it is.
    """
    source = find(part.kind)
    if source is None:
        known = ", ".join(source.kind for source in SOURCES)
        raise DataError(f"This version has no data source called {str(part.kind)[:80]!r}: choose one of {known}.")
    for name in part.settings:
        if name not in source.fields():
            raise DataError(f"{source.title} has no setting called {str(name)[:80]!r}: take it out.", str(name))
    try:
        return placed(source(**part.settings), beside)
    except BadSetting as error:
        raise DataError(error.sentence, error.field) from error


def placed(source: DataSource, beside: FilePath | None) -> DataSource:
    """The source with the paths in full that name something `beside` the project's file."""
    found: dict[str, str] = {}
    if beside is None:
        return source
    for name, field in source.fields().items():
        path = source.settings[name] if isinstance(field, Path) else ""
        if path and not path.startswith("~") and not FilePath(path).is_absolute():
            try:
                full = (beside / path).absolute()
                if full.exists():
                    found[name] = str(full)
            except (OSError, ValueError):  # no name that a file can have: reading it says so
                continue
    return source.with_settings(**found) if found else source


def elsewhere(part: Part) -> str:
    """The path among a project's settings of its data that names another computer; "" if none does."""
    return next((value for value in part.settings.values() if isinstance(value, str) and is_elsewhere(value)), "")
