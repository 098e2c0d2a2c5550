"""Writes a source to a file and makes a model of it, as training does in the folder of its run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.compile.source import Source
from netbuilder.model_file import make_model

if TYPE_CHECKING:
    from torch import nn


def load(source: Source, folder: Path) -> nn.Module:
    """A new model of `source`, imported from `model.py` in `folder`."""
    path = folder / "model.py"
    path.write_text(source.text, encoding="utf-8")
    return make_model(path)
