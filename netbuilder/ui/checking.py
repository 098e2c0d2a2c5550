"""Keeps the newest check of the project, made off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from netbuilder.background import LatestJob
from netbuilder.layers import Catalog
from netbuilder.project import Project
from netbuilder.spec import DataSpec
from netbuilder.trust import nothing
from netbuilder.ui.bridge import Bridge

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked

PICTURE_MS = 30  # until a change is on screen: a thread that works meanwhile takes every second moment from the window


class Checking(QObject):
    """`latest` is the newest answer, which may be of an older project than the one on screen; see `is_current`. A check
    begins once what is to be checked has been painted."""

    checked = Signal(object)

    def __init__(
        self,
        catalog: Catalog,
        bridge: Bridge,
        parent: QObject | None = None,
        *,
        trusted: Callable[[str], bool] = nothing,
    ):
        super().__init__(parent)
        self._trusted = trusted  # asked from the thread that checks
        self.latest: Checked | None = None
        self._catalog, self._bridge = catalog, bridge
        self._memory: Any = None
        self._asked: tuple[Project, DataSpec | None] | None = None
        self._answered: tuple[Project, DataSpec | None] | None = None
        self._job = LatestJob(self._check, self._done, name="check")
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.setInterval(PICTURE_MS)
        self._painted.timeout.connect(lambda: self._job.request(self._asked))

    @property
    def is_current(self) -> bool:
        """Whether `latest` answers the newest request."""
        return self._asked is not None and self._answered is self._asked

    @property
    def catalog(self) -> Catalog:
        """The layers of this version, without any project's own blocks."""
        return self._catalog

    def request(self, project: Project, spec: DataSpec | None) -> None:
        self._asked = (project, spec)
        if not self._painted.isActive():  # a row of changes, as of a key that is held, does not put it off for ever
            self._painted.start()

    def close(self) -> None:
        self._painted.stop()
        self._job.close()

    def _check(self, request: tuple[Project, DataSpec | None]) -> Checked:
        from netbuilder.compile.check import check
        from netbuilder.compile.inference.infer import Inferences
        from netbuilder.train.recipes import asked_of

        if self._memory is None:
            self._memory = Inferences()
        asked = asked_of(request[0].recipe, request[1])
        return check(request[0], self._catalog, asked, self._memory, self._trusted)

    def _done(self, request: tuple[Project, DataSpec | None], checked: Checked | None, error: Exception | None) -> None:
        self._bridge.post(lambda: self._deliver(request, checked, error))

    def _deliver(
        self, request: tuple[Project, DataSpec | None], checked: Checked | None, error: Exception | None
    ) -> None:
        if request is not self._asked:
            return
        if error is not None:
            raise error  # a fault of ours: told by the window, which lives on
        self.latest, self._answered = checked, request
        self.checked.emit(checked)
