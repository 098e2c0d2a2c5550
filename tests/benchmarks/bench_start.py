"""How long from the start of the process to the first paint of a usable window: python -m tests.benchmarks.bench_start

Each round is a process of its own with the digits sample, on whatever display there is ("offscreen" without one).
Usable: painted, and its palette answers a search. The clock starts before the interpreter does.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
BOUND = 1.0  # seconds

CHILD = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from netbuilder import resources
from netbuilder.ui import app as application
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.workbench import Workbench

app = application.make_app()
bench = Workbench(application.read_settings())
application.dress(app, bench)
window = MainWindow(bench)
window.files.open(next(s.path for s in resources.samples() if s.name == "digits-cnn"))

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if watched is window.canvas.viewport() and event.type() == QEvent.Type.Paint:
            app.removeEventFilter(self)
            QTimer.singleShot(0, painted)
        return False

def painted():
    at = time.monotonic()
    torch_loaded = "torch" in sys.modules
    window.palette_panel.show_layers("conv")
    told = {"painted": at, "searched": time.monotonic(), "torch": torch_loaded,
            "found": window.palette_panel.kinds()}
    print(json.dumps(told), flush=True)
    window.close()
    app.quit()

watch = FirstPaint()
app.installEventFilter(watch)
window.show()
app.exec()
"""


def measure() -> dict[str, float]:
    """One start. Raises if torch was loaded first, or the palette did not answer."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"NETBUILDER_HOME": home}
        if not environment.get("DISPLAY"):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        start = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-c", CHILD], env=environment, capture_output=True, text=True, check=True, timeout=120
        )
    told = json.loads(ended.stdout.splitlines()[-1])
    assert not told["torch"], "torch was loaded before the first paint"
    assert "conv2d" in told["found"], f"the palette found {told['found']}"
    return {"painted": told["painted"] - start, "searched": told["searched"] - start}


def main() -> int:
    rounds = [measure() for _ in range(ROUNDS)]
    painted = statistics.median(one["painted"] for one in rounds)
    searched = statistics.median(one["searched"] for one in rounds)
    print(f"Start of the window, median of {ROUNDS} (bound {BOUND:.1f} s)")
    print(f"  first paint        {painted:6.2f} s   {'ok' if painted <= BOUND else 'OVER'}")
    print(f"  palette answered   {searched:6.2f} s")
    each = " ".join(f"{one['painted']:.2f}" for one in rounds)
    print(f"  each round         {each}")
    return 0 if painted <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
