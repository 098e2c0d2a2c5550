"""What a note says, laid out: Markdown from a file, of which nothing is fetched and nothing is run.

Of a picture only its words are shown. Qt would read the file it names, on this machine or on another, so pictures go
before the text is laid out.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontInfo, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

PLACE_OF_PICTURE = "\ufffc"
INDENT = 18  # pixels a list is set in
HEADINGS = {1: 1.4, 2: 1.2}  # times the size of the text; Qt's own are up to twice as high as a node's title
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
    _size_headings(words, font)
    words.setTextWidth(max(1.0, width))
    return words


def _size_headings(words: QTextDocument, font: QFont) -> None:
    size, block = QFontInfo(font).pixelSize(), words.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        pieces = [piece.fragment() for piece in block] if level else []
        for start, length, look in [(piece.position(), piece.length(), piece.charFormat()) for piece in pieces]:
            look.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            look.setProperty(QTextFormat.Property.FontPixelSize, round(size * HEADINGS.get(level, 1.0)))
            cursor = QTextCursor(words)
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(look)
        block = block.next()


def _leave_pictures_out(words: QTextDocument) -> None:
    cursor = words.find(PLACE_OF_PICTURE)
    while not cursor.isNull():
        image = cursor.charFormat()
        said = str(image.property(QTextFormat.Property.ImageAltText) or "") if image.isImageFormat() else ""
        cursor.insertText(said.replace(PLACE_OF_PICTURE, ""), QTextCharFormat())
        cursor = words.find(PLACE_OF_PICTURE, QTextCursor(cursor))
