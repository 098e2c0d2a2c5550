"""What a step makes small: the losses there are, declared, and what suits which target. No torch until one is made."""

from netbuilder.train.losses.kinds import LOSSES, Loss, usual_loss

__all__ = ["LOSSES", "Loss", "usual_loss"]
