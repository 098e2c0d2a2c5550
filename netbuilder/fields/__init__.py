"""The one way anything states its settings: a layer, an optimizer, a data source, a recipe, a probe, an exporter.

A class that inherits from `Declared` lists its settings as fields. From that one list come the form, the file
format, the command line, the generated source and the contract tests. This package knows nothing about torch,
about Qt, or about any of the things that are declared with it.
"""

from netbuilder.fields.declared import Declared, Part
from netbuilder.fields.field import BadSetting, Field, plain
from netbuilder.fields.for_each import ForEach
from netbuilder.fields.numbers import Float, Int, Number
from netbuilder.fields.one_of import OneOf
from netbuilder.fields.rows import Floats, Ints
from netbuilder.fields.some_of import SomeOf
from netbuilder.fields.words import Bool, Choice, Code, Offered, Path, Text

__all__ = [
    "BadSetting",
    "Bool",
    "Choice",
    "Code",
    "Declared",
    "Field",
    "Float",
    "Floats",
    "ForEach",
    "Int",
    "Ints",
    "Number",
    "Offered",
    "OneOf",
    "Part",
    "Path",
    "SomeOf",
    "Text",
    "plain",
]
