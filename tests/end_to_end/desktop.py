"""A private virtual desktop (Xvfb, openbox) and a real mouse and keyboard on it (xdotool).

The program under test runs in this process, so that a test can ask a node where it is; every event it gets comes
from the X server. It knows nothing about NetBuilder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QWidget

MANAGER = Path(__file__).with_name("openbox.xml")  # a manager that keeps no key and no drag for itself
TOOLS = ("Xvfb", "openbox", "xdotool")
PACE = "0.02"  # seconds between two moves of the hand: a real mouse sends about this many


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class Desktop:
    """Started with `start`, ended with `stop`; sets DISPLAY for this process."""

    def __init__(self, size: str = "1600x1000"):
        self._size = size
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        read, write = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{self._size}x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(server)
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        manager = subprocess.Popen(
            ["openbox", "--config-file", str(MANAGER)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._processes.append(manager)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(10)
        self._processes.clear()


def spin(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(what: Callable[[], object], seconds: float = 20.0, why: str = "") -> None:
    """Let the window live until `what()` is true. Fails after `seconds`."""
    deadline = QDeadlineTimer(int(seconds * 1000))
    while not what():
        assert not deadline.hasExpired(), f"not within {seconds:g} s: {why or what}"
        spin(10)


class Hands:
    """A real mouse and keyboard. Points are global; each call returns when the X server has had all of it."""

    def _do(self, *words: str) -> None:
        process = subprocess.Popen(["xdotool", *words])
        wait_until(lambda: process.poll() is not None, 30, f"xdotool {' '.join(words)}")
        assert process.returncode == 0
        spin(20)

    def move(self, to: QPoint) -> None:
        self._do("mousemove", "--sync", str(to.x()), str(to.y()))

    def click(self, at: QPoint | QWidget, button: int = 1, times: int = 1) -> None:
        point = settled(at) if isinstance(at, QWidget) else at
        self._do(
            "mousemove", str(point.x()), str(point.y()), "sleep", PACE, "click", "--repeat", str(times), str(button)
        )

    def double_click(self, at: QPoint | QWidget) -> None:
        point = settled(at) if isinstance(at, QWidget) else at
        self._do("mousemove", str(point.x()), str(point.y()), "click", "--repeat", "2", "--delay", "60", "1")

    def drag(self, start: QPoint, end: QPoint, steps: int = 12, button: int = 1) -> None:
        """Press at `start`, move to `end` as a hand does, and let go there."""
        self._do(*self.path(start, end, steps, button), "mouseup", str(button))

    @staticmethod
    def path(start: QPoint, end: QPoint, steps: int = 12, button: int = 1) -> list[str]:
        words = ["mousemove", str(start.x()), str(start.y()), "sleep", "0.05"]
        words += ["mousedown", str(button), "sleep", "0.05"]
        for step in range(1, steps + 1):
            x = start.x() + (end.x() - start.x()) * step // steps
            y = start.y() + (end.y() - start.y()) * step // steps
            words += ["mousemove", str(x), str(y), "sleep", PACE]
        return [*words, "mousemove", str(end.x()), str(end.y()), "sleep", "0.08"]

    def key(self, *keys: str) -> None:
        self._do("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        self._do("type", "--clearmodifiers", "--delay", "15", text)


def center(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


def settled(widget: QWidget) -> QPoint:
    """The middle of the widget on the screen, once its layout has come to rest."""
    seen = [QPoint(-1, -1)]

    def rests() -> bool:
        spin(40)
        seen.append(center(widget))
        return seen[-1] == seen[-2]

    wait_until(rests, 10, f"{widget.objectName()} comes to rest")
    return seen[-1]


def shoot(widget: QWidget, path: Path) -> None:
    """A picture of what the widget looks like now."""
    widget.grab().save(str(path))
