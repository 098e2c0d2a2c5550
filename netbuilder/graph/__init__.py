"""What was drawn: frozen nodes, edges and graphs, and the edits that make new ones from old."""

from netbuilder.graph.diff import Diff, diff
from netbuilder.graph.graph import Edge, Graph, Node

__all__ = ["Diff", "Edge", "Graph", "Node", "diff"]
