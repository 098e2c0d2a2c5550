"""What holds for every source that needs no file."""

import time

import numpy as np
import pytest
import torch

from netbuilder.data.catalog import SOURCES, find
from netbuilder.data.dataset import Dataset
from netbuilder.fields import Path

MADE_HERE = [source.kind for source in SOURCES if not any(isinstance(f, Path) for f in source.fields().values())]
NONSENSE = (None, "", "x" * 500, -1, 0, 10**15, 1e300, float("nan"), True, [], {}, "\0")
DTYPES = {"float32": torch.float32, "int64": torch.int64}


@pytest.fixture(scope="module")
def read():
    """Each source at its defaults, read once."""
    known: dict[str, Dataset] = {}

    def reader(kind: str) -> Dataset:
        if kind not in known:
            known[kind] = find(kind)().read()
        return known[kind]

    return reader


def fits(values: torch.Tensor, target, samples: int) -> None:
    if target.kind == "class":
        assert values.dtype == torch.int64
        assert values.shape == (samples, *target.positions)
        assert values.min() >= 0
        assert values.max() < len(target.classes)
    elif target.kind == "labels":
        assert values.dtype == torch.float32
        assert values.shape == (samples, *target.positions, len(target.classes))
        assert set(values.unique().tolist()) <= {0.0, 1.0}
    else:
        assert target.kind == "number"
        assert values.dtype == torch.float32
        assert values.shape == (samples, *target.positions, len(target.names))
        assert values.isfinite().all()


@pytest.mark.parametrize("kind", MADE_HERE)
def test_shapes_and_types_are_those_of_the_spec(kind, read):
    dataset = read(kind)
    assert dataset.spec.inputs.keys() == dataset.inputs.keys()
    for name, spec in dataset.spec.inputs.items():
        values = dataset.inputs[name]
        assert values.shape == (len(dataset), *spec.shape)
        assert values.dtype == DTYPES[spec.dtype]
        assert values.isfinite().all()
        if spec.dtype == "int64":
            assert values.min() >= 0
            assert values.max() < len(dataset.spec.tokens)
    if dataset.spec.target is None:
        assert dataset.targets.shape == (len(dataset), 0)
        assert dataset.targets.dtype == torch.float32
    else:
        fits(dataset.targets, dataset.spec.target, len(dataset))
    assert dataset.others.keys() == dataset.spec.others.keys()
    for name, target in dataset.spec.others.items():
        fits(dataset.others[name], target, len(dataset))
    assert len(set(dataset.spec.tokens)) == len(dataset.spec.tokens)


@pytest.mark.parametrize("kind", MADE_HERE)
def test_every_sample_is_in_one_part(kind, read):
    dataset = read(kind)
    assert len(dataset.train)
    assert len(dataset.validation)
    for part in (dataset.train, dataset.validation):
        assert part.dtype == torch.int64
        assert (part.diff() > 0).all()
    together = torch.cat([dataset.train, dataset.validation]).sort().values
    assert torch.equal(together, torch.arange(len(dataset)))


@pytest.mark.parametrize("kind", MADE_HERE)
def test_about_a_fifth_is_kept_for_validation(kind, read):
    dataset = read(kind)
    assert len(dataset.validation) / len(dataset) == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("kind", MADE_HERE)
def test_the_same_settings_give_the_same_data(kind, read):
    first, again = read(kind), find(kind)().read()
    assert first.spec == again.spec
    for name, values in first.inputs.items():
        assert torch.equal(values, again.inputs[name])
    assert torch.equal(first.targets, again.targets)
    assert torch.equal(first.validation, again.validation)


@pytest.mark.parametrize("kind", [kind for kind in MADE_HERE if "seed" in find(kind).fields()])
def test_another_seed_validates_on_other_samples(kind, read):
    first, other = read(kind), find(kind)(seed=1).read()
    name = next(iter(first.inputs))
    assert first.spec == other.spec
    kept, others = (dataset.inputs[name][dataset.validation] for dataset in (first, other))
    assert kept.shape != others.shape or not torch.equal(kept, others)


@pytest.mark.parametrize("kind", MADE_HERE)
def test_it_is_read_in_two_seconds_and_touches_no_other_random_state(kind, read):
    read(kind)  # imports
    torch.manual_seed(5)
    np.random.seed(5)
    before = torch.random.get_rng_state(), np.random.get_state()[1].tolist()
    start = time.process_time()
    find(kind)().read()
    assert time.process_time() - start < 2.0
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_nonsense_in_a_saved_file_leaves_a_source_that_can_be_used(source):
    for value in NONSENSE:
        made, refused = source.from_settings(dict.fromkeys([*source.fields(), "colour of the moon", "self"], value))
        assert {error.field for error in refused} >= {"colour of the moon", "self"}
        assert all(error.sentence.endswith(".") for error in refused)
        assert source(**made.settings) == made


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_a_source_says_what_it_is_and_every_setting_what_it_does(source):
    said = " ".join(source.__doc__.split())
    assert said.endswith(".")
    assert len(said) < 220
    for name, field in source.fields().items():
        assert field.help.endswith("."), name


@pytest.mark.parametrize("kind", MADE_HERE)
def test_it_is_summed_up_in_a_line(kind, read):
    line = read(kind).summary()
    assert "\n" not in line
    assert len(line) < 160
