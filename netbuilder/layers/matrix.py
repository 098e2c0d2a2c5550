"""Products of matrices, and what is measured between rows: products, distances."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netbuilder.fields import BadSetting, Choice, Number, Text
from netbuilder.layers.function import Function, dimension
from netbuilder.layers.layer import In, Out

SEARCH = ("matrix", "product", "multiply")
TERM = re.compile(r"[a-zA-Z]*(\.\.\.)?[a-zA-Z]*")
MOST_TERMS = 8
AXES = ("N", "C", "L", "S", "H", "W", "F", "K")


class Matmul(Function):
    """The matrix product: each row of the first value meets each column of the second."""

    kind = "matmul"
    title = "Matrix product"
    target = "torch.matmul"
    reads = ("torch.matmul", "torch.mm", "torch.mv", "torch.dot")
    family = "matrix"
    search = (*SEARCH, "matmul", "mm", "at", "attention", "dot")
    x1 = In(example="N L C", help="Its last dimension is summed over.")
    x2 = In(example="N C L", help="Its last but one dimension is summed over.")
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x1']} @ {inputs['x2']}"


class Bmm(Function):
    """The matrix product of two matrices for each sample. Matrix product does so for any number of dimensions."""

    kind = "bmm"
    title = "Batched matrix product"
    target = "torch.bmm"
    family = "matrix"
    search = (*SEARCH, "bmm", "batch", "attention")
    x1 = In("N L C")
    x2 = In("N C S")
    y = Out("N L S")


class Addmm(Function):
    """The product of two matrices, added to a third value (a bias)."""

    kind = "addmm"
    title = "Add matrix product"
    target = "torch.addmm"
    family = "matrix"
    search = (*SEARCH, "addmm", "linear", "bias", "conv1d")
    x = In(example="C", help="What the product is added to.")
    mat1 = In("L C")
    mat2 = In("C S", example="C C")
    y = Out("L S")
    beta = Number(1, advanced=True, help="What the value is multiplied by before.")
    alpha = Number(1, advanced=True, help="What the product is multiplied by before.")


class Baddbmm(Function):
    """The product of each sample's two matrices, added to a third value."""

    kind = "baddbmm"
    title = "Add batched matrix product"
    target = "torch.baddbmm"
    family = "matrix"
    search = (*SEARCH, "baddbmm", "batch", "attention", "alibi", "bias")
    x = In(example="N L L", help="What the product is added to.")
    batch1 = In("N L C")
    batch2 = In("N C S", example="N C L")
    y = Out("N L S")
    beta = Number(1, advanced=True, help="What the value is multiplied by before.")
    alpha = Number(1, advanced=True, help="What the product is multiplied by before.")


class Equation(Text):
    """The text of an einsum, without spaces: "bij,bjk->bik"."""

    def accept(self, value: Any) -> str:
        text = "".join(super().accept(value).split())
        terms, arrow, result = text.partition("->")
        inputs = terms.split(",")
        if not all(TERM.fullmatch(term) and term for term in inputs) or not TERM.fullmatch(result):
            raise self.refuse('must be letters with commas between the inputs, like "bij,bjk->bik"')
        if len(inputs) > MOST_TERMS:
            raise self.refuse(f"may have at most {MOST_TERMS} inputs")
        letters = [letter for letter in result if letter != "."]
        unknown = next((letter for letter in letters if letter not in terms), None)
        if unknown or len(set(letters)) != len(letters):
            raise BadSetting(
                self.name, f"{self.label}: each letter after -> must stand there once and in one of the inputs."
            )
        return f"{','.join(inputs)}{arrow}{result}"


class Einsum(Function):
    """Sums of products by a rule: dimensions with the same letter meet, those that are not in the result are summed."""

    kind = "einsum"
    title = "Einsum"
    target = "torch.einsum"
    family = "matrix"
    search = (*SEARCH, "einstein", "sum", "contraction", "tensor", "attention")
    not_arguments = ("equation",)
    y = Out()
    equation = Equation(
        "nij,njk->nik", max_length=120, help='A letter for each dimension, inputs apart by commas: "nij,njk->nik".'
    )

    def inputs(self) -> tuple[In, ...]:
        terms = self.equation.partition("->")[0].split(",")
        letters = list(dict.fromkeys(letter for term in terms for letter in term if letter != "."))
        axis = {letter: AXES[number % len(AXES)] for number, letter in enumerate(letters)}
        return tuple(
            In(name=f"x{number}", example=" ".join(axis[letter] for letter in term if letter != "."), help=term)
            for number, term in enumerate(terms, 1)
        )

    def summary(self) -> str:
        return self.equation if len(self.equation) <= 28 else f"{self.equation[:27]}…"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        values = ", ".join(inputs[port.name] for port in self.inputs())
        return f'torch.einsum("{self.equation}", {values})'


class Outer(Function):
    """Each number of the first row times each of the second: a table of all products."""

    kind = "outer"
    title = "Outer product"
    target = "torch.outer"
    reads = ("torch.outer", "torch.ger")
    family = "matrix"
    search = (*SEARCH, "outer", "table", "rotary", "positions")
    x1 = In("L")
    x2 = In("S")
    y = Out("L S")


class Vecdot(Function):
    """The scalar product of the rows of two values: multiplied number by number and summed."""

    kind = "vecdot"
    title = "Dot product"
    target = "torch.linalg.vecdot"
    family = "matrix"
    search = (*SEARCH, "dot", "scalar", "inner", "similarity")
    x1 = In(dtype="float")
    x2 = In(dtype="float")
    y = Out()
    dim = dimension(-1, help="The dimension that is summed over.")


class Cross(Function):
    """The vector at right angles to two vectors of three numbers."""

    kind = "cross"
    title = "Cross product"
    target = "torch.linalg.cross"
    reads = ("torch.linalg.cross",)
    family = "matrix"
    search = (*SEARCH, "vector", "perpendicular", "geometry", "3d")
    x1 = In(example="N L 3")
    x2 = In(example="N L 3")
    y = Out()
    dim = dimension(-1, help="The dimension that holds the three numbers.")


class Cdist(Function):
    """The distance of each row of the first value from each row of the second, as a table."""

    kind = "cdist"
    title = "All distances"
    target = "torch.cdist"
    family = "matrix"
    search = ("distance", "euclidean", "nearest", "prototype", "metric", "vector quantization")
    x1 = In("... L C", dtype="float", example="N L C")
    x2 = In("... S C", dtype="float", example="N S C")
    y = Out("... L S")
    p = Number(2.0, min=0.0, infinite=True, help="Which distance: 2 is the straight line, 1 along the axes.")
    compute_mode = Choice(
        "use_mm_for_euclid_dist_if_necessary",
        ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist"),
        titles={
            "use_mm_for_euclid_dist_if_necessary": "matrix product when large",
            "use_mm_for_euclid_dist": "matrix product",
            "donot_use_mm_for_euclid_dist": "exact",
        },
        advanced=True,
        help="Whether a matrix product may be used, which is faster and a little less exact.",
    )


class SquareMatrices(Function):
    """What is worked out of square matrices, each by itself."""

    family = "matrix"
    x = In("... C C", dtype="float", example="N C C", help="The last two dimensions are the matrices.")
    y = Out()


class Inverse(SquareMatrices):
    """The inverse of each matrix."""

    kind = "inverse"
    target = "torch.linalg.inv"
    reads = ("torch.linalg.inv", "torch.inverse")
    search = (*SEARCH, "inv", "solve", "flow")


class Determinant(SquareMatrices):
    """The determinant of each matrix."""

    kind = "determinant"
    target = "torch.linalg.det"
    reads = ("torch.linalg.det", "torch.det")
    search = (*SEARCH, "det", "volume", "flow")


class LogDeterminant(SquareMatrices):
    """The logarithm of the determinant of each matrix."""

    kind = "log_determinant"
    target = "torch.logdet"
    search = (*SEARCH, "logdet", "volume", "flow", "likelihood")


class MatrixExponential(SquareMatrices):
    """The exponential of each matrix: of one without symmetry a rotation."""

    kind = "matrix_exponential"
    target = "torch.matrix_exp"
    reads = ("torch.matrix_exp", "torch.linalg.matrix_exp")
    search = (*SEARCH, "expm", "matrix_exp", "rotation", "orthogonal")


LAYERS = (
    *(Matmul, Bmm, Addmm, Baddbmm, Einsum, Vecdot, Outer, Cross, Cdist),
    *(Inverse, Determinant, LogDeterminant, MatrixExponential),
)
