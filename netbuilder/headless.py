"""What the verbs of the command line share: a project ready to train, a training that Ctrl-C can end in order, a run
from elsewhere, and how a command is typed here.

It knows nothing about verbs, options or exit codes. Whatever takes time to import is imported when it is needed.
"""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.terminal import shown_progress

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.data.dataset import Dataset
    from netbuilder.data.source import Tell
    from netbuilder.project import Project
    from netbuilder.project.file import Opened
    from netbuilder.train.controls import Controls
    from netbuilder.train.events import Event
    from netbuilder.train.launch import Launch
    from netbuilder.train.recipes import Recipe
    from netbuilder.train.run import Run


class Refused(Exception):
    """The work can't be done. `str()` is the one line that says why, `code` the exit code."""

    code = 1


class Stopped(Refused):
    """The work was ended from outside. The exit code is 128 and the number of the signal that did it, as shells say
    it; 1 where it was none."""

    def __init__(self, sentence: str, number: int = 0):
        super().__init__(sentence)
        self.code = 128 + number if number else 1


def command(*words: object) -> str:
    """A command as it would have to be typed here and now: this program, called as it was called, with other words."""
    called = Path(sys.argv[0])
    if getattr(sys, "frozen", False):
        program = [sys.executable]
    elif called.stem != "netbuilder" or not called.is_file():
        program = [sys.executable, "-m", "netbuilder"]
    elif called.samefile(shutil.which("netbuilder") or sys.executable):
        program = ["netbuilder"]  # it lies on the path
    else:
        program = [str(called)]
    typed = [*program, *map(str, words)]
    return subprocess.list2cmdline(typed) if os.name == "nt" else shlex.join(typed)


HANG_UP = getattr(signal, "SIGHUP", None)  # Windows has none
PATIENCE = 10.0  # seconds until what could not be written is tried again


def train_to_the_end(job: Launch, show: Callable[[Event], None], tell: Tell = lambda what, done, total: None) -> None:
    """Pull the training to its end, or to where Ctrl-C stops it; `tell` hears how the data is read.

    Raises `Stopped` where it was ended from outside, `Refused` where it failed.
    """
    from netbuilder.data.source import Cancelled
    from netbuilder.train.controls import Controls
    from netbuilder.train.events import Failed, Finished, Started, StepDone
    from netbuilder.train.launch import launch
    from netbuilder.train.remote import Listener

    folder, last = "", None
    controls = Controls()
    listener: Listener | None = None

    def reading(what: str, done: int, total: int) -> None:
        if controls.stopping:
            raise Cancelled
        tell(what, done, total)

    at_once = False
    with _asked_to_stop(controls) as signals:
        try:
            for event in launch(job, tell=reading, controls=controls, patience=PATIENCE):
                last = event
                if isinstance(event, Started):
                    folder = event.folder
                    listener = listener or Listener(Path(folder), controls)
                if not isinstance(event, StepDone):
                    _shown(show, event)
        except KeyboardInterrupt:  # a second Ctrl-C
            at_once = True
        finally:
            if listener is not None:
                listener.close()
    if isinstance(last, Failed):
        kept = f" What there is of it is in {folder}." if folder else ""
        raise Refused(f"{last.sentence}{kept}")
    if at_once or not isinstance(last, Finished) or last.reason == "stopped":
        raise Stopped(_stopped(folder, last.epochs if isinstance(last, Finished) else 0), next(iter(signals), 0))


def _stopped(folder: str, epochs: int) -> str:
    """What there is of a training that was ended, and how to go on with it."""
    from netbuilder.train.checkpoint import checkpoints_in

    kept = checkpoints_in(Path(folder)) if folder else ()
    epochs = max((epochs, *(one.epoch for one in kept)))
    when = f"Stopped after epoch {epochs}" if epochs else "Stopped before the first epoch was done"
    if not folder:
        return "Stopped before the training began: nothing is kept."
    if not Path(folder).is_dir():
        return f"{when}; its folder {folder} is gone, and with it what was learned."
    what = f"the last checkpoint is in {folder}." if kept else f"{folder} holds no checkpoint yet."
    return f"{when}; {what} {'Go on' if kept else 'Begin again'} with: {command('resume', folder)}"


@contextmanager
def _asked_to_stop(controls: Controls) -> Iterator[list[int]]:
    """Inside, Ctrl-C, a terminal that is closed or a wish that the process end stops the training in order; a second
    time ends it at once. Gives the signals that came.

    After one, Ctrl-C is left out of account for the rest of the process: the work is over, and whoever is impatient
    would only break off how Python ends.
    """
    came: list[int] = []

    def hear(number: int, frame: object) -> None:
        came.append(number)
        if number == HANG_UP:
            _say_nothing_more()
        if controls.stopping:
            raise KeyboardInterrupt
        controls.stop()

    if threading.current_thread() is not threading.main_thread():
        yield came  # only the main thread hears signals
        return
    wishes = [signal.SIGINT, signal.SIGTERM]
    if HANG_UP is not None and signal.getsignal(HANG_UP) != signal.SIG_IGN:  # nohup has it ignored
        wishes.append(HANG_UP)
    before = {number: signal.signal(number, hear) for number in wishes}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if came and number == signal.SIGINT else handler)


def _shown(show: Callable[[Event], None], event: Event) -> None:
    """Show it. A terminal that is gone is no reason to end a training that its closing did not end, as below nohup."""
    try:
        show(event)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        _say_nothing_more()


def _say_nothing_more() -> None:
    """The terminal is gone: whatever is printed to it would be an error. A file or a pipe still gets all."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(number).st_mode):
                os.dup2(nowhere, number)
    os.close(nowhere)


def open_project(file: Path) -> Opened:
    """What is in a project file. Raises `Refused`."""
    from netbuilder.project.file import CannotOpen, open_file

    try:
        return open_file(file)
    except CannotOpen as error:
        raise Refused(str(error)) from error


def ready_to_train(file: Path, *, trust: bool = False) -> tuple[Project, Dataset, Checked]:
    """The project, its data, and a check without errors; `trust` lets its own code run. Raises `Refused`."""
    project = faithful_project(file)
    dataset = data_of(project, file, trust=trust)
    return project, dataset, _sound(file, checked_with(project, dataset, trust=trust))


def ready_to_write(file: Path, *, trust: bool = False) -> tuple[Project, Checked]:
    """The project and a check that has its source, which needs no data to learn from. Raises `Refused`."""
    from netbuilder.data.nothing import NoData

    project = faithful_project(file)
    dataset = None if project.data.kind == NoData.kind else data_of(project, file, trust=trust)
    return project, _sound(file, checked_with(project, dataset, trust=trust))


def faithful_project(file: Path) -> Project:
    """The project in a file that could be read whole. Raises `Refused`."""
    opened = open_project(file)
    if not opened.faithful:
        raise Refused(
            f"{file} can't be read as it was saved: {opened.notes[0]} Mend it, or open it in the window and save it."
        )
    return opened.project


def data_of(project: Project, file: Path, *, trust: bool = False) -> Dataset:
    """What the project in `file` learns from; from another computer only with `trust`. Raises `Refused`."""
    from netbuilder.data.catalog import elsewhere, source_of
    from netbuilder.data.source import DataError

    strange = elsewhere(project.data)
    if strange and not trust:
        raise Refused(f"{file} reads its data from another computer, {strange}. Add --trust if that is what you want.")
    try:
        with shown_progress() as tell:
            return source_of(project.data, file.parent).read(tell)
    except DataError as error:
        raise Refused(str(error)) from error


def _sound(file: Path, checked: Checked) -> Checked:
    """The check, if it found nothing that keeps the network from being made. Raises `Refused`."""
    from netbuilder.compile.problems.foreign import UNTRUSTED

    if any(problem.short == UNTRUSTED for problem in checked.errors):
        raise Refused(f"{file} holds Python code of its own, and none of it was run. {how_to_trust(file)}")
    if checked.errors or checked.source is None:
        errors = [problem.sentence for problem in checked.errors] or [
            "There is nothing to train yet. Draw a network first."
        ]
        more = f" ({len(errors) - 1} more: {command('check', file)})" if len(errors) > 1 else ""
        raise Refused(errors[0] + more)
    return checked


def checked_with(project: Project, dataset: Dataset | None, *, trust: bool = False) -> Checked:
    """The project checked against its data, if that could be read.

    Code of its own runs where the user has said in the window that he trusts it, or with `trust`, for this once.
    """
    from netbuilder.compile.check import check as check_project
    from netbuilder.layers import standard
    from netbuilder.train.recipes import asked_of
    from netbuilder.trust import Trust

    trusted = (lambda text: True) if trust else Trust()
    asked = asked_of(project.recipe, dataset.spec if dataset else None)
    return check_project(project, standard(), asked, trusted=trusted)


def how_to_trust(file: Path) -> str:
    """What to do about code that has not been looked at."""
    seen = "Read it (in the file, the nodes of the kind custom)"
    return f"{seen}; if you trust it, add --trust, or open {file.name} in the window and review it there."


def launch_of(file: Path, dataset: Dataset, checked: Checked, recipe: Recipe, **more: Any) -> Launch:
    """What training the project in `file` begins with; `more` are further fields of it. Raises `Refused`."""
    from netbuilder import launching
    from netbuilder.weights_file import NoWeights

    try:
        return launching.launch_of(checked, dataset, recipe, file.parent, file.stem, **more)
    except NoWeights as error:
        raise Refused(str(error)) from error


def recipe_with(project: Project, changes: dict[str, int | None]) -> Recipe:
    """The project's recipe with the settings that were given in place of its own. Raises `Refused`."""
    from netbuilder.fields import BadSetting
    from netbuilder.train.recipes import RecipeError, recipe_of

    try:
        return recipe_of(project.recipe).with_settings(**{k: v for k, v in changes.items() if v is not None})
    except (RecipeError, BadSetting) as error:
        raise Refused(str(error)) from error


def adopted(run: Run) -> Run:
    """A run from another machine, as our own if its model.py is exactly what we would write for its project."""
    from netbuilder.compile.check import check as check_project
    from netbuilder.layers import standard
    from netbuilder.project.file import CannotOpen, open_file
    from netbuilder.train.run import RunError
    from netbuilder.trust import Trust

    if run.is_ours:
        return run
    try:
        project = open_file(run.project_file).project
        source = check_project(project, standard(), run.asked, trusted=Trust()).source
        same = source is not None and run.model_file.read_text("utf-8") == source.text
        return run.sealed() if same else run
    except (CannotOpen, RunError, OSError, ValueError):
        return run
