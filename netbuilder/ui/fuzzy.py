"""How well a few typed letters fit a name: every word of them somewhere, best at the beginnings of words. No Qt."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import IntEnum

START, IN_ROW, GAP = 8, 5, 1  # a letter that begins a word, that follows the last; what lies between
SCATTERED = 3  # what fits so many times worse than the best has its letters all over the place


class Stands(IntEnum):
    """Where in a title the words stand that were typed, the best first."""

    FIRST_WORD = 0  # the first of them is the title's first word
    FIRST = 1  # its first word begins with it
    INSIDE = 2  # each begins a word of the title
    AROUND = 3  # or a word of what is beside the title
    SCATTERED = 4  # letters here and there


@dataclass(frozen=True)
class Fit:
    """`score` is larger for a better fit; `letters` are the places of the letters that were typed."""

    score: int
    letters: frozenset[int]


def fit(text: str, typed: str) -> Fit | None:
    """How `typed` fits `text`; None if one of its words is not in it, letter after letter. Case does not count."""
    low, score, letters = text.casefold(), 0, set()
    if len(low) != len(text):  # a letter that is longer in lower case would shift the places
        low = text.lower() if len(text.lower()) == len(text) else text
    for word in typed.casefold().split():
        found = _best(low, word)
        if found is None:
            return None
        score += found.score
        letters |= found.letters
    return Fit(score - len(text) // 8, frozenset(letters))


def begin_words(text: str, typed: str) -> bool:
    """Whether each word that was typed begins a word of the text."""
    low = text.casefold()
    return all(re.search(rf"(?<!\w){re.escape(word)}", low) for word in typed.casefold().split())


def where_they_stand(title: str, typed: str) -> Stands:
    """Where in the title the words stand that were typed: `SCATTERED` unless each of them begins a word of it."""
    words, low = typed.casefold().split(), title.casefold()
    if not words or not begin_words(title, typed):
        return Stands.SCATTERED
    if not low.startswith(words[0]):
        return Stands.INSIDE
    return Stands.FIRST_WORD if re.match(rf"{re.escape(words[0])}(?!\w)", low) else Stands.FIRST


def least_meant(best: float) -> float:
    """The score that a text has at least to be meant too, where the best of them all has this one."""
    return best / SCATTERED if best > 0 else -math.inf


def _best(text: str, word: str) -> Fit | None:
    """The best of the ways to read the letters of `word` in `text`, one for each place its first letter stands at."""
    best: Fit | None = None
    for start, letter in enumerate(text):
        if letter != word[0]:
            continue
        found = _read(text, word, start)
        if found is not None and (best is None or found.score > best.score):
            best = found
    return best


def _read(text: str, word: str, start: int) -> Fit | None:
    at, score, letters = start, START if _begins(text, start) else 0, [start]
    for letter in word[1:]:
        if at + 1 < len(text) and text[at + 1] == letter:
            at, score = at + 1, score + IN_ROW
        else:
            places = [place for place in range(at + 1, len(text)) if text[place] == letter]
            if not places:
                return None
            jump = next((place for place in places if _begins(text, place)), places[0])
            score += (START if _begins(text, jump) else 0) - GAP * min(jump - at, 8)
            at = jump
        letters.append(at)
    return Fit(score, frozenset(letters))


def _begins(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
