"""The probes that can be chosen, in the order of the inspector. Imported by the window at its start: no torch here."""

from __future__ import annotations

from netbuilder.probes.answer import Answer
from netbuilder.probes.confusion import ConfusionMatrix
from netbuilder.probes.prediction import OnePrediction, SomePredictions
from netbuilder.probes.probe import Probe
from netbuilder.probes.saliency import Gradient, IntegratedGradients
from netbuilder.probes.scores import SampleScores
from netbuilder.probes.weights import WeightHistogram, Weights

PROBES: tuple[type[Probe], ...] = (
    Weights,
    WeightHistogram,
    Answer,
    OnePrediction,
    Gradient,
    IntegratedGradients,
    SomePredictions,
    ConfusionMatrix,
    SampleScores,
)


def find(kind: str) -> type[Probe] | None:
    """The probe called `kind`, or None if this version has no such probe."""
    return next((probe for probe in PROBES if probe.kind == kind), None)
