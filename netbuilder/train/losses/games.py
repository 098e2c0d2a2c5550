"""What two networks play for that learn against each other: the losses of GANs. Torch is not imported.

A discriminator gives one score for each sample, the higher the more real it looks.
"""

from __future__ import annotations

from netbuilder.fields import Declared, Float


class Game(Declared):
    """One pair of losses, for the discriminator and for the generator."""

    zero_between = True  # whether a score of 0 lies between real and made up


class Standard(Game):
    """The discriminator says how likely a sample is real; the generator makes what is taken for real (Goodfellow et
    al. 2014, with the loss that does not saturate)."""

    kind = "standard"
    title = "standard"
    smoothing = Float(
        0.0,
        min=0.0,
        below=0.5,
        advanced=True,
        help="Asks the discriminator to be sure of real samples to 1 minus this only, against one that is too sure "
        "(Salimans et al. 2016). 0.1 is usual.",
    )


class Hinge(Game):
    """Scores above 1 and below -1 are good enough: steadier, and usual for large pictures (Lim and Ye 2017)."""

    kind = "hinge"
    title = "hinge"


class Wasserstein(Game):
    """The scores themselves are pulled apart, while the discriminator's slope is held at 1 (Gulrajani et al. 2017).
    Steady, but it wants several steps of the discriminator for one of the generator, and no batch norm in it."""

    kind = "wasserstein"
    title = "Wasserstein with gradient penalty"
    zero_between = False
    penalty = Float(10.0, min=0.0, max=10_000.0, help="How hard the slope is held at 1. 10 is usual.")


GAMES = (Standard, Hinge, Wasserstein)
