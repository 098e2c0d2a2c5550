"""A CSV file: one column, or several, are predicted from the others."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection
from typing import TYPE_CHECKING

from netbuilder.data.columns import ColumnName
from netbuilder.data.dataset import Dataset, counted, few
from netbuilder.data.source import DataError, DataSource, Tell, tell_nobody
from netbuilder.fields import Bool, Choice, Int, Path, Text

if TYPE_CHECKING:
    from netbuilder.data.columns import Cells
    from netbuilder.data.text_table import TextTable

LONGEST_OUTPUT = 60  # characters in the name of a node


class CsvFile(DataSource):
    """A table in a CSV file: choose the column to predict, or several, and the others are learned from."""

    kind = "csv"
    title = "CSV file"

    path = Path("", must="file", suffixes=(".csv", ".tsv", ".txt", ".data"), help="The table: a row a sample.")
    target = ColumnName(None, optional=True, none_means="the last column", help="The column to predict.")
    target_kind = Choice(
        "auto",
        ("auto", "class", "number"),
        titles={"auto": "as it looks", "class": "one of several classes", "number": "a number"},
        help="Whether the target is a class or a number.",
    )
    also = Text(
        "",
        max_length=20_000,
        label="predict too",
        placeholder="price, colour",
        help="Further columns to predict, with commas between: each by an Output of its name. How they are learned is "
        "set in Train.",
    )
    missing = Choice(
        "mean",
        ("mean", "drop", "zero"),
        titles={"mean": "the mean, or a category of its own", "drop": "leave the row out", "zero": "zero"},
        help="What stands for a missing value.",
    )
    ignore = Text("", max_length=20_000, placeholder="name, ticket", help="Columns to leave out, with commas between.")
    categories = Text(
        "",
        max_length=20_000,
        placeholder="zip code",
        advanced=True,
        help="Columns of numbers that are names of categories, with commas between.",
    )
    most_categories = Int(
        50, min=2, max=1000, advanced=True, help="A text column with more different values than this is left out."
    )
    leave_out_ids = Bool(True, advanced=True, help="Leave out columns that only number the rows (id, index).")
    standardise_target = Bool(
        True,
        advanced=True,
        help="Learn a number in standard deviations from its mean, as it is learned best. "
        "Errors and predictions are told in its own unit.",
    )
    separator = Choice(
        "auto", ("auto", "comma", "semicolon", "tab", "bar"), advanced=True, help="What stands between two cells."
    )
    header = Choice("auto", ("auto", "yes", "no"), advanced=True, help="Whether the first line names the columns.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        import numpy as np

        from netbuilder.data.columns import understand
        from netbuilder.data.encoding import Rules
        from netbuilder.data.tabular import dataset_of, has_target, target_kind
        from netbuilder.data.text_table import read_text_table

        table = read_text_table(self.path, self.separator, self.header, tell)
        if len(table.names) < 2:
            raise DataError("The file has only one column, and needs one to predict and one to learn from.", "path")
        ignored = frozenset(self._named("ignore", table))
        categories = self._named("categories", table)
        found: dict[str, Cells] = {}
        for number, (name, texts) in enumerate(table.columns()):
            tell("Reading columns", number, len(table.names))
            if name not in ignored or name == self.target:
                found[name] = understand(name, texts, comma=table.comma, category=name in categories)
        notes = [*table.notes, *(note for cells in found.values() for note in cells.notes)]
        further = [found.pop(name) for name in self._further(table, ignored)]
        target = found.pop(self._target(table, found))
        if target.name in ignored:
            raise DataError(f"{target.name} is the target and can't be left out too.", "ignore")
        for cells in (target, *further):
            if cells.missing.all():
                setting = "target" if cells is target else "also"
                raise DataError(f"{cells.name} has no values: choose another target.", setting)
        empty = [name for name, cells in found.items() if cells.missing.all()]
        if empty:
            notes.append(f"{few(empty)} {'has' if len(empty) == 1 else 'have'} no values and {_left_out(len(empty))}.")
        columns = [cells for name, cells in found.items() if name not in empty]

        kind = target_kind(target) if self.target_kind == "auto" else self.target_kind
        kinds = [target_kind(cells) for cells in further]
        kept = has_target(target, kind)
        for cells, each in zip(further, kinds, strict=True):
            kept &= has_target(cells, each)
        without = int((~kept).sum())
        if without:
            which = "one of the targets" if further else "a target"
            notes.append(f"{counted(without, 'row')} without {which} {_left_out(without)}.")
        if self.missing == "drop":
            whole = ~np.any([cells.missing for cells in columns], axis=0) if columns else np.ones_like(kept)
            dropped = int((kept & ~whole).sum())
            if dropped:
                notes.append(f"{counted(dropped, 'row')} with a missing value {_left_out(dropped)}.")
            if not (kept & whole).any():
                raise DataError("Every row has a missing value: let something stand for it.", "missing")
            kept &= whole
        rows = np.flatnonzero(kept)
        if len(rows) < 2:
            raise DataError("Only one row has a target, and two are needed: choose another file or target.", "target")
        if len(rows) < len(target):
            columns, target = [cells.at(rows) for cells in columns], target.at(rows)
            further = [cells.at(rows) for cells in further]
        guessed = [(target, kind)] if self.target_kind == "auto" else []
        for cells, each in (*guessed, *zip(further, kinds, strict=True)):
            if each == "class" and cells.numbers is not None:
                notes.append(f"{cells.name} is taken for a class, as it has few different values, all whole numbers.")
        tell("Encoding columns", 0, 0)
        return dataset_of(
            title_of(self.path),
            columns,
            target,
            kind,
            share=self.validation,
            seed=self.seed,
            rules=Rules(self.missing, self.most_categories, self.leave_out_ids),
            standardise_target=self.standardise_target,
            notes=notes,
            further=list(zip(further, kinds, strict=True)),
        )

    def _further(self, table: TextTable, ignored: Collection[str]) -> tuple[str, ...]:
        """The names of the further targets."""
        names = self._named("also", table)
        for name in names:
            if name == self.target:
                raise DataError(f"{name} is the target already: take it out of those to predict too.", "also")
            if name in ignored:
                raise DataError(f"{name} is to be predicted and can't be left out too.", "ignore")
            if len(name) > LONGEST_OUTPUT:
                raise DataError(
                    f"{name[:40]}… is too long a name for an Output: shorten it to {LONGEST_OUTPUT} characters.", "also"
                )
        return names

    def _target(self, table: TextTable, found: dict[str, Cells]) -> str:
        """The name of the target: the one chosen, or the last column that has values."""
        if self.target is not None:
            return known_column(self.target, table.names, "target")
        with_values = [name for name, cells in found.items() if not cells.missing.all()]
        if not with_values:
            raise DataError("No column is left to predict: leave fewer columns out.", "ignore")
        return with_values[-1]

    def _named(self, setting: str, table: TextTable) -> tuple[str, ...]:
        """The columns that a setting lists; a name with a comma in it is written in quotation marks."""
        listed = next(csv.reader([self.settings[setting]], skipinitialspace=True), [])
        found = (known_column(name.strip(), table.names, setting) for name in listed if name.strip())
        return tuple(dict.fromkeys(found))


def known_column(name: str, names: tuple[str, ...], setting: str) -> str:
    """`name`, if there is such a column. Raises `DataError`."""
    if name in names:
        return name
    close = difflib.get_close_matches(name, names[:1000], n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"there are {few(list(names), 8)}."
    raise DataError(f"There is no column called {name[:80]!r}: {remedy}", setting)


def _left_out(count: int) -> str:
    return f"{'was' if count == 1 else 'were'} left out"


def title_of(path: str) -> str:
    """What a data set from a file is called: the file's name."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
