"""Series in time: made here of a few sines, or read from the columns of a CSV file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from netbuilder.data.dataset import Dataset, counted, few, plain
from netbuilder.data.generated import Generated
from netbuilder.data.source import DataError, DataSource, Tell, tell_nobody
from netbuilder.fields import Choice, Float, Int, Path, Text

if TYPE_CHECKING:
    import numpy as np

    from netbuilder.data.columns import Cells

WINDOW = "How many steps the network sees."
HORIZON = "How many steps after them it foretells."
STRIDE = "How many steps later the next window begins: 1 gives the most windows."
SHARE = "The share of the series, at its end, that is kept for validation."


class SineMixtures(Generated):
    """Series in time made here: each is a sum of three sines with a trend and noise. The next steps are foretold from
    those before."""

    kind = "sine_mixtures"
    title = "Mixtures of sines"

    window = Int(48, min=1, max=10_000, help=WINDOW)
    horizon = Int(12, min=1, max=10_000, help=HORIZON)
    channels = Int(2, min=1, max=32, help="How many series run side by side.")
    season = Int(24, min=2, max=10_000, help="After how many steps the slowest sine of each begins again.")
    trend = Float(1.0, min=-100.0, max=100.0, help="By how much they rise from the first step to the last.")
    noise = Float(0.1, min=0.0, max=10.0, help="The standard deviation of what can't be foretold.")
    stride = Int(1, min=1, max=10_000, advanced=True, help=STRIDE)
    samples = None  # there are as many as windows fit into the steps
    steps = Int(2000, min=10, max=1_000_000, help="How many steps the series has.")
    validation = Float(0.2, above=0.0, below=1.0, help=SHARE)
    seed = Int(0, min=0, max=2**31 - 1, advanced=True, help="Decides the sines and the noise.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        tell("Making a series", 0, 0)
        import numpy as np

        from netbuilder.data.memory import check_fits
        from netbuilder.data.windows import windows_of

        check_fits(8 * 4 * self.steps * self.channels, f"{self.steps:,} steps", "make fewer", "steps")
        random = self.random()
        step = np.arange(self.steps)[:, None]
        values = self.trend * step / self.steps + np.zeros((1, self.channels))
        for times, strength in ((1, 1.0), (2, 0.5), (5, 0.25)):  # as often a season, so that all of it comes again
            phase = random.uniform(0.0, 2 * np.pi, self.channels)
            strengths = strength * random.uniform(0.7, 1.3, self.channels)
            values = values + strengths * np.sin(2 * np.pi * times * step / self.season + phase)
        values = values + self.noise * random.standard_normal(values.shape)
        return windows_of(
            "mixtures of sines",
            [f"series {number + 1}" for number in range(self.channels)],
            values,
            window=self.window,
            horizon=self.horizon,
            stride=self.stride,
            share=self.validation,
            season=self.season,
        )


class SeriesFile(DataSource):
    """A series in time in a CSV file, a row a step from the earliest to the latest: the next steps of its columns are
    foretold from those before."""

    kind = "series_file"
    title = "Series in a CSV file"

    path = Path("", must="file", suffixes=(".csv", ".tsv", ".txt", ".data"), help="The table: a row a step in time.")
    columns = Text(
        "",
        max_length=20_000,
        placeholder="all that are numbers",
        help="Columns to learn from and to foretell, with commas between; none for all that are numbers.",
    )
    window = Int(48, min=1, max=10_000, help=WINDOW)
    horizon = Int(12, min=1, max=10_000, help=HORIZON)
    season = Int(
        None, min=2, max=1_000_000, optional=True, none_means="not known", help="After how many steps it about repeats."
    )
    stride = Int(1, min=1, max=10_000, advanced=True, help=STRIDE)
    separator = Choice(
        "auto", ("auto", "comma", "semicolon", "tab", "bar"), advanced=True, help="What stands between two cells."
    )
    header = Choice("auto", ("auto", "yes", "no"), advanced=True, help="Whether the first line names the columns.")
    validation = Float(0.2, above=0.0, below=1.0, help=SHARE)
    seed = None  # nothing is left to chance

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        import numpy as np

        from netbuilder.data.csv_file import title_of
        from netbuilder.data.encoding import mean_and_scale
        from netbuilder.data.text_table import read_text_table
        from netbuilder.data.windows import first_of_validation, windows_of

        table = read_text_table(self.path, self.separator, self.header, tell)
        tell("Reading columns", 0, 0)
        found, notes = self._columns(dict(table.columns()), comma=table.comma)
        values = np.stack([_filled(cells, notes) for cells in found], axis=1)
        edge = first_of_validation(len(values), self.validation)
        scales = []
        for cells, column in zip(found, values.T, strict=True):
            mean, scale = mean_and_scale(column[:edge])
            if scale == 0:
                raise DataError(
                    f"{cells.name} has the same value at every step of training ({cells.texts[0]}), so there is "
                    "nothing to foretell: leave it out.",
                    "columns",
                )
            scales.append((mean, scale))
            notes.append(f"{cells.name} is standardised: 0 stands for {plain(mean)}, and 1 for {plain(scale)} more.")
        return windows_of(
            title_of(self.path),
            [cells.name for cells in found],
            values,
            window=self.window,
            horizon=self.horizon,
            stride=self.stride,
            share=self.validation,
            season=self.season or 0,
            scales=scales,
            notes=[*table.notes, *notes],
        )

    def _columns(self, table: dict[str, tuple[str, ...]], *, comma: bool) -> tuple[list[Cells], list[str]]:
        """The columns that are named, or all of numbers that do more than number the rows; and sentences about them."""
        from netbuilder.data.columns import understand
        from netbuilder.data.csv_file import known_column
        from netbuilder.data.encoding import is_id

        listed = next(csv.reader([self.columns], skipinitialspace=True), [])
        chosen = list(
            dict.fromkeys(known_column(name.strip(), tuple(table), "columns") for name in listed if name.strip())
        )
        found = [understand(name, table[name], comma=comma) for name in chosen or table]
        if chosen:
            texts = [cells.name for cells in found if cells.numbers is None]
            if texts:
                raise DataError(
                    f"{few(texts)} {'holds' if len(texts) == 1 else 'hold'} no numbers, and only numbers can be "
                    "foretold here: leave it out.",
                    "columns",
                )
            kept = found
        else:
            kept = [cells for cells in found if cells.numbers is not None and not is_id(cells)]
            if not kept:
                raise DataError("No column of the file holds numbers: choose another file.", "path")
        notes = [note for cells in kept for note in cells.notes]
        left = [cells.name for cells in found if not any(cells is one for one in kept)]
        if left:
            notes.append(
                f"{few(left)} {'was' if len(left) == 1 else 'were'} left out: text, or no more than the rows' number."
            )
        return kept, notes


def _filled(cells: Cells, notes: list[str]) -> np.ndarray:
    """The numbers of a column, with the last one known before it, or the first, in the place of a missing one."""
    import numpy as np

    assert cells.numbers is not None
    missing = int(cells.missing.sum())
    if not missing:
        return cells.numbers
    notes.append(f"{counted(missing, 'missing value')} of {cells.name} stand{'s' * (missing == 1)} as the one before.")
    known = np.flatnonzero(~cells.missing)
    before = np.searchsorted(known, np.arange(len(cells)), side="right") - 1
    return cells.numbers[known[np.maximum(before, 0)]]
