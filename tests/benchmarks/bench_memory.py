"""How much the program grows by opening and closing projects: fifty in one window; and by whole windows, of which a
program has one, so that nothing is promised of them.

python -m tests.benchmarks.bench_memory

After some rounds to warm up, in which caches fill, the resident memory is read, and again after fifty projects. The
exit code is 1 where it has grown by more than is promised.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*.warning=false")  # what a screen that is none can't do

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QSettings
from PySide6.QtWidgets import QApplication

from netbuilder import resources
from netbuilder.project import Project
from netbuilder.project.file import open_file
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.workbench import Workbench
from tests.benchmarks.bench_canvas import ladder

PROJECTS = 50
FEW = 7  # samples in turn: all are opened in the warm-up, so that nothing is loaded for the first time after it
WARM = 16  # projects before the first reading
WINDOWS = 12
MOST = 20.0  # MB


def resident() -> float:
    """Megabytes of memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def settle(bench: Workbench) -> None:
    """Until the project is read and checked, and what was let go of is gone."""
    deadline = QDeadlineTimer(60_000)
    while (bench.loading.busy or not bench.checking.is_current) and not deadline.hasExpired():
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def projects() -> list[Project]:
    """The samples and a network of 500 nodes, again and again: each time another value, as from a file."""
    samples = [sample.path for sample in resources.samples()][:FEW]
    made = []
    for number in range(WARM + PROJECTS):
        if number % 8 == 7:
            made.append(Project().with_graph(ladder(500)))
        else:
            made.append(open_file(samples[number % len(samples)]).project)
    return made


def tell(what: str, grown: float, most: float | None) -> bool:
    late = most is not None and grown > most
    bound = "" if most is None else f"   at most {most:.0f}{'   MISSED' if late else ''}"
    print(f"  {what:40s} {grown:+7.1f} MB{bound}", flush=True)
    return late


def in_one_window(settings: QSettings) -> float:
    """Megabytes that fifty projects leave behind in a window that shows one after the other."""
    bench = Workbench(settings)
    window = MainWindow(bench)
    window.resize(1480, 900)
    window.show()
    bench.begin()
    before = 0.0
    for number, project in enumerate(projects()):
        bench.document.open(project, None)
        settle(bench)
        if number == WARM - 1:
            before = resident()
    grown = resident() - before
    _close(window, bench)
    return grown


def in_windows_of_their_own(settings: QSettings) -> float:
    """Megabytes that windows leave behind, each opened with a project and closed."""
    before = 0.0
    for number in range(WINDOWS + 4):
        bench = Workbench(settings)
        window = MainWindow(bench)
        window.show()
        bench.begin()
        bench.document.open(open_file(resources.samples()[number % 4].path).project, None)
        settle(bench)
        _close(window, bench)
        if number == 3:
            before = resident()
    return resident() - before


def _close(window: MainWindow, bench: Workbench) -> None:
    bench.document.open(bench.project, None)  # nothing to ask about
    window.close()
    window.deleteLater()
    bench.close()
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def main() -> int:
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NETBUILDER_HOME"] = folder
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        print(f"resident memory, after {WARM} projects to warm up")
        missed = tell(f"{PROJECTS} projects opened in one window", in_one_window(settings), MOST)
        tell(f"{WINDOWS} windows opened and closed", in_windows_of_their_own(settings), None)
    app.quit()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
