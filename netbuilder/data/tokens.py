"""Text as whole numbers and back: a number a character, or a number a piece that is often seen together.

It knows nothing about data sets. The pieces are found by the `tokenizers` library of Hugging Face.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "\ufffd"  # stands for a character that has no number
PAD, START = "<pad>", "<start>"  # what fills up a short text, and what comes before its first token
GAPS = ("▢", "<gap>")  # what may stand for a token that is hidden: the first that no text has


class NotInVocabulary(ValueError):
    """A text holds what has no number. `str()` is a sentence."""


class Tokens:
    """A vocabulary. `words` are its tokens as text, by their numbers; all differ."""

    words: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.words)

    def encode(self, text: str) -> list[int]:
        """The numbers of a text. Raises `NotInVocabulary`."""
        raise NotImplementedError

    def decode(self, ids: Sequence[int]) -> str:
        """The text that numbers stand for."""
        raise NotImplementedError


class Words(Tokens):
    """A number a word of a list, of which nothing else is known. Letters are written together, words apart."""

    def __init__(self, words: Sequence[str]):
        self.words = tuple(words)
        self._between = "" if all(len(word) == 1 for word in self.words) else " "

    def encode(self, text: str) -> list[int]:
        numbers = {word: number for number, word in enumerate(self.words)}
        said = text.split() if self._between else text
        if (strange := next((word for word in said if word not in numbers), None)) is not None:
            raise NotInVocabulary(f"The vocabulary has no {strange!r}.")
        return [numbers[word] for word in said]

    def decode(self, ids: Sequence[int]) -> str:
        return self._between.join(self.words[number] for number in ids)


class WithGap(Tokens):
    """A vocabulary and one token more, its last: the gap that stands for a token which is hidden."""

    def __init__(self, tokens: Tokens):
        self.within = tokens
        self.gap = next(gap for gap in (*GAPS, *(f"<gap {n}>" for n in range(tokens.size))) if gap not in tokens.words)
        self.words = (*tokens.words, self.gap)

    def encode(self, text: str) -> list[int]:
        first, *rest = (self.within.encode(part) for part in text.split(self.gap))
        return first + [number for part in rest for number in (self.within.size, *part)]

    def decode(self, ids: Sequence[int]) -> str:
        gap = self.within.size
        parts = (list(part) for _, part in groupby(ids, key=lambda number: number == gap))
        return "".join(self.gap * len(part) if part[0] == gap else self.within.decode(part) for part in parts)


class Characters(Tokens):
    """A number a character of `known`, after those of `special`: words that stand for no text.

    What is not known is left to the character `\ufffd`, if that is one of them, and else not to be encoded.
    """

    def __init__(self, known: Iterable[str], special: Sequence[str] = ()):
        self.words = (*special, *dict.fromkeys(known))
        self._special = len(special)
        self._number = {word: number for number, word in enumerate(self.words) if number >= len(special)}

    @classmethod
    def of(cls, text: str) -> Characters:
        """The characters of a text, in the order of Unicode, and one that stands for all others."""
        return cls(sorted({*text, UNKNOWN}))

    def encode(self, text: str) -> list[int]:
        unknown = self._number.get(UNKNOWN)
        if unknown is None and (strange := next((c for c in text if c not in self._number), None)) is not None:
            known = "".join(self._number)
            raise NotInVocabulary(f"The vocabulary has no {strange!r}: write with {known} only.")
        return [self._number.get(character, unknown or 0) for character in text]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self.words[number] for number in ids if number >= self._special)


class BytePairs(Tokens):
    """Pieces of text: bytes, put together where they were seen together most often. Any text can be encoded."""

    def __init__(self, tokenizer: Tokenizer):
        self._tokenizer = tokenizer

    @classmethod
    def of(cls, text: str, size: int) -> BytePairs:
        """The `size` pieces, or fewer where there is nothing left to put together, that shorten `text` the most."""
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
        )
        tokenizer.train_from_iterator([text], trainer)
        return cls(tokenizer)

    @property
    def size(self) -> int:
        return self._tokenizer.get_vocab_size()

    @cached_property
    def words(self) -> tuple[str, ...]:  # type: ignore[override]
        """As text; those that are no whole character by their bytes: "<e2 82>"."""
        letters = _letters_of_bytes()
        found = []
        for number in range(self.size):
            piece = bytes(letters[letter] for letter in self._tokenizer.id_to_token(number) or "")
            try:
                found.append(piece.decode("utf-8"))
            except UnicodeDecodeError:
                found.append(f"<{piece.hex(' ')}>")
        return tuple(found)

    def encode(self, text: str) -> list[int]:
        whole = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair can't be encoded
        return self._tokenizer.encode(whole, add_special_tokens=False).ids

    def decode(self, ids: Sequence[int]) -> str:
        return self._tokenizer.decode(list(ids), skip_special_tokens=False)

    def as_json(self) -> str:
        """As the `tokenizers` library reads it."""
        return str(self._tokenizer.to_str())


def _letters_of_bytes() -> dict[str, int]:
    """Which byte each letter of a byte-level vocabulary stands for: printable bytes are themselves, the others follow
    from 256 on, as GPT-2 has it."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + at): byte for at, byte in enumerate(others)}
