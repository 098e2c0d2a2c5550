"""The small shared widgets: cards, section headers, sentences for empty places, segmented choices."""

from netbuilder.ui.widgets.card import Card, Section
from netbuilder.ui.widgets.choices import Segmented
from netbuilder.ui.widgets.fold import Fold
from netbuilder.ui.widgets.hint import EmptyHint
from netbuilder.ui.widgets.labels import ElidedLabel, FamilyDot, label, wrapped

__all__ = ["Card", "ElidedLabel", "EmptyHint", "FamilyDot", "Fold", "Section", "Segmented", "label", "wrapped"]
