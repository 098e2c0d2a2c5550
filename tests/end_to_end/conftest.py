"""The desktop for all end-to-end tests, and a window on it for each."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.desktop import Desktop, Hands, missing_tools, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    lacking = missing_tools()
    if lacking:
        pytest.fail(f"the virtual desktop needs {', '.join(lacking)}: make test installs them")
    screen = Desktop()
    screen.start()
    yield screen
    screen.stop()


@pytest.fixture(scope="session")
def application(desktop: Desktop) -> Iterator[object]:
    from PySide6.QtCore import QLocale, Qt
    from PySide6.QtWidgets import QApplication

    from netbuilder.ui.app import make_app

    QLocale.setDefault(QLocale.c())
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)  # a test can type into our own
    return make_app()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the screen at the moment of a failure: it says more than the assertion."""
    report = yield
    shown = item.funcargs.get("window") if isinstance(item, pytest.Function) else None
    folder = item.funcargs.get("tmp_path") if isinstance(item, pytest.Function) else None
    if report.when == "call" and report.failed and shown is not None and folder is not None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.primaryScreen().grabWindow(0).save(str(folder / "failure.png"))
        report.sections.append(("Screen", str(folder / "failure.png")))
    return report


@pytest.fixture
def window(application: object, own_home: Path) -> Iterator[MainWindow]:
    """A window on an empty project, on screen, its data read and its drawing checked."""
    from PySide6.QtWidgets import QApplication

    from netbuilder.ui.app import dress, read_settings
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.workbench import Workbench

    bench = Workbench(read_settings())
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    dress(app, bench)
    shown = MainWindow(bench)
    shown.setGeometry(40, 60, 1480, 900)
    shown.show()
    wait_until(lambda: shown.isActiveWindow(), 20, "the window is on screen and active")
    bench.begin()
    wait_until(lambda: bench.loading.dataset is not None and bench.checking.is_current, 60, "the data is read")
    yield shown
    bench.training.close()
    bench.document.open(bench.project, None)  # nothing to ask about
    shown.close()
    shown.deleteLater()
    wait_until(lambda: not shown.isVisible())
