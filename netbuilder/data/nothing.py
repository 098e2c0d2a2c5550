"""A project that has no data yet: a model that was imported, or drawn before anybody chose."""

from __future__ import annotations

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import DataError, DataSource, Tell, tell_nobody


class NoData(DataSource):
    """No data has been chosen. The network can be drawn and looked at, and trained once there is some."""

    kind = "none"
    title = "No data"
    validation = None  # there is nothing to split
    seed = None

    def read(self, tell: Tell = tell_nobody) -> Dataset:  # type: ignore[override]
        raise DataError("This project has no data yet. Choose what it learns from in the Data workspace.")
