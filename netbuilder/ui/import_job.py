"""One import of a PyTorch model, in a process of its own: the model's code never runs in the window's.

It knows no widget. The window may go on, call it off, or close: the process ends with it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal


@dataclass(frozen=True)
class Wanted:
    """What is to be imported: a model of a .py file, or a .pt2 program; and where the project goes."""

    file: Path
    name: str
    example: str
    out: Path
    weights: Path | None = None

    def arguments(self) -> list[str]:
        """The command that imports it, without the program itself."""
        model = f"{self.file}:{self.name}" if self.name else str(self.file)
        examples = [word for part in self.example.split(",") if (word := part.strip())]
        words = ["import", model, "--trust", "--json", "--out", str(self.out)]
        words += [word for example in examples for word in ("--example", example)]
        return words + (["--weights", str(self.weights)] if self.weights is not None else [])


class ImportJob(QObject):
    """`done(report)` with what the command printed, or `failed(sentence)`; neither once it was called off."""

    done = Signal(dict)
    failed = Signal(str)

    def __init__(self, wanted: Wanted, parent: QObject | None = None):
        super().__init__(parent)
        self._wanted = True
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        program = [] if getattr(sys, "frozen", False) else ["-m", "netbuilder"]
        self._process.setArguments([*program, *wanted.arguments()])
        self._process.setWorkingDirectory(str(wanted.file.parent))
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._did_not_start)

    def start(self) -> None:
        self._process.start()
        self._process.closeWriteChannel()

    def cancel(self) -> None:
        """Call it off. Whatever was begun to be written is left as a temporary file at most."""
        self._wanted = False
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(2000)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if not self._wanted:
            return
        told = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        heard = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        report = _read(told)
        if code == 0 and status == QProcess.ExitStatus.NormalExit and report is not None:
            self.done.emit(report)
            return
        lines = [line.strip() for line in heard.splitlines() if line.strip()]
        if status == QProcess.ExitStatus.CrashExit:
            self.failed.emit(
                "The model's code ended Python itself (a crash in compiled code, or too little memory). Nothing was "
                "imported."
            )
            return
        self.failed.emit(lines[-1] if lines else "The model could not be read, and nothing was said about why.")

    def _did_not_start(self, error: QProcess.ProcessError) -> None:
        if self._wanted and error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(f"Python could not be started: {self._process.errorString()}.")


def _read(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
