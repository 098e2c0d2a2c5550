"""Ten thousand gestures at random on the real window. Run: python -m tests.benchmarks.bench_monkey [GESTURES [SEED...]]

After each gesture the canvas must show exactly the open graph, and nothing may have complained; at the end everything
is undone and redone, each step as it was. A failure prints the seed and the last gestures.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GESTURES, SEEDS = 10_000, (1, 2, 3, 4)


def run(gestures: int, seed: int) -> bool:
    from netbuilder import resources
    from netbuilder.project.file import open_file
    from netbuilder.ui import app as application
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.workbench import Workbench
    from tests.ui.monkey import Amiss, Monkey

    bench = Workbench(application.read_settings())
    application.dress(application.QApplication.instance(), bench)
    window = MainWindow(bench)
    samples = [sample.path for sample in resources.samples()]
    bench.document.open(open_file(samples[seed % len(samples)]).project, None)
    window.show()
    bench.begin()
    monkey, began, good = Monkey(window, seed, settle=True), time.monotonic(), True
    log = Path(tempfile.gettempdir()) / f"monkey-{seed}.log"  # for a crash, which tells nothing itself
    monkey.log = log.open("w")
    try:
        monkey.run(gestures)
        monkey.undo_and_redo_all()
    except Amiss as wrong:
        print(wrong, flush=True)
        good = False
    steps, seconds = len(bench.document.history.steps), time.monotonic() - began
    told = ", ".join(f"{name} {count}" for name, count in sorted(monkey.counts.items()))
    print(f"seed {seed}: {monkey.done} gestures, {steps} steps kept, {seconds:.0f} s, {'ok' if good else 'WRONG'}")
    print(f"  {told}", flush=True)
    monkey.log.close()
    log.unlink()
    bench.training.close()
    bench.document.open(bench.project, None)
    window.close()
    return good


def main(gestures: int, seeds: tuple[int, ...]) -> int:
    from netbuilder.ui import app as application

    with tempfile.TemporaryDirectory() as home:
        os.environ["NETBUILDER_HOME"] = str(Path(home))
        application.make_app()
        results = [run(gestures // len(seeds), seed) for seed in seeds]
    return int(not all(results))


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(numbers[0] if numbers else GESTURES, tuple(numbers[1:]) or SEEDS))
