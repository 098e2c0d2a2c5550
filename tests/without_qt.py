"""A pytest plugin for all tests outside ui/ and end_to_end/: Qt is not there. Use with -p tests.without_qt."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

QT = frozenset({"PySide6", "shiboken6", "pyqtgraph", "qtpy", "superqt", "qtawesome"})


class NotInstalled(MetaPathFinder):
    """Makes an import of Qt fail as it does where Qt is not installed."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    for option in ("qt_api", "qt_log_level_fail"):  # of pytest-qt, which can't be loaded without Qt
        parser.addini(option, "not used here")


def pytest_configure() -> None:
    sys.meta_path.insert(0, NotInstalled())
