"""Begins a training in a process of its own, from what a launch in this one would begin with.

The process is `netbuilder train`: it outlives whoever began it. It knows nothing of who follows the run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.places import data_folder
from netbuilder.train.run import folder_name, new_folder

if TYPE_CHECKING:
    from netbuilder.train.launch import Launch

BEGUN = "beginning"  # below the data folder: projects on their way to a process
APART = 0x00000208 if os.name == "nt" else 0  # DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP


@dataclass
class Begun:
    """A process that was begun, the run's folder, and a folder of files on the way to it."""

    process: subprocess.Popen[bytes]
    folder: Path
    _way: Path

    def said(self) -> str:
        """The last line that it has said of what is in the way, once it has ended; "" if it said nothing."""
        with suppress(OSError):
            lines = (self._way / "said.txt").read_text("utf-8", errors="replace").strip().splitlines()
            return lines[-1][:600] if lines else ""
        return ""

    def tidy(self) -> None:
        """Take away what was on the way, once the process has read it."""
        if self.process.poll() is None:
            for file in self._way.glob("*.netb"):
                file.unlink(missing_ok=True)
        else:
            shutil.rmtree(self._way, ignore_errors=True)


def begin(job: Launch) -> Begun:
    """Begin a process that trains what `job` would, in the next free folder of its title's. Raises `OSError`."""
    place = data_folder() / BEGUN
    place.mkdir(parents=True, exist_ok=True)
    way = Path(tempfile.mkdtemp(dir=place))
    file = way / f"{folder_name(job.title)}.netb"
    told = json.loads(job.project_text)
    told["data"] = {"kind": job.data.kind, "settings": job.data.changed()}  # with paths that hold from anywhere
    if job.weights is not None:
        told["weights"] = str(job.weights)
    file.write_text(json.dumps(told), encoding="utf-8")
    more = ["--follow", str(job.follows.folder)] if job.follows is not None else []
    more += ["--weights-of-now"] if job.follows is not None and not job.back else []
    words = ["train", str(file), "--device", job.device, *more]
    return _begun(way, new_folder(job.title), *words, tensorboard=job.tensorboard)


def resume(job: Launch) -> Begun:
    """Begin a process that goes on with the run that `job` resumes. Raises `OSError`."""
    assert job.resumes is not None
    folder = job.resumes.folder
    place = data_folder() / BEGUN
    place.mkdir(parents=True, exist_ok=True)
    words = ["resume", str(folder), "--epochs", str(job.recipe.epochs), "--device", job.device]
    return _begun(Path(tempfile.mkdtemp(dir=place)), folder, *words, tensorboard=job.tensorboard)


def _begun(way: Path, folder: Path, *words: str, tensorboard: bool = False) -> Begun:
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "netbuilder"]
    more = ["--tensorboard"] if tensorboard else []
    run = ["--run", str(folder)] if words[0] == "train" else []
    with (way / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [*program, *words, *run, *more, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=os.name != "nt",
            creationflags=APART,
        )
    return Begun(process, folder, way)
