"""What a note says, laid out: Markdown from a file, of which nothing is fetched and nothing is run.

Of a picture only its words are shown. Qt would read the file it names, on this machine or on another, so pictures go
before the text is laid out.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

PLACE_OF_PICTURE = "\ufffc"
INDENT = 18  # pixels a list is set in
MOST_BARS = 1000  # | signs up to which tables are laid out: thousands of cells take seconds
PLAIN = QTextDocument.MarkdownFeature.MarkdownNoHTML
WITH_TABLES = PLAIN | QTextDocument.MarkdownFeature.MarkdownDialectGitHub


def read_words(text: str, font: QFont, width: float) -> QTextDocument:
    """The text of a note, laid out in this width."""
    words = QTextDocument()
    words.setUndoRedoEnabled(False)
    words.setDefaultFont(font)
    words.setDocumentMargin(0)
    words.setIndentWidth(INDENT)
    words.setMarkdown(text, WITH_TABLES if text.count("|") <= MOST_BARS else PLAIN)
    _leave_pictures_out(words)
    words.setTextWidth(max(1.0, width))
    return words


def _leave_pictures_out(words: QTextDocument) -> None:
    cursor = words.find(PLACE_OF_PICTURE)
    while not cursor.isNull():
        image = cursor.charFormat()
        said = str(image.property(QTextFormat.Property.ImageAltText) or "") if image.isImageFormat() else ""
        cursor.insertText(said.replace(PLACE_OF_PICTURE, ""), QTextCharFormat())
        cursor = words.find(PLACE_OF_PICTURE, QTextCursor(cursor))
