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


class CannotShare(GraphError):
    """Two nodes can't be one layer. Each reason is a class of its own."""


class SharesItself(CannotShare):
    def __init__(self, name: str):
        super().__init__(f"{name} can't share its own weights. Choose another node.")


class SharesOtherKind(CannotShare):
    def __init__(self, name: str, owner: str):
        super().__init__(f"{name} can't use the weights of {owner}: only two nodes of one kind can share them.")


class NothingToShare(CannotShare):
    def __init__(self, name: str):
        super().__init__(f"{name} can't be shared: an Input or an Output has no weights.")


class SharesSharer(CannotShare):
    def __init__(self, name: str, owner: str):
        super().__init__(f"{name} can't use the weights of {owner}, which uses those of another node itself.")


class SharesNobody(CannotShare):
    def __init__(self, name: str, owner: str):
        super().__init__(f"{name} can't use the weights of {owner!r}: there is no such node.")


class SharesNothing(CannotShare):
    def __init__(self, name: str):
        super().__init__(f"{name} has weights of its own already.")


class CannotTrain(GraphError):
    def __init__(self, name: str):
        super().__init__(f"{name} is where the network begins or ends, so it has no weights to train or to freeze.")


class BadRate(GraphError):
    def __init__(self, name: str):
        super().__init__(f"The learning rate of {name} must be multiplied by more than 0, and by at most 1000.")


class CannotBypass(GraphError):
    def __init__(self, name: str):
        super().__init__(f"{name} is where the network begins or ends, so it can't be bypassed.")


class BadFrame(GraphError):
    """A frame, a note, a bend or a bookmark that no canvas can show. `why` is the sentence."""

    def __init__(self, why: str):
        super().__init__(why)


class NoSuchMark(GraphError):
    def __init__(self, id: str):
        super().__init__(f"There is no frame and no note with the id {id!r}.")
