"""Where to train: "auto", or one of the devices of this machine. They are asked for when the list is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from netbuilder.ui import errand

if TYPE_CHECKING:
    from netbuilder.train.device import Device
    from netbuilder.ui.workbench import Workbench


class DeviceChoice(QComboBox):
    """Asking torch for its devices imports it, so that is done on a thread; until then there is only "auto"."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._asked = False
        self.setObjectName("device")
        self.setAccessibleName("Device to train on")
        self.addItem("auto: the best there is", "auto")
        if bench.training.device != "auto":
            self.addItem(bench.training.device, bench.training.device)
        self._follow()
        self.activated.connect(lambda _: bench.training.choose_device(self.currentData()))
        bench.training.changed.connect(self._follow)

    def _show(self, devices: tuple[Device, ...]) -> None:
        if devices:
            self.setItemText(0, f"auto: {devices[0].title}")
        for device in devices:
            at = self.findData(device.name)
            title = device.title if device.name == "cpu" else f"{device.name} · {device.title}"
            if at < 0:
                self.addItem(title, device.name)
            else:
                self.setItemText(at, title)
        self._follow()

    def _follow(self) -> None:
        at = self.findData(self._bench.training.device)
        if at >= 0 and at != self.currentIndex():
            self.setCurrentIndex(at)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            errand.send(self._bench.bridge, self, "devices", _devices, lambda found, _: self._show(found or ()))


def _devices() -> tuple[Device, ...]:
    from netbuilder.train.device import devices

    return devices()
