"""What is asked of a training in another process: lines in a file of the run's folder. It knows nothing of who asks.

The process that trains looks at the file a few times a second; whoever steers only ever adds to it.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netbuilder.train.controls import Controls

FILE = "control.jsonl"
OFTEN = 0.1  # seconds between two looks
PLAIN = ("pause", "go_on", "one_step", "stop")
WITH_A_VALUE: dict[str, type] = {"stop_after_epoch": bool, "set_rate": float, "set_batch_size": int}


class RemoteControls:
    """The same as `Controls` for a run that another process trains. `after_epoch` is what was asked from here."""

    def __init__(self, folder: Path, tell: Callable[[str], None] = lambda sentence: None):
        """`tell` gets a sentence where the file can't be written."""
        self._file, self._tell = folder / FILE, tell
        self.after_epoch = False

    def pause(self) -> None:
        self._ask("pause")

    def go_on(self) -> None:
        self._ask("go_on")

    def one_step(self) -> None:
        self._ask("one_step")

    def stop(self) -> None:
        self._ask("stop")

    def stop_after_epoch(self, wanted: bool = True) -> None:
        self.after_epoch = wanted
        self._ask("stop_after_epoch", wanted)

    def set_rate(self, rate: float) -> None:
        self._ask("set_rate", rate)

    def set_batch_size(self, size: int) -> None:
        self._ask("set_batch_size", size)

    def _ask(self, what: str, value: object = None) -> None:
        line = json.dumps({"ask": what} if value is None else {"ask": what, "value": value}) + "\n"
        try:
            file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                os.write(file, line.encode())  # at once: two who ask never mix their lines
            finally:
                os.close(file)
        except OSError as error:
            self._tell(f"The process that trains can't be told: {error.strerror or error}. Free some space.")


class Listener:
    """Hands on to `controls` what is asked from now on, on a thread of its own, until `close`."""

    def __init__(self, folder: Path, controls: Controls):
        self._file, self._controls = folder / FILE, controls
        self._place = self._size()  # what was asked of an earlier process is past
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._over.wait(OFTEN):
            if self._size() > self._place:
                self._read()

    def _read(self) -> None:
        try:
            with self._file.open("rb") as file:
                file.seek(self._place)
                new = file.read()
        except OSError:
            return
        whole = new.rfind(b"\n") + 1
        self._place += whole
        for line in new[:whole].splitlines():
            apply(self._controls, line)

    def _size(self) -> int:
        try:
            return self._file.stat().st_size
        except OSError:
            return 0


def apply(controls: Controls, line: bytes) -> None:
    """Do what a line asks for. One that makes no sense does nothing."""
    try:
        told: Any = json.loads(line)
        what, value = told["ask"], told.get("value")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return
    if not isinstance(what, str):
        return
    if what in PLAIN:
        getattr(controls, what)()
    elif what in WITH_A_VALUE:
        kind = WITH_A_VALUE[what]
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if (kind is bool and isinstance(value, bool)) or (kind is not bool and number and value > 0):
            getattr(controls, what)(kind(value))
