"""Rows sent to experts: counted by the number they bear, and multiplied by the matrix of the group they are in."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.fields import Int, Number
from netbuilder.layers.function import Function
from netbuilder.layers.layer import In, Out

SEARCH = ("mixture of experts", "moe", "router")


class GroupedMatmul(Function):
    """The matrix product of each row with the matrix of the group it is in: each token with that of its expert."""

    kind = "grouped_matmul"
    title = "Grouped matrix product"
    target = "torch.nn.functional.grouped_mm"
    reads = ("torch.nn.functional.grouped_mm", "torch._grouped_mm")
    family = "matrix"
    search = (*SEARCH, "grouped_mm", "experts", "group")
    arguments_of = {"x": "mat_a", "weight": "mat_b"}
    x = In("L C", dtype="float", example="4 C", help="The rows, those of the first group first.")
    weight = In("R C F", dtype="float", example="4 C F", help="A matrix for each group.")
    offs = In("R", dtype="int", example="4", help="Where each group ends: how many rows it and those before it have.")
    y = Out("L F")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"F.grouped_mm({inputs['x']}, {inputs['weight']}, offs={inputs['offs']}.int())"


class Histogram(Function):
    """Counts how many numbers lie in each of several ranges of the same width."""

    kind = "histogram"
    target = "torch.histc"
    family = "reduction"
    search = (*SEARCH, "histc", "count", "bins", "bincount", "load")
    x = In(dtype="float")
    y = Out("K")
    bins = Int(100, min=1, help="How many ranges.")
    min = Number(0, help="Where the first range begins; with the same end, from the smallest number to the largest.")
    max = Number(0, help="Where the last range ends.")


LAYERS = (GroupedMatmul, Histogram)
