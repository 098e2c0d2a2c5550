"""Losses that a network computes itself: as a second output beside what it gives."""

from __future__ import annotations

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.function import Function
from netbuilder.layers.layer import In, Out

SEARCH = ("loss", "error", "criterion", "objective")
REDUCTIONS = ("mean", "sum", "none")
HOW = "Whether the errors are averaged, added up or kept apart."
WEIGHT = "How much each class counts."


class Loss(Function):
    """How far a value is from what it should be."""

    family = "distance"
    arguments_of = {"expected": "target"}
    x = In(dtype="float", help="What was given.")
    expected = In(dtype="float", help="What should have been given.")
    y = Out()
    reduction = Choice("mean", REDUCTIONS, help=HOW)


class MseLoss(Loss):
    """The mean of the squared differences."""

    kind = "mse_loss"
    title = "Mean squared error"
    target = "torch.nn.functional.mse_loss"
    search = (*SEARCH, "mse", "l2", "regression", "commitment", "reconstruction")


class L1Loss(Loss):
    """The mean of the differences, each without its sign."""

    kind = "l1_loss"
    title = "Mean absolute error"
    target = "torch.nn.functional.l1_loss"
    search = (*SEARCH, "mae", "l1", "regression")


class SmoothL1Loss(Loss):
    """Squared differences where they are small, plain ones where they are large."""

    kind = "smooth_l1_loss"
    title = "Smooth L1 error"
    target = "torch.nn.functional.smooth_l1_loss"
    search = (*SEARCH, "huber", "boxes", "regression")
    beta = Float(1.0, min=0.0, help="Up to which difference it is squared.")


class BinaryCrossEntropyLogits(Loss):
    """Cross-entropy of yes and no, from scores before a sigmoid."""

    kind = "binary_cross_entropy_with_logits"
    title = "Binary cross-entropy of scores"
    target = "torch.nn.functional.binary_cross_entropy_with_logits"
    search = (*SEARCH, "bce", "logits", "binary")


class KlDiv(Loss):
    """How far one distribution is from another; the first as logarithms."""

    kind = "kl_div"
    title = "KL divergence"
    target = "torch.nn.functional.kl_div"
    search = (*SEARCH, "kullback", "leibler", "distillation", "distribution")
    torch_defaults = {"reduction": "mean"}
    reduction = Choice("batchmean", ("batchmean", "mean", "sum", "none"), help=HOW)
    log_target = Bool(False, help="Whether the second comes as logarithms too.")


class CrossEntropy(Function):
    """Cross-entropy of classes, from scores before a softmax."""

    kind = "cross_entropy"
    title = "Cross-entropy"
    target = "torch.nn.functional.cross_entropy"
    family = "distance"
    search = (*SEARCH, "ce", "logits", "classification", "language model")
    arguments_of = {"expected": "target"}
    x = In("N C ...", dtype="float", example="N C", help="A score for each class.")
    expected = In(dtype="int", example="N", help="Which class it should be.")
    weight = In("C", dtype="float", optional=True, help=WEIGHT)
    y = Out()
    ignore_index = Int(-100, min=-1_000_000, max=1_000_000, advanced=True, help="The class that does not count.")
    reduction = Choice("mean", REDUCTIONS, help=HOW)
    label_smoothing = Float(0.0, min=0.0, max=1.0, help="How much of the target is spread over the other classes.")


class NllLoss(Function):
    """Cross-entropy of classes, from logarithms of their probabilities."""

    kind = "nll_loss"
    title = "Negative log-likelihood"
    target = "torch.nn.functional.nll_loss"
    family = "distance"
    search = (*SEARCH, "nll", "log_softmax", "classification")
    arguments_of = {"expected": "target"}
    x = In("N C ...", dtype="float", example="N C", help="The logarithm of the probability of each class.")
    expected = In(dtype="int", example="N", help="Which class it should be.")
    weight = In("C", dtype="float", optional=True, help=WEIGHT)
    y = Out()
    ignore_index = Int(-100, min=-1_000_000, max=1_000_000, advanced=True, help="The class that does not count.")
    reduction = Choice("mean", REDUCTIONS, help=HOW)


LAYERS = (MseLoss, L1Loss, SmoothL1Loss, CrossEntropy, NllLoss, BinaryCrossEntropyLogits, KlDiv)
