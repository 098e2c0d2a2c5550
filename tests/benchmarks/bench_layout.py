"""What tidying makes of networks that everyone has seen drawn, as the canvas draws it, and how long it takes.

No card may lie on another, and no edge may run through a card that is not one of its ends. Crossings are counted for
the four networks, each with its blocks and flat, without any.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

from PySide6.QtWidgets import QApplication

from netbuilder.compile.blocks import catalog_of
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.arrange import Arranged, arrange, arranged
from netbuilder.graph.assembly import assemble
from netbuilder.layers import standard
from tests import networks
from tests.benchmarks.bench_check import residual_network
from tests.ui.canvas import drawn

ROOM = (1600.0, 900.0)
LARGE = 1000  # nodes
ROUNDS = 5
LONGEST = 1000.0  # milliseconds, for a large one
CROSSINGS = {"U-Net": 4, "Transformer flat": 4}  # at most; none elsewhere


def residual_chain() -> Graph:
    """Blocks of five layers and a skip, one after the other."""
    nodes, edges = [Node("n0", "relu", "n0")], []
    while len(nodes) < LARGE:
        begin = last = nodes[-1].id
        for _ in range(5):
            id = f"n{len(nodes)}"
            nodes.append(Node(id, "relu", id))
            edges.append(Edge(last, "y", id, "x"))
            last = id
        id = f"n{len(nodes)}"
        nodes.append(Node(id, "add", id))
        edges += [Edge(last, "y", id, "x"), Edge(begin, "y", id, "y")]
    return assemble(nodes, edges)[0]


def random_dag(seed: int = 0, reach: int = 50) -> Graph:
    """Each node fed by one or two of the `reach` before it."""
    pick = random.Random(seed)
    nodes, edges = [Node("n0", "relu", "n0")], []
    for number in range(1, LARGE):
        inputs = pick.choice((("x",), ("x",), ("x", "y")))
        nodes.append(Node(f"n{number}", "add" if len(inputs) > 1 else "relu", f"n{number}"))
        for port in inputs:
            edges.append(Edge(f"n{pick.randrange(max(0, number - reach), number)}", "y", f"n{number}", port))
    return assemble(nodes, edges)[0]


def cases() -> Iterator[tuple[str, Graph, object]]:
    for name in networks.NAMES:
        for flat in (False, True):
            project = networks.project(name, flat=flat)
            yield f"{name} flat" if flat else name, project.main, catalog_of(project, standard())
    yield "residual chain", residual_chain(), standard()
    yield "random", random_dag(), standard()
    yield "residual network", residual_network()[0], standard()


def main() -> int:
    app = QApplication.instance() or QApplication([])
    missed = False
    print(
        f"{'':18s}{'nodes':>6s}{'edges':>6s}{'crossings':>11s}{'overlaps':>10s}{'through':>9s}{'size':>14s}{'ms':>8s}"
    )
    for name, graph, catalog in cases():
        scene = drawn.scene_of(graph, catalog)
        sizes = {id: (item.layout.width, item.layout.height) for id, item in scene.nodes.items()}
        ports = {id: drawn.ports_of(item.layout, False) for id, item in scene.nodes.items()}
        spent, found = [], Arranged()
        for _ in range(ROUNDS):
            began = time.perf_counter()
            found = arrange(graph, sizes, room=ROOM, ports=ports)
            spent.append((time.perf_counter() - began) * 1000)
        shown = drawn.scene_of(arranged(graph, found), catalog)
        over, through, crossed = drawn.overlaps(shown), drawn.run_through(shown), drawn.crossings(shown)
        area, took = shown.bounds(), statistics.median(spent)
        small = len(graph) < LARGE / 2 - 1
        missed |= bool(over or through) or took > LONGEST or (small and crossed > CROSSINGS.get(name, 0))
        size = f"{area.width():.0f}×{area.height():.0f}"
        numbers = f"{len(graph):6d}{len(graph.edges):6d}{crossed:11d}{len(over):10d}{len(through):9d}"
        print(f"{name:18s}{numbers}{size:>14s}{took:8.1f}")
    print(f"wanted: no overlap, no edge through a card, {LARGE} nodes in at most {LONGEST:.0f} ms; {CROSSINGS}")
    app.processEvents()
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
