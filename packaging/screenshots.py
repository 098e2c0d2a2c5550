"""Makes the pictures of the README: the four workspaces, dark and light, after a real training of the digits sample.

python packaging/screenshots.py [FOLDER]. It starts a virtual desktop of its own, so that every machine makes the
same pictures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.end_to_end.desktop import Desktop, missing_tools, spin, wait_until  # noqa: E402

if TYPE_CHECKING:
    from PIL import Image
    from PySide6.QtWidgets import QApplication

    from netbuilder.ui.main_window import MainWindow

SIZE = (1600, 1000)
MOST_BYTES = 250_000
SAMPLE = "digits-cnn"
SELECTED = "conv2"  # the node whose settings and source lines are shown
COLOURS, KEPT = 256, 128  # of a picture, and how many of them are its commonest, unchanged


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "packaging" / "screenshots"
    lacking = missing_tools()
    if lacking:
        print(f"The virtual desktop needs {', '.join(lacking)}: make screenshots installs them.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    desktop = Desktop("1720x1120")  # larger than the window, so that nothing of it is cut off
    desktop.start()
    try:
        with tempfile.TemporaryDirectory() as home:
            os.environ["NETBUILDER_HOME"] = home
            take_all(folder, Path(home))
    finally:
        desktop.stop()
    return 0


def take_all(folder: Path, home: Path) -> None:
    from PySide6.QtCore import QLocale

    from netbuilder.ui.app import make_app

    QLocale.setDefault(QLocale.c())
    app = make_app()
    window = open_window(app, home)
    train(window)
    shots: dict[str, Callable[[MainWindow], None]] = {
        "data": as_it_opens,
        "design": show_design,
        "train": as_it_opens,
        "inspect": show_inspect,
    }
    for theme in ("dark", "light"):
        window.bench.look.choose(theme)
        for name, show in shots.items():
            window.workspaces.go(name)
            show(window)
            spin(600)
            save(window, folder / f"{name}-{theme}.png")
    window.bench.training.close()
    window.close()


def open_window(app: QApplication, home: Path) -> MainWindow:
    """The window on a copy of the sample, its data read and its drawing checked."""
    from netbuilder import resources
    from netbuilder.ui.app import dress, read_settings
    from netbuilder.ui.main_window import MainWindow
    from netbuilder.ui.workbench import Workbench

    sample = next(sample for sample in resources.samples() if sample.name == SAMPLE)
    copy = home / sample.path.name
    copy.write_bytes(sample.path.read_bytes())
    bench = Workbench(read_settings())
    dress(app, bench)
    window = MainWindow(bench)
    window.files.open(copy)
    window.setGeometry(40, 60, *SIZE)
    window.show()
    wait_until(lambda: window.isActiveWindow(), 30, "the window is on screen")
    bench.begin()
    wait_until(lambda: bench.loading.dataset is not None and bench.checking.is_current, 120, "the data is read")
    return window


def train(window: MainWindow) -> None:
    bench = window.bench
    bench.training.device = "cpu"  # the same curve on every machine
    bench.train()
    wait_until(lambda: bench.training.state == "ended", 600, "the training ends")
    record = bench.training.record
    assert record is not None
    assert record.finished is not None, "the training failed"
    print(f"trained: {', '.join(f'{name} {value:.4f}' for name, value in record.finished.best.items())}")


def as_it_opens(window: MainWindow) -> None:
    """Nothing to choose."""


def show_design(window: MainWindow) -> None:
    chosen = next(node.id for node in window.bench.project.main if node.name == SELECTED)
    window.canvas.zoom_to_fit()
    window.bench.selection.set([chosen])


def show_inspect(window: MainWindow) -> None:
    """The filters of the first layer, and the first sample that the network gets wrong, else the first of all."""
    from netbuilder.ui.inspector.inspector_page import InspectorPage

    page = window.workspaces.page("inspect")
    assert isinstance(page, InspectorPage)
    wait_until(lambda: page.gradient.view is not None and page.browser.list.samples, 60, "the first look")
    page.layers.setCurrentIndex(0)
    page.layers.activated.emit(0)
    page.browser.which.buttons["mistakes"].click()
    if not page.browser.list.samples:
        page.browser.which.buttons["all"].click()
    samples = page.browser.list.samples
    page.browser.list.setCurrentIndex(page.browser.list.model().index(0, 0))
    wait_until(lambda: page.heading.text() == f"Sample {samples[0]:,}", 30, "the sample is shown")


def save(window: MainWindow, path: Path) -> None:
    """The window without its frame, as a PNG with a palette: a fifth of the bytes, and no difference to the eye."""
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    picture = window.grab()
    assert (picture.width(), picture.height()) == SIZE, f"the window is {picture.width()}x{picture.height()}"
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    whole = Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGB")
    with_palette(whole).save(path, optimize=True)
    size = path.stat().st_size
    assert size <= MOST_BYTES, f"{path.name} has {size:,} bytes"
    print(f"{path.name}: {size // 1000} kB")


def with_palette(whole: Image.Image) -> Image.Image:
    """In 256 colours: areas keep theirs, which tell families apart; what lies along edges takes the nearest."""
    import numpy as np
    from PIL import Image

    colours, at, counts = np.unique(np.asarray(whole).reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    common = colours[np.argsort(-counts)[:KEPT]]
    rest = whole.quantize(COLOURS - len(common), method=Image.Quantize.MAXCOVERAGE, kmeans=1).getpalette()
    assert rest is not None
    palette = np.concatenate([common, np.asarray(rest, np.uint8).reshape(-1, 3)])[:COLOURS]
    away = ((colours[:, None].astype(int) - palette[None].astype(int)) ** 2).sum(axis=2)
    few = Image.fromarray(away.argmin(axis=1)[at].reshape(whole.height, whole.width).astype(np.uint8), "P")
    few.putpalette(palette.tobytes())
    return few


if __name__ == "__main__":
    sys.exit(main())
