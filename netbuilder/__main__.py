"""Where the program starts: with nothing or a project file the window, with a verb the command line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from netbuilder.display import has_display, is_silent

SUFFIX = ".netb"


def main() -> None:
    """What `netbuilder` and `python -m netbuilder` run."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before anything had begun that would say more
        code = 130
        print("Stopped by Ctrl-C.", file=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the work is over: how Python ends is not to be broken off
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code."""
    if not arguments:
        return open_window(None)
    if len(arguments) == 1 and not arguments[0].startswith("-") and arguments[0].lower().endswith(SUFFIX):
        return open_window(arguments[0])
    from netbuilder import cli

    return cli.main(arguments)


def open_window(file: str | None) -> int:
    """The window, on a project file if one is given, until it is closed."""
    if file is not None and not Path(file).is_file():
        return _refuse(f"There is no file {file}.")
    if not has_display(sys.platform, os.environ):
        return _refuse(f"There is no display to open the window on. Without one, train with: {headless_command(file)}")
    if is_silent(sys.platform, os.environ):
        return _refuse(
            f"The display {os.environ['DISPLAY']} can't be reached. Without one, train with: {headless_command(file)}"
        )
    try:
        from netbuilder.ui.app import run as show
    except ImportError as error:
        return _refuse(
            f"The window needs Qt, which can't be loaded ({error}). Without it, train with: {headless_command(file)}"
        )
    return show(file)


def headless_command(file: str | None) -> str:
    """How to train the same project with no window."""
    from netbuilder.headless import command

    if file is not None:
        return command("train", file)
    return f"{command('new', 'digits-cnn', 'digits.netb')} && {command('train', 'digits.netb')}"


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    main()
