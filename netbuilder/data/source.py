"""What every data source is: settings, and a way to read them into a `Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from netbuilder.data.dataset import Dataset
from netbuilder.fields import BadSetting, Declared, Float, Int

Tell = Callable[[str, int, int], None]  # what is being done, how many are done, how many there are (0: not known)


class DataError(ValueError):
    """The data can't be read. `str()` is a sentence for the user, `setting` the field to look at, if any."""

    def __init__(self, sentence: str, setting: str | None = None):
        super().__init__(sentence)
        self.setting = setting


class Cancelled(Exception):
    """Reading was called off."""


def tell_nobody(what: str, done: int, total: int) -> None:
    """A `Tell` for whoever has nothing to show progress on."""


class DataSource(Declared):
    """Something to learn from. The split is by `seed`, and stratified where the target is a class."""

    validation = Float(0.2, above=0.0, below=1.0, help="The share of samples kept for validation.")
    seed = Int(0, min=0, max=2**31 - 1, advanced=True, help="Decides which samples are kept for validation.")

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        """Read everything. Slow: call it off the window's thread. `tell` may raise `Cancelled`. Raises `DataError`."""
        raise NotImplementedError

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> tuple[Self, list[BadSetting]]:
        """What `Declared.read` is for other declared things: the source with every setting that can be used, and
        what was refused (the default stands in for it)."""
        return super().read(settings)
