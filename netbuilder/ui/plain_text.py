"""Text that somebody else wrote (a file's name, a class, a column), for the places where Qt looks for markup.

Tooltips and message boxes take a text that looks like HTML for HTML, which could load a picture from anywhere;
buttons and menus take an & for the mark of a key, and leave it out.
"""

from __future__ import annotations

import html

from PySide6.QtGui import Qt


def as_plain(text: str) -> str:
    """`text` so that Qt shows each of its characters, and acts on none."""
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>") if Qt.mightBeRichText(text) else text


def as_caption(text: str) -> str:
    """`text` so that a button or a menu shows each of its characters, and takes none for the mark of a key."""
    return text.replace("&", "&&")
