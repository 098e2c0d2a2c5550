"""The real program, edited by a script until somebody kills it, and what of its work is there after that.

`python -m tests.ui.killed LOG SEED FILE` is the program with the script (with the seed 0, it edits nothing, saves and
ends); `Victim` starts it, kills it with SIGKILL and compares what can be recovered with what the script has written
down of every state of the project.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from netbuilder.project import Project, file
from netbuilder.project.recovery import Lost, find_lost

MOST_LOST = 2.0  # seconds of editing that a killed program may take with it
KINDS = ["linear", "conv2d", "relu", "add", "flatten", "output", "dropout"]
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0
LABELS = 12  # of the last steps that are compared


def digest(project: Project) -> str:
    return hashlib.sha256(file.dumps(project).encode()).hexdigest()[:16]


# The program that is killed


class Script:
    """Edits the project in a window, a random step every few hundredths of a second, and writes down each state."""

    def __init__(self, window, log: Path, seed: int, path: Path):
        from PySide6.QtCore import QTimer

        self._window, self._bench, self._canvas, self._path = window, window.bench, window.canvas, path
        self._edits, self._random = seed != 0, random.Random(seed)
        self._log = log.open("a", buffering=1)
        self._bench.projectChanged.connect(self._note)
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._edit)
        QTimer.singleShot(0, window, self._answer)

    def _tell(self, what: str, **more: object) -> None:
        self._log.write(json.dumps({"what": what, "at": time.monotonic(), **more}) + "\n")

    def _note(self, *_: object) -> None:
        history = self._bench.document.history
        labels = [step.label for step in history.steps[: history.at + 1]]
        self._tell("state", digest=digest(self._bench.project), labels=labels[-LABELS:])

    def _answer(self) -> None:
        """Have what was lost brought back, as a user would, and go on with it."""
        from PySide6.QtWidgets import QMessageBox

        boxes = [box for box in self._window.findChildren(QMessageBox, "recoveryOffer") if box.isVisible()]
        self._tell("offered", count=len(boxes))
        for box in boxes:
            box.defaultButton().click()
        self._note()
        self._tell("begun")
        if self._edits:
            self._timer.start(50)
        else:
            self._bench.document.save(self._path)
            self._window.close()

    def _edit(self) -> None:
        canvas, dice = self._canvas, self._random
        nodes = list(self._bench.graph.nodes)
        if nodes:
            self._bench.selection.set(dice.sample(nodes, min(len(nodes), dice.randint(1, 3))))
        steps: list[Callable[[], object]] = [
            lambda: canvas.editing.add_layer(
                dice.choice(["linear", "conv2d", "relu", "add", "flatten", "output", "dropout"])
            ),
            lambda: canvas.editing.nudge(dice.choice([-16, 16, 32]), dice.choice([-16, 16, 32])),
            canvas.editing.duplicate,
            self._bench.document.undo,
            self._bench.document.redo,
            lambda: canvas.blocking.make(f"Block{dice.randrange(10**6)}", self._bench.selection.nodes),
            lambda: self._bench.document.save(self._path),
        ]
        dice.choices(steps, [8, 8, 3, 4, 2, 1, 1])[0]()
        if len(nodes) > 40:
            canvas.editing.delete_selection()
        # Now and then nothing is done for a while: the last edits before a pause must be kept as well.
        self._timer.start(dice.choices([dice.randint(5, 120), dice.randint(400, 2500)], [20, 1])[0])


def edit_until_killed(log: Path, seed: int, path: Path) -> int:
    from netbuilder.ui import app as application

    begin = application._begin

    def begin_and_edit(bench, window) -> None:
        begin(bench, window)
        window.script = Script(window, log, seed, path)

    application._begin = begin_and_edit
    return application.run(str(path) if path.exists() else None)


# Who kills it


@dataclass(frozen=True)
class Loss:
    """What one kill took: seconds of editing that are gone; `wrong` says what is not as it must be."""

    states: int
    offered: bool
    seconds: float
    wrong: str = ""


class Victim:
    """One program after another in one home: each is offered what the one before it has lost."""

    def __init__(self, folder: Path, seed: int):
        self._home, self._file, self._log = folder / "home", folder / "mine.netb", folder / "log"
        self._dice, self._seed = random.Random(seed), seed
        self.to_offer = 0  # projects that the next start has to offer
        self._home.mkdir(parents=True)

    def kill_once(self) -> Loss:
        """Start the program, let it be edited for a while, kill it, and see what is left of its work."""
        self._log.unlink(missing_ok=True)
        self._seed += 1
        program = self._start()
        try:
            began = self._wait(program, "begun")
            self._pass(program, began + self._dice.uniform(0.05, 6.0))
            killed = time.monotonic()
            os.kill(program.pid, signal.SIGKILL)
        finally:
            program.kill()
            program.wait()
        told = self._told()
        offered = next(entry["count"] for entry in told if entry["what"] == "offered")
        if offered != self.to_offer:
            return Loss(0, False, 0.0, f"the start offered {offered} projects, and there were {self.to_offer}")
        return self._compare([entry for entry in told if entry["what"] == "state"], killed)

    def end_well(self) -> tuple[int, int]:
        """How many projects the next start offers, and how many another one after that was saved and closed."""
        counts = []
        for _ in range(2):
            self._log.unlink(missing_ok=True)
            self._seed = 0
            assert self._start().wait(PATIENCE) == 0
            counts.append(next(entry["count"] for entry in self._told() if entry["what"] == "offered"))
        return counts[0], counts[1]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.ui.killed", str(self._log), str(self._seed), str(self._file)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "NETBUILDER_HOME": str(self._home)}
        return subprocess.Popen(command, cwd=ROOT, env=environment)

    def _wait(self, program: subprocess.Popen[bytes], what: str) -> float:
        end = time.monotonic() + PATIENCE
        while True:
            found = next((entry["at"] for entry in self._told() if entry["what"] == what), None)
            if found is not None:
                return found
            assert program.poll() is None, "the program ended by itself"
            assert time.monotonic() < end, f"not within {PATIENCE:g} s: {what}"
            self._pass(program, time.monotonic() + 0.02)

    @staticmethod
    def _pass(program: subprocess.Popen[bytes], until: float) -> None:
        """Let the program live until then."""
        try:
            program.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return
        raise AssertionError("the program ended by itself")

    def _told(self) -> list[dict]:
        """What the script has written down; the kill may have cut off the last line."""
        lines = self._log.read_text("utf-8").split("\n")[:-1] if self._log.exists() else []
        return [json.loads(line) for line in lines]

    def _compare(self, states: list[dict], killed: float) -> Loss:
        lost = find_lost(self._home / "recovery")
        self.to_offer = len(lost)
        saved = digest(file.open_file(self._file).project) if self._file.exists() else ""
        if len(lost) > 1:
            return Loss(len(states), True, 0.0, f"{len(lost)} projects are there to recover, and one was edited")
        left = digest(lost[0].project) if lost else saved or states[0]["digest"]
        led = [step.label for step in lost[0].history.steps[: lost[0].history.at + 1]] if lost else None
        at = _last(states, left, led)
        if at is None:
            return Loss(len(states), bool(lost), 0.0, "what is left, with its steps, was never a state of the project")
        seconds = 0.0 if at == len(states) - 1 else killed - states[at + 1]["at"]
        return Loss(len(states), bool(lost), seconds, _wrong(states, at, lost, saved, seconds))


def _wrong(states: list[dict], at: int, lost: list[Lost], saved: str, seconds: float) -> str:
    if seconds > MOST_LOST:
        return f"{seconds:.2f} s of editing are lost"
    if not lost:
        return ""
    if digest(lost[0].project) == saved:
        return "it offers what the file holds already"
    if (_last(states, saved) or 0) > at:
        return "it offers an older state than the file holds"
    return ""


def _last(states: list[dict], wanted: str, led: list[str] | None = None) -> int | None:
    """The last state that is this project, and that these steps had led to."""
    for at in reversed(range(len(states))):
        # What lies before the opening may have been read from the history of an earlier day since.
        labels = [label for label in states[at]["labels"] if label != "Open"]
        if states[at]["digest"] == wanted and (led is None or led[len(led) - len(labels) :] == labels):
            return at
    return None


if __name__ == "__main__":
    sys.exit(edit_until_killed(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
