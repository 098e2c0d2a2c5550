"""Colours generated Python by the theme. It reads one line at a time: our source has no text over several lines
but its docstring."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from netbuilder.ui.theme import Theme

TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<triple>\"\"\")"
    r"|(?P<string>[rbf]?(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'))"
    r"|(?P<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)"
    r"|(?P<called>\b[A-Za-z_]\w*(?=\())"
    r"|(?P<word>\b[A-Za-z_]\w*\b)"
)
KEYWORDS = frozenset(keyword.kwlist)
IN_DOCSTRING = 1


class PythonColors(QSyntaxHighlighter):
    """Keywords in the accent, comments (the shapes) muted, strings, numbers and calls each in a colour of theirs."""

    def __init__(self, document: QTextDocument, theme: Theme):
        super().__init__(document)
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        self._formats = _formats(theme)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        self.setCurrentBlockState(0)
        start = 0
        if self.previousBlockState() == IN_DOCSTRING:
            end = text.find('"""')
            start = len(text) if end < 0 else end + 3
            self.setFormat(0, start, self._formats["string"])
            if end < 0:
                self.setCurrentBlockState(IN_DOCSTRING)
                return
        while match := TOKEN.search(text, start):
            kind, (first, last) = match.lastgroup or "", match.span()
            start = last
            if kind == "triple":
                end = text.find('"""', last)
                start = len(text) if end < 0 else end + 3
                self.setFormat(first, start - first, self._formats["string"])
                if end < 0:
                    self.setCurrentBlockState(IN_DOCSTRING)
                    return
            elif match.group() in KEYWORDS:
                self.setFormat(first, last - first, self._formats["keyword"])
            elif match.group() == "self":
                self.setFormat(first, last - first, self._formats["self"])
            elif kind in self._formats:
                self.setFormat(first, last - first, self._formats[kind])


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    colors = {
        "keyword": theme.accent,
        "comment": theme.faint,
        "string": theme.family("linear"),
        "number": theme.family("activation"),
        "called": theme.family("convolution"),
        "self": theme.muted,
    }
    made = {}
    for kind, color in colors.items():
        made[kind] = QTextCharFormat()
        made[kind].setForeground(QColor(color))
    made["keyword"].setFontWeight(QFont.Weight.DemiBold)
    return made
