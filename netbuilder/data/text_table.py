"""Reads a CSV file of unknown making into rows of text: its encoding, separator and header are found out.

It knows nothing about what the cells mean, and nothing in a file can do more than be read as text.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from netbuilder.data.columns import number_in
from netbuilder.data.dataset import counted
from netbuilder.data.memory import check_fits
from netbuilder.data.source import DataError, Tell, tell_nobody

SEPARATORS = {"tab": "\t", "semicolon": ";", "bar": "|", "comma": ","}  # in the order they are believed
HEAD = 1 << 16  # bytes looked at to find out how the file is written
LOOKED_AT = 1000  # rows looked at to tell a header from a first row
TELL_EVERY = 20_000
BYTES_PER_BYTE = 16  # memory a byte of CSV takes on its way to tensors; 13 measured on a table of short cells
LONGEST_NAME = 200
ARCHIVES = {
    b"PK\x03\x04": "an Excel workbook or a zip archive: save it as CSV first",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save it as CSV first",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"PAR1": "a Parquet file: save it as CSV first",
    b"%PDF": "a PDF: choose a CSV file",
}


@dataclass(frozen=True)
class TextTable:
    """Rows of equally many cells, and sentences about what was left out or guessed."""

    names: tuple[str, ...]
    rows: list[list[str]]
    separator: str
    notes: tuple[str, ...] = ()

    @property
    def comma(self) -> bool:
        """Whether a comma inside a cell may be a decimal one."""
        return self.separator != ","

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The columns in order: a name, and its cells."""
        yield from zip(self.names, zip(*self.rows, strict=True), strict=True)


def read_text_table(path: str, separator: str = "auto", header: str = "auto", tell: Tell = tell_nobody) -> TextTable:
    """Read the whole file. `separator` is a key of SEPARATORS or "auto", `header` "yes", "no" or "auto"."""
    file = regular_file(path)
    try:
        size = file.stat().st_size
        check_fits(size * BYTES_PER_BYTE, f"Reading {file.name}", "choose a smaller file", "path")
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        encodings = _encodings(head, file.name)
        for encoding in encodings:
            sample = head.decode(encoding, errors="replace")
            mark = SEPARATORS.get(separator) or _find_separator(sample, whole=len(head) == size)
            try:
                rows = _read_rows(file, encoding, mark, size, tell)
            except UnicodeError:
                continue
            guessed = encoding == "latin-1"
            return _table(file.name, rows, mark, header, ("It is not UTF-8 and was read as Latin-1.",) * guessed)
    except OSError as error:
        raise DataError(f"{file.name} can't be read ({error.strerror or error}).", "path") from error
    raise DataError(f"{file.name} is not text in an encoding this version knows: save it as UTF-8.", "path")


def regular_file(path: str, what: str = "a CSV file") -> Path:
    """The file at `path`, which is not opened. Raises `DataError`."""
    if not path.strip():
        raise DataError(f"No file is chosen yet: choose {what}.", "path")
    expanded = os.path.expanduser(path)  # noqa: PTH111  (Path.expanduser raises where this does not)
    if os.path.isdir(expanded):  # noqa: PTH112
        raise DataError(f"{path} is a folder: choose {what}.", "path")
    if not os.path.exists(expanded):  # noqa: PTH110
        raise DataError(f"There is no file {path}: choose another one.", "path")
    if not os.path.isfile(expanded):  # noqa: PTH113
        raise DataError(f"{path} is not an ordinary file: choose {what}.", "path")
    return Path(expanded)


def _encodings(head: bytes, name: str) -> tuple[str, ...]:
    """The encodings to try, in order. Raises `DataError` for what is no text at all."""
    if not head.strip():
        raise DataError(f"{name} is empty: choose another file.", "path")
    for signature, what in ARCHIVES.items():
        if head.startswith(signature):
            raise DataError(f"{name} is {what}.", "path")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    control = sum(head.count(code) for code in (*range(9), *range(14, 32), 127))
    if b"\0" in head or control > len(head) // 50:
        raise DataError(f"{name} is not a text file: choose a CSV file.", "path")
    return ("utf-8-sig", "latin-1")


def _find_separator(sample: str, *, whole: bool) -> str:
    """The separator that cuts the lines of `sample` into equally many cells, more than one."""
    lines = sample.splitlines()
    if not whole and len(lines) > 1:
        lines.pop()  # cut in the middle
    best, best_share = ",", 0.0
    for mark in SEPARATORS.values():
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark, skipinitialspace=True) if row)
        except csv.Error:
            continue
        widest = [(count, width) for width, count in widths.items() if width > 1]
        if widest and max(widest)[0] / widths.total() > best_share:
            best, best_share = mark, max(widest)[0] / widths.total()
    return best


def _read_rows(file: Path, encoding: str, mark: str, size: int, tell: Tell) -> list[list[str]]:
    rows: list[list[str]] = []
    with file.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=mark, skipinitialspace=True)
        began = ended = 0  # lines before the last row, and before the end
        try:
            for number, row in enumerate(reader, 1):
                began, ended = ended, reader.line_num
                if any(row):  # a line of separators only is no row
                    rows.append(row)
                if number % TELL_EVERY == 0:
                    tell("Reading megabytes", raw.tell() // 1_000_000, size // 1_000_000)
        except csv.Error as error:
            raise DataError(
                f"{file.name} can't be cut into cells at line {reader.line_num:,} ({error}): "
                "a quotation mark may be left open there.",
                "path",
            ) from error
        if rows and "\n" in rows[-1][-1] and not _ends_in_quotation_mark(raw, encoding):
            raise DataError(
                f"{file.name} has a quotation mark at line {began + 1:,} that is not closed: close it or take it out.",
                "path",
            )
    tell("Reading megabytes", size // 1_000_000, size // 1_000_000)
    return rows


def _ends_in_quotation_mark(raw: BinaryIO, encoding: str) -> bool:
    """Whether the last cell of a file is closed: the reader takes one that is not, and all that follows, for a cell."""
    raw.seek(max(0, raw.seek(0, os.SEEK_END) - 64))
    return encoding == "utf-16" or raw.read().rstrip().endswith(b'"')


def _table(file: str, rows: list[list[str]], mark: str, header: str, notes: tuple[str, ...]) -> TextTable:
    if not rows:
        raise DataError(f"{file} is empty: choose another file.", "path")
    named = header == "yes" or (header == "auto" and _has_header(rows))
    if named:
        first, rows = rows[0], rows[1:]
        width = len(first)
        if not rows:
            raise DataError(f"{file} has a header but no rows: choose another file.", "path")
    else:
        width = Counter(map(len, rows[:LOOKED_AT])).most_common(1)[0][0]
        first = []
    fitting = [row for row in (_fit(row, width) for row in rows) if row is not None]
    if not fitting:
        raise DataError(
            f"No row of {file} has {counted(width, 'cell')} as its first line does: check the separator.", "separator"
        )
    if len(fitting) < len(rows):
        longer = len(rows) - len(fitting)
        more = "more cells than there are columns"
        notes += (f"{counted(longer, 'row has', 'rows have')} {more} and {'was' if longer == 1 else 'were'} left out.",)
    return TextTable(_names(first, width), fitting, mark, notes)


def _fit(row: list[str], width: int) -> list[str] | None:
    """The row with exactly `width` cells, or None if it holds more."""
    if len(row) <= width:
        return row + [""] * (width - len(row)) if len(row) < width else row
    return None if any(cell.strip() for cell in row[width:]) else row[:width]


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: it holds no number, and its cells do not come again below it."""
    first, rest = rows[0], rows[1:LOOKED_AT]
    if any(number_in(cell, True) == number_in(cell, True) for cell in first):
        return False
    again = sum(
        any(column < len(row) and row[column] == cell for row in rest) for column, cell in enumerate(first) if cell
    )
    return again * 2 <= len(first)


def _names(cells: list[str], width: int) -> tuple[str, ...]:
    """A name for each column, all different: cleaned of line breaks, and made up where there is none."""
    names: list[str] = []
    taken: set[str] = set()
    for number in range(1, width + 1):
        cell = cells[number - 1] if cells else ""
        wanted = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", cell).strip()[:LONGEST_NAME] or f"column {number}"
        name, copy = wanted, 1
        while name in taken:
            copy += 1
            name = f"{wanted} ({copy})"
        taken.add(name)
        names.append(name)
    return tuple(names)
