"""Text that somebody else wrote (a file's name, a class, a column), for the places where Qt looks for markup.

Tooltips and message boxes take a text that looks like HTML for HTML, which could load a picture from anywhere.
"""

from __future__ import annotations

import html

from PySide6.QtGui import Qt


def as_plain(text: str) -> str:
    """`text` so that Qt shows each of its characters, and acts on none."""
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>") if Qt.mightBeRichText(text) else text
