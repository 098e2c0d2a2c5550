"""A generated `model.py` as a module: imported from the real file, its class made, its faults traced to nodes.

It is imported, not exec'd from a string, so that getsource, pickle, torch.export, debuggers and tracebacks work.
It knows nothing about how the file was written, and nothing about graphs or training.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

CLASS = "Network"

_numbers = itertools.count(1)


class _Loader(importlib.abc.SourceLoader):
    """Reads the file each time. A cached .pyc goes by time and size, and a file rewritten within the same second
    would come back as it was before."""

    def __init__(self, path: str):
        self._path = path

    def get_filename(self, fullname: str) -> str:
        return self._path

    def get_data(self, path: str | bytes) -> bytes:
        return Path(path if isinstance(path, str) else path.decode()).read_bytes()


def import_model_file(path: Path) -> ModuleType:
    """The file at `path` as a new module under a name of its own. Raises what importing it raises."""
    file = str(Path(path).resolve())
    name = f"netbuilder_model_{next(_numbers)}"
    spec = importlib.util.spec_from_loader(name, _Loader(file), origin=file)
    assert spec is not None
    assert spec.loader is not None
    spec.has_location = True  # sets __file__, by which getsource and linecache find the text
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pickle and getsource look the class up by its module's name
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def make_model(path: Path) -> torch.nn.Module:
    """A new `Network` of the file at `path`, its weights drawn from torch's random numbers."""
    return getattr(import_model_file(path), CLASS)()


def node_at_fault(error: BaseException, path: Path, lines: Mapping[str, str]) -> str | None:
    """The node whose line in the file raised `error`: of the traceback's lines in that file, the deepest that
    belongs to a node. `lines` gives the node's name by line number (as text, for JSON has no other keys)."""
    found = None
    for line in _lines_in(error, str(Path(path).resolve())):
        found = lines.get(str(line), found)
    return found


def _lines_in(error: BaseException, file: str) -> Iterator[int]:
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            yield trace.tb_lineno
        trace = trace.tb_next
