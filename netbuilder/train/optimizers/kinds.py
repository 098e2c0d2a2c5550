"""The optimizers of `torch.optim` that train any network: what each is for, and its settings with torch's defaults.

The learning rate and the weight decay belong to the recipe, which every optimizer takes them from. Left out are those
that not every network can be trained with: LBFGS (needs the loss several times a step), Muon (matrices only) and
SparseAdam (sparse gradients only).
"""

from __future__ import annotations

from typing import ClassVar

from netbuilder.fields import Bool, Declared, Float, Floats

EPS = "Added where it divides, so that nothing is divided by zero."


class Optimizer(Declared):
    """A class of `torch.optim`. `usual_rate` is its default learning rate there."""

    target: ClassVar[str] = ""
    usual_rate: ClassVar[float] = 0.001
    fused: ClassVar[bool] = False  # torch has one kernel for all the weights
    decays: ClassVar[bool] = True  # takes a weight decay
    follows_rate: ClassVar[bool] = True  # also a learning rate that changes on the way

    def remembers(self) -> int:
        """How many numbers it keeps for each weight."""
        return 1


class Averaging(Optimizer):
    """What Adam and its kin have in common: two averages of each weight's gradient."""

    betas = Floats(
        (0.9, 0.999),
        length=2,
        min=0.0,
        max=0.999999,
        advanced=True,
        help="How slowly the averages of the gradient and of its square change: each closer to 1 is slower.",
    )
    eps = Float(1e-8, min=0.0, max=1.0, advanced=True, help=EPS)

    def remembers(self) -> int:
        return 2


class Adam(Averaging):
    """Scales each weight's step by how its gradient has been. Suits most networks."""

    kind = "adam"
    target = "torch.optim.Adam"
    fused = True
    amsgrad = Bool(False, advanced=True, help="Never forgets the largest gradient of a weight (AMSGrad).")

    def remembers(self) -> int:
        return 3 if self.amsgrad else 2


class AdamW(Adam):
    """Adam whose weight decay is apart from the gradient. The usual choice for Transformers."""

    kind = "adamw"
    target = "torch.optim.AdamW"


class SGD(Optimizer):
    """Follows the gradient as it is, or with momentum. Can end up better, but needs a rate chosen with care."""

    kind = "sgd"
    target = "torch.optim.SGD"
    fused = True
    momentum = Float(
        0.0, min=0.0, below=1.0, help="How much of the last step goes into the next: 0 is none, 0.9 is usual."
    )
    dampening = Float(0.0, min=0.0, max=1.0, advanced=True, help="How much less of the new gradient momentum takes in.")
    nesterov = Bool(False, advanced=True, help="Looks at the gradient where the momentum leads.")

    def relevant(self) -> tuple[str, ...]:
        return tuple(self.fields()) if self.momentum else ("momentum",)

    def remembers(self) -> int:
        return int(self.momentum > 0)


class RMSprop(Optimizer):
    """Scales each weight's step by how large its gradient has been."""

    kind = "rmsprop"
    target = "torch.optim.RMSprop"
    usual_rate = 0.01
    momentum = Float(
        0.0, min=0.0, below=1.0, help="How much of the last step goes into the next: 0 is none, 0.9 is usual."
    )
    alpha = Float(0.99, min=0.0, below=1.0, advanced=True, help="How slowly the average of the square changes.")
    eps = Float(1e-8, min=0.0, max=1.0, advanced=True, help=EPS)
    centered = Bool(False, advanced=True, help="Takes the average gradient off before it scales.")

    def remembers(self) -> int:
        return 1 + int(self.momentum > 0) + int(self.centered)


class NAdam(Averaging):
    """Adam that looks ahead along its momentum."""

    kind = "nadam"
    target = "torch.optim.NAdam"
    usual_rate = 0.002
    momentum_decay = Float(0.004, min=0.0, max=1.0, advanced=True, help="How the momentum grows in the first steps.")
    decoupled_weight_decay = Bool(False, advanced=True, help="Keeps the weight decay apart, as AdamW does.")


class RAdam(Averaging):
    """Adam that warms itself up: it takes small steps until it knows its averages."""

    kind = "radam"
    target = "torch.optim.RAdam"
    decoupled_weight_decay = Bool(False, advanced=True, help="Keeps the weight decay apart, as AdamW does.")


class Adamax(Averaging):
    """Adam that goes by the largest gradient and not by the average."""

    kind = "adamax"
    target = "torch.optim.Adamax"
    usual_rate = 0.002


class Adagrad(Optimizer):
    """Takes ever smaller steps where gradients were large: for rare features, as in words."""

    kind = "adagrad"
    target = "torch.optim.Adagrad"
    usual_rate = 0.01
    fused = True
    lr_decay = Float(
        0.0, min=0.0, max=1.0, label="rate decay", advanced=True, help="Lets the rate fall with each step."
    )
    initial_accumulator_value = Float(
        0.0, min=0.0, max=1e6, label="starts with", advanced=True, help="What the sum of squares begins with."
    )
    eps = Float(1e-10, min=0.0, max=1.0, advanced=True, help=EPS)


class Adadelta(Optimizer):
    """Finds its own step sizes; a learning rate of 1 leaves them as they are."""

    kind = "adadelta"
    target = "torch.optim.Adadelta"
    usual_rate = 1.0
    rho = Float(0.9, min=0.0, max=1.0, advanced=True, help="How slowly its averages change.")
    eps = Float(1e-6, min=0.0, max=1.0, advanced=True, help=EPS)

    def remembers(self) -> int:
        return 2


class Adafactor(Optimizer):
    """Remembers rows and columns of a matrix and not each weight: for networks that hardly fit the memory."""

    kind = "adafactor"
    target = "torch.optim.Adafactor"
    usual_rate = 0.01
    beta2_decay = Float(-0.8, min=-10.0, max=0.0, advanced=True, help="How fast its averages slow down.")
    d = Float(1.0, min=1.0, max=1e6, label="clipped at", advanced=True, help="Steps larger than this are made smaller.")

    def remembers(self) -> int:
        return 0


class ASGD(Optimizer):
    """Stochastic gradient descent that averages the weights it has been at."""

    kind = "asgd"
    target = "torch.optim.ASGD"
    usual_rate = 0.01
    lambd = Float(1e-4, min=0.0, max=1.0, advanced=True, help="How fast the rate falls.")
    alpha = Float(0.75, min=0.0, max=10.0, advanced=True, help="The power with which it falls.")
    t0 = Float(1e6, min=0.0, max=1e12, advanced=True, help="The step from which on weights are averaged.")


class Rprop(Optimizer):
    """Goes by the sign of the gradient alone. For small data in one batch: noise between batches misleads it."""

    kind = "rprop"
    target = "torch.optim.Rprop"
    usual_rate = 0.01
    decays = False
    follows_rate = False
    etas = Floats((0.5, 1.2), length=2, above=0.0, max=100.0, advanced=True, help="How steps shrink and grow.")
    step_sizes = Floats((1e-6, 50), length=2, above=0.0, max=1e6, advanced=True, help="The smallest and largest step.")

    def remembers(self) -> int:
        return 2


OPTIMIZERS: tuple[type[Optimizer], ...] = (
    Adam, AdamW, SGD, RMSprop, NAdam, RAdam, Adamax, Adagrad, Adadelta, Adafactor, ASGD, Rprop,
)  # fmt: skip
