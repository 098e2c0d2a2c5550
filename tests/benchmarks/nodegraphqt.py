"""The same gestures on NodeGraphQt's canvas, for comparison: python -m tests.benchmarks.nodegraphqt

It is run in a process of its own, because that library is made for earlier versions of PySide6.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from itertools import pairwise

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
warnings.simplefilter("ignore")

COUNT, FRAMES, ACROSS = 1000, 120, 40


def frames(app: object, step: Callable[[int], None]) -> tuple[float, float]:
    """Median and p99 of the milliseconds from each step to its picture."""
    took = []
    for number in range(FRAMES):
        start = time.perf_counter()
        step(number)
        app.processEvents()  # type: ignore[attr-defined]
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return took[FRAMES // 2], took[-2]


def main() -> int:
    from NodeGraphQt import BaseNode, NodeGraph  # type: ignore[import-not-found]
    from PySide6.QtWidgets import QApplication

    class Layer(BaseNode):
        __identifier__ = "bench"
        NODE_NAME = "Layer"

        def __init__(self) -> None:
            super().__init__()
            self.add_input("x")
            self.add_output("y")

    app = QApplication(sys.argv[:1])
    graph = NodeGraph()
    graph.register_node(Layer)
    began = time.perf_counter()
    nodes = [
        graph.create_node("bench.Layer", pos=(i % ACROSS * 216, i // ACROSS * 120), selected=False, push_undo=False)
        for i in range(COUNT)
    ]
    for source, target in pairwise(nodes):
        source.set_output(0, target.input(0))
    graph.widget.resize(1200, 800)
    graph.widget.show()
    app.processEvents()
    print(f"NodeGraphQt, {COUNT:,} nodes: built and painted in {(time.perf_counter() - began) * 1000:.0f} ms")
    graph.clear_selection()
    graph.fit_to_selection()
    app.processEvents()
    view = graph.viewer()
    told = (
        ("pan", lambda n: view._set_viewer_pan(*((6, 3) if n % 80 < 40 else (-6, -3)))),
        ("zoom", lambda n: graph.set_zoom(graph.get_zoom() + (0.004 if n % 40 < 20 else -0.004))),
        ("drag one", lambda n: nodes[COUNT // 2].set_pos(8 * (n % 20), 8 * (n % 7))),
    )
    for name, step in told:
        p50, p99 = frames(app, step)
        print(f"  {name:44s} median {p50:6.1f}   p99 {p99:6.1f} ms")
    sys.stdout.flush()
    os._exit(0)  # its own way out may not work with this PySide6


if __name__ == "__main__":
    sys.exit(main())
