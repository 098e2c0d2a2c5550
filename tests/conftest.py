"""What holds for every test: nothing is written to the user's own folders, and no thread outlives its test."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: a test must not depend on the machine's cores

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

KEY = b"the key of all tests, 32 letters"
PATIENCE = 5.0  # seconds a thread that is about to end may take


def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All homes have the same key, so that a run that several tests share is each one's own."""
    home = tmp_path_factory.getbasetemp() / "homes" / os.urandom(6).hex()
    home.mkdir(parents=True)
    (home / "key").write_bytes(KEY)
    return home


@pytest.fixture(scope="session", autouse=True)
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where what is made for several tests goes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETBUILDER_HOME", str(new_home(tmp_path_factory)))
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs and window settings of this test go to a folder of its own."""
    home = new_home(tmp_path_factory)
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


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a verb: its exit code, what it printed, and what it said on standard error."""
    from netbuilder import cli

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
