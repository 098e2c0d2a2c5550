"""Where the program keeps what is not the user's own file: runs and recovery. It knows nothing of what is in them."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """NETBUILDER_HOME if that is set, else the system's place for a program's data. It may not exist yet."""
    home = os.environ.get("NETBUILDER_HOME")
    if home:
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("netbuilder", appauthor=False))
