"""The verbs `find-rate` and `overfit`, as a script uses them."""

from __future__ import annotations

import json
from pathlib import Path

from netbuilder.resources import folder

IRIS = folder() / "samples" / "iris-mlp.netb"


def test_a_rate_is_found(say) -> None:
    code, out, err = say("find-rate", IRIS, "--device", "cpu", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert 1e-4 < found["suggestion"] < 1
    assert len(found["rates"]) == len(found["losses"])
    code, out, _ = say("find-rate", IRIS, "--device", "cpu")
    assert out == f"{found['sentence']}\n"


def test_a_batch_is_learned_by_heart(say) -> None:
    code, out, err = say("overfit", IRIS, "--device", "cpu")
    assert (code, err) == (0, "")
    assert out.startswith("The network can learn 16 samples by heart")


def test_a_network_that_cannot_learn_is_a_line_on_standard_error(say, tmp_path: Path) -> None:
    project = json.loads(IRIS.read_text("utf-8"))
    project["recipe"]["settings"]["learning_rate"] = 1e-8
    file = tmp_path / "slow.netb"
    file.write_text(json.dumps(project), "utf-8")
    code, out, err = say("overfit", file, "--device", "cpu", "--json")
    assert code == 1
    assert json.loads(out)["kind"] == "stuck"
    assert err.count("\n") == 1
    assert "is too small." in err
    assert say("overfit", file, "--device", "cpu")[:2] == (1, "")


def test_what_does_not_suit_is_refused(say) -> None:
    code, out, err = say("find-rate", folder() / "samples" / "digits-gan.netb", "--device", "cpu")
    assert (code, out) == (1, "")
    assert "against each other" in err
