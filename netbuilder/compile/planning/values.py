"""The settings of a node where it stands: expressions worked out, and how they are written in the source.

Within a block a setting may be an expression of what the block exposes. `settle` gives a layer with plain values,
`as_written` the same layer with values that remember their text. Nothing here knows graphs or torch.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from netbuilder.expression import NotANumber, UnknownName, calculate, resolve, text_of, written
from netbuilder.fields import BadSetting
from netbuilder.layers import Layer

L = TypeVar("L", bound=Layer)
Spell = Callable[[str], str]  # an expression as the source has it


def settle(kind: type[L], settings: Mapping[str, Any], names: Mapping[str, Any]) -> tuple[L, list[BadSetting]]:
    """The layer with every setting that can be used, and what was refused. Nothing in `settings` can make it raise."""
    texts = {name: found for name, value in settings.items() if (found := tuple(expressions(value)))}
    if not texts:
        return kind.read(settings)
    bad: list[BadSetting] = []
    if kind.foreign is not Layer.foreign:  # what is trusted has to be there to be read
        bad += [BadSetting(name, f"{name} of a layer of your own can't be an expression.") for name in texts]
        texts = {}
    for name, found in texts.items():
        fault = next((fault for text in found if (fault := _fault(text, names))), None)
        if fault is not None:
            field = kind.fields().get(name)
            bad.append(BadSetting(name, f"{field.label if field else name} can't be worked out: {fault}."))
    failed = {error.field for error in bad}
    usable = {name: value for name, value in settings.items() if name not in failed}
    layer, refused = kind.read(resolve(usable, names))
    for error in refused:
        texts_of = texts.get(error.field, ())
        gives = " and ".join(f"{text} is {_told(calculate(text, names))}" for text in texts_of)
        bad.append(BadSetting(error.field, f"{error.sentence} {gives}." if gives else error.sentence))
    return layer, bad


def expressions(value: Any) -> Iterator[str]:
    """The expressions in a setting, also within lists."""
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from expressions(part)
    else:
        text = text_of(value)
        if text is not None:
            yield text


def as_written(layer: L, settings: Mapping[str, Any], names: Mapping[str, Any], spell: Spell) -> L:
    """The layer with settings that are written as their expressions again. `layer` is what `settle` gave."""
    texts = {name: value for name, value in settings.items() if name in layer.settings and any(expressions(value))}
    if not texts:
        return layer
    known = {name: _written(layer.settings[name], value, names, spell) for name, value in texts.items()}
    made = copy.copy(layer)
    object.__setattr__(made, "settings", layer.settings | known)
    return made


def _written(value: Any, raw: Any, names: Mapping[str, Any], spell: Spell) -> Any:
    """The canonical `value` of the setting `raw`, remembering how it is written."""
    text = text_of(raw)
    if text is not None:
        try:
            found = calculate(text, names)
        except NotANumber:
            return value
        said = spell(text)
        if isinstance(value, tuple) and not isinstance(found, (list, tuple)):
            return tuple(written(part, said) for part in value)
        if isinstance(value, int) and isinstance(found, float):
            said = f"int({said})"
        return written(value, said)
    if isinstance(raw, (list, tuple)):
        if isinstance(value, tuple) and len(value) == len(raw):
            return tuple(_written(part, one, names, spell) for part, one in zip(value, raw, strict=True))
        if len(raw) == 1:
            return _written(value, raw[0], names, spell)
    return value


def _fault(text: str, names: Mapping[str, Any]) -> str | None:
    """Why an expression has no value, if it has none."""
    try:
        calculate(text, names)
    except UnknownName as error:
        known = f"; it has {', '.join(names)}" if names else ""
        return f"{error}{known}"
    except NotANumber as error:
        if isinstance(error.__cause__, ZeroDivisionError):
            return f"{_told(text)} divides by 0"
        why = str(error)
        return why if why != text else f"{_told(text)} is no arithmetic on numbers and the settings of the block"
    return None


def _told(value: Any) -> str:
    said = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return said if len(said) <= 60 else f"{said[:59]}…"
