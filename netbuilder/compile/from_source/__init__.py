"""From the text of a PyTorch model to nodes, without running any of it: what was copied from anywhere can be pasted.

The text is parsed and read against the declarations of the catalogue. What can't be read is said with its line.
"""

from netbuilder.compile.from_source.refusal import CannotRead
from netbuilder.compile.from_source.text import is_source, read_source

__all__ = ["CannotRead", "is_source", "read_source"]
