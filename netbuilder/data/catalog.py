"""The list of data sources, by kind. Importing it costs nothing: a source imports what it reads with when it reads."""

from __future__ import annotations

from netbuilder.data.builtin import Digits, Iris, Wine
from netbuilder.data.csv_file import CsvFile
from netbuilder.data.image_folder import ImageFolder
from netbuilder.data.source import DataError, DataSource
from netbuilder.fields import BadSetting, Part

SOURCES: tuple[type[DataSource], ...] = (Digits, Iris, Wine, ImageFolder, CsvFile)


def find(kind: str) -> type[DataSource] | None:
    """The data source saved files call `kind`, or None if this version has no such source."""
    return next((source for source in SOURCES if source.kind == kind), None)


def source_of(part: Part) -> DataSource:
    """The data source a project names. Raises `DataError` for an unknown kind or a setting that can't be used."""
    source = find(part.kind)
    if source is None:
        known = ", ".join(source.kind for source in SOURCES)
        raise DataError(f"This version has no data source called {str(part.kind)[:80]!r}: choose one of {known}.")
    for name in part.settings:
        if name not in source.fields():
            raise DataError(f"{source.title} has no setting called {str(name)[:80]!r}: take it out.", str(name))
    try:
        return source(**part.settings)
    except BadSetting as error:
        raise DataError(error.sentence, error.field) from error
