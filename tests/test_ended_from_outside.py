"""Ctrl-C, a closed terminal and a told end, on a real process: a checkpoint, a sentence, an exit code, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netbuilder import __main__
from netbuilder.headless import command
from netbuilder.train.run import Run
from tests.test_cli import IRIS, one_line

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process")
TRAIN = [sys.executable, "-m", "netbuilder", "train", str(IRIS), "--epochs", "1000000", "--device", "cpu"]


def heeds_all() -> None:
    """As in a terminal: these tests may themselves run below nohup, or in the background of a shell."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def ended(folder: Path, *numbers: int) -> tuple[int, list[dict], str]:
    """A training that gets these signals once an epoch is done: exit code, what it printed, standard error."""
    process = subprocess.Popen(
        [*TRAIN, "--json", "--run", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeds_all,
    )
    with process:
        for line in process.stdout:
            if json.loads(line)["event"] == "epoch_done":
                break
        for number in numbers:
            process.send_signal(number)
        told = [json.loads(line) for line in process.stdout]
        err = process.stderr.read()
    return process.returncode, told, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_it_ends_in_order_keeps_a_checkpoint_and_says_how_to_go_on(number: signal.Signals, tmp_path: Path) -> None:
    code, told, err = ended(tmp_path / "run", number)
    assert code == 128 + number
    assert (told[-1]["event"], told[-1]["reason"]) == ("finished", "stopped")
    assert err.startswith("Stopped after epoch ")
    assert one_line(err)
    assert err.split("Go on with: ")[1].strip().endswith(f"resume {tmp_path / 'run'}")
    assert Run.open(tmp_path / "run").checkpoint("last").goes_on


def test_an_impatient_hand_gets_one_sentence_too(tmp_path: Path) -> None:
    code, _, err = ended(tmp_path / "run", *[signal.SIGINT] * 40)
    assert code == 130
    assert err.startswith("Stopped ")
    assert one_line(err)
    assert Run.open(tmp_path / "run").project_file.is_file()


def in_a_terminal(folder: Path, *more: str, deaf: bool = False) -> tuple[int, Run]:
    """A training whose terminal is closed once an epoch is done: its exit code and its run. `deaf` is as with nohup."""
    import pty

    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGHUP, signal.SIG_IGN if deaf else signal.SIG_DFL)
        os.execv(sys.executable, [*TRAIN, *more, "--run", str(folder)])
    said = b""
    try:
        while b"best so far" not in said:
            said += os.read(terminal, 1 << 16)
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), Run.open(folder)


def test_a_terminal_that_is_closed_ends_the_training_in_order(tmp_path: Path) -> None:
    code, run = in_a_terminal(tmp_path / "run")
    assert code == 129
    assert run.events()[-1].reason == "stopped"  # type: ignore[attr-defined]
    assert run.checkpoint("last").goes_on


def test_below_nohup_a_terminal_that_is_closed_does_not_end_it(tmp_path: Path) -> None:
    code, run = in_a_terminal(tmp_path / "run", "--epochs", "40", deaf=True)
    assert code == 0
    assert run.events()[-1].reason == "done"  # type: ignore[attr-defined]


def test_before_there_is_anything_to_end_it_says_so_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(__main__, "run", interrupted)
    try:
        with pytest.raises(SystemExit) as end:
            __main__.main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert end.value.code == 130
    assert capsys.readouterr().err == "Stopped by Ctrl-C.\n"


def test_one_that_is_stopped_before_its_first_step_does_not_speak_of_a_checkpoint(tmp_path: Path, say) -> None:
    from netbuilder.headless import Stopped, launch_of, ready_to_train, recipe_with, train_to_the_end
    from netbuilder.train.events import Started

    project, dataset, checked = ready_to_train(IRIS)
    job = launch_of(IRIS, dataset, checked, recipe_with(project, {}), device="cpu", folder=tmp_path / "run")

    def stop(event: object) -> None:
        if isinstance(event, Started):
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(Stopped) as why:
            train_to_the_end(job, stop)
    finally:
        signal.signal(signal.SIGINT, before)
    assert str(why.value) == (
        f"Stopped before the first epoch was done; {tmp_path / 'run'} holds no checkpoint yet. "
        f"Begin again with: {command('resume', tmp_path / 'run')}"
    )
    assert say("resume", tmp_path / "run", "--epochs", 1)[0] == 0
