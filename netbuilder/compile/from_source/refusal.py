"""What is said of source that can't be read: one sentence, with the line."""

from __future__ import annotations

import ast

LONGEST = 60


class CannotRead(ValueError):
    """Something in the text has no place in a drawing. `str()` is a sentence."""

    def __init__(self, why: str, node: ast.AST | None = None):
        line = getattr(node, "lineno", None)
        super().__init__(f"Line {line}: {why}" if line is not None else f"{why[:1].upper()}{why[1:]}")


def quoted(node: ast.AST) -> str:
    """A piece of the source as a sentence may quote it."""
    text = " ".join(ast.unparse(node).split())
    return f"`{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}`"
