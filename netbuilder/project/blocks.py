"""Every edit of a project with several graphs, each from a project to a new one or to the broken rule's own error."""

from netbuilder.project.dissolving import dissolve
from netbuilder.project.exposing import (
    change_exposed,
    expose,
    expose_setting,
    hide,
    type_of,
)
from netbuilder.project.graphs import (
    add_block,
    add_network,
    blocks_in,
    check_recursion,
    duplicate_graph,
    free_name,
    move_tab,
    needs,
    remove_graph,
    rename_graph,
    standings,
)
from netbuilder.project.grouping import Ports, make_block
from netbuilder.project.ports import inputs_of, order_ports, outputs_of, rename_port, settled
from netbuilder.project.standing import detach

__all__ = [
    "Ports",
    "add_block",
    "add_network",
    "blocks_in",
    "change_exposed",
    "check_recursion",
    "detach",
    "dissolve",
    "duplicate_graph",
    "expose",
    "expose_setting",
    "free_name",
    "hide",
    "inputs_of",
    "make_block",
    "move_tab",
    "needs",
    "order_ports",
    "outputs_of",
    "remove_graph",
    "rename_graph",
    "rename_port",
    "settled",
    "standings",
    "type_of",
]
