"""How long a frame of the canvas takes, and a step between two pictures. Run: python -m tests.benchmarks.bench_canvas

Networks of 1,000, 5,000 and 20,000 nodes with skip connections, in a view of 1,200×800 that is painted in software:
panned, zoomed and one node dragged, with all of it in view and from near; with everything selected, a hand hovering,
cost painted. Then undoing an edit of each kind, on the canvas and in the whole window; opening a file; tidying. The
exit code is 1 where a bound is missed. NodeGraphQt is measured beside it where it is installed (the extra "bench").

A number is from a step to its picture. Each is measured three times, and the middle one counts: machines are shared.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, QSettings
from PySide6.QtWidgets import QApplication

from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.graph.arrange import arrange
from netbuilder.layers import standard
from netbuilder.project import Project, clipboard, file
from netbuilder.project.document import Document
from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.canvas.heat import LEVELS, Heat
from netbuilder.ui.canvas.moving import MoveNodes
from netbuilder.ui.workbench import Workbench

FRAMES, RUNS = 120, 3
MOST = {1000: 6.0, 5000: 8.0, 20_000: 20.0}  # milliseconds a frame, p99
EDIT, OPEN, TIDY = 50.0, 1500.0, 1000.0  # milliseconds
WIDE, HIGH = 216, 120  # a node and the room around it
STEP, SKIP = ["conv2d", "batch_norm2d", "relu", "add"], 7

missed: list[str] = []


def ladder(count: int) -> Graph:
    """`count` nodes in rows, each fed by the one before it; every fourth adds what came seven nodes earlier."""
    across = math.ceil(math.sqrt(count * 1.5 * HIGH / WIDE))
    nodes = {
        f"n{i}": Node(f"n{i}", STEP[i % 4], f"layer{i}", {}, (i % across * WIDE * 1.0, i // across * HIGH * 1.0))
        for i in range(count)
    }
    layers = {kind: standard().find(kind)() for kind in STEP}
    ins = {kind: [port.name for port in layer.inputs()] for kind, layer in layers.items()}
    outs = {kind: layer.outputs()[0].name for kind, layer in layers.items()}
    edges = {}
    for i in range(1, count):
        for source, input in zip((i - 1, i - SKIP), ins[STEP[i % 4]], strict=False):
            if source >= 0:
                edge = Edge(f"n{source}", outs[STEP[source % 4]], f"n{i}", input)
                edges[edge.target, edge.input] = edge
    return Graph(nodes, edges)


# Measuring


def middle(measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(RUNS))[RUNS // 2]


def tell(what: str, p50: float, p99: float, most: float | None) -> None:
    late = most is not None and p99 > most
    if late:
        missed.append(what)
    bound = f"   at most {most:4.0f}" if most is not None else ""
    print(f"  {what:44s} median {p50:6.1f}   p99 {p99:6.1f} ms{bound}{'   MISSED' if late else ''}", flush=True)


def tell_time(what: str, took: float, most: float | None) -> None:
    late = most is not None and took > most
    if late:
        missed.append(what)
    bound = f"   at most {most:4.0f}" if most is not None else ""
    print(f"  {what:44s} {took:6.1f} ms{bound}{'   MISSED' if late else ''}", flush=True)


def frames(app: QApplication, step: Callable[[int], None]) -> tuple[float, float]:
    """The median and the p99 of the milliseconds from each step to its picture; of three runs the middle one."""
    runs = []
    for _ in range(RUNS):
        took = []
        for number in range(FRAMES):
            start = time.perf_counter()
            step(number)
            app.processEvents()
            took.append((time.perf_counter() - start) * 1000)
        took.sort()
        runs.append((took[FRAMES // 2], took[math.ceil(FRAMES * 0.99) - 1]))
    return sorted(runs, key=lambda run: run[1])[RUNS // 2]


@contextmanager
def shown(app: QApplication, project: Project) -> Iterator[Canvas]:
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        bench = Workbench(settings, document=Document(project))
        canvas = Canvas(bench)
        canvas.resize(1200, 800)
        canvas.show()
        app.processEvents()
        yield canvas
        canvas.close()
        canvas.deleteLater()
        bench.close()
        app.processEvents()


# Frames


def pan(canvas: Canvas) -> Callable[[int], None]:
    return lambda number: canvas.pan(QPoint(6, 3) if number % 80 < 40 else QPoint(-6, -3))


def zoom(canvas: Canvas, least: float, most: float) -> Callable[[int], None]:
    """In and out again between two zooms, a little each frame."""
    ways = FRAMES // 2

    def step(number: int) -> None:
        at = number % (2 * ways)
        part = (at if at < ways else 2 * ways - at) / ways
        canvas.set_zoom(least * (most / least) ** part, QPoint(600, 400))

    return step


@contextmanager
def dragged(canvas: Canvas, id: str) -> Iterator[Callable[[int], None]]:
    item = canvas.scene().nodes[id]
    start = item.rect().center()
    gesture = MoveNodes(canvas, start, QPoint(0, 0), id)
    far = 8 / min(1.0, canvas.zoom)
    yield lambda n: gesture.drag(start + QPointF(far * (n % 20), far * (n % 7)), QPoint(8 + n, 0))
    gesture.cancel()


def hover(canvas: Canvas) -> Callable[[int], None]:
    return lambda number: canvas.hands.move(QPoint(100 + 8 * number, 100 + 5 * number))


def look(canvas: Canvas, zoom: float | None) -> str:
    if zoom is None:
        canvas.zoom_to_fit()
    else:
        canvas.set_zoom(zoom)
        canvas.centerOn(canvas.scene().bounds().center())
    inside = len(canvas.scene().nodes_in(canvas.visible_area()))
    return f"{canvas.zoom * 100:.0f} %, {inside:,} in view"


def measure_frames(app: QApplication, count: int) -> None:
    most = MOST[count]
    with shown(app, Project().with_graph(ladder(count))) as canvas:
        print(f"{count:,} nodes, {len(canvas.scene().edges):,} edges")
        scene, selection = canvas.scene(), canvas.bench.selection
        central = f"n{count // 2 + round(math.sqrt(count * 0.83) / 2)}"
        for zoom_at in (None, 0.4, 1.0):
            where, bound = look(canvas, zoom_at), most if zoom_at is None else None  # what is promised: all in view
            tell(f"pan, {where}", *frames(app, pan(canvas)), bound)
            look(canvas, zoom_at)  # panning has led away from what is dragged
            with dragged(canvas, central) as step:
                tell(f"drag one, {where}", *frames(app, step), bound)
            tell(f"hover, {where}", *frames(app, hover(canvas)), None)
        look(canvas, None)
        fits = canvas.zoom
        tell(f"zoom from {fits * 70:.0f} % to {fits * 100:.0f} %", *frames(app, zoom(canvas, 0.7 * fits, fits)), most)
        tell(f"zoom from {fits * 100:.0f} % to {fits * 200:.0f} %", *frames(app, zoom(canvas, fits, 2 * fits)), None)
        tell("zoom from 30 % to 60 %", *frames(app, zoom(canvas, 0.3, 0.6)), None)
        tell("zoom from 60 % to 300 %", *frames(app, zoom(canvas, 0.6, 3.0)), None)
        selection.set(scene.nodes)
        for zoom_at in (None, 0.4, 1.0):
            tell(f"pan, all selected, {look(canvas, zoom_at)}", *frames(app, pan(canvas)), None)
        look(canvas, None)
        with dragged(canvas, central) as step:
            tell("drag all", *frames(app, step), None)
        selection.set([])
        scene.show_heat({id: Heat(f"{i:,}", i / count, i % LEVELS) for i, id in enumerate(scene.nodes)})
        for zoom_at in (None, 0.4, 1.0):
            tell(f"pan, cost painted, {look(canvas, zoom_at)}", *frames(app, pan(canvas)), None)


# Edits


def edits_of(graph: Graph) -> dict[str, Callable[[Project], Project]]:
    """One of each kind, by what people call it."""
    ids = list(graph.nodes)
    some = ids[100:600]

    def on_main(change: Callable[[Graph], Graph]) -> Callable[[Project], Project]:
        return lambda project: project.with_graph(change(project.main))

    def moved(ids: list[str]) -> Callable[[Project], Project]:
        return on_main(
            lambda g: edits.move_nodes(
                g, {id: (g.nodes[id].position[0] + 8, g.nodes[id].position[1] + 16) for id in ids}
            )
        )

    def pasted(project: Project) -> Project:
        return clipboard.paste(project, "main", clipboard.piece_of(project, "main", some), (40.0, 40.0))[0]

    return {
        "move one": moved(ids[50:51]),
        "move all": moved(ids),
        "add one": on_main(lambda g: edits.add_node(g, Node("new", "relu", "fresh", {}, (-300.0, 0.0)))),
        "delete one": on_main(lambda g: edits.remove_nodes(g, ids[50:51])),
        "rename": on_main(lambda g: edits.rename_node(g, ids[50], "renamed")),
        "change a setting": on_main(lambda g: edits.set_settings(g, ids[48], {"out_channels": 64})),
        "delete 500": on_main(lambda g: edits.remove_nodes(g, some)),
        "paste 500": pasted,
    }


def measure_edits(app: QApplication, bench: Workbench, where: str, settle: Callable[[], None]) -> None:
    for name, edit in edits_of(bench.project.main).items():
        applied: list[float] = []

        def once(name: str = name, edit: Callable[[Project], Project] = edit, applied: list[float] = applied) -> float:
            settle()
            start = time.perf_counter()
            bench.apply(name, edit(bench.project))
            app.processEvents()
            applied.append((time.perf_counter() - start) * 1000)
            settle()
            start = time.perf_counter()
            bench.document.undo()
            app.processEvents()
            return (time.perf_counter() - start) * 1000

        took = middle(once)
        tell_time(f"undo of {name}, {where}", took, EDIT)
        tell_time(f"     {name} itself", sorted(applied)[RUNS // 2], None)


def measure_canvas_edits(app: QApplication) -> None:
    print("One edit at 5,000 nodes, all in view, applied and painted")
    with shown(app, Project().with_graph(ladder(5000))) as canvas:
        measure_edits(app, canvas.bench, "canvas", app.processEvents)


def measure_window(app: QApplication) -> None:
    """The same in the whole window, with all that listens to the project and with the check going on after each."""
    from netbuilder.ui import app as application
    from netbuilder.ui import pace
    from netbuilder.ui.main_window import MainWindow

    pace.favour_the_window()  # as the program does
    with tempfile.TemporaryDirectory() as home:
        os.environ["NETBUILDER_HOME"] = home
        bench = Workbench(application.read_settings())
        application.dress(app, bench)
        window = MainWindow(bench)
        window.resize(1600, 1000)
        window.show()
        app.processEvents()
        path = Path(home) / "large.netb"
        file.save(Project().with_graph(ladder(5000)), path)

        def opened() -> float:
            bench.document.open(Project(), None)
            app.processEvents()
            start = time.perf_counter()
            bench.document.open(file.open_file(path).project, path)
            app.processEvents()
            return (time.perf_counter() - start) * 1000

        print("5,000 nodes in the whole window")
        tell_time("opened from a file and painted", middle(opened), OPEN)
        bench.begin()
        stalls: list[float] = []

        def settle() -> None:
            """Until the data is read and the newest check shown; how long the window was not there meanwhile."""
            end = time.monotonic() + 120
            while (bench.loading.busy or not bench.checking.is_current) and time.monotonic() < end:
                start = time.perf_counter()
                app.processEvents()
                stalls.append((time.perf_counter() - start) * 1000)
                time.sleep(0.002)

        measure_edits(app, bench, "window", settle)
        tell_time("longest stall while it is checked", max(stalls), None)
        window.close()
        bench.close()


# Other things


def measure_tidy(app: QApplication) -> None:
    print("Tidying 1,000 nodes, off the window's thread")
    graph = ladder(1000)
    graph = edits.move_nodes(graph, dict.fromkeys(graph.nodes, (0.0, 0.0)))
    sizes = dict.fromkeys(graph.nodes, (184.0, 80.0))

    def once() -> float:
        start = time.perf_counter()
        arrange(replace(graph), sizes)
        return (time.perf_counter() - start) * 1000

    tell_time("tidy layout of 1,000 nodes", middle(once), TIDY)


def measure_others() -> None:
    """In a process of its own: it may not run with this PySide6."""
    command = [sys.executable, "-m", "tests.benchmarks.nodegraphqt"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if ended.returncode == 0:
        print(ended.stdout.rstrip())
    else:
        last = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-1:] or [f"exit code {ended.returncode}"]
        print(f"NodeGraphQt is not measured: {last[0]}")


def main() -> int:
    app = QApplication(sys.argv[:1])
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
    print(f"1,200×800, {app.platformName()}, software; milliseconds; load {load:.1f} on {os.cpu_count()} cores")
    wanted = SimpleNamespace(all=not sys.argv[1:], names=sys.argv[1:])
    for count in MOST:
        if wanted.all or str(count) in wanted.names:
            measure_frames(app, count)
    if wanted.all or "edits" in wanted.names:
        measure_canvas_edits(app)
    if wanted.all or "window" in wanted.names:
        measure_window(app)
    if wanted.all or "tidy" in wanted.names:
        measure_tidy(app)
    if wanted.all or "others" in wanted.names:
        measure_others()
    if missed:
        print(f"Missed: {', '.join(missed)}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
