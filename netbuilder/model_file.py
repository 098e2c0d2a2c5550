"""Makes a model from a `model.py` that this program has written, and finds the node behind an error in it.

The file is imported like any other, under a name of its own, so that tracebacks, `inspect.getsource`, pickle,
`torch.export` and debuggers work on it. It knows nothing of graphs: lines and names come from whoever wrote the file.
"""

from __future__ import annotations

import importlib.util
import itertools
import linecache
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

MAIN_CLASS = "Network"
PREFIX = "netbuilder_model_"  # of the names of modules
_numbers = itertools.count(1)  # a module name is never used twice, so two runs never share a class


class NotAModel(ValueError):
    """The file is not one that this program has written, or has been damaged. `str()` is a sentence for the user."""


def import_model_file(path: Path) -> ModuleType:
    """The module in `path`, registered in `sys.modules` under a new name. Raises `NotAModel`, `OSError`."""
    path = Path(path).resolve()
    path.stat()  # a missing file is an OSError, in the system's own words
    name = f"{PREFIX}{os.getpid()}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotAModel(f"{path.name} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    linecache.checkcache(str(path))
    sys.modules[name] = module
    try:
        # Compiled from the text each time: a cached .pyc goes by whole seconds, and a run can be younger than that.
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, (SyntaxError, UnicodeDecodeError, ValueError)):
            raise NotAModel(f"{path.name} can't be read as Python: {error}.") from error
        raise
    return module


def forget_model_file(path: Path) -> None:
    """Take what was imported from `path` out of `sys.modules`: for a file that is about to go."""
    file = str(Path(path).resolve())
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        if getattr(sys.modules.get(name), "__file__", None) == file:
            del sys.modules[name]
    linecache.checkcache(file)


def make_model(path: Path) -> nn.Module:
    """A new model of the class `Network` in `path`, its weights drawn from torch's random state."""
    (model,) = make_models(path, (MAIN_CLASS,))
    return model


def make_models(path: Path, classes: Sequence[str]) -> list[nn.Module]:
    """New models of these classes in `path`, in order; each draws its weights from torch's random state."""
    module = import_model_file(path)
    found = []
    for name in classes:
        network = getattr(module, name, None)
        if not isinstance(network, type):
            raise NotAModel(f"{Path(path).name} has no class called {name}.")
        found.append(network)
    return [network() for network in found]


def node_at_fault(error: BaseException, path: Path, lines: Mapping[str, str]) -> str | None:
    """The name of the node whose line in `path` raised `error`, or called code of the user's own that did. `lines` has
    names by line number, as JSON has it."""
    file = str(Path(path).resolve())
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == file and str(frame.lineno) in lines:
            return lines[str(frame.lineno)]
    return None
