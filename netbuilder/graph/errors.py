"""The rules of a graph, each broken one an error of its own whose text is a sentence for the user."""


class GraphError(ValueError):
    """A rule of the graph was broken. Nothing was changed."""


class NoSuchNode(GraphError):
    def __init__(self, id: str):
        super().__init__(f"There is no node {id!r} in this graph.")


class IdTaken(GraphError):
    def __init__(self, id: str):
        super().__init__(f"Two nodes have the id {id!r}; each needs its own.")


class NameTaken(GraphError):
    def __init__(self, name: str):
        super().__init__(f"Another node is already called {name!r}. Choose a different name.")


class BadName(GraphError):
    def __init__(self, name: str):
        super().__init__(f"{name[:60]!r} can't be a node's name: use one line of 1 to 60 characters.")


class BadPosition(GraphError):
    def __init__(self, name: str):
        super().__init__(f"The position of {name!r} is not a place on the canvas.")


class PortTaken(GraphError):
    def __init__(self, name: str, input: str):
        super().__init__(f"The input {input!r} of {name} already has an edge. Remove that edge first.")


class WouldCycle(GraphError):
    def __init__(self, source: str, target: str):
        super().__init__(f"An edge from {source} to {target} would run in a circle: {target} already feeds {source}.")


class NoSuchEdge(GraphError):
    def __init__(self, name: str, input: str):
        super().__init__(f"No edge ends in the input {input!r} of {name}.")
