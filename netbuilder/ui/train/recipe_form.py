"""What the recipe's form has to say about the data: which metrics suit it, which targets there are, what misfits."""

from __future__ import annotations

from netbuilder.fields import ForEach, SomeOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.metrics import METRICS
from netbuilder.train.recipes import Recipe, RecipeError
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.field_rows import FieldRows
from netbuilder.ui.forms.for_each import ForEachEditor


def offer_for(form: DeclaredForm, data: DataSpec | None) -> None:
    """Offer what suits the data; anything, as long as it is not known."""
    for name, row in form.rows.items():
        if isinstance(row.editor, ForEachEditor) and isinstance(row.field, ForEach):
            targets = data.others if data is not None else {}
            row.editor.offer((target, in_a_word(spec)) for target, spec in targets.items())
            for target, part in row.editor.parts.items():
                _offer_metrics(part, targets[target])
        elif isinstance(row.field, SomeOf):
            _offer_metrics(form, data.target if data is not None else None, name)


def _offer_metrics(form: DeclaredForm | FieldRows, target: TargetSpec | None, name: str = "metrics") -> None:
    known = target is not None and target.width > 0
    form.offer(name, [(kind.kind, kind.title) for kind in METRICS if not known or kind.suits(target)])


def misfits(recipe: Recipe, data: DataSpec | None) -> dict[str, str]:
    """What of the recipe does not go with the data: a sentence, by the setting to look at."""
    try:
        if data is not None:
            recipe.asked(data)
    except RecipeError as refused:
        return {refused.setting or "": str(refused)}
    return {}


def in_a_word(target: TargetSpec) -> str:
    if target.kind in ("class", "labels"):
        return f"{target.width:,} {'classes' if target.kind == 'class' else 'labels'}"
    return "a number" if target.width == 1 else f"{target.width:,} numbers"
