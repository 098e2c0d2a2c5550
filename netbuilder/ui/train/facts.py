"""What stands beside a run on screen but is not told by it: its learning rate, its device, the node at fault."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from netbuilder.graph import Graph
from netbuilder.project import MAIN, Project
from netbuilder.ui.train import wording
from netbuilder.ui.train.run_data import same_data

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


def go_to_node(bench: Workbench, name: str) -> None:
    """Show the node of this name in the drawing, if it is still there."""
    checked = bench.training.checked
    for project in (bench.project, checked.project if checked is not None else None):
        for graph, nodes in sorted(project.graphs.items(), key=lambda one: one[0] != MAIN) if project else ():
            found = nodes.named(name)
            if found is not None and found.id in bench.project.graphs.get(graph, Graph()).nodes:
                bench.workspaceRequested.emit("design")
                bench.show_place(graph, found.id)
                return
    bench.say(f"{name} is no longer in the drawing.")


def is_of_an_older_drawing(bench: Workbench) -> bool:
    """Whether what is drawn by now would be another network than the one on screen. Moving a node changes nothing."""
    job, latest = bench.training.job, bench.checking.latest
    if job is None or latest is None or latest is bench.training.checked:
        return False
    if latest.source is not None:
        return latest.source.text != job.source_text
    before = bench.training.checked  # no source: the drawing has errors, or its data can't be read
    return before is not None and _is_drawn_otherwise(before.project, bench.project)


def _is_drawn_otherwise(before: Project, now: Project) -> bool:
    if before.graphs == now.graphs:
        return False
    from netbuilder.comparison.drawings import compare_drawings
    from netbuilder.layers import standard

    return any(graph.state for graph in compare_drawings(before, now, standard()))


def is_of_another_recipe(bench: Workbench) -> bool:
    """Whether the project says to train another way than the run on screen does. A rate or a batch size that is the
    run's by now is no difference."""
    from netbuilder.train.recipes import RecipeError, recipe_of

    job = bench.training.job
    if job is None:
        return False
    try:
        now = recipe_of(bench.project.recipe)
    except RecipeError:
        return True
    if now.kind != job.recipe.kind:
        return True
    before = job.recipe
    own = bench.training.steered
    fields = now.fields()
    return any(
        getattr(now, name) != getattr(before, name) and getattr(now, name) != own.get(name, getattr(before, name))
        for name in fields
    )


def facts(bench: Workbench) -> list[tuple[str, str]]:
    """Rows that the run itself does not tell: what is another by now, the learning rate, the device and its memory."""
    training = bench.training
    record = training.record
    started = record.started if record is not None else None
    rows = []
    if training.is_apart:
        rows.append(("trained by", "its own process"))
    if training.title and training.title != bench.document.title:
        rows.append(("project", training.title))
    if is_of_an_older_drawing(bench):
        rows.append(("drawing", "changed since"))
    if training.checked is not None and not same_data(training.checked.project.data, bench.project.data):
        rows.append(("data", "changed since"))
    if training.checked is not None:
        from netbuilder.train.recipes import RecipeError, recipe_of

        try:
            recipe = recipe_of(training.checked.project.recipe)
        except RecipeError:
            recipe = None
        if recipe is not None:
            now = record.rate if record is not None else None
            if not training.steerable:
                rows.append(("learning rate", wording.small(recipe.learning_rate if now is None else now)))
            if recipe.average.begun(len(record.epochs) if record is not None else 0, recipe.epochs):
                rows.append(("weights", f"averaged ({recipe.average.kind.upper()})"))
    if started is not None:
        rows.append(("device", "CPU" if started.device == "cpu" else started.device))
        torch = sys.modules.get("torch")
        if started.device.startswith("cuda") and torch is not None and training.alive:
            free, total = torch.cuda.mem_get_info(started.device)
            rows.append(("memory", f"{(total - free) / 2**30:.1f} of {total / 2**30:.0f} GiB"))
    return rows
