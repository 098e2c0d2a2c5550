"""Finding nodes by what is typed: words of a name or kind, settings compared with values, problems. It knows no layers:
what a node is called, is set to and has wrong is given to it.

    conv                 a word of the name, the kind or the family
    kernel_size>3        a setting: = != > >= < <= with a number, on, off or a word; : for "has in it"
    kind:pool name:stem  the kind alone, the name alone
    is:error             or is:warning, is:problem, is:block, is:shared, is:bypassed, is:frozen; problem alone is
                         is:problem
    -dropout             not that

All that is typed has to hold.
"""

from __future__ import annotations

import operator
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.expression import text_of

STATES = ("problem", "error", "warning", "block", "shared", "bypassed", "frozen")
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
SETTING = re.compile(r"([A-Za-z_]\w*)\s*(>=|<=|!=|==|=|>|<|:)(.*)", re.DOTALL)
SWITCH = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


class Unclear(ValueError):
    """What was typed can't be understood. The message is a sentence."""


@dataclass(frozen=True)
class Found:
    """One node as it can be searched: where it is, what it is called, what it is set to, what is the matter with it."""

    graph: str
    id: str
    name: str
    kind: str = ""
    title: str = ""
    family: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False)
    states: frozenset[str] = frozenset()


Test = Callable[[Found], bool]


def parse(text: str) -> Test:
    """What is typed as a test of a node. Raises `Unclear`."""
    tests = [_term(word) for word in _words(_joined(text))]
    return lambda node: all(test(node) for test in tests)


def search(nodes: Iterable[Found], text: str) -> list[Found]:
    """The nodes that fit, in their order; none for nothing typed. Raises `Unclear`."""
    if not text.strip():
        return []
    test = parse(text)
    return [node for node in nodes if test(node)]


def _joined(text: str) -> str:
    """With no room around operators: "kernel_size > 3" is one term."""
    return re.sub(r"(\w)\s*(>=|<=|!=|==|=|>|<)\s*(?=[\w\"'.+-])", r"\1\2", text)


def _words(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars="")
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    lexer.quotes = '"'
    try:
        return list(lexer)
    except ValueError:
        raise Unclear('A " has no second one to end it.') from None


def _term(word: str) -> Test:
    if len(word) > 1 and word[0] in "-!":
        inner = _term(word[1:])
        return lambda node: not inner(node)
    match = SETTING.fullmatch(word)
    if match is None:
        return _word(word.casefold())
    name, sign, value = match[1], match[2].replace("==", "="), match[3].strip()
    if not value:
        raise Unclear(f"{name}{match[2]} needs a value after it, as in {name}{match[2]}{'text' if sign == ':' else 3}.")
    if sign in (":", "=") and name in ("is", "kind", "name"):
        return _about(name, value.casefold())
    return _setting(name.casefold(), sign, value)


def _word(word: str) -> Test:
    def test(node: Found) -> bool:
        told = (node.name, node.kind, node.title, node.family)
        return any(word in text.casefold() for text in told) or (word in STATES[:3] and word in node.states)

    return test


def _about(what: str, value: str) -> Test:
    if what == "is":
        if value not in STATES:
            raise Unclear(f"is:{value} is unknown. There is {', '.join('is:' + state for state in STATES)}.")
        return lambda node: value in node.states
    if what == "kind":
        return lambda node: any(value in text.casefold() for text in (node.kind, node.title, node.family))
    return lambda node: value in node.name.casefold()


def _setting(name: str, sign: str, text: str) -> Test:
    number = _number(text)
    if sign in (">", ">=", "<", "<=") and number is None:
        raise Unclear(f"{name}{sign} compares numbers, and “{text}” is none.")

    def test(node: Found) -> bool:
        values = [value for key, value in node.settings.items() if key.casefold() == name]
        return any(_holds(value, sign, text, number) for value in values)

    return test


def _holds(value: Any, sign: str, text: str, number: float | None) -> bool:
    expression = text_of(value)
    if sign == ":":
        return text.casefold() in (expression if expression is not None else _said(value)).casefold()
    compare = OPERATORS[sign]
    if isinstance(value, (list, tuple)) and value and number is not None and all(map(_is_number, value)):
        alike = [compare(part, number) for part in value]
        return all(alike) if sign == "=" else any(alike)
    if _is_number(value) and number is not None:
        return bool(compare(value, number))
    if sign not in ("=", "!="):
        return False
    switch = SWITCH.get(text.casefold())
    if isinstance(value, bool):
        return switch is not None and compare(value, switch)
    if value is None:
        return compare(text.casefold() in ("none", "off", "no"), True)
    return bool(compare((expression if expression is not None else _said(value)).casefold(), text.casefold()))


def _said(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(text: str) -> float | None:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None
