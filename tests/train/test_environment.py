"""What run.json says of where a run was made and of its data, and what is said when either is another by now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from netbuilder.data.dataset import Dataset
from netbuilder.train import environment as made
from netbuilder.train import fingerprint as prints
from netbuilder.train.environment import differs_from, here, in_words
from netbuilder.train.fingerprint import changed_since, fingerprint
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from tests.train.toy import digits, job, points


def record_of(dataset: Dataset) -> dict[str, Any]:
    """As it is when it was written and read again."""
    return json.loads(json.dumps({"data_fingerprint": fingerprint(dataset)}))


def test_a_run_says_where_it_was_made_and_of_what_data(tmp_path: Path) -> None:
    list(launch(job(tmp_path / "run", Supervised(epochs=1))))
    record = Run.open(tmp_path / "run").record
    told = record["environment"]
    assert told["torch"] == torch.__version__
    assert told["threads"] == record["threads"]
    assert told["place"] == record["device"] == "cpu"
    assert told["numpy"]
    assert told["system"]
    assert record["data_fingerprint"] == fingerprint(digits())
    assert changed_since(record, digits()) == differs_from(record, "cpu") == ""


def test_the_fingerprint_of_known_numbers_is_the_same_on_every_machine() -> None:
    data = replace(
        points(),
        inputs={"x": torch.arange(6, dtype=torch.float32).reshape(3, 2)},
        targets=torch.tensor([[1.0], [2.0], [3.0]]),
        train=torch.tensor([0, 2]),
        validation=torch.tensor([1]),
    )
    assert fingerprint(data)["hash"] == "30b67d1b18003f8e9be8e9a558a08220"


def test_equal_data_has_one_fingerprint_however_it_lies_in_memory() -> None:
    data = digits()
    turned = data.inputs["image"].permute(3, 2, 1, 0).contiguous().permute(3, 2, 1, 0)
    assert not turned.is_contiguous()
    assert fingerprint(replace(data, inputs={"image": turned})) == fingerprint(data)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.bool, torch.uint8, torch.float64, torch.complex64])
def test_numbers_of_every_dtype_are_told_apart(dtype: torch.dtype) -> None:
    one, other = torch.zeros(50, 2).to(dtype), torch.zeros(50, 2).to(dtype)
    other[49, 1] = 1
    data = points()
    assert changed_since(record_of(replace(data, inputs={"x": one})), replace(data, inputs={"x": one})) == ""
    assert "the input x" in changed_since(
        record_of(replace(data, inputs={"x": one})), replace(data, inputs={"x": other})
    )


def test_what_is_other_about_the_data_is_said() -> None:
    data = points(50)
    record = record_of(data)
    numbers = data.inputs["x"]

    def said(**changes: Any) -> str:
        return changed_since(record, replace(data, **changes))

    assert changed_since(record, points(60)) == (
        "The data is not the data that this run learned from: 50 samples then, 60 now. "
        "Give it the data it had, or begin a new run."
    )
    assert "the input x had the shape 50×2 then, 50×3 now" in said(inputs={"x": torch.zeros(50, 3)})
    assert "the input x was float32 then, float64 now" in said(inputs={"x": numbers.double()})
    assert "the input z is new" in said(inputs={"x": numbers, "z": numbers})
    assert "the target z is new" in said(others={"z": numbers})
    assert "the numbers of the input x are not the same" in said(inputs={"x": numbers + 1})
    assert "the numbers of the target are not the same" in said(targets=data.targets * 2)
    split = {"train": data.train[1:], "validation": torch.cat([data.train[:1], data.validation])}
    assert "10 samples held back for validation then, 11 now" in said(**split)
    assert "other samples are held back for validation" in said(train=torch.arange(40), validation=torch.arange(40, 50))


def test_a_record_that_says_nothing_of_the_data_is_no_accusation() -> None:
    for record in ({}, {"data_fingerprint": 3}, {"data_fingerprint": {"hash": "x"}}, {"environment": []}):
        assert changed_since(record, points()) == differs_from(record, "cpu") == ""
        assert in_words(record) == []


def test_a_large_tensor_is_looked_at_in_blocks_from_its_first_number_to_its_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prints, "WHOLE", 1 << 10)
    monkeypatch.setattr(prints, "BLOCKS", 4)
    monkeypatch.setattr(prints, "BLOCK", 64)
    data = points(1000)
    record = record_of(data)
    assert "4 blocks of 64 bytes" in record["data_fingerprint"]["method"]

    def said(place: int) -> str:
        numbers = data.inputs["x"].clone()
        numbers[place] += 1
        return changed_since(record, replace(data, inputs={"x": numbers}))

    assert "the input x" in said(0)
    assert "the input x" in said(999)
    assert said(100) == ""  # between the blocks


def test_hashes_of_another_method_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_of(points())
    monkeypatch.setattr(prints, "WHOLE", 1)
    monkeypatch.setattr(prints, "BLOCK", 16)
    assert changed_since(record, points()) == ""
    assert "50 samples then, 60 now" in changed_since(record, points(60))


def test_what_keeps_a_run_from_going_on_to_the_last_bit_is_said() -> None:
    now = here("cpu")

    def said(**then: Any) -> str:
        return differs_from({"environment": now | then}, "cpu")

    assert said() == said(python="2.7", numpy="1.0", release="of a year ago") == ""
    assert f"with torch {now['torch']} instead of 1.0" in said(torch="1.0")
    assert "thread" in said(threads=99)
    assert "instead of 99: what follows is as good, but not to the last bit" in said(threads=99)
    assert "It is continued on CPU instead of NVIDIA H100 (cuda:0): " in said(place="cuda:0", device="NVIDIA H100")
    assert said(torch="1.0", threads=99, cpu="Z80").count(" and ") == 1


def test_another_processor_does_not_matter_to_what_a_gpu_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = {"device": "NVIDIA H100", "memory": 80 << 30, "cuda": "12.8", "cudnn": "9.10.2"}
    monkeypatch.setattr(made, "_device", lambda place: gpu)
    then = here("cuda:0") | {"cpu": "Z80", "threads": 99}
    assert differs_from({"environment": then}, "cuda:0") == ""
    assert "with cuDNN 9.10.2 instead of 8.9.2" in differs_from({"environment": then | {"cudnn": "8.9.2"}}, "cuda:0")


def test_where_a_run_was_made_is_told_in_words() -> None:
    told = dict(in_words({**made.environment("cpu", points()), "seed": 3}))
    assert told["torch"] == torch.__version__
    assert told["device"] == "CPU"
    assert told["seed"] == "3"
    assert told["data"] == fingerprint(points())["hash"]
    assert all(told.values())


def test_the_version_of_cudnn_is_told_as_people_write_it() -> None:
    assert [made._three(number) for number in (91002, 8902, None)] == ["9.10.2", "8.9.2", ""]
