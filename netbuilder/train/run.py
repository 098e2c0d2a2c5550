"""A run: the folder that holds what was trained, on what, how it went, and its checkpoints.

    model.py        the network as it was trained       project.netb     the drawing it came from
    run.json        seed, device, recipe, data ...      events.jsonl     all that training said
    checkpoints/    a file of weights an epoch

A run is watched by following its folder, also from another process. Nothing in it is ever written over by another
run. Torch is imported only when a network is asked for.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.fields import Part
from netbuilder.places import data_folder
from netbuilder.spec import Asked, DataSpec
from netbuilder.train import alive
from netbuilder.train.checkpoint import Checkpoint, CheckpointError, checkpoints_in
from netbuilder.train.event_log import read_events, why_unreadable
from netbuilder.train.events import Event
from netbuilder.train.seal import is_sealed, seal_of
from netbuilder.train.spec_record import spec_of

if TYPE_CHECKING:
    import torch
    from filelock import FileLock

FORMAT = 1
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # no folder can have such a name on Windows


class RunError(ValueError):
    """The folder is no run that can be used, or can't become one. `str()` is a sentence for the user."""


class NotOurs(RunError):
    """model.py was not written by this program, so it is not run."""

    def __init__(self, run: Run):
        super().__init__(
            f"The run {run.folder.name} was not trained here, or its model.py was changed since, so it is not run. "
            "Open its project.netb and train it here."
        )


@dataclass(frozen=True)
class Run:
    """A run's folder, and what its run.json says."""

    folder: Path
    record: Mapping[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Run:
        """The run in this folder. Raises `RunError`."""
        folder = Path(folder)
        try:
            record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(
                f"{folder} is not the folder of a run: it has no run.json that can be read. Choose another."
            ) from error
        if not isinstance(record, dict) or not (folder / "model.py").is_file():
            raise RunError(
                f"{folder} is not the folder of a run: model.py or run.json is not what it should be. Choose another."
            )
        return cls(folder, record)

    @property
    def model_file(self) -> Path:
        return self.folder / "model.py"

    @property
    def project_file(self) -> Path:
        return self.folder / "project.netb"

    @property
    def events_file(self) -> Path:
        return self.folder / "events.jsonl"

    @property
    def title(self) -> str:
        return str(self.record.get("title", self.folder.name))

    @cached_property
    def lines(self) -> dict[str, str]:
        """The node's name by line of model.py."""
        return _texts(self.record.get("lines"))

    @cached_property
    def node_names(self) -> dict[str, str]:
        """The node's name by attribute of the network ("conv1")."""
        return _texts(self.record.get("node_names"))

    @property
    def recipe(self) -> Part:
        return _part(self.record.get("recipe"))

    @property
    def data(self) -> Part:
        return _part(self.record.get("data"))

    @cached_property
    def spec(self) -> DataSpec:
        """What flows into the network and what comes out. Raises `RunError`."""
        try:
            return spec_of(self.record["spec"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RunError(f"{self.folder} does not say what data it was trained on. Train it again.") from error

    @cached_property
    def asked(self) -> Asked:
        """What its networks were asked, those beside the main one too. Raises `RunError`."""
        try:
            beside = {role: (str(one["tab"]), spec_of(one["spec"])) for role, one in self.record["beside"].items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            beside = {}
        return Asked(self.spec, dict(beside.values()), {name: str(role) for role, (name, _) in beside.items()})

    @property
    def places(self) -> dict[str, dict[str, str]]:
        """The attribute that stands for each node of a network, by the node's place in the drawing: of the main network
        under "", of another under the name of its tab."""
        told = self.record.get("places")
        return {str(name): _texts(places) for name, places in told.items()} if isinstance(told, dict) else {}

    def hold(self) -> FileLock:
        """A lock that says that the run is being trained, for as long as it is held or its process lives. Raises
        `RunError` if another one has it."""
        lock = alive.hold(self.folder)
        if lock is None:
            raise RunError(f"The run {self.folder.name} is being trained already. Stop it there first.")
        return lock

    def check_log(self, *, writing: bool = False) -> None:
        """Raises `RunError` where what training has said is there and can't be read (or written to)."""
        trouble = why_unreadable(self.events_file, writing=writing)
        if trouble:
            raise RunError(f"The run {self.folder.name} can't be {'gone on with' if writing else 'read'}: {trouble}")

    def events(self) -> tuple[Event, ...]:
        """What training has said so far."""
        return read_events(self.events_file)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The saved states, by step."""
        return checkpoints_in(self.folder)

    def checkpoint(self, which: str | None = None) -> Checkpoint:
        """The "best" or the "last" one, or the one of this file name; None is the best. Raises `CheckpointError`.

        Before the first epoch is done there is no best one, and the last stands in for it.
        """
        there = self.checkpoints()
        if not there:
            raise CheckpointError(f"The run {self.folder.name} has no checkpoint yet. Train it for an epoch first.")
        if which in (None, "best"):
            return next((one for one in reversed(there) if one.best), there[-1])
        if which == "last":
            return there[-1]
        found = next((one for one in there if which in (one.path.name, one.path.stem)), None)
        if found is None:
            raise CheckpointError(
                f"The run {self.folder.name} has no checkpoint {str(which)[:60]!r}. Choose best or last."
            )
        return found

    @property
    def is_ours(self) -> bool:
        """Whether model.py is what this program wrote, so that it may be run."""
        return is_sealed(self.model_file, self.record.get("seal"))

    def sealed(self) -> Run:
        """The run with a mark that says so, for whoever knows what is in its model.py. Raises `OSError`."""
        return replace(self, record={**self.record, "seal": seal_of(self.model_file)})

    def model(self, checkpoint: str | None = None) -> torch.nn.Module:
        """The trained network in eval mode, on the CPU. Runs model.py. Raises `CheckpointError`, `NotOurs`."""
        import torch

        from netbuilder.model_file import make_model

        chosen = self.checkpoint(checkpoint)
        weights = chosen.weights()
        if not self.is_ours:
            raise NotOurs(self)
        with torch.device("meta"):  # draws no random number, of which a training on another thread would miss one
            network = make_model(self.model_file)
        try:
            network.load_state_dict(weights, assign=True)
        except RuntimeError as error:
            raise CheckpointError(
                f"The checkpoint {chosen.path.name} does not fit model.py. Choose another one."
            ) from error
        return network.eval()


def runs_folder(title: str) -> Path:
    """Where the runs of a project of this title lie."""
    return data_folder() / "runs" / folder_name(title)


def folder_name(title: str) -> str:
    """`title` as a folder's name that every system takes."""
    plain = unicodedata.normalize("NFKC", title)
    name = re.sub(r"[^\w.-]+", "-", plain).strip("-._")[:60].rstrip("-._")
    return f"{name}-" if _RESERVED.fullmatch(name.split(".")[0]) else name or "untitled"


def new_folder(title: str, parent: Path | None = None) -> Path:
    """A new, empty folder: the first of TITLE-001, TITLE-002 ... after those that are there. Raises `OSError`."""
    parent = runs_folder(title) if parent is None else Path(parent)
    parent.mkdir(parents=True, exist_ok=True)
    name = folder_name(title)
    taken = [int(m[1]) for p in parent.iterdir() if (m := re.fullmatch(re.escape(name) + r"-(\d{3,9})", p.name))]
    number = max(taken, default=0) + 1
    while True:
        folder = parent / f"{name}-{number:03d}"
        try:
            folder.mkdir()  # whoever makes it has it: two runs that start at once get two folders
        except FileExistsError:
            number += 1
        else:
            return folder


def new_run(title: str, folder: Path | None, source_text: str, project_text: str, record: Mapping[str, Any]) -> Run:
    """Begin a run in `folder`, which must be new or empty, or in a new one of its title's. Raises `RunError`."""
    try:
        if folder is None:
            folder = new_folder(title)
        folder = Path(folder).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise RunError(f"{folder} is not empty, and a run is never written over. Choose another folder.")
        run = Run(folder, {"format": FORMAT, "title": title, **record})
        _write(run.model_file, source_text)
        _write(run.project_file, project_text)
        with suppress(OSError):  # where no key can be kept, the run can be trained, but not opened by `model`
            run = run.sealed()
        write_record(run)
    except OSError as error:
        raise RunError(
            f"No run can be kept in {folder or runs_folder(title)}: {error.strerror or error}. Choose another folder."
        ) from error
    return run


def write_record(run: Run) -> None:
    """Write run.json."""
    temporary = run.folder / ".run.json.part"
    _write(temporary, json.dumps(run.record, indent=2, ensure_ascii=False) + "\n")
    temporary.replace(run.folder / "run.json")


def list_runs(title: str) -> tuple[Run, ...]:
    """The runs of a project of this title, the newest first. Folders that are no runs are left out."""
    found = []
    parent = runs_folder(title)
    for folder in parent.iterdir() if parent.is_dir() else ():
        try:
            found.append(Run.open(folder))
        except RunError:
            continue
    return tuple(sorted(found, key=lambda run: (str(run.record.get("created", "")), run.folder.name), reverse=True))


def _write(path: Path, text: str) -> None:
    """Half a surrogate pair, as in the name of a file that is not UTF-8, becomes JSON's own \\udc80."""
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def _texts(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _part(value: Any) -> Part:
    if not isinstance(value, dict) or not isinstance(value.get("settings"), dict):
        return Part("")
    return Part(str(value.get("kind", "")), value["settings"])
