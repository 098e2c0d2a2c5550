"""Text to be continued: windows over the tokens of a long text, and for every token the one after it.

Where the text comes from is all that the two sources differ in.
"""

from __future__ import annotations

import platform
import sysconfig
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from netbuilder.data.dataset import Dataset, counted
from netbuilder.data.source import DataError, DataSource, Tell, tell_nobody
from netbuilder.fields import Choice, Float, Int, Path
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

if TYPE_CHECKING:
    from netbuilder.data.tokens import Tokens

MOST = 20_000_000  # characters
WRITTEN = ("\n", *map(chr, range(32, 127)))  # what Python is written with, in the order of Unicode
# Modules of one file each that every Python from 3.11 on has.
MODULES = (
    "argparse", "ast", "bdb", "calendar", "cmd", "code", "configparser", "copy", "csv", "dataclasses", "datetime",
    "decimal", "difflib", "dis", "doctest", "enum", "filecmp", "fileinput", "fnmatch", "fractions", "ftplib",
    "functools", "getopt", "gettext", "graphlib", "gzip", "hashlib", "heapq", "hmac", "inspect", "locale",
    "mailbox", "mimetypes", "netrc", "numbers", "optparse", "pdb", "pickle", "pickletools", "platform", "plistlib",
    "poplib", "pprint", "profile", "pstats", "pyclbr", "queue", "quopri", "random", "reprlib", "sched",
    "selectors", "shelve", "shlex", "shutil", "smtplib", "socketserver", "statistics", "string", "stringprep",
    "subprocess", "tarfile", "tempfile", "textwrap", "threading", "timeit", "token", "tokenize", "trace",
    "traceback", "tracemalloc", "turtle", "types", "typing", "uuid", "warnings", "wave", "weakref", "webbrowser",
    "zipapp"
)  # fmt: skip


class _Text(DataSource):
    """Windows over a text. A subclass says which text."""

    tokens = Choice(
        "characters", ("characters", "byte pairs"), help="What gets a number: a character, or a piece often seen."
    )
    vocabulary = Int(
        1000, min=257, max=50_000, help="How many different pieces there are, where the tokens are byte pairs."
    )
    length = Int(64, min=1, max=8192, unit="tokens", help="How many tokens the network sees.")
    stride = Int(32, min=1, max=8192, unit="tokens", advanced=True, help="How many later the next piece begins.")
    characters = Int(200_000, min=100, max=MOST, help="How much of the text is read, from its beginning.")
    validation = Float(
        0.2, above=0.0, below=1.0, help="The share of the text, at its end, that is kept for validation."
    )
    seed = None  # nothing is left to chance

    def _windows(self, title: str, text: str, tell: Tell, notes: tuple[str, ...] = ()) -> Dataset:
        import numpy as np
        import torch

        from netbuilder.data.memory import check_fits

        edge = len(text) - round(self.validation * len(text))
        tell("Turning text into numbers", 0, 0)
        tokens = self._tokens(text, edge)
        pieces = [np.array(tokens.encode(part), dtype=np.int64) for part in (text[:edge], text[edge:])]
        starts = [np.arange(0, len(piece) - self.length, self.stride) for piece in pieces]
        if not all(map(len, starts)):
            raise DataError(
                f"{counted(self.length + 1, 'token')} do not fit into the {len(pieces[0]):,} for training and the "
                f"{len(pieces[1]):,} for validation: choose a smaller length, or more text.",
                "length",
            )
        count = sum(map(len, starts))
        check_fits(
            8 * count * (self.length + 1),
            f"{counted(count, 'piece')} of {self.length:,} tokens",
            "enlarge it",
            "stride",
        )
        view = np.lib.stride_tricks.sliding_window_view
        every = np.concatenate([view(piece, self.length + 1)[at] for piece, at in zip(pieces, starts, strict=True)])
        windows = torch.from_numpy(every)
        shape = (self.length,)
        told = (
            f"The last {len(text) - edge:,} of {len(text):,} characters are for validation, and nothing reaches across."
        )
        return Dataset(
            spec=DataSpec(
                title,
                {"text": TensorSpec(shape, "int64")},
                TargetSpec("class", classes=tokens.words, positions=shape),
                tokens=tokens.words,
                so_far="text",
            ),
            inputs={"text": windows[:, :-1]},  # the two share their memory
            targets=windows[:, 1:],
            train=torch.arange(len(starts[0])),
            validation=torch.arange(len(starts[0]), count),
            notes=(*notes, told),
            tokens=tokens,
        )

    def _tokens(self, text: str, edge: int) -> Tokens:
        """The vocabulary: all the characters there are, or the pieces of what is trained on."""
        from netbuilder.data.tokens import BytePairs, Characters

        return Characters.of(text) if self.tokens == "characters" else BytePairs.of(text[:edge], self.vocabulary)


class PythonSource(_Text):
    """The source of Python's own standard library, as it is installed here: for every token the next is asked for, as
    in a language model."""

    kind = "python_source"
    title = "Python's own source"

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Reading Python's library", 0, 0)
        text = _library(self.characters)
        if not text:
            raise DataError(
                "The Python that runs here comes without the source of its library: choose a text file instead."
            )
        notes = (f"It is that of Python {platform.python_version()}: another version has another text.",)
        return self._windows("python source", text, tell, notes)

    def _tokens(self, text: str, edge: int) -> Tokens:
        """The characters are the same for every Python, whose text differs: a network that was drawn for one fits."""
        from netbuilder.data.tokens import UNKNOWN, Characters

        return Characters((*WRITTEN, UNKNOWN)) if self.tokens == "characters" else super()._tokens(text, edge)


class TextFile(_Text):
    """A text file of your own, in UTF-8: for every token the next is asked for, as in a language model."""

    kind = "text_file"
    title = "Text file"

    path = Path("", must="file", suffixes=(".txt", ".md", ".py", ".tex", ".html"), help="The text, in UTF-8.")
    characters = Int(2_000_000, min=100, max=MOST, help="How much of the text is read, from its beginning.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        from netbuilder.data.csv_file import title_of
        from netbuilder.data.text_table import regular_file

        file = regular_file(self.path, "a text file")
        tell("Reading text", 0, 0)
        try:
            with file.open(encoding="utf-8-sig") as stream:  # any line ends are \n
                text = stream.read(self.characters)
                more = bool(stream.read(1))
        except UnicodeError as error:
            raise DataError(
                f"{file.name} is not text in UTF-8: save it as UTF-8, or choose another.", "path"
            ) from error
        except OSError as error:
            raise DataError(f"{file.name} can't be read ({error.strerror or error}).", "path") from error
        if not text.strip():
            raise DataError(f"{file.name} is empty: choose another file.", "path")
        if "\0" in text:
            raise DataError(f"{file.name} is not a text file: choose another.", "path")
        notes = (f"Only the first {len(text):,} characters were read.",) if more else ()
        return self._windows(title_of(self.path), text, tell, notes)


def _library(most: int) -> str:
    """At most so many characters of the modules, one after the other; "" where there is no source."""
    folder = FilePath(sysconfig.get_path("stdlib"))
    found: list[str] = []
    there = 0
    for name in MODULES:
        if there >= most:
            break
        try:
            found.append((folder / f"{name}.py").read_text("utf-8"))
        except (OSError, UnicodeError):
            continue  # a later Python may have dropped it, and a packaged program brings none
        there += len(found[-1])
    return "".join(found)[:most]
