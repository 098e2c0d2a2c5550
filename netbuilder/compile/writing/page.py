"""The lines of a source as they are written: for which node each is, folded and commented as ruff formats them.

It knows the look of Python and nothing about networks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH = 100
INDENT = "    "
OPENING, CLOSING = "([{", ")]}"
OPERATOR = re.compile(r" (?:\+|-|\*|/|//|%|@|\*\*|==|!=|<|<=|>|>=|&|\||and|or) ")

Place = tuple[str, str]  # the name of a graph, and the id of a node in it


@dataclass(frozen=True)
class Line:
    """A statement, the nodes it is written for (the first is the one that a click on it means), and a comment."""

    text: str
    places: tuple[Place, ...] = ()
    comment: str = ""


@dataclass
class Page:
    """Lines, and for whom they are."""

    lines: list[str] = field(default_factory=list)
    origin: dict[Place, list[int]] = field(default_factory=dict)
    first: dict[int, Place] = field(default_factory=dict)  # by number of the line

    def write(self, text: str = "", places: Sequence[Place] = (), comment: str = "", column: int = 0) -> None:
        """A statement; where it has a comment, what that says begins at `column`, if there is room."""
        if len(text) <= WIDTH and (not comment or max(column, len(text) + 4) + len(comment) <= WIDTH):
            if comment:  # the usual case, at once
                text = f"{text}  # {' ' * (column - len(text) - 4)}{comment}"
            self._put(text, places)
            return
        folded = fold(text)
        last = folded[-1]
        if comment and len(last) + 4 + len(comment) > WIDTH:
            indent = text[: len(text) - len(text.lstrip())]
            folded, comment = [f"{indent}# {comment}", *folded], ""
        for line in folded:
            self._put(line, places)
        if comment:
            pad = " " * max(0, column - len(last) - 4) if len(folded) == 1 else ""
            fits = len(last) + 4 + len(pad) + len(comment) <= WIDTH
            self.lines[-1] += f"  # {pad if fits else ''}{comment}"

    def _put(self, line: str, places: Sequence[Place]) -> None:
        lines = self.lines
        lines.append(line)
        if places:
            number = len(lines)
            self.first[number] = places[0]
            for place in places:
                self.origin.setdefault(place, []).append(number)

    def write_body(self, lines: Iterable[Line]) -> None:
        """Statements one below the other, with what their comments say aligned."""
        lines = list(lines)
        ends = [len(line.text) + 4 for line in lines if line.comment]
        column = max((end for end in ends if end <= WIDTH * 2 // 3), default=0)
        for line in lines:
            self.write(line.text, line.places, line.comment, column)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def fold(line: str, width: int = WIDTH) -> list[str]:
    """A statement on as many lines as it needs, as ruff would break it."""
    if len(line) <= width or line.lstrip().startswith(('"', "#")):
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    text = line.strip()
    head, right = _apart(text)
    if head and _operators(right):
        return _wrapped(indent, f"{head}(", right, ")", width)
    if text.startswith("return ") and len(_items(right)) > 1:
        return _broken(indent, "return ", Bracket("(", right, ")"), "", width)
    return _rendered(indent, text, width)


@dataclass(frozen=True)
class Bracket:
    """What stands in brackets; of a call it may stay together on a line of its own."""

    opening: str
    inside: str
    closing: str
    call: bool = False


def _apart(text: str) -> tuple[str, str]:
    """`x = ` and what is assigned, `return ` and what is returned; ("", all of it) where it is neither."""
    if text.startswith("return "):
        return "return ", text[len("return ") :]
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in OPENING) - (letter in CLOSING)
        if depth == 0 and text.startswith(" = ", place):
            return text[: place + 3], text[place + 3 :]
    return "", text


def _pieces(text: str) -> list[str | Bracket]:
    """The text, with what is in its outermost brackets apart."""
    found: list[str | Bracket] = []
    plain, place = "", 0
    while place < len(text):
        letter = text[place]
        if letter in "\"'":
            end = _end_of_string(text, place)
            plain += text[place:end]
            place = end
        elif letter in OPENING:
            end = _closing(text, place)
            call = (letter == "(" and bool(re.search(r"[\w)\]]$", plain))) or (not plain and bool(found))
            found += [plain, Bracket(letter, text[place + 1 : end], text[end], call)]
            plain, place = "", end + 1
        else:
            plain += letter
            place += 1
    return [*found, plain]


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed."""
    depth, place = 0, start
    while place < len(text):
        if text[place] in "\"'":
            place = _end_of_string(text, place)
            continue
        depth += (text[place] in OPENING) - (text[place] in CLOSING)
        if depth == 0:
            return place
        place += 1
    return len(text) - 1


def _end_of_string(text: str, start: int) -> int:
    """The place after the string that begins at `start`."""
    place = start + 1
    while place < len(text) and text[place] != text[start]:
        place += 2 if text[place] == "\\" else 1
    return place + 1


def _top(text: str) -> str:
    """The text with everything in brackets and strings blotted out: what is left is at its outermost level."""
    blotted, place = "", 0
    while place < len(text):
        if text[place] in "\"'":
            end = _end_of_string(text, place)
        elif text[place] in OPENING:
            end = _closing(text, place) + 1
        else:
            blotted, place = blotted + text[place], place + 1
            continue
        blotted += "_" * (end - place)
        place = end
    return blotted


def _items(text: str) -> list[str]:
    """What the commas at the outermost level keep apart."""
    cuts = [-1, *(found.start() for found in re.finditer(",", _top(text))), len(text)]
    return [item for a, b in itertools.pairwise(cuts) if (item := text[a + 1 : b].strip())]


def _operators(text: str) -> list[int]:
    """Where the operators at the outermost level are, each with a space before it."""
    top = _top(text)
    return [] if "," in top else [found.start() for found in OPERATOR.finditer(top)]


def _rendered(indent: str, text: str, width: int, behind: int = 0) -> list[str]:
    """A text whose first bracket that does not fit is broken; what stands after that, too, as far as it needs.

    `behind` characters will follow it on its last line.
    """
    if len(indent) + len(text) + behind <= width:
        return [indent + text]
    pieces = _pieces(text)
    line = ""
    for number, piece in enumerate(pieces):
        if isinstance(piece, str):
            line += piece
            continue
        after = pieces[number + 1]
        assert isinstance(after, str)
        flat = f"{piece.opening}{piece.inside}{piece.closing}"
        more = 1 if number + 2 < len(pieces) else behind
        if len(indent) + len(line) + len(flat) + len(after) + more <= width or not piece.inside:
            line += flat
            continue
        rest = "".join(
            part if isinstance(part, str) else f"{part.opening}{part.inside}{part.closing}"
            for part in pieces[number + 1 :]
        )
        return _broken(indent, line, piece, rest, width, behind)
    return [indent + line]


def _broken(indent: str, before: str, bracket: Bracket, after: str, width: int, behind: int = 0) -> list[str]:
    inner = indent + INDENT
    items = _items(bracket.inside)
    opened = f"{indent}{before}{bracket.opening}"
    if bracket.call and len(inner) + len(bracket.inside) <= width:
        inside = [inner + bracket.inside]
    elif len(items) == 1 and not bracket.inside.rstrip().endswith(","):
        parts = _loop(items[0])
        if len(parts) == 1 and bracket.call:
            inside = _with_comma(_rendered(inner, items[0], width, 1))
        else:
            inside = [line for part in parts for line in _rendered(inner, part, width)]
    else:
        inside = [line for item in items for line in _with_comma(_rendered(inner, item, width, 1))]
    return [opened, *inside, *_rendered(indent, f"{bracket.closing}{after}", width, behind)]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]


def _loop(text: str) -> list[str]:
    """`made for _ in range(3)` in its two parts; anything else as it is."""
    place = _top(text).find(" for ")
    return [text] if place < 0 else [text[:place], text[place + 1 :]]


def _wrapped(indent: str, opened: str, text: str, closed: str, width: int) -> list[str]:
    """A calculation in brackets of its own, with an operator at the beginning of each line if it needs several."""
    inner = indent + INDENT
    if len(inner) + len(text) <= width:
        return [indent + opened, inner + text, indent + closed]
    cuts = [0, *_operators(text), len(text)]
    parts = [text[a:b].strip() for a, b in itertools.pairwise(cuts)]
    return [indent + opened, *(line for part in parts for line in _rendered(inner, part, width)), indent + closed]
