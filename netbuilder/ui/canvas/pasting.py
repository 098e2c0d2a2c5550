"""What is on the clipboard, as nodes: copied on a canvas, or the source of a PyTorch model from anywhere."""

from __future__ import annotations

from netbuilder.layers.catalog import Catalog
from netbuilder.project import clipboard
from netbuilder.project.clipboard import CannotPaste, Piece


def piece_in(text: str, catalog: Catalog) -> tuple[Piece, str]:
    """The nodes that a text holds, and what the model is called whose source it is ("" for copied nodes).

    Raises `CannotPaste`.
    """
    from netbuilder.compile.from_source import CannotRead, is_source, read_source

    if clipboard.MARK not in text[:200] and is_source(text):
        try:
            return read_source(text, catalog)
        except CannotRead as why:
            raise CannotPaste(str(why)) from None
    return clipboard.loads(text), ""
