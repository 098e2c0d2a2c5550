"""What the window needs at first paint does not wait for torch, pandas or qtawesome."""

import subprocess
import sys

FIRST = (
    "netbuilder.ui.stylesheet",
    "netbuilder.ui.icons",
    "netbuilder.ui.widgets",
    "netbuilder.ui.forms",
    "netbuilder.ui.panels.settings",
    "netbuilder.ui.panels.problems",
    "netbuilder.ui.panels.source",
    "netbuilder.ui.data.data_page",
)
SLOW = ("torch", "pandas", "numpy", "sklearn", "qtawesome")


def test_the_panels_import_nothing_slow() -> None:
    program = f"import sys, {', '.join(FIRST)}\nprint(*(name for name in {SLOW!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""
