"""How long a frame of the canvas takes: panning, zooming and dragging at 1,000 and 5,000 nodes.

python -m tests.benchmarks.bench_canvas
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, QSettings
from PySide6.QtWidgets import QApplication

from netbuilder.graph import Edge, Graph, Node
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.document import Document
from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.canvas.moving import MoveNodes
from netbuilder.ui.workbench import Workbench

FRAMES = 300


def ladder(count: int) -> Graph:
    """`count` nodes in rows of forty, each fed by the one before it."""
    kinds = [kind for kind in ("conv2d", "batch_norm2d", "relu", "max_pool2d") if standard().find(kind)]
    nodes = {
        f"n{i}": Node(f"n{i}", kinds[i % len(kinds)], f"layer{i}", {}, (i % 40 * 216.0, i // 40 * 120.0))
        for i in range(count)
    }
    layers = {kind: layer() for kind in kinds if (layer := standard().find(kind)) is not None}
    ports = {kind: (layer.inputs()[0].name, layer.outputs()[0].name) for kind, layer in layers.items()}
    edges = {}
    for i in range(1, count):
        source, target = nodes[f"n{i - 1}"], nodes[f"n{i}"]
        edge = Edge(source.id, ports[source.kind][1], target.id, ports[target.kind][0])
        edges[edge.target, edge.input] = edge
    return Graph(nodes, edges)


def frames(app: QApplication, canvas: Canvas, step: Callable[[int], None]) -> list[float]:
    """Milliseconds from each step to its picture."""
    took = []
    for number in range(FRAMES):
        start = time.perf_counter()
        step(number)
        canvas.viewport().repaint() if number == 0 else app.processEvents()
        took.append((time.perf_counter() - start) * 1000)
    return sorted(took[5:])


def drag(app: QApplication, canvas: Canvas) -> list[float]:
    item = canvas.scene().nodes["n20"]
    canvas.bench.selection.set(["n20"])
    gesture = MoveNodes(canvas, item.rect().center(), QPoint(0, 0), "n20")
    start = item.rect().center()

    def step(number: int) -> None:
        gesture.drag(start + QPointF(8.0 * (number % 40), 8.0 * (number % 7)), QPoint(8 + number, 0))

    took = frames(app, canvas, step)
    gesture.cancel()
    return took


def tell(what: str, took: list[float]) -> None:
    median, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(f"  {what:28s} median {median:6.1f} ms   p99 {p99:6.1f} ms   max {took[-1]:6.1f} ms")


def measure(app: QApplication, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        graph = ladder(count)
        bench = Workbench(settings, document=Document(Project().with_graph(graph)))
        start = time.perf_counter()
        canvas = Canvas(bench)
        canvas.resize(1200, 800)
        canvas.show()
        app.processEvents()
        print(f"{count:,} nodes: built and painted in {(time.perf_counter() - start) * 1000:.0f} ms")
        for name, zoom in (("near, 100 %", 1.0), ("middle, 40 %", 0.4), ("far, 12 %", 0.12)):
            canvas.set_zoom(zoom)
            canvas.centerOn(canvas.scene().bounds().center())
            app.processEvents()
            tell(
                f"pan   {name}",
                frames(app, canvas, lambda n: canvas.pan(QPoint(6, 3) if n % 80 < 40 else QPoint(-6, -3))),
            )
            canvas.centerOn(canvas.scene().nodes["n20"].pos())
            tell(f"drag  {name}", drag(app, canvas))
        took = frames(app, canvas, lambda n: canvas.set_zoom(0.1 * 1.06 ** (n % 58), QPoint(600, 400)))
        tell("zoom  10 % to 300 %", took)
        start = time.perf_counter()
        canvas.editing.nudge(8, 0)
        bench.selection.set(["n3"])
        canvas.editing.nudge(8, 0)
        app.processEvents()
        print(f"  one edit, applied and painted {(time.perf_counter() - start) * 1000:6.1f} ms")
        canvas.close()
        canvas.deleteLater()
        bench.close()
        app.processEvents()


def main() -> None:
    app = QApplication(sys.argv[:1])
    for count in (1000, 5000):
        measure(app, count)


if __name__ == "__main__":
    main()
