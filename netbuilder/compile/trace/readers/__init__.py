"""What layer of the catalogue does a recorded call: one reader per subject. They know no graph and run no model."""

from netbuilder.compile.trace.readers.expressions import as_expression
from netbuilder.compile.trace.readers.modules import layer_test
from netbuilder.compile.trace.readers.read import read_call
from netbuilder.compile.trace.readers.reading import Reading

__all__ = ["Reading", "as_expression", "layer_test", "read_call"]
