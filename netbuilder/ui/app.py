"""Starts the window. Paints first; torch, the data and the check come after."""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QStyleFactory

import netbuilder
from netbuilder import resources
from netbuilder.places import chosen_home
from netbuilder.ui import pace
from netbuilder.ui.garbage import Garbage
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.stylesheet import palette, stylesheet, ui_font
from netbuilder.ui.workbench import Workbench


def run(path: str | None = None) -> int:
    """Open the window, on the project in `path` if one is given, and stay until it is closed."""
    pace.favour_the_window()
    app = make_app()
    garbage = Garbage(app)
    bench = Workbench(read_settings())
    dress(app, bench)
    window = MainWindow(bench)
    sys.excepthook = lambda kind, fault, trace: _tell_fault(bench, kind, fault, trace)
    _heed_signals(window)
    begin_with(window, path)
    QTimer.singleShot(0, lambda: _begin(bench, window))  # after the first paint
    ticks = QTimer()  # lets Python see signals
    ticks.start(500)
    ticks.timeout.connect(lambda: None)
    code = app.exec()
    ticks.stop()
    garbage.close()
    return code


def _heed_signals(window: MainWindow) -> None:
    """Ctrl-C in the terminal asks like the cross of the window; at a logout nobody is there to be asked."""
    signal.signal(signal.SIGINT, lambda *_: window.close())

    def end(*_: object) -> None:
        window.end_unasked()
        QApplication.quit()  # also out of a dialog

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows lacks one
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)


def begin_with(window: MainWindow, path: str | None) -> None:
    """Show the window on the project in `path`, or on the start page."""
    if path is not None:
        window.files.open(Path(path))
    window.show()
    if path is None:
        window.show_start()  # the panels have to stand where Design has them first; nothing is painted before


def _begin(bench: Workbench, window: MainWindow) -> None:
    window.canvas.zoom_to_fit()
    bench.begin()
    window.safety_net.offer(window)


def make_app() -> QApplication:
    """The application, before it has a window."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("NetBuilder")
    app.setApplicationVersion(netbuilder.__version__)
    app.setDesktopFileName("netbuilder")
    app.setStyle(QStyleFactory.create("Fusion"))
    icon = resources.folder() / "icons" / "netbuilder.svg"
    if icon.exists():
        app.setWindowIcon(QIcon(str(icon)))
    return app


def read_settings() -> QSettings:
    """Where the window remembers its panels: NETBUILDER_HOME if that is set, else the system's place."""
    home = chosen_home()
    if home is not None:
        return QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
    return QSettings("netbuilder", "netbuilder")


def dress(app: QApplication, bench: Workbench) -> None:
    """Keep the whole application in the theme of the day."""

    def wear() -> None:
        theme = bench.look.theme
        app.setFont(ui_font())
        app.setPalette(palette(theme))
        app.setStyleSheet(stylesheet(theme))

    bench.look.changed.connect(wear)
    wear()


def _tell_fault(bench: Workbench, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A fault of ours must not take the window with it: said in a sentence, its details on standard error."""
    traceback.print_exception(kind, fault, trace)
    if not issubclass(kind, KeyboardInterrupt):
        bench.say(f"Something went wrong in NetBuilder ({kind.__name__}: {fault}). Your project is unharmed; save it.")
