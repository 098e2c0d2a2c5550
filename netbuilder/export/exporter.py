"""What every exporter is: a format, a way to write it, and a way to run it without this application.

It knows nothing about how a run is stored, and nothing about screens. The window imports it at its start: no torch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from netbuilder.fields import Choice, Declared

if TYPE_CHECKING:
    import torch

    from netbuilder.data.dataset import Dataset

CALLED = {"class": "classes", "labels": "labels"}  # what a target's classes are called in what is written
Scripts = Callable[["Dataset", Sequence[str]], Mapping[str, str]]  # of a dataset and the arguments of the network
Tell = Callable[[str, int, int], None]  # what is being done, how much is done, of how much (0: not known)


class ExportError(Exception):
    """Nothing was exported, and nothing was left behind. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class Trained:
    """What is taken away: a model in evaluation mode on the CPU, the file it was made from, and its data.

    `inputs` are the samples to prove it with, by the names of forward's arguments and in their order. `scripts` are
    further programs that use it, by the names of their files.
    """

    title: str
    model: torch.nn.Module
    source: Path
    dataset: Dataset
    inputs: Mapping[str, torch.Tensor]
    scripts: Mapping[str, str] = field(default_factory=dict)


class Exporter(Declared):
    """A format. `suffix` is what its files end with ("" for a folder); `runner` is Python source that runs what was
    written: it defines `run(arrays)`, from a list of NumPy arrays to a list of them, and is given `written` and
    `source` (paths: what was written, and model.py). It is run in a fresh process that can't import netbuilder.
    """

    suffix: ClassVar[str] = ""
    runner: ClassVar[str] = ""
    checkpoint = Choice(
        "best", ("best", "last"), titles={"best": "of the best epoch", "last": "the last"}, help="Which weights."
    )

    def write(self, trained: Trained, out: Path) -> None:
        """Write the network to `out`, which does not exist yet. Raises `ExportError`."""
        raise NotImplementedError


def as_json(value: Any) -> str:
    """JSON in a line that any file can hold: half a surrogate pair, as in the name of a folder that is not UTF-8,
    becomes JSON's own \\udc80."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace").decode("utf-8")
