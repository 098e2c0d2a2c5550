"""What can be dropped on the canvas: one small class per layer, pure data, no torch."""

from netbuilder.layers.catalog import Catalog, standard
from netbuilder.layers.layer import In, Inferred, Layer, Out, purpose

__all__ = ["Catalog", "In", "Inferred", "Layer", "Out", "purpose", "standard"]
