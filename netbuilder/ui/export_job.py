"""One export on a thread of its own. It knows no widget: what it has to say comes back over the bridge."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.data.source import Cancelled, DataError
from netbuilder.export.exporter import Exporter, ExportError
from netbuilder.ui.train.run_data import Described, dataset_of

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.export.export import Report
    from netbuilder.ui.bridge import Bridge


class ExportJob:
    """`told(what, done, total)` while it goes on; then once `done(report)`, or `failed(sentence)`, or `cancelled()`.

    `dataset` is used if it is what `data` holds; else the run's own data is read again.
    """

    def __init__(
        self,
        bridge: Bridge,
        folder: Path,
        exporter: Exporter,
        out: Path,
        dataset: Dataset | None,
        data: Described | None,
        *,
        told: Callable[[str, int, int], None],
        done: Callable[[Report], None],
        failed: Callable[[str], None],
        cancelled: Callable[[], None],
    ):
        self._bridge = bridge
        self._folder, self._exporter, self._out = folder, exporter, out
        self._dataset, self._data = dataset, data
        self._told, self._done, self._failed, self._cancelled = told, done, failed, cancelled
        self._wanted = True
        self._thread = threading.Thread(target=self._work, name="export", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Call it off. Nothing is left behind; it may take a moment until the step at hand is done."""
        self._wanted = False

    def _tell(self, what: str, done: int, total: int) -> None:
        if not self._wanted:
            raise Cancelled
        self._post(lambda: self._told(what, done, total))

    def _post(self, call: Callable[[], None]) -> None:
        self._bridge.post(call)

    def _work(self) -> None:
        from netbuilder.export.export import export_run
        from netbuilder.train.recipes import RecipeError, recipe_of
        from netbuilder.train.run import Run, RunError

        try:
            run = Run.open(self._folder)
            self._tell("Reading the data", 0, 0)
            dataset = dataset_of(run, self._dataset, self._data, self._tell)
            scripts = recipe_of(run.recipe).scripts
            report = export_run(run, self._exporter, self._out, dataset, self._tell, scripts)
        except Cancelled:
            self._post(self._cancelled)
        except (ExportError, RunError, RecipeError, DataError) as refused:
            sentence = str(refused)
            self._post(lambda: self._failed(sentence))
        except Exception as fault:  # whatever it is, the window says it and lives on
            sentence = f"The export failed: {type(fault).__name__}: {fault}"
            self._post(lambda: self._failed(sentence))
        else:
            self._post(lambda: self._done(report))
