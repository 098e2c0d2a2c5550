"""Between a setting's value and the text in its field: how it is written, and how what was typed is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netbuilder.expression import NotANumber, UnknownName, calculate, names_in
from netbuilder.fields import BadSetting, Bool, Choice, Declared, Field, Float, Int, Ints, Number, Path, SomeOf, Text

BETWEEN = re.compile(r"\s*[,;×xX]\s*|\s+(?=[\w(+-])(?<![*/+%-]\s)")
BRACKETS = {"(": ")", "[": "]"}


def write(field: Field[Any], value: Any) -> str:
    """`value` as a field of text shows it; None is empty (a placeholder says what it means)."""
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value)) or ("()" if field.optional else "")
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)


def in_words(field: Field[Any], value: Any) -> str:
    """`value` as a sentence has it: "Set optimizer to SGD"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Declared):
        return value.title
    if isinstance(field, SomeOf):
        return ", ".join(dict.fromkeys(str(one.settings.get("name", one.title)) for one in value)) or "none"
    return field.title(value) if isinstance(field, Choice) else write(field, value) or field.none_means


def read(field: Field[Any], text: str) -> Any:
    """What was typed, as the field's canonical value. Raises `BadSetting` with the sentence to show."""
    typed = text.strip()
    if not typed and field.optional:
        return field.check(None)
    if isinstance(field, (Int, Float)):
        return field.check(_number(field, typed))
    if isinstance(field, Ints):
        return field.check(_numbers(field, typed))
    return field.check(typed if isinstance(field, Path) else text)


def _number(field: Field[Any], typed: str) -> int | float:
    if not typed:
        raise field.refuse("needs a value")
    if isinstance(field, Number) and field.infinite and typed in ("inf", "-inf"):
        return typed  # type: ignore[return-value]
    try:
        return calculate(typed)
    except NotANumber:
        kind = "a whole number" if isinstance(field, Int) else "a number"
        example = "64 or 32*2" if isinstance(field, Int) else "0.01 or 1e-3"
        raise BadSetting(field.name, f"{field.label} must be {kind}, like {example}.") from None


def _numbers(field: Ints, typed: str) -> Any:
    if typed in field.words:
        return typed
    if not typed:
        if field.empty:
            return field.accept(())
        raise field.refuse("needs a value")
    while len(typed) > 1 and BRACKETS.get(typed[0]) == typed[-1] and typed[1:-1].count(typed[0]) == 0:
        typed = typed[1:-1].strip()
    if not typed and field.empty:
        return field.accept(())
    pieces = [piece for piece in BETWEEN.split(typed.rstrip(", ")) if piece]
    try:
        numbers = [
            piece if field.entries and re.fullmatch(field.entries, piece) else calculate(piece) for piece in pieces
        ]
    except NotANumber:
        numbers = []
    if not numbers:
        return field.accept("")  # refused in the field's own words
    return numbers[0] if len(numbers) == 1 else numbers


def takes_expressions(field: Field[Any]) -> bool:
    """Whether a setting can follow those of a block: a number, a few of them, a switch, a word."""
    return type(field) is Text or isinstance(field, (Int, Float, Ints, Bool, Choice))


def read_expression(field: Field[Any], typed: Any, *, always: bool = False) -> str | None:
    """What was typed, if it is meant as an expression: text after "=", or a calculation with names in it.

    `always` takes a word for a name where there was one before, also where the field takes words.
    """
    if not isinstance(typed, str):
        return None
    text = typed.strip()
    if text.startswith("="):
        return text[1:].strip()
    if text in getattr(field, "words", ()) or text in getattr(field, "options", ()):
        return None
    if not isinstance(field, (Int, Float, Ints)) and not always:
        return None
    try:
        names = names_in(text)
    except NotANumber:
        return None
    entries = getattr(field, "entries", "")
    return text if any(not entries or not re.fullmatch(entries, name) for name in names) else None


def value_of(field: Field[Any], text: str, names: Mapping[str, Any]) -> Any:
    """What an expression comes to, as the field's canonical value. Raises `BadSetting` with the sentence to show."""
    try:
        value = calculate(text, names)
    except UnknownName as unknown:
        known = f"It shows {', '.join(names)}." if names else "It shows none yet: expose one first."
        raise BadSetting(field.name, f"{unknown.name} is no setting of this block. {known}") from None
    except NotANumber:
        raise BadSetting(field.name, f"{field.label} can't be worked out from “{text}”.") from None
    try:
        return field.check(value)
    except BadSetting as refused:
        raise BadSetting(field.name, f"{refused.sentence} Here {text} is {value}.") from None
