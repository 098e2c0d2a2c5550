"""What there is to look at after an epoch: a text, pictures or a plot, and the file that each is kept in.

It knows nothing about how a network came by it, and nothing about screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from netbuilder.plot import Plot, write_plot

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class Exhibit:
    """`title` is the same after every epoch. `text` is what can be read of it, also where nothing can be drawn.

    `suffix` is what the name of its file ends with, "" for a kind that has none.
    """

    suffix: ClassVar[str] = ""
    title: str
    text: str = ""

    def save(self, path: Path) -> None:
        """Write its file. Raises `OSError`."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Writing(Exhibit):
    """Text that a network has written."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Pictures(Exhibit):
    """Pictures side by side, (count, 1 or 3, height, width), 0 to 1, so many `columns` in a row; 0 is all."""

    suffix = ".png"
    pictures: torch.Tensor
    columns: int = 0

    def save(self, path: Path) -> None:
        from netbuilder.train.strips import save_pictures

        save_pictures(path, self.pictures, self.columns)


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn(Exhibit):
    """Lines or points in a plot."""

    suffix = ".json"
    plot: Plot

    def save(self, path: Path) -> None:
        write_plot(path, self.plot)
