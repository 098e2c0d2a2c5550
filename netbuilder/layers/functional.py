"""Layers whose weights flow in: tied to another layer's, made by another network, or shared as a parameter."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.fields import Bool, Float, Int, Ints
from netbuilder.layers.function import BATCH, Function, dimension, like, size_text
from netbuilder.layers.layer import In, Out, Shape, literal

SEARCH = ("functional", "given weights", "tied", "shared", "hypernetwork")


class GivenWeights(Function):
    """A layer that holds no weights of its own."""

    family = "functional"
    x = In(dtype="float")
    y = Out()


class LinearWith(GivenWeights):
    """A Linear whose weights flow in: with the weights of an Embedding, its reverse."""

    kind = "linear_with"
    title = "Linear from weights"
    target = "torch.nn.functional.linear"
    search = (*SEARCH, "weight tying", "dense", "head", "language model")
    x = In("... F", dtype="float", example="N L C", help="The last dimension holds the features.")
    weight = In("F C", example="S C", help="Features out × features in.")
    bias = In("F", optional=True, example="S")
    y = Out("... F")


class BilinearWith(Function):
    """A Bilinear whose weights flow in."""

    kind = "bilinear_with"
    title = "Bilinear from weights"
    target = "torch.nn.functional.bilinear"
    family = "functional"
    search = (*SEARCH, "pair", "product")
    input1 = In("... F", dtype="float", example="N C")
    input2 = In("... F", dtype="float", example="N L")
    weight = In("F C L", example="S C L", help="Features out × features of the first × features of the second.")
    bias = In("F", optional=True, example="S")
    y = Out("... F")


class EmbeddingWith(Function):
    """An Embedding whose rows flow in."""

    kind = "embedding_with"
    title = "Embedding from weights"
    target = "torch.nn.functional.embedding"
    family = "functional"
    search = (*SEARCH, "lookup", "token", "table")
    x = In("...", dtype="int", example="N L", help="Whole numbers, from 0 to one less than there are rows.")
    weight = In("V F", help="One row for each whole number.")
    y = Out()
    padding_idx = Int(
        None,
        optional=True,
        none_means="no padding",
        advanced=True,
        help="The number that stands for nothing; it is not learned.",
    )


GROUPS = "Channels in that many groups, each with filters of its own; N: a group for each sample."


class InGroups(GivenWeights):
    """A convolution in groups: of which there may be one for each sample, each with filters of its own."""

    like = like()

    def follows_batch(self) -> bool:
        return isinstance(self.settings["groups"], str)

    def text(self, name: str, inputs: Mapping[str, str]) -> str:
        if name == "groups":
            return size_text(self.settings[name], inputs.get("like", ""))
        return super().text(name, inputs)


class ConvWith(InGroups):
    """A convolution whose filters flow in."""

    stride = Ints(1, scalar=True, min=1, help="How far the window moves at each step.")
    padding = Ints(
        0, scalar=True, min=0, words=("same", "valid"), help='Zeros around the input; "same" keeps the size.'
    )
    dilation = Ints(1, scalar=True, min=1, advanced=True, help="How far apart the window's points lie.")
    groups = Ints(1, length=1, scalar=True, min=1, entries=BATCH, advanced=True, help=GROUPS)

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return lengths_fit(self, shapes["x"])


def lengths_fit(layer: Function, shape: Shape) -> str:
    """A fault where a setting has another number of sizes than the input has dimensions to slide along."""
    wrong = [n for n, v in layer.settings.items() if isinstance(v, tuple) and len(v) != len(shape) - 2]
    return f"{wrong[0]} must be one number, or {len(shape) - 2}" if wrong else ""


def _each(value: int | tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * (len(shape) - 2)


class Conv1dWith(ConvWith):
    """A Conv1d whose filters flow in."""

    kind = "conv1d_with"
    title = "Conv1d from weights"
    target = "torch.nn.functional.conv1d"
    search = (*SEARCH, "convolution", "filter", "sequence")
    x = In("N C L", dtype="float")
    weight = In("F C L", example="S C 3", help="Filters × channels × window.")
    bias = In("F", optional=True, example="S")
    y = Out("N F L")


class Conv2dWith(ConvWith):
    """A Conv2d whose filters flow in."""

    kind = "conv2d_with"
    title = "Conv2d from weights"
    target = "torch.nn.functional.conv2d"
    search = (*SEARCH, "convolution", "filter", "image", "blur", "weight standardization")
    x = In("N C H W", dtype="float")
    weight = In("F C H W", example="S C 3 3", help="Filters × channels × window.")
    bias = In("F", optional=True, example="S")
    y = Out("N F H W")


class Conv3dWith(ConvWith):
    """A Conv3d whose filters flow in."""

    kind = "conv3d_with"
    title = "Conv3d from weights"
    target = "torch.nn.functional.conv3d"
    search = (*SEARCH, "convolution", "filter", "volume", "video")
    x = In("N C D H W", dtype="float", example="N C 5 5 5")
    weight = In("F C D H W", example="S C 3 3 3", help="Filters × channels × window.")
    bias = In("F", optional=True, example="S")
    y = Out("N F D H W")


class ConvTransposeWith(InGroups):
    """A transposed convolution whose filters flow in."""

    stride = Ints(1, scalar=True, min=1, help="How many times larger the result becomes.")
    padding = Ints(0, scalar=True, min=0, help="What is cut off around the result.")
    output_padding = Ints(0, scalar=True, min=0, advanced=True, help="Zeros added at one side of the result.")
    groups = Ints(1, length=1, scalar=True, min=1, entries=BATCH, advanced=True, help=GROUPS)
    dilation = Ints(1, scalar=True, min=1, advanced=True, help="How far apart the window's points lie.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        channels, filters = shapes["x"][1], shapes["weight"][0]
        if channels != filters:
            return f"weight is for {filters} channels, and x has {channels}"
        if isinstance(self.groups, int):
            if channels % self.groups:
                return f"groups must divide the {channels} channels"
            made = shapes["weight"][1] * self.groups
            if shapes.get("bias", (made,)) != (made,):
                return f"bias needs {made} numbers, one for each filter"
        most = [max(pair) for pair in zip(*(_each(v, shapes["x"]) for v in (self.stride, self.dilation)), strict=False)]
        if any(p >= m for p, m in zip(_each(self.output_padding, shapes["x"]), most, strict=False)):
            return "output_padding must be smaller than stride or dilation"
        return lengths_fit(self, shapes["x"])


class ConvTranspose1dWith(ConvTransposeWith):
    """A ConvTranspose1d whose filters flow in."""

    kind = "conv_transpose1d_with"
    title = "ConvTranspose1d from weights"
    target = "torch.nn.functional.conv_transpose1d"
    search = (*SEARCH, "deconvolution", "upsample", "sequence")
    x = In("N C L", dtype="float")
    weight = In("C F L", example="C S 3", help="Channels × filters × window.")
    bias = In("F", optional=True, example="S")
    y = Out("N F L")


class ConvTranspose2dWith(ConvTransposeWith):
    """A ConvTranspose2d whose filters flow in."""

    kind = "conv_transpose2d_with"
    title = "ConvTranspose2d from weights"
    target = "torch.nn.functional.conv_transpose2d"
    search = (*SEARCH, "deconvolution", "upsample", "image")
    x = In("N C H W", dtype="float")
    weight = In("C F H W", example="C S 3 3", help="Channels × filters × window.")
    bias = In("F", optional=True, example="S")
    y = Out("N F H W")


class ConvTranspose3dWith(ConvTransposeWith):
    """A ConvTranspose3d whose filters flow in."""

    kind = "conv_transpose3d_with"
    title = "ConvTranspose3d from weights"
    target = "torch.nn.functional.conv_transpose3d"
    search = (*SEARCH, "deconvolution", "upsample", "volume")
    x = In("N C D H W", dtype="float", example="N C 5 5 5")
    weight = In("C F D H W", example="C S 3 3 3", help="Channels × filters × window.")
    bias = In("F", optional=True, example="S")
    y = Out("N F D H W")


class LastDims(GivenWeights):
    """A normalization over the last dimensions."""

    not_arguments = ("dims",)
    dims = Int(1, min=1, max=7, help="How many of the last dimensions are normalized together.")

    def given(self, inputs: Mapping[str, str]) -> list[str]:
        x, *written = super().given(inputs)
        return [x, f"{x}.shape[-{literal(self.dims)}:]", *written]


class LayerNormWith(LastDims):
    """A LayerNorm whose weights flow in, or that has none."""

    kind = "layer_norm_with"
    title = "LayerNorm from weights"
    target = "torch.nn.functional.layer_norm"
    search = (*SEARCH, "normalize", "adaptive", "no affine")
    weight = In(optional=True, example="L")
    bias = In(optional=True, example="L")
    eps = Float(1e-5, min=0.0, advanced=True, help="Added to the variance, so that nothing is divided by zero.")


class RMSNormWith(LastDims):
    """An RMSNorm whose weights flow in, or that has none."""

    kind = "rms_norm_with"
    title = "RMSNorm from weights"
    target = "torch.nn.functional.rms_norm"
    search = (*SEARCH, "normalize", "root mean square", "no affine")
    weight = In(optional=True, example="L")
    eps = Float(
        None,
        min=0.0,
        optional=True,
        none_means="torch's own",
        advanced=True,
        help="Added to the mean square, so that nothing is divided by zero.",
    )


class GroupNormWith(GivenWeights):
    """A GroupNorm whose weights flow in, or that has none."""

    kind = "group_norm_with"
    title = "GroupNorm from weights"
    target = "torch.nn.functional.group_norm"
    search = (*SEARCH, "normalize", "groups", "no affine")
    positions = ("x", "num_groups", "weight", "bias")
    required = ("num_groups",)
    shown = ("num_groups",)
    x = In("N C ...", dtype="float", example="N C L")
    weight = In("C", optional=True)
    bias = In("C", optional=True)
    y = Out("N C ...")
    num_groups = Int(4, min=1, help="In how many groups the channels are normalized; it must divide them.")
    eps = Float(1e-5, min=0.0, advanced=True, help="Added to the variance, so that nothing is divided by zero.")


class BatchNormWith(GivenWeights):
    """A BatchNorm whose statistics and weights flow in; it always normalizes by the given statistics."""

    kind = "batch_norm_with"
    title = "BatchNorm from weights"
    target = "torch.nn.functional.batch_norm"
    search = (*SEARCH, "normalize", "frozen")
    x = In("N C ...", dtype="float", example="N C L")
    running_mean = In("C", help="The mean of each channel; from a Buffer, as it is not learned.")
    running_var = In("C", help="The variance of each channel; from a Buffer.")
    weight = In("C", optional=True)
    bias = In("C", optional=True)
    y = Out("N C ...")
    eps = Float(1e-5, min=0.0, advanced=True, help="Added to the variance, so that nothing is divided by zero.")


class InstanceNormWith(GivenWeights):
    """An InstanceNorm whose weights flow in, or that has none."""

    kind = "instance_norm_with"
    title = "InstanceNorm from weights"
    target = "torch.nn.functional.instance_norm"
    search = (*SEARCH, "normalize", "style", "adain")
    x = In("N C ...", dtype="float", example="N C L")
    weight = In("C", optional=True)
    bias = In("C", optional=True)
    y = Out("N C ...")
    eps = Float(1e-5, min=0.0, advanced=True, help="Added to the variance, so that nothing is divided by zero.")

    def given(self, inputs: Mapping[str, str]) -> list[str]:
        x, *written = super().given({"x": inputs["x"]})
        return [x, *(f"{name}={inputs[name]}" for name in ("weight", "bias") if name in inputs), *written]


class PReLUWith(GivenWeights):
    """A PReLU whose slopes flow in."""

    kind = "prelu_with"
    title = "PReLU from weights"
    target = "torch.nn.functional.prelu"
    search = (*SEARCH, "activation", "slope")
    x = In(dtype="float")
    weight = In("C", help="One slope, or one for each channel.")


class ScaledDotProductAttention(Function):
    """Attention without weights of its own: each step of the query looks at all steps of the key."""

    kind = "scaled_dot_product_attention"
    title = "Scaled dot-product attention"
    target = "torch.nn.functional.scaled_dot_product_attention"
    family = "attention"
    search = ("sdpa", "transformer", "flash", "self-attention", "query", "key", "value", "heads")
    query = In("N ... L F", dtype="float", example="N 2 L C")
    key = In("N ... S F", dtype="float", example="N 2 S C")
    value = In("N ... S V", dtype="float", example="N 2 S C")
    attn_mask = In(
        optional=True, example="L S", help="True where a step may look, or numbers that are added to the scores."
    )
    y = Out("N ... L V")
    dropout_p = Float(0.0, min=0.0, max=1.0, help="The share of looks that is set to zero while training.")
    is_causal = Bool(False, help="Each step may look at itself and at earlier ones only.")
    scale = Float(
        None,
        optional=True,
        none_means="1/√features",
        advanced=True,
        help="What the scores are multiplied by.",
    )
    enable_gqa = Bool(False, advanced=True, help="Several heads of the query share one of key and value.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        mask = shapes.get("attn_mask")
        if mask is None:
            return ""
        if self.is_causal:
            return "is_causal and attn_mask can't be used together"
        scores = (*shapes["query"][:-1], shapes["key"][-2])
        fits = len(mask) <= len(scores) and all(
            m in (1, s) for m, s in zip(reversed(mask), reversed(scores), strict=False)
        )
        return "" if fits else f"attn_mask must be as large as the scores, whose last sizes are {scores[-2:]}"

    def text(self, name: str, inputs: Mapping[str, str]) -> str:
        written = super().text(name, inputs)
        return f"{written} if self.training else 0.0" if name == "dropout_p" else written


class CosineSimilarity(Function):
    """How alike two values point, as CosineSimilarity: 1 the same way, 0 at right angles, -1 the opposite way."""

    kind = "cosine"
    title = "Cosine, written as a call"
    target = "torch.nn.functional.cosine_similarity"
    family = "matrix"
    search = ("similarity", "cosine", "angle", "contrastive", "siamese")
    x1 = In(dtype="float")
    x2 = In(dtype="float")
    y = Out()
    dim = dimension(1, help="The dimension along which the vectors lie.")
    eps = Float(1e-8, min=0.0, advanced=True, help="The least that is divided by.")


LAYERS = (
    *(LinearWith, BilinearWith, EmbeddingWith, Conv1dWith, Conv2dWith, Conv3dWith),
    *(ConvTranspose1dWith, ConvTranspose2dWith, ConvTranspose3dWith, LayerNormWith, RMSNormWith),
    *(GroupNormWith, BatchNormWith, InstanceNormWith, PReLUWith, ScaledDotProductAttention, CosineSimilarity),
)
