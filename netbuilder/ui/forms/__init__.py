"""Forms built from declared fields: one row a setting, checked by the field itself, committed one at a time."""

from netbuilder.ui.forms.form import DeclaredForm

__all__ = ["DeclaredForm"]
