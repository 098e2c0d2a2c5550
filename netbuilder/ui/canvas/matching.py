"""Which layers people mean by what they typed: by title, kind, search words and purpose. It knows nothing about Qt.

An exact title comes first, then titles that begin with what was typed, then those with a word that does, then the
words people search by, then the purpose. Letters with gaps between them ("cv2") count only where nothing else fits,
and a misspelt word is put right only where nothing fits at all. Usual layers come before rare ones that fit as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from weakref import WeakKeyDictionary

from netbuilder.layers.layer import Layer, purpose
from netbuilder.layers.usual import is_usual, usual_first

EXACT, BUT_FOR_ITS_END, BEGINS, WORD, MEANT, MEANT_BEGINS = 200, 190, 100, 92, 88, 75
WITHIN, FAMILY, PURPOSE, GAPS = 60, 50, 30, 20
USUAL = 12  # lifts a usual layer over a rare one that fits about as well
ENDINGS = ("s", "es", "ed", "ing", "al")  # "pooling" is the same word as "pool"


def matching(layers: Iterable[type[Layer]], query: str, *, ordered: bool = False) -> list[type[Layer]]:
    """The layers that fit every word of `query`, the best first; all in the order given where nothing is typed.

    `ordered`: the order given says which are more likely, and decides between those that fit as well. Otherwise the
    usual ones come first, and of several forms the one for pictures.
    """
    given = list(layers)
    words = query.lower().replace("-", " ").split()
    if not words:
        return given
    if not ordered:
        given = sorted(usual_first(given), key=lambda layer: not layer.kind.endswith("2d") and not is_usual(layer))
    return _found(given, words) or _found(given, _spelt_right(given, words))


def score(layer: type[Layer], words: Sequence[str]) -> float:
    """How well the layer fits: the mean over the words, or 0 if one of them fits nowhere."""
    known = _known(layer)
    points = [_points(known, word) for word in words]
    typed = _letters("".join(words))
    fit = sum(points) / len(points)
    if typed == known.name:
        fit = EXACT
    elif typed and typed == known.name_for_any:
        fit = BUT_FOR_ITS_END
    elif typed and known.name.startswith(typed):
        fit = max(fit, BEGINS - len(known.name) / 100)
    elif min(points) <= GAPS:
        return min(points)
    return fit + known.bonus


def _found(layers: list[type[Layer]], words: Sequence[str]) -> list[type[Layer]]:
    scored = [(score(layer, words), layer) for layer in layers]
    best = max((points for points, _ in scored), default=0.0)
    least = GAPS if best > GAPS else 0.0
    return [layer for points, layer in sorted(scored, key=lambda pair: -pair[0]) if points > least]


@dataclass(frozen=True)
class _Known:
    """The words of one layer, in small letters."""

    title: str
    kind: str
    name: str  # the title in letters and digits only
    name_for_any: str  # the same without its "2d"
    parts: tuple[str, ...]  # the words of title and kind
    meant: tuple[str, ...]  # the words people search by
    family: str
    purpose: tuple[str, ...]
    bonus: float


def _words_of(layer: type[Layer]) -> _Known:
    title, kind = layer.title.lower(), layer.kind.lower()
    name = _letters(title)
    return _Known(
        title=title,
        kind=kind,
        name=name,
        name_for_any=re.sub(r"(?<=.)[123]d$", "", name),
        parts=(*re.findall(r"\w+", title), *kind.split("_")),
        meant=tuple(dict.fromkeys(word for phrase in layer.search for word in re.findall(r"\w+", phrase.lower()))),
        family=layer.family,
        purpose=tuple(re.findall(r"\w+", purpose(layer).lower())),
        bonus=USUAL if is_usual(layer) else 0,
    )


_KNOWN: WeakKeyDictionary[type[Layer], _Known] = WeakKeyDictionary()  # blocks come and go


def _known(layer: type[Layer]) -> _Known:
    if layer not in _KNOWN:
        _KNOWN[layer] = _words_of(layer)
    return _KNOWN[layer]


def _points(known: _Known, word: str) -> float:
    if known.title.startswith(word) or word == known.kind:
        return BEGINS - len(known.title) / 100
    if any(part.startswith(word) for part in known.parts):
        return WORD
    if any(word == other or _same_stem(other, word) for other in known.meant):
        return MEANT
    if any(other.startswith(word) for other in known.meant):
        return MEANT_BEGINS
    if word in known.title or word in known.kind:
        return WITHIN
    if known.family.startswith(word):
        return FAMILY
    if any(part.startswith(word) for part in known.purpose):
        return PURPOSE
    spread = _spread(word, known.title)
    return GAPS / (1 + spread) if spread is not None else 0.0


def _same_stem(other: str, word: str) -> bool:
    return word.startswith(other) and word[len(other) :] in ENDINGS


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _spread(word: str, title: str) -> int | None:
    """How many letters lie between those of `word` in `title` ("cv2" in "conv2d": 2), None if one is missing."""
    at = first = -1
    for letter in word:
        at = title.find(letter, at + 1)
        if at < 0:
            return None
        first = at if first < 0 else first
    return at - first + 1 - len(word)


def _spelt_right(layers: list[type[Layer]], words: Sequence[str]) -> list[str]:
    """Each word that is nearly one of the layers' words as that word: "lienar" is "linear"."""
    known = {word for layer in layers for word in (*_known(layer).parts, *_known(layer).meant)}
    return [next(iter(get_close_matches(word, known, n=1, cutoff=0.75)), word) for word in words]
