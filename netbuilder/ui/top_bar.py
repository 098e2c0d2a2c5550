"""The bar along the top: menus, the project's name, the four workspaces, the run's buttons, Export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from netbuilder.ui.actions import Actions
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID
from netbuilder.ui.training import PAUSED, PREPARING, STOPPING
from netbuilder.ui.widgets import ElidedLabel
from netbuilder.ui.workbench import Workbench

DEVICE_WIDTH = 24 * GRID
LEAST_TITLE = 12 * GRID  # pixels of the project's name that are always in sight
CAPTIONS = {"train": "Train", "pause": "Pause", "stop": "Stop", "export": "Export…"}  # of the buttons: one word each
WORKSPACES = (("data", "Data"), ("design", "Design"), ("train", "Train"), ("inspect", "Inspect"))


class TopBar(QWidget):
    """Emits `workspace_chosen` with "data", "design", "train" or "inspect"."""

    workspace_chosen = Signal(str)

    def __init__(self, bench: Workbench, actions: Actions, menus: QMenuBar, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench, self._actions = bench, actions
        self.setObjectName("topBar")
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(6 * GRID)

        self._menus = menus
        self._title = ElidedLabel(role="title")
        self._title.setObjectName("projectTitle")
        self._edited = QLabel("edited")
        self._edited.setProperty("role", "muted")
        left = QHBoxLayout()
        left.setSpacing(GRID)
        menus.setParent(self)
        menus.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        left.addWidget(menus, 0, Qt.AlignmentFlag.AlignVCenter)
        left.addSpacing(GRID)
        left.addWidget(self._title)
        left.addWidget(self._edited)
        left.addStretch(1)
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

        middle = QHBoxLayout()
        middle.setSpacing(GRID // 2)
        self._group = QButtonGroup(self)
        self.workspaces: dict[str, QToolButton] = {}
        for name, text in WORKSPACES:
            button = QToolButton()
            button.setText(text)
            button.setObjectName(f"{name}Workspace")
            button.setAccessibleName(f"{text} workspace")
            button.setProperty("role", "workspace")
            button.setCheckable(True)
            button.setToolTip(actions[f"show{text}"].toolTip())
            button.clicked.connect(lambda _=False, name=name: self.workspace_chosen.emit(name))
            self._group.addButton(button)
            self.workspaces[name] = button
            middle.addWidget(button)

        right = QHBoxLayout()
        right.setSpacing(GRID)
        right.addStretch(1)
        self.train = self._button("train", "trainButton", "primary")
        self.pause = self._button("pause", "pauseButton", "")
        self.stop = self._button("stop", "stopButton", "danger")
        self.pause_more = self._drop_down(
            "pauseMore",
            "More ways to continue",
            ("continueChanged", "continueWithWeightsOfNow", "continueAsItWas", "oneStep"),
        )
        self.stop_more = self._drop_down("stopMore", "More ways to stop", ("stopAfterEpoch", "stop"))
        self.export = self._button("export", "exportButton", "")
        self._device_place = QHBoxLayout()
        self.device: QComboBox | None = None  # made once torch is here to say what devices there are
        self._device_room = QWidget()
        self._device_room.setFixedWidth(DEVICE_WIDTH)
        self._device_room.setLayout(self._device_place)
        self._device_place.setContentsMargins(0, 0, 0, 0)
        pair, other = self._beside(self.pause, self.pause_more), self._beside(self.stop, self.stop_more)
        for row_of in (pair, other):
            right.addLayout(row_of)
        for widget in (self._device_room, self.train, self.export):
            right.addWidget(widget)

        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 0, 2 * GRID, 0)
        row.addLayout(left, 1)
        row.addLayout(middle)
        row.addLayout(right, 1)

        bench.checking.checked.connect(self._offer_devices)
        bench.savedChanged.connect(self._show_title)
        bench.training.changed.connect(self._show_state)
        bench.look.changed.connect(self._show_state)
        bench.changed_drawing.changed.connect(self._show_state)
        self._show_title()
        self._show_state()

    def show_workspace(self, name: str) -> None:
        """Mark the one on screen. The start page is none of them."""
        self._group.setExclusive(name in self.workspaces)
        for one, button in self.workspaces.items():
            button.setChecked(one == name)

    def fit_menus(self) -> None:
        """All menus in sight: to be called once they are there."""
        self._menus.setFixedWidth(self._menus.sizeHint().width())

    def _button(self, action: str, name: str, role: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where one works
        if role:
            button.setProperty("role", role)
        act: QAction = self._actions[action]
        act.setIconText(CAPTIONS[action])
        button.clicked.connect(act.trigger)

        def follow() -> None:
            keys = act.shortcut().toString()
            button.setText(act.iconText())
            button.setAccessibleName(act.iconText().rstrip("…"))
            button.setEnabled(act.isEnabled())
            button.setToolTip(f"{act.toolTip()} ({keys})" if keys else act.toolTip())

        act.changed.connect(follow)
        follow()
        return button

    def _drop_down(self, name: str, words: str, entries: Sequence[str]) -> QPushButton:
        """A narrow button with a menu of those actions that make sense at the moment."""
        button = QPushButton()
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setProperty("role", "dropDown")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for entry in entries:
            menu.addAction(self._actions[entry])
        button.clicked.connect(lambda: menu.popup(button.mapToGlobal(button.rect().bottomLeft())))
        return button

    @staticmethod
    def _beside(button: QPushButton, more: QPushButton) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(button)
        row.addWidget(more)
        return row

    def _offer_devices(self) -> None:
        if self.device is None:
            from netbuilder.ui.train.device_choice import DeviceChoice

            self.device = DeviceChoice(self._bench)
            self.device.setObjectName("deviceChoice")
            self.device.currentTextChanged.connect(lambda text: self.device.setToolTip(f"Trains on {text}"))
            self._device_place.addWidget(self.device)

    def _show_title(self) -> None:
        title = self._bench.document.title
        self._title.set_whole(title)
        self._title.setToolTip(as_plain(str(self._bench.document.path or "Not saved to a file yet.")))
        self._edited.setVisible(self._bench.document.edited)
        self._make_room()

    def _show_state(self) -> None:
        training = self._bench.training
        waiting = self._bench.wants_training
        alive = training.alive or waiting
        preparing = waiting or training.state == PREPARING
        train, pause = self._actions["train"], self._actions["pause"]
        train.setIconText("Preparing…" if preparing else "Training…" if alive else CAPTIONS["train"])
        train.setEnabled(not alive)
        pause.setEnabled(alive and not preparing and training.state != STOPPING)
        self._show_ways_on(paused=training.state == PAUSED and not waiting)
        for name in ("stop", "stopAfterEpoch"):
            self._actions[name].setEnabled(alive and training.state != STOPPING)
        self._actions["stopAfterEpoch"].setChecked(training.ends_after_epoch)
        pause.setText("Continue training" if training.state == PAUSED else "Pause training")
        pause.setIconText("Continue" if training.state == PAUSED else CAPTIONS["pause"])
        self.pause.setVisible(alive)
        self.pause_more.setVisible(training.state == PAUSED and not waiting)
        self.stop.setVisible(alive)
        self.stop_more.setVisible(alive and not preparing and training.state != STOPPING)
        self._make_room()
        from netbuilder.ui.icons import icon

        theme = self._bench.look.theme
        self.train.setIcon(icon("play", theme.on_accent if not alive else theme.faint))
        self.pause.setIcon(icon("play" if training.state == PAUSED else "pause", theme.text))
        self.pause_more.setIcon(icon("chevron-down", theme.text))
        self.stop.setIcon(icon("stop", theme.danger))
        self.stop_more.setIcon(icon("chevron-down", theme.danger))
        self.export.setIcon(icon("export-variant", theme.text))

    def _show_ways_on(self, *, paused: bool) -> None:
        """What a paused run can go on with: its own network, the drawing of now, or that with the weights of before."""
        changed = self._bench.changed_drawing
        ways = {
            "continueChanged": changed.different,
            "continueWithWeightsOfNow": changed.back,
            "continueAsItWas": changed.different,
            "oneStep": True,
        }
        for name, makes_sense in ways.items():
            self._actions[name].setEnabled(paused and makes_sense)
        self._actions["continueWithWeightsOfNow"].setVisible(changed.back)
        back = "Continue with the drawing and the weights of before"
        self._actions["continueChanged"].setText(back if changed.back else "Continue with the changed drawing")
        usual = "Hold the run between two steps, or go on"
        self._actions["pause"].setToolTip(self._actions["continueChanged"].text() if changed.different else usual)

    def _make_room(self) -> None:
        """Where there is room, nothing moves when the buttons of a run and "edited" come and go. In a narrow bar the
        device gives way to them: it can be chosen on the Train page too."""
        self._title.setMinimumWidth(min(self._title.sizeHint().width(), LEAST_TITLE))
        passing = (self.pause, self.pause_more, self.stop, self.stop_more, self._edited)
        there = [widget for widget in passing if not widget.isHidden()]
        keep = self._needs(passing, self._title.sizeHint().width()) + DEVICE_WIDTH <= self.width()
        for widget in passing:
            policy = widget.sizePolicy()
            policy.setRetainSizeWhenHidden(keep)
            widget.setSizePolicy(policy)
        least = self._needs(there, self._title.minimumWidth())
        self._device_room.setVisible(keep or least + DEVICE_WIDTH <= self.width())

    def _needs(self, passing: Sequence[QWidget], title: int) -> int:
        """How wide the bar is without the device, with so many pixels of the project's name and with these widgets."""
        widgets = (*self.workspaces.values(), self.train, self.export, *passing)
        gaps = (len(widgets) + 6) * GRID
        return self._menus.width() + title + sum(widget.sizeHint().width() for widget in widgets) + gaps

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
