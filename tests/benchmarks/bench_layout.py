"""What tidying makes of networks that everyone has seen drawn, as the canvas draws it, and how long it takes.

No card may lie on another, and no edge may run through a card that is not one of its ends. Crossings are counted for
the four networks, each with its blocks and flat, without any, and for large ones: two residual networks, a Transformer
of 24 layers and a ladder, all flat. What is large takes about the shape of the room.
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
from tests.benchmarks.bench_canvas import ladder
from tests.benchmarks.bench_check import Pen, residual_network
from tests.ui.canvas import drawn

ROOM = (1600.0, 900.0)
LARGE = 1000  # nodes
ROUNDS = 5
LONGEST = 1000.0  # milliseconds, for a large one
CROSSINGS = {"U-Net": 4, "ladder": 124, "random": 2869}  # at most; none elsewhere
SHAPED = (1.2, 2.8)  # width to height of a large one in a room of 16:9
SHAPELESS = {"random"}  # has no place where few edges pass


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


def residual(blocks: tuple[int, ...]) -> Graph:
    """A ResNet of bottlenecks, flat: 3, 4, 6, 3 are those of ResNet-50, 3, 8, 36, 3 those of ResNet-152."""
    pen = Pen()

    def convolved(x: str, channels: int, size: int, stride: int = 1) -> str:
        settings = {"out_channels": channels, "kernel_size": size, "stride": stride, "padding": size // 2}
        return pen.put("batch_norm2d", pen.put("conv2d", x, **settings, bias=False))

    x = pen.put("max_pool2d", pen.put("relu", convolved(pen.put("input"), 64, 7, 2)))
    for stage, count in enumerate(blocks):
        for number in range(count):
            channels, stride = 64 * 2**stage, 2 if stage and not number else 1
            inside = pen.put("relu", convolved(x, channels, 1))
            inside = pen.put("relu", convolved(inside, channels, 3, stride))
            x = x if number else convolved(x, 4 * channels, 1, stride)
            x = pen.put("relu", pen.put("add", convolved(inside, 4 * channels, 1), x))
    pen.put("output", pen.put("linear", pen.put("flatten", pen.put("adaptive_avg_pool2d", x))))
    return pen.graph()


def encoder(layers: int = 24) -> Graph:
    """A Transformer as language models are, flat: norms first, so that every place is passed by a skip."""
    pen = Pen()
    x = pen.put("embedding", pen.put("input"))
    for _ in range(layers):
        attended = pen.put("multihead_attention", pen.put("layer_norm", x))
        x = pen.put("add", pen.put("dropout", attended), x)
        inside = pen.put("gelu", pen.put("linear", pen.put("layer_norm", x)))
        x = pen.put("add", pen.put("dropout", pen.put("linear", inside)), x)
    pen.put("output", pen.put("linear", pen.put("layer_norm", x)))
    return pen.graph()


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
    yield "ResNet-50 flat", residual((3, 4, 6, 3)), standard()
    yield "ResNet-152 flat", residual((3, 8, 36, 3)), standard()
    yield "24 layers flat", encoder(), standard()
    yield "ladder", ladder(1003), standard()
    yield "residual chain", residual_chain(), standard()
    yield "random", random_dag(), standard()
    yield "residual network", residual_network()[0], standard()


def main() -> int:
    app = QApplication.instance() or QApplication([])
    missed = False
    print(
        f"{'':18s}{'nodes':>6s}{'edges':>6s}{'crossings':>11s}{'overlaps':>10s}{'through':>9s}{'size':>14s}"
        f"{'shape':>7s}{'ms':>8s}"
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
        shape = area.width() / area.height()
        bent = len(graph) > 100 and name not in SHAPELESS and not SHAPED[0] <= shape <= SHAPED[1]
        missed |= bool(over or through) or took > LONGEST or crossed > CROSSINGS.get(name, 0) or bent
        size = f"{area.width():.0f}×{area.height():.0f}"
        numbers = f"{len(graph):6d}{len(graph.edges):6d}{crossed:11d}{len(over):10d}{len(through):9d}"
        print(f"{name:18s}{numbers}{size:>14s}{shape:7.2f}{took:8.1f}")
    print(f"wanted: no overlap, no edge through a card, {LARGE} nodes in at most {LONGEST:.0f} ms; {CROSSINGS};")
    print(f"more than 100 nodes {SHAPED[0]} to {SHAPED[1]} times as wide as high, but for {', '.join(SHAPELESS)}")
    app.processEvents()
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
