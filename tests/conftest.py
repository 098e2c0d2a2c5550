"""What holds for every test: nothing is written to the user's own folders, and no thread outlives its test."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "2")  # before torch is imported: a test must not depend on the machine's cores

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

PATIENCE = 5.0  # seconds a thread that is about to end may take


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs and window settings of this test go to a folder of its own, which is made when something is written."""
    home = tmp_path_factory.getbasetemp() / "homes" / os.urandom(6).hex()
    monkeypatch.setenv("NETBUILDER_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """A test that starts a thread also ends it."""
    before = set(threading.enumerate())
    yield
    started = [thread for thread in threading.enumerate() if thread not in before]
    for thread in started:
        thread.join(PATIENCE)
    left = [thread.name for thread in started if thread.is_alive()]
    assert not left, f"these threads outlived the test: {', '.join(left)}"
