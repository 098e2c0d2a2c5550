"""What a stranger's file says is shown letter by letter: no tooltip or box takes it for markup."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from netbuilder.ui.plain_text import as_plain


@pytest.mark.parametrize(
    "text",
    [
        "<img src='file://host/share/x.png'>",
        "<b>bold</b> & plain",
        "a < b and c > d",
        "one\n<i>two</i>",
        "nothing special",
        "<qt>already</qt>",
    ],
)
def test_the_text_that_is_shown_is_the_text_that_was_given(text: str) -> None:
    page = QTextDocument()
    shown = as_plain(text)
    if shown == text:
        page.setPlainText(shown)
    else:
        page.setHtml(shown)
    assert page.toPlainText() == text
    assert "<img" not in shown
