"""The rules of a project with several graphs, each broken one an error of its own whose text is a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from netbuilder.graph.errors import GraphError


class ProjectError(GraphError):
    """A rule of the project was broken. Nothing was changed."""


class NoSuchGraph(ProjectError):
    def __init__(self, name: str):
        super().__init__(f"There is no network or block called {name[:60]!r} in this project.")


class NotABlock(ProjectError):
    def __init__(self, name: str):
        super().__init__(f"{name[:60]!r} is no block of this project.")


class GraphNameTaken(ProjectError):
    def __init__(self, name: str):
        super().__init__(f"Another network or block is already called {name!r}. Choose a different name.")


class BadGraphName(ProjectError):
    def __init__(self, name: str):
        super().__init__(f"{name[:60]!r} can't be a network's or block's name: use one line of 1 to 60 characters.")


class MainStays(ProjectError):
    def __init__(self, what: str):
        super().__init__(f"The network main can't be {what}: it is the one that trains.")


class BlockInUse(ProjectError):
    def __init__(self, name: str, where: Sequence[str]):
        names = ["the main network" if graph == "main" else graph for graph in where[:3]]
        there = ", ".join(names) + (f" and {len(where) - 3} more" if len(where) > 3 else "")
        super().__init__(f"{name} can't be removed while it stands in {there}. Remove or dissolve it there first.")


class WouldRecurse(ProjectError):
    def __init__(self, circle: Sequence[str]):
        self.circle = tuple(circle)  # each stands in the one before it, and the first in the last
        first, *others = circle
        way = f" through {', '.join(others[:3])}" if others else ""
        super().__init__(f"The block {first} can't stand inside itself{way}. To have several in a row, repeat it.")


class NothingSelected(ProjectError):
    def __init__(self) -> None:
        super().__init__("There is nothing to make a block of. Select some nodes first.")


class EndsSelected(ProjectError):
    def __init__(self, name: str):
        super().__init__(
            f"{name} can't go into a block: an Input or an Output stays outside. Select what lies between."
        )


class LeavesAndReturns(ProjectError):
    def __init__(self, between: str):
        super().__init__(
            f"These nodes can't be one block: a path leaves through {between} and comes back. Select {between} too."
        )


class SharedAcross(ProjectError):
    def __init__(self, inside: str, outside: str):
        super().__init__(
            f"{inside} shares its weights with {outside}, which is not selected. Select both, or stop sharing first."
        )


class RepeatUnknown(ProjectError):
    def __init__(self, name: str):
        super().__init__(f"How often {name} repeats is no number. Set one before it is dissolved.")


class TooManyNodes(ProjectError):
    def __init__(self, name: str, count: int, most: int):
        super().__init__(f"{name} would dissolve into {count:,} nodes; {most:,} is the most. Lower its repeat first.")


class TooLong(ProjectError):
    def __init__(self, name: str, text: str):
        super().__init__(f"An expression of {name} would become too long to keep: {text[:40]} ...")


class BadExposedName(ProjectError):
    def __init__(self, name: str):
        super().__init__(
            f"{name[:60]!r} can't be the name of a block's setting: use letters, digits and underscores, and "
            "no keyword of Python."
        )


class ExposedTaken(ProjectError):
    def __init__(self, name: str):
        super().__init__(f"The block already has a setting called {name!r}. Choose a different name.")


class NoSuchExposed(ProjectError):
    def __init__(self, block: str, name: str):
        super().__init__(f"The block {block} has no setting called {name[:60]!r}.")


class BadDefault(ProjectError):
    def __init__(self, name: str, wanted: str):
        super().__init__(f"The default of {name} must be {wanted}.")


class BadHelp(ProjectError):
    def __init__(self, name: str, most: int):
        super().__init__(f"The help of {name} must be plain text of at most {most:,} characters.")


class AlreadyExpression(ProjectError):
    def __init__(self, name: str, text: str):
        super().__init__(f"{name} is the expression {text[:40]!r} already. Type a value in its place first.")


class NoSuchPort(ProjectError):
    def __init__(self, block: str, name: str):
        super().__init__(f"The block {block} has no port called {name[:60]!r}.")
