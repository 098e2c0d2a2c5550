"""Series in time: windows, what follows them, and a split that lets nothing of validation be seen."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.data.series import SeriesFile, SineMixtures
from netbuilder.data.source import DataError
from netbuilder.data.windows import windows_of


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 200), st.integers(1, 20), st.integers(1, 20), st.integers(1, 7), st.floats(0.05, 0.95))
def test_validation_shares_no_step_with_training(steps, window, horizon, stride, share):
    values = np.arange(steps, dtype=float)[:, None]  # each value is the number of its step
    asked = {"window": window, "horizon": horizon, "stride": stride, "share": share}
    if min(steps - round(share * steps), round(share * steps)) < window + horizon:
        with pytest.raises(DataError, match="shorter"):
            windows_of("t", ["t"], values, **asked)
        return
    dataset = windows_of("t", ["t"], values, **asked)
    whole = torch.cat([dataset.inputs["series"], dataset.targets], dim=1)[..., 0]
    assert torch.equal(whole, whole[:, :1] + torch.arange(window + horizon))  # the target follows the window
    assert whole[dataset.train].max() < whole[dataset.validation].min()
    assert len(dataset.train) + len(dataset.validation) == len(dataset)
    assert (whole[dataset.train, 0].diff() == stride).all()


def test_sines_come_again_after_their_season():
    source = SineMixtures(noise=0.0, trend=0.0, season=24, window=30, channels=3)
    dataset = source.read()
    assert dataset.season == 24
    assert dataset.spec.target.names == ("series 1", "series 2", "series 3")
    assert dataset.spec.target.positions == (12,)
    windows = dataset.inputs["series"]
    assert torch.allclose(windows[:, 24:], windows[:, :6], atol=1e-4)
    assert not torch.allclose(windows[:, 12:], windows[:, :18], atol=0.1)
    assert not torch.allclose(windows[..., 0], windows[..., 1], atol=0.1)


def test_trend_and_noise_are_as_large_as_asked():
    still = SineMixtures(noise=0.0, trend=0.0).read().targets
    risen = SineMixtures(noise=0.0, trend=5.0).read().targets - still
    assert float(risen.max()) == pytest.approx(5.0, abs=0.05)
    assert float((SineMixtures(noise=0.3, trend=0.0).read().targets - still).std()) == pytest.approx(0.3, rel=0.1)


def test_the_split_in_time_is_said():
    said = SineMixtures().read().notes
    assert said == ("The last 400 of 2,000 steps are for validation, and no window reaches across.",)


def test_a_window_longer_than_what_is_kept_is_one_sentence():
    with pytest.raises(DataError, match="60 steps, and there are 196 for training and 4 for validation") as caught:
        SineMixtures(steps=200, validation=0.02).read()
    assert caught.value.setting == "window"


def file_of(tmp_path, text):
    path = tmp_path / "weather.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def weather(tmp_path):
    rows = [f"day {n},{n},{'' if n == 7 else 20 + n % 10},{1000 + n % 7}" for n in range(1, 201)]
    return file_of(tmp_path, "day,index,warmth,pressure\n" + "\n".join(rows))


def test_all_columns_of_numbers_are_taken_from_a_file(weather):
    dataset = SeriesFile(path=weather, window=14, horizon=3, season=70).read()
    assert dataset.spec.title == "weather.csv"
    assert dataset.columns == dataset.spec.target.names == ("warmth", "pressure")
    assert dataset.inputs["series"].shape == (160 - 16 + 40 - 16, 14, 2)
    assert dataset.targets.shape[1:] == (3, 2)
    assert dataset.season == 70
    assert dataset.notes[0] == "day, index were left out: text, or no more than the rows' number."
    assert dataset.notes[1] == "1 missing value of warmth stands as the one before."
    warmth = dataset.inputs["series"][0, :, 0] * dataset.encodings[0].scale + dataset.encodings[0].mean
    assert warmth[:8].tolist() == pytest.approx([21, 22, 23, 24, 25, 26, 26, 28], rel=1e-4)
    assert dataset.target_scale is None


def test_columns_of_a_file_are_chosen_by_name_and_one_alone_is_told_in_its_unit(weather):
    dataset = SeriesFile(path=weather, columns="pressure", window=14, horizon=3).read()
    mean, scale = dataset.target_scale
    assert dataset.spec.target.names == ("pressure",)
    assert float(dataset.targets[0, 0, 0]) * scale + mean == pytest.approx(1000 + 15 % 7, rel=1e-5)
    assert dataset.season == 0
    both = SeriesFile(path=weather, columns="pressure, warmth, pressure", window=14, horizon=3).read()
    assert both.columns == ("pressure", "warmth")


def test_numbers_are_standardised_on_what_is_trained_on(tmp_path):
    path = file_of(tmp_path, "x\n" + "\n".join(str(n % 4 if n < 80 else 1000) for n in range(100)))
    dataset = SeriesFile(path=path, window=4, horizon=1).read()
    assert dataset.target_scale == pytest.approx((1.5, np.sqrt(1.25)))


@pytest.mark.parametrize(
    ("settings", "setting", "words"),
    [
        ({"path": ""}, "path", "No file is chosen"),
        ({"columns": "warmt"}, "columns", "did you mean 'warmth'"),
        ({"columns": "day"}, "columns", "day holds no numbers"),
        ({"window": 500}, "window", "longer series"),
    ],
)
def test_what_is_wrong_with_a_file_of_a_series_is_one_sentence(weather, settings, setting, words):
    with pytest.raises(DataError, match=words) as caught:
        SeriesFile(**{"path": weather} | settings).read()
    assert caught.value.setting == setting


def test_a_file_that_never_changes_is_refused(tmp_path):
    path = file_of(tmp_path, "x,y\n" + "\n".join(f"{n * 7 % 11},3" for n in range(200)))
    with pytest.raises(DataError, match="y has the same value at every step") as caught:
        SeriesFile(path=path, window=4, horizon=1).read()
    assert caught.value.setting == "columns"
    path = file_of(tmp_path, "x,y\n" + "a,b\n" * 20)
    with pytest.raises(DataError, match="No column of the file holds numbers"):
        SeriesFile(path=path).read()
