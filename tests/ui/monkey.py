"""A hand that does anything at all with the window, from a seed, and what must hold whatever it does.

Every gesture goes through Qt's own queue to the window or the dialog in front of it, as it does from a real mouse and
keyboard. Nothing that leaves the window is done: dialogs that choose files, export or import are closed when they
open, and asking to leave the project is answered with no.
"""

from __future__ import annotations

import random
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from typing import TextIO

import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QCursor, QDesktopServices, QKeyEvent, QKeySequence, QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from netbuilder.graph import Graph
from netbuilder.project import Project, file
from netbuilder.ui.actions import TABLE
from netbuilder.ui.canvas.node_item import NodeItem
from netbuilder.ui.main_window import MainWindow
from tests.toy import rules_broken

PATIENCE_MS = 400
# PySide 6.11 lets go of the wrappers of actions that stand in a QActionGroup while the actions live on.
LET_GO = "Internal C++ object (PySide6.QtGui.QAction) already deleted"
LAST = 25  # gestures that are told when something is wrong
LEAVES_THE_WINDOW = {"new", "open", "saveAs", "save", "quit", "export", "importModel", "bringBlock", "train"} | {
    *("saveBlockFile", "newFromSample", "startPage"),
}
# That this platform can't raise and grab, and that a hand that drags has left the window.
IGNORED = ("This plugin does not support ", "Mouse event at ")

Left, Right, Middle = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
Key, Mod = Qt.Key, Qt.KeyboardModifier
NO_KEYS = Mod.NoModifier
KEYS = (
    *(Key.Key_Escape, Key.Key_Return, Key.Key_Tab, Key.Key_Backtab, Key.Key_Space, Key.Key_Delete, Key.Key_Backspace),
    *(Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End, Key.Key_PageUp),
    *(Key.Key_PageDown, Key.Key_F2, Key.Key_F6, Key.Key_Menu, Key.Key_A, Key.Key_C, Key.Key_F, Key.Key_G, Key.Key_X),
    *(Key.Key_1, Key.Key_0, Key.Key_Minus, Key.Key_Plus, Key.Key_Slash, Key.Key_Question, Key.Key_Insert),
)
WORDS = ("conv", "lin", "relu", "add", "norm", "out", "input", "zzz", "flat", "3", "width * 2", "-1", "é", "1e99", " ")


class Amiss(AssertionError):
    """Something that must never happen has happened."""


class Monkey:
    """One hand on one window. `run` does so many gestures; after each, what must hold is looked at."""

    def __init__(self, window: MainWindow, seed: int, *, settle: bool = False):
        self.window, self.bench, self.canvas = window, window.bench, window.canvas
        self.seed, self.done = seed, 0
        self.log: TextIO | None = None
        self.counts: dict[str, int] = {}
        self._dice = random.Random(seed)
        self._settle = settle
        self._last: deque[str] = deque(maxlen=LAST)
        self._faults: list[str] = []
        self._held: QWindow | None = None  # the window that the button was pressed in
        self._texts: dict[int, tuple[object, str]] = {}  # of each step: itself, and its project when it was made
        self._guard = QTimer(window)  # a button may show its menu and wait for it
        self._guard.setInterval(PATIENCE_MS)
        self._guard.timeout.connect(self._end_waiting)
        self._note_step()
        self.bench.projectChanged.connect(self._note_step)
        self._gestures: list[tuple[float, Callable[[], str]]] = [
            (14, self._drag_node),
            (10, self._drag_port),
            (5, self._band),
            (4, self._drag_anywhere),
            (3, self._pan),
            (4, self._interrupted_drag),
            (8, self._click_canvas),
            (3, self._double_click),
            (5, self._wheel),
            (6, self._menu),
            (14, self._action),
            (8, self._key),
            (9, self._search),
            (5, self._type),
            (8, self._click_widget),
            (3, self._click_tab),
            (3, self._palette),
            (3, self._undo_some),
            (2, self._go_home),
            (1, self._resize),
        ]

    # Running

    def run(self, gestures: int, each: Callable[[int], None] = lambda _: None) -> None:
        """Do so many gestures. Raises `Amiss` with the seed and the last ones done."""
        with self._listening():
            for number in range(gestures):
                weights, makes = zip(*self._gestures, strict=True)
                make = self._dice.choices(makes, weights)[0]
                name = make.__name__.strip("_")
                self.counts[name] = self.counts.get(name, 0) + 1
                self._last.append(f"{name} …")
                if self.log is not None:  # what was done before a crash
                    print(f"{self.done} {self._last[-2] if number else ''}\n{name} …", file=self.log, flush=True)
                self._guard.start()
                self._last[-1] = f"{name} {self._done(make)}"
                self._guard.stop()
                self._held = None
                self._answer_dialogs()
                self._let_live()
                self.done += 1
                self.look(thoroughly=number % 25 == 24)
                each(number)

    @staticmethod
    def _done(make: Callable[[], str]) -> str:
        """What the gesture did. What it was aimed at may go in the middle of it."""
        try:
            return make()
        except RuntimeError as gone:
            if "already deleted" not in str(gone):
                raise
            return "what is gone by now"

    def undo_and_redo_all(self) -> None:
        """All the way back and all the way forth, each step as it was when it was made."""
        with self._listening():
            self._let_go()
            document = self.bench.document
            end = file.dumps(document.history.steps[-1].project)
            self._last.append("undo all")
            while document.history.at > 0:
                self.window.actions_["undo"].trigger()
                self._look_at_step()
            self._last.append("redo all")
            while document.history.at < len(document.history.steps) - 1:
                self.window.actions_["redo"].trigger()
                self._look_at_step()
            self._must(file.dumps(self.bench.project) == end, "redo of everything does not lead to the end")

    def _look_at_step(self) -> None:
        step = self.bench.document.history.steps[self.bench.document.history.at]
        known = self._texts.get(id(step))
        text = file.dumps(self.bench.project)
        self._must(known is None or known[1] == text, f"the step {step.label!r} is not what it was")
        self.look()

    @contextmanager
    def _listening(self):
        """Whatever Python or Qt complains about meanwhile is a fault."""

        def say(kind: QtMsgType, _: object, text: str) -> None:
            if kind != QtMsgType.QtDebugMsg and not text.startswith(IGNORED):
                self._faults.append(f"Qt said: {text}")

        def broke(kind: type[BaseException], fault: BaseException, trace: object) -> None:
            if LET_GO in str(fault):
                return
            self._faults.append("".join(traceback.format_exception(kind, fault, trace)))

        hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = broke
        threading.excepthook = lambda told: broke(told.exc_type, told.exc_value, told.exc_traceback)
        sys.unraisablehook = lambda told: broke(type(told.exc_value), told.exc_value, told.exc_traceback)
        before = qInstallMessageHandler(say)
        for scheme in ("file", "http", "https"):
            QDesktopServices.setUrlHandler(scheme, self.window, "close")  # nothing is opened outside
        try:
            yield
        finally:
            for scheme in ("file", "http", "https"):
                QDesktopServices.unsetUrlHandler(scheme)
            qInstallMessageHandler(before)
            sys.excepthook, threading.excepthook, sys.unraisablehook = hooks

    def _end_waiting(self) -> None:
        """Something waits within a gesture: choose something in the menu, or give up what is dragged."""
        for _ in range(self._dice.randrange(4)):
            self._hit(Key.Key_Down)
        self._hit(self._dice.choice([Key.Key_Return, Key.Key_Escape]))
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        else:
            self._hit(Key.Key_Escape)

    def _let_live(self) -> None:
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if self._settle:
            for _ in range(200):
                if self.bench.checking.is_current:
                    break
                QTest.qWait(5)

    def _answer_dialogs(self) -> None:
        """Close what leads out of the window."""
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible() and self._is_forbidden(dialog):
                dialog.reject()
        if self._dice.random() < 0.3:
            modal = QApplication.activeModalWidget()
            if isinstance(modal, QDialog):
                modal.reject()

    @staticmethod
    def _is_forbidden(dialog: QDialog) -> bool:
        leads_out = type(dialog).__name__ in ("QFileDialog", "ExportDialog", "ImportDialog")
        return leads_out or (isinstance(dialog, QMessageBox) and dialog.objectName() == "unsavedChanges")

    # What must hold

    def look(self, thoroughly: bool = False) -> None:
        """Raises `Amiss` where the screen is not what the project says, or something complained."""
        self._must(not self._faults, "\n".join(self._faults))
        scene, graph = self.canvas.scene(), self.bench.graph
        self._must(scene.graph is graph, "the canvas shows another graph than the open one")
        self._must(set(scene.node_boxes) == set(scene.nodes.values()), "other nodes are painted than there are")
        self._must(set(scene.edge_boxes) == set(scene.edges.values()), "other edges are painted than there are")
        marks = {*graph.annotations.frames, *graph.annotations.notes}
        self._must(set(scene.beside.items) == marks, "the frames and notes on the canvas are not those of the graph")
        self._must(set(scene.nodes) == set(graph.nodes), "the nodes on the canvas are not those of the graph")
        self._must({at: item.edge for at, item in scene.edges.items()} == dict(graph.edges), "the edges differ")
        self._must(self.bench.selection.nodes <= graph.nodes.keys(), "something is selected that is not there")
        moving = self.canvas.busy or self.canvas.arranging.glide.going_on
        for id, item in scene.nodes.items():
            node = graph.nodes[id]
            self._must(item.card.name == node.name, f"{node.name} is shown as {item.card.name}")
            if not moving:
                self._must(item.pos() == QPointF(*node.position), f"{node.name} is not where it should be")
        if thoroughly:
            project = self.bench.project
            self._must(rules_broken(project) == [], "; ".join(rules_broken(project)))
            text = file.dumps(project)
            again = file.loads(text)
            # Points that an edge went by which is gone are kept until the project is saved, for undo.
            same = file.dumps(again.project) == text and not again.notes
            self._must(same, f"what is saved is not read back: {again.notes or _differing(project, again.project)}")

    def _must(self, holds: bool, what: str) -> None:
        if not holds:
            done = "\n  ".join(self._last)
            raise Amiss(f"seed {self.seed}, after {self.done} gestures: {what}\nThe last gestures:\n  {done}")

    def _note_step(self, *_: object) -> None:
        history = self.bench.document.history
        step = history.steps[history.at]
        if self._texts.get(id(step), (None,))[0] is not step:
            self._texts[id(step)] = (step, file.dumps(step.project))

    # Where the hand goes

    def _front(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window

    def _target(self) -> QWindow:
        handle = self._front().windowHandle()
        alive = handle is not None and shiboken6.isValid(handle)  # that of a menu goes when an entry is chosen
        return handle if alive else self.window.windowHandle()

    def _pixel(self, widget: QWidget, at: QPoint) -> QPoint:
        """A place in a widget as the window in front has it."""
        front = self._front()
        return front.mapFromGlobal(widget.mapToGlobal(at))

    def _on_canvas(self, scene_place: QPointF | None = None) -> QPoint:
        port = self.canvas.viewport()
        if scene_place is None:
            at = QPoint(self._dice.randrange(max(1, port.width())), self._dice.randrange(max(1, port.height())))
        else:
            at = self.canvas.mapFromScene(scene_place)
        return self._pixel(port, at)

    def _some_node(self) -> NodeItem | None:
        nodes = list(self.canvas.scene().nodes.values())
        return self._dice.choice(nodes) if nodes else None

    def _some_port(self, output: bool | None = None) -> QPointF | None:
        item = self._some_node()
        if item is None:
            return None
        output = self._dice.random() < 0.5 if output is None else output
        ports = list(item.layout.outputs if output else item.layout.inputs)
        return item.port_position(self._dice.choice(ports), output) if ports else None

    def _modifiers(self) -> Qt.KeyboardModifier:
        return self._dice.choices([NO_KEYS, Mod.ShiftModifier, Mod.ControlModifier, Mod.AltModifier], [10, 2, 2, 1])[0]

    def _press(self, at: QPoint, button=Left, keys=NO_KEYS) -> None:
        self._held = self._aim()  # a menu may open: the places are those of this window still
        QTest.mousePress(self._held, button, keys, at)

    def _aim(self) -> QWindow:
        held = self._held
        return held if held is not None and shiboken6.isValid(held) else self._target()

    def _move(self, start: QPoint, end: QPoint, steps: int = 4) -> None:
        for step in range(1, steps + 1):
            QTest.mouseMove(self._aim(), start + (end - start) * step / steps)

    def _release(self, at: QPoint, button=Left, keys=NO_KEYS) -> None:
        QTest.mouseRelease(self._aim(), button, keys, at)

    def _drag(self, start: QPoint, end: QPoint, button=Left, keys=NO_KEYS) -> None:
        self._press(start, button, keys)
        self._move(start, end)
        self._release(end, button, keys)

    def _click(self, at: QPoint, button=Left, keys=NO_KEYS) -> None:
        self._press(at, button, keys)
        self._release(at, button, keys)

    def _hit(self, key: Key | int, keys=NO_KEYS) -> None:
        if keys & Mod.AltModifier and QApplication.activePopupWidget() is not None:
            QTest.keyPress(self._target(), Key.Key_Alt)  # closes the menu, and QTest would go on with its window
            QTest.keyRelease(self.window.windowHandle(), Key.Key_Alt)
        target = self._target()
        QTest.keyPress(target, key, keys)
        if shiboken6.isValid(target):  # a dialog goes with the key that closes it
            QTest.keyRelease(target, key, keys)

    def _let_go(self) -> None:
        """Nothing held, nothing open."""
        for _ in range(4):
            front = self._front()
            if front is self.window:
                break
            front.close()
            self._let_live()
        self.canvas.cancel_gesture()
        self._let_live()

    # The gestures: each does it and says what it did

    def _drag_node(self) -> str:
        item = self._some_node()
        if item is None:
            return "nothing"
        start, keys = self._on_canvas(item.rect().center()), self._modifiers()
        far = self._dice.choice([8, 60, 400])
        end = start + QPoint(self._dice.randint(-far, far), self._dice.randint(-far, far))
        self._drag(start, end, self._dice.choices([Left, Middle, Right], [12, 1, 1])[0], keys)
        return f"{item.card.name} {keys}"

    def _drag_port(self) -> str:
        start = self._some_port()
        if start is None:
            return "nothing"
        ends = [self._some_port, lambda: None, lambda: getattr(self._some_node(), "rect", QRect)().center()]
        end = self._dice.choices(ends, [6, 1, 2])[0]()
        self._drag(self._on_canvas(start), self._on_canvas(QPointF(end) if end is not None else None))
        return f"{start} to {end}"

    def _band(self) -> str:
        start, end = self._on_canvas(), self._on_canvas()
        self._drag(start, end, keys=self._modifiers())
        return f"{start} {end}"

    def _drag_anywhere(self) -> str:
        start, end = self._on_canvas(), self._on_canvas()
        button = self._dice.choice([Left, Right, Middle])
        self._drag(start, end, button, self._modifiers())
        return f"{button}"

    def _pan(self) -> str:
        if self._dice.random() < 0.5:
            self._drag(self._on_canvas(), self._on_canvas(), Middle)
            return "with the middle button"
        QTest.keyPress(self._target(), Key.Key_Space)
        self._drag(self._on_canvas(), self._on_canvas())
        QTest.keyRelease(self._target(), Key.Key_Space)
        return "with the space bar"

    def _interrupted_drag(self) -> str:
        item = self._some_node()
        start = self._some_port() if self._dice.random() < 0.5 else item and item.rect().center()
        at = self._on_canvas(QPointF(start) if start is not None else None)
        end = self._on_canvas()
        self._press(at)
        self._move(at, end, 3)
        how = self._dice.randrange(6)
        if how == 0:
            self._hit(Key.Key_Escape)
        elif how == 1:
            self._hit(Key.Key_Z, Mod.ControlModifier)
        elif how == 2:
            self._hit(self._dice.choice(KEYS))
        elif how == 3:
            self._click(end, Right)
        elif how == 4:
            self._turn(end)
        else:
            self._press_action()
        self._move(end, at, 2)
        self._release(at)
        return f"way {how}"

    def _click_canvas(self) -> str:
        item = self._some_node()
        middle = self._dice.choice([None, item and item.rect().center(), self._some_port()])
        button, keys = self._dice.choices([Left, Right, Middle], [8, 2, 1])[0], self._modifiers()
        self._click(self._on_canvas(QPointF(middle) if middle is not None else None), button, keys)
        return f"{middle} {button} {keys}"

    def _double_click(self) -> str:
        item = self._some_node()
        middle = item.rect().center() if item is not None and self._dice.random() < 0.6 else None
        at = self._on_canvas(middle)
        self._click(at)
        QTest.mouseDClick(self._target(), Left, NO_KEYS, at)
        if self._dice.random() < 0.7:
            self._write()
        return f"{middle}"

    def _turn(self, at: QPoint) -> None:
        port = self.canvas.viewport()
        place = QPointF(port.mapFromGlobal(self._front().mapToGlobal(at)))
        turned = QPoint(0, self._dice.choice([-360, -120, 120, 360]))
        event = QWheelEvent(
            place, QPointF(port.mapToGlobal(place.toPoint())), QPoint(), turned, Qt.MouseButton.NoButton,
            self._modifiers(), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.postEvent(port, event)

    def _wheel(self) -> str:
        self._turn(self._on_canvas())
        return ""

    def _menu(self) -> str:
        item = self._some_node()
        middle = self._dice.choice([None, item and item.rect().center()])
        at = self._on_canvas(QPointF(middle) if middle is not None else None)
        self._click(at, Right)
        if QApplication.activePopupWidget() is None:
            self._hit(Key.Key_Menu)
        down = self._dice.randrange(14)
        for _ in range(down):
            self._hit(Key.Key_Down)
        self._hit(self._dice.choice([Key.Key_Return, Key.Key_Return, Key.Key_Right, Key.Key_Escape]))
        if self._dice.random() < 0.4:
            self._write()
        return f"entry {down} on {middle}"

    def _press_action(self) -> str:
        entries = [entry for entry in TABLE if entry.name not in LEAVES_THE_WINDOW and entry.keys]
        entry = self._dice.choice(entries)
        combination = QKeySequence(self._dice.choice([entry.keys, *entry.more_keys]))[0]
        self._hit(combination.key(), combination.keyboardModifiers())
        return entry.name

    def _action(self) -> str:
        if self._dice.random() < 0.8:
            return self._press_action()
        entry = self._dice.choice([entry for entry in TABLE if entry.name not in LEAVES_THE_WINDOW])
        self.window.actions_[entry.name].trigger()
        return f"{entry.name} from the menu"

    def _key(self) -> str:
        key, keys = self._dice.choice(KEYS), self._modifiers()
        if self._dice.random() < 0.7:
            self.canvas.setFocus()
        for _ in range(self._dice.choice([1, 1, 1, 5])):
            self._hit(key, keys)
        return f"{key} {keys}"

    def _search(self) -> str:
        self.canvas.setFocus()
        if self._dice.random() < 0.5 and self.canvas.scene().nodes:
            self.bench.selection.set([self._dice.choice(list(self.canvas.scene().nodes))])
        self._hit(Key.Key_Tab)
        return self._write()

    def _write(self) -> str:
        """Type something into whatever listens, and end it somehow."""
        word = self._dice.choice(WORDS)
        for letter in word:
            self._letter(letter)
        for _ in range(self._dice.randrange(3)):
            self._hit(Key.Key_Down)
        end = self._dice.choices([Key.Key_Return, Key.Key_Escape, Key.Key_Tab], [7, 2, 1])[0]
        self._hit(end)
        return f"{word!r} {end}"

    def _letter(self, letter: str) -> None:
        focus = QApplication.focusWidget()
        if not letter.isascii():  # QTest knows ASCII alone
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.postEvent(focus or self.window, QKeyEvent(kind, 0, NO_KEYS, letter))
        elif isinstance(focus, (QLineEdit, QTextEdit, QPlainTextEdit)):
            QTest.keyClicks(focus, letter)
        else:
            self._hit(ord(letter.upper()))

    def _type(self) -> str:
        """Write into a field that is in sight."""
        fields = [w for w in self._front().findChildren(QWidget) if w.isVisible() and _takes_text(w)]
        if not fields:
            return "nowhere"
        field = self._dice.choice(fields)
        field.setFocus()
        if self._dice.random() < 0.5:
            self._hit(Key.Key_A, Mod.ControlModifier)
        name = field.objectName() or type(field).__name__
        return f"{name} {self._write()}"

    def _click_widget(self) -> str:
        """Click on some part of the window that is no canvas."""
        front = self._front()
        parts = [w for w in front.findChildren(QWidget) if w.isVisible() and not w.visibleRegion().isEmpty()]
        parts = [w for w in parts if w not in (self.canvas, self.canvas.viewport()) and _may_be_clicked(w)]
        if not parts:
            return "nothing"
        part = self._dice.choice(parts)
        seen = part.visibleRegion().boundingRect()
        at = QPoint(self._dice.randint(seen.left(), seen.right()), self._dice.randint(seen.top(), seen.bottom()))
        button = self._dice.choices([Left, Right], [6, 1])[0]
        name = f"{type(part).__name__} {part.objectName()} {at}"
        self._last[-1] = f"click_widget {name} …"
        self._click(self._pixel(part, at), button)
        if self._dice.random() < 0.2:
            self._turn_over(part, at)
        return name

    def _turn_over(self, part: QWidget, at: QPoint) -> None:
        event = QWheelEvent(
            QPointF(at), QPointF(part.mapToGlobal(at)), QPoint(), QPoint(0, self._dice.choice([-120, 120])),
            Qt.MouseButton.NoButton, NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.postEvent(part, event)

    def _click_tab(self) -> str:
        tabs = self.window.findChild(QTabBar, "networkTabs")
        if not tabs.isVisible() or not tabs.count():
            return "none in sight"
        at = tabs.tabRect(self._dice.randrange(tabs.count())).center()
        how = self._dice.randrange(5)
        if how == 0:
            QTest.mouseDClick(self._target(), Left, NO_KEYS, self._pixel(tabs, at))
            self._write()
        elif how == 1:
            other = tabs.tabRect(self._dice.randrange(tabs.count())).center()
            self._drag(self._pixel(tabs, at), self._pixel(tabs, other))
        elif how == 2:
            self._click(self._pixel(tabs, at), Right)
            for _ in range(self._dice.randrange(4)):
                self._hit(Key.Key_Down)
            self._hit(Key.Key_Return)
        elif how == 3:
            tabs.setFocus()
            self._hit(self._dice.choice([Key.Key_F2, Key.Key_Delete, Key.Key_Left, Key.Key_Right]))
            self._write()
        else:
            self._click(self._pixel(tabs, at))
        return f"way {how}"

    def _palette(self) -> str:
        """Double-click a row of the palette."""
        view = self.window.palette_panel.tree
        if not view.isVisible() or self._front() is not self.window:
            return "not in sight"
        port = view.viewport()
        at = QPoint(port.width() // 3, self._dice.randrange(max(1, port.height())))
        self._click(self._pixel(port, at))
        QTest.mouseDClick(self._target(), Left, NO_KEYS, self._pixel(port, at))
        return f"{at}"

    def _undo_some(self) -> str:
        times = self._dice.randint(1, 6)
        self.canvas.setFocus()
        for _ in range(times):
            self._hit(Key.Key_Z, Mod.ControlModifier)
        for _ in range(self._dice.randint(0, times)):
            self._hit(Key.Key_Z, Mod.ControlModifier | Mod.ShiftModifier)
        return f"{times}"

    def _go_home(self) -> str:
        """Back to the canvas, with everything in sight."""
        self._let_go()
        self.window.workspaces.go("design")
        self.window.actions_["resetLayout"].trigger()
        self.canvas.zoom_to_fit()
        self.canvas.setFocus()
        QCursor.setPos(self.canvas.mapToGlobal(self.canvas.rect().center()))
        return ""

    def _resize(self) -> str:
        self.window.resize(self._dice.randint(900, 1700), self._dice.randint(600, 1050))
        return f"{self.window.size()}"


def _differing(one: Project, other: Project) -> list[str]:
    """What of two projects is not the same, a few of it."""
    found = []
    for name, graph in one.graphs.items():
        twin = other.graphs.get(name, Graph())
        if list(graph.nodes) != list(twin.nodes):
            found.append(f"the nodes of {name}")
        found += [f"{node} and {twin.nodes.get(node.id)}" for node in graph if node != twin.nodes.get(node.id)]
        if graph.edges != twin.edges:
            found.append(f"the edges of {name}")
        if graph.annotations != twin.annotations:
            found.append(f"{graph.annotations} and {twin.annotations}")
    return found[:4] or ["the rest"]


def _takes_text(widget: QWidget) -> bool:
    if isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)):
        return widget.isEnabled() and not widget.isReadOnly()
    return isinstance(widget, QComboBox) and widget.isEditable()


def _may_be_clicked(widget: QWidget) -> bool:
    """Not what trains or leads out of the window, and nothing that waits for a drop of its own."""
    if widget.objectName() in ("trainButton", "exportButton"):
        return False
    return not isinstance(widget, (QDockWidget, QAbstractItemView))
