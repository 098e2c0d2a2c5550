"""What every data source is: settings, and a way to read them into a `Dataset`."""

from __future__ import annotations

from collections.abc import Callable

from netbuilder.data.dataset import Dataset
from netbuilder.fields import Declared, Float, Int

Tell = Callable[[str, int, int], None]  # what is being done, how many are done, how many there are (0: not known)


class DataError(ValueError):
    """The data can't be read. `str()` is a sentence for the user; `setting` the field to look at, if one is to blame."""

    def __init__(self, sentence: str, setting: str | None = None):
        super().__init__(sentence)
        self.setting = setting


class Cancelled(Exception):
    """Reading was called off."""


class DataSource(Declared):
    """Something to learn from. The split is by `seed`, and stratified where the target is a class."""

    validation = Float(0.2, above=0.0, below=1.0, help="The share of samples kept for validation.")
    seed = Int(0, min=0, max=2**31 - 1, advanced=True, help="Decides which samples are kept for validation.")

    def read(self, tell: Tell = lambda what, done, total: None) -> Dataset:
        """Read everything. Slow: call it off the window's thread. `tell` may raise `Cancelled`. Raises `DataError`."""
        raise NotImplementedError
