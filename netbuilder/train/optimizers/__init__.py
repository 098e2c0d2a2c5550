"""How the weights follow the gradient: the optimizers there are, declared, and how one is made. No torch until then."""

from netbuilder.train.optimizers.kinds import OPTIMIZERS, Optimizer

__all__ = ["OPTIMIZERS", "Optimizer"]
