"""The window: puts the bar, the pages and the panels together and connects the actions. It does no work itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStackedWidget, QTabWidget, QWidget

from netbuilder.project.steps_text import StepTexts
from netbuilder.ui import boxes
from netbuilder.ui.actions import TABLE, Actions
from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.command_palette import CommandPalette
from netbuilder.ui.commands import commands, listed
from netbuilder.ui.design_page import DesignPage
from netbuilder.ui.dock_title import DockTitle
from netbuilder.ui.files import Files
from netbuilder.ui.menu_bar import Menus
from netbuilder.ui.panels.cost import CostPanel
from netbuilder.ui.panels.history import HistoryPanel
from netbuilder.ui.panels.palette import Palette
from netbuilder.ui.panels.problems import ProblemsPanel
from netbuilder.ui.panels.settings import SettingsPanel
from netbuilder.ui.panels.source import SourcePanel
from netbuilder.ui.panels.training import TrainingPanel
from netbuilder.ui.plain_text import as_caption
from netbuilder.ui.remembering import Remembering
from netbuilder.ui.runs.interrupted_offer import InterruptedOffer
from netbuilder.ui.safety_net import SafetyNet
from netbuilder.ui.toast import Toast
from netbuilder.ui.top_bar import TopBar
from netbuilder.ui.train.elsewhere import Elsewhere
from netbuilder.ui.training import PAUSED
from netbuilder.ui.widgets.turns import Round
from netbuilder.ui.workbench import Workbench
from netbuilder.ui.workspaces import DESIGN, START, Workspaces

Side = Qt.DockWidgetArea
PANEL_WIDTHS = [232, 336]
TRAINING_HEIGHT, LEAST_TRAINING_HEIGHT = 240, 194


FINDS = ("find", "findNext", "findPrevious", "back", "forward")  # of the canvas, whichever panel has the keyboard


class MainWindow(QMainWindow):
    """One project in four workspaces."""

    def __init__(self, bench: Workbench):
        super().__init__()
        self.bench = bench
        self._sized = False
        self._leaving = self._unasked = False
        self.setObjectName("window")
        self.setDockNestingEnabled(True)
        Docks = self.DockOption
        self.setDockOptions(Docks.AnimatedDocks | Docks.AllowTabbedDocks | Docks.GroupedDragging)

        self.canvas = Canvas(bench)
        self.design_page = DesignPage(bench, self.canvas)
        self.actions_ = Actions(self, self.canvas, bench.keymap)
        self.files = Files(bench, self)
        texts = StepTexts()
        self.safety_net = SafetyNet(bench, parent=self, texts=texts)
        self.remembering = Remembering(bench, texts, parent=self)
        self._pages = QStackedWidget()
        self.setCentralWidget(self._pages)
        self.workspaces = Workspaces(
            self,
            self._pages,
            {
                START: self._make_start_page,
                "data": self._make_data_page,
                "design": lambda: self.design_page,
                "train": self._make_train_page,
                "inspect": self._make_inspector_page,
                "runs": self._make_runs_page,
                "compare": self._make_compare_page,
            },
        )
        self.menus = Menus(self)
        self.top_bar = TopBar(bench, self.actions_, self.menus)
        bench.training.changed.connect(self._renew_palette)  # once the bar has said what can be done
        self.setMenuWidget(self.top_bar)
        self._make_panels()
        self.round = Round(self._panels)
        self.menus.fill(self)
        self.top_bar.fit_menus()
        self._connect()
        self.toast = Toast(self._pages)
        self.interrupted = InterruptedOffer(bench, self._pages)
        self.elsewhere = Elsewhere(bench, self)
        self.command_palette = CommandPalette(bench.look, bench.settings, self)
        self.command_palette.refused.connect(bench.say)
        bench.said.connect(self.toast.say)

        self.resize(self._first_size())
        self.workspaces.go(DESIGN)
        self._restore()
        self._show_title()
        self._show_look()

    # Parts

    def _make_panels(self) -> None:
        bench = self.bench
        self.palette_panel = Palette(bench)
        self.settings_panel = SettingsPanel(bench)
        self.problems_panel = ProblemsPanel(bench)
        self.source_panel = SourcePanel(bench)
        self.history_panel = HistoryPanel(bench)
        self.training_panel = TrainingPanel(bench)
        self.cost_panel = CostPanel(bench)
        self.setCorner(Qt.Corner.BottomLeftCorner, Side.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Side.BottomDockWidgetArea)
        self.docks: dict[str, QDockWidget] = {}
        self._dock("palette", "Layers", self.palette_panel, Side.LeftDockWidgetArea)
        settings = self._dock("settings", "Settings", self.settings_panel, Side.RightDockWidgetArea)
        source = self._dock("source", "Source", self.source_panel, Side.RightDockWidgetArea)
        problems = self._dock("problems", "Problems", self.problems_panel, Side.RightDockWidgetArea)
        history = self._dock("history", "History", self.history_panel, Side.RightDockWidgetArea)
        training = self._dock("training", "Training", self.training_panel, Side.BottomDockWidgetArea)
        cost = self._dock("cost", "Cost", self.cost_panel, Side.BottomDockWidgetArea)
        self.setTabPosition(Side.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.splitDockWidget(settings, source, Qt.Orientation.Vertical)
        self.tabifyDockWidget(source, problems)
        self.tabifyDockWidget(problems, history)
        self.tabifyDockWidget(training, cost)
        cost.visibilityChanged.connect(self.cost_panel.show_latest)
        source.raise_()
        training.raise_()
        for tabbed in (
            source,
            problems,
            history,
            training,
            cost,
        ):  # the tab says its title; it can be dragged off by the tab
            tabbed.setTitleBarWidget(QWidget(tabbed))

    def _size_panels(self) -> None:
        docks = self.docks
        self.resizeDocks([docks["palette"], docks["settings"]], PANEL_WIDTHS, Qt.Orientation.Horizontal)
        self.resizeDocks([docks["settings"], docks["source"]], [400, 360], Qt.Orientation.Vertical)
        training = min(TRAINING_HEIGHT, max(LEAST_TRAINING_HEIGHT, self.height() // 4))
        self.resizeDocks([docks["training"]], [training], Qt.Orientation.Vertical)

    def _dock(self, name: str, title: str, widget: QWidget, side: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"{name}Dock")
        dock.setWidget(widget)
        dock.setTitleBarWidget(DockTitle(dock, self.bench.look))
        self.addDockWidget(side, dock)
        self.docks[name] = dock
        return dock

    def _panels(self) -> list[QWidget]:
        """The panels in the order of the work, with the page that is on screen among them."""
        page = self._pages.currentWidget()
        page = self.canvas if page is self.design_page else page
        right = [self.settings_panel, self.source_panel, self.problems_panel, self.history_panel]
        return [self.palette_panel, page, *right, self.training_panel, self.cost_panel, self.top_bar]

    def _make_start_page(self) -> QWidget:
        from netbuilder.ui.start.start_page import StartPage

        page = StartPage(self.bench, self.actions_, self.files)
        page.left.connect(lambda: self.workspaces.go(DESIGN))
        return page

    def _make_data_page(self) -> QWidget:
        from netbuilder.ui.data.data_page import DataPage

        return DataPage(self.bench)

    def _make_train_page(self) -> QWidget:
        from netbuilder.ui.train.train_page import TrainPage

        return TrainPage(self.bench)

    def _make_inspector_page(self) -> QWidget:
        from netbuilder.ui.inspector.inspector_page import InspectorPage

        return InspectorPage(self.bench)

    def _make_runs_page(self) -> QWidget:
        from netbuilder.ui.runs.runs_page import RunsPage

        page = RunsPage(self.bench)
        page.compare_requested.connect(self._compare)
        return page

    def _make_compare_page(self) -> QWidget:
        from netbuilder.ui.runs.compare_page import ComparePage

        page = ComparePage(self.bench)
        page.closed.connect(lambda: self.workspaces.go("runs"))
        return page

    def _compare(self, one: Path, other: Path) -> None:
        self.workspaces.page("compare").show_runs(one, other)
        self.workspaces.go("compare")

    # What the actions do

    def _connect(self) -> None:
        bench, canvas, go = self.bench, self.canvas, self.workspaces.go
        does = commands(self)
        assert set(does) == {entry.name for entry in TABLE}
        self.actions_.connect_all(does)
        self.actions_["snapToGrid"].setChecked(self.canvas.snaps.grid)
        self.actions_["snapToGuides"].setChecked(self.canvas.snaps.guides)
        self.top_bar.workspace_chosen.connect(go)
        self.workspaces.changed.connect(self._workspace_changed)
        bench.workspaceRequested.connect(go)
        bench.nodeRequested.connect(self._show_node)
        bench.shelf.taken.connect(
            lambda name: boxes.ask_to_replace(self, name, lambda: bench.shelf.keep(bench.project, name, replacing=True))
        )
        bench.historyChanged.connect(self._show_history)
        bench.savedChanged.connect(self._show_title)
        bench.look.changed.connect(self._show_look)
        self.settings_panel.left.connect(canvas.setFocus)
        self.palette_panel.chosen.connect(canvas.editing.add_layer)
        canvas.sampleWanted.connect(self.show_gallery)
        bench.projectChanged.connect(self._leave_start)
        self.problems_panel.node_requested.connect(bench.show_place)
        self.problems_panel.count_changed.connect(self._show_problem_count)
        self._show_history()

    def show_start(self) -> None:
        """What to begin with, in place of the drawing, which stays as it is until something else is opened."""
        self.workspaces.go(START)
        self.workspaces.page(START).begin()

    def show_gallery(self) -> None:
        """The same, with the keyboard where one searches the samples."""
        self.workspaces.go(START)
        self.workspaces.page(START).gallery.begin_search()

    def _leave_start(self, _old: object, _new: object, label: str) -> None:
        if label == "Open" and self.workspaces.current == START:
            self.workspaces.go(DESIGN)

    def open_palette(self) -> None:
        """Find a command by typing."""
        self.command_palette.open(listed(self))

    def _renew_palette(self) -> None:
        if self.command_palette.isVisible():
            self.command_palette.renew(listed(self))

    def edit_settings(self) -> None:
        """Take the keyboard to the first setting of what is selected. Esc there leads back to the canvas."""
        if not self.docks["settings"].isVisible():
            self.docks["settings"].show()
        self.docks["settings"].raise_()
        if not self.settings_panel.begin():
            self.bench.say("What is selected has no settings to edit.")

    def train(self) -> None:
        self.docks["training"].raise_()  # its curves, not the panel behind the tab beside it
        self.bench.train()

    def pause_or_continue(self) -> None:
        training = self.bench.training
        if training.state == PAUSED and self.bench.changed_drawing.different:
            self.bench.go_on_changed()
        elif training.state == PAUSED:
            training.resume()
        else:
            training.pause()

    def _show_node(self, id: str) -> None:
        self.workspaces.go(DESIGN)
        self.bench.selection.set([id])
        self.canvas.visits.leave()
        self.canvas.zoom_to_selection()

    # What is shown

    def _workspace_changed(self, name: str) -> None:
        self.top_bar.show_workspace(name)
        on_canvas = name == DESIGN
        for entry in TABLE:
            if entry.where == "canvas" or entry.name in ("zoomIn", "zoomOut", "zoomActual", "tidy", *FINDS):
                self.actions_[entry.name].setEnabled(on_canvas)
        self._pages.currentWidget().setFocus()

    def show_steps(self) -> None:
        self.docks["history"].show()
        self.docks["history"].raise_()
        self.history_panel.view.setFocus()

    def _show_history(self, *_: object) -> None:
        history = self.bench.document.history
        for name, word, label in (("undo", "Undo", history.undo_label), ("redo", "Redo", history.redo_label)):
            self.actions_[name].setText(as_caption(f"{word} {label[:1].lower()}{label[1:]}") if label else word)
            self.actions_[name].setEnabled(label is not None)

    def _show_problem_count(self, count: int) -> None:
        self.docks["problems"].setWindowTitle(f"Problems  {count}" if count else "Problems")

    def _show_title(self) -> None:
        mark = "*" if self.bench.document.edited else ""
        self.setWindowTitle(f"{self.bench.document.title}{mark} – NetBuilder")

    def _show_look(self) -> None:
        self.actions_.retint(self.bench.look.theme.text)

    # Coming and going

    def _restore(self) -> None:
        settings = self.bench.settings
        if settings.contains("geometry"):
            self.restoreGeometry(settings.value("geometry"))
        self.workspaces.read(settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._sized:  # panels take sizes only in a window that has its own
            self._sized = True
            self._size_panels()
            self.workspaces.begin()
            self.interrupted.look()
            self.elsewhere.look()

    def _first_size(self) -> QSize:
        """Most of the screen, but not more than one looks at."""
        room = self.screen().availableSize()
        return QSize(min(1600, int(room.width() * 0.92)), min(1000, int(room.height() * 0.9)))

    def sizeHint(self) -> QSize:
        return self._first_size()

    def _leave_run(self) -> None:
        """Close, once the user has said that the run under way may end."""
        if not self.bench.training.alive:
            self._close_now()
            return
        record = self.bench.training.record
        boxes.ask_to_stop(self, self._close_now, record.paused_because if record is not None else "")

    def _close_now(self) -> None:
        self._leaving = True
        self.close()

    def end_unasked(self) -> None:
        """Close now, as at a logout: the run ends with a checkpoint, what is not saved is offered at the next start."""
        self._leaving = self._unasked = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving and (self.bench.document.edited or self.bench.training.alive):
            event.ignore()
            self.files.leave(self._leave_run)
            return
        self.workspaces.write(self.bench.settings)
        self.bench.settings.setValue("geometry", self.saveGeometry())
        if self._unasked:
            self.safety_net.leave_behind()
        else:
            self.safety_net.close()
        self.remembering.close()
        self.bench.close()
        event.accept()
