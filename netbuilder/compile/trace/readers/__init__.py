"""What layer of the catalogue does a recorded call: one reader per subject. They know no graph and run no model."""

from netbuilder.compile.trace.readers.read import Reading, as_expression, read_call

__all__ = ["Reading", "as_expression", "read_call"]
