"""Where the program keeps what is not the user's own file: runs, recovery, what it can make again; and which paths lead
elsewhere.

It knows nothing of what lies there, and touches none of it.
"""

from __future__ import annotations

import os
from pathlib import Path


def chosen_home() -> Path | None:
    """The folder in which the user wants everything kept: NETBUILDER_HOME, if that is set."""
    home = os.environ.get("NETBUILDER_HOME")
    return Path(home) if home else None


def data_folder() -> Path:
    """NETBUILDER_HOME if that is set, else the system's place for a program's data. It may not exist yet."""
    home = chosen_home()
    if home is not None:
        return home
    import platformdirs

    return Path(platformdirs.user_data_dir("netbuilder", appauthor=False))


def cache_folder() -> Path:
    """The same for what can be made again. It may not exist yet."""
    home = chosen_home()
    if home is not None:
        return home / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("netbuilder", appauthor=False))


def is_elsewhere(path: str) -> bool:
    r"""Whether a path names another computer (\\server\share): to look there already tells that computer who asks."""
    return path.replace("/", "\\").startswith("\\\\")
