"""Tests of values with their protocols."""

import json
import math

import pytest
from toys import facts

from keras_gan.metrics.measurement import Measurement

PROTOCOL = {"features": "inception", "num_real": 10_000, "num_fake": 50_000, "seed": 0}


def fid(value, **changes):
    return Measurement("fid", value, {**PROTOCOL, **changes})


def test_numbers_of_one_protocol_compare_as_numbers():
    assert fid(1.0) < fid(2.0)
    assert fid(2.0) >= fid(2.0)
    assert fid(2.0) == fid(2.0)
    assert fid(3.0) - fid(1.0) == 2.0
    assert [float(one) for one in sorted([fid(3.0), fid(1.0)])] == [1.0, 3.0]


@pytest.mark.parametrize(
    "compare",
    [
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: a - b,
    ],
)
def test_numbers_of_other_protocols_are_refused_and_the_difference_is_named(compare):
    with pytest.raises(ValueError, match=facts("protocols of two values")) as refused:
        compare(fid(1.0), fid(2.0, num_fake=10_000, pixels="floor"))
    received = str(refused.value).split("Received: ")[1].split("\n")[0]
    assert received == "num_fake: 50000 against 10000, pixels: (missing) against floor"


def test_an_entry_that_only_the_first_has_is_a_difference():
    assert fid(1.0, ema=True).differences(fid(1.0)) == {"ema": (True, "(missing)")}


def test_numbers_of_other_names_are_refused():
    with pytest.raises(ValueError, match=facts("different metrics")):
        _ = fid(1.0) < Measurement("kid", 2.0, PROTOCOL)


def test_a_bare_number_does_not_compare():
    with pytest.raises(TypeError):
        _ = fid(1.0) < 2.0
    with pytest.raises(TypeError):
        _ = fid(1.0) - 2.0


def test_it_is_shown_in_short():
    assert str(fid(12.3456789)) == "fid 12.35 (10,000 against 50,000 images, inception)"
    assert str(Measurement("loss", 0.5)) == "loss 0.5"


def test_it_is_written_whole_and_read_again(tmp_path):
    path = tmp_path / "new" / "fid.json"
    fid(12.5).save(path)
    assert json.loads(path.read_text()) == {
        "name": "fid",
        "value": 12.5,
        "protocol": PROTOCOL,
    }
    assert Measurement.load(path) == fid(12.5)
    fid(math.nan).save(path)
    assert math.isnan(Measurement.load(path).value)


@pytest.mark.parametrize("text", ["", "[]", '{"name": "fid"}', '{"fid": 1.0}'])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "number.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=facts("not a file of a measurement")):
        Measurement.load(path)


def test_nan_is_neither_more_nor_less():
    for one, other in ((fid(math.nan), fid(1.0)), (fid(1.0), fid(math.nan))):
        assert not any([one < other, one <= other, one > other, one >= other])


def test_nan_is_written_as_strict_json(tmp_path):
    fid(math.nan).save(tmp_path / "fid.json")
    assert json.loads((tmp_path / "fid.json").read_text())["value"] is None


def test_a_number_of_a_run_is_read_by_its_name(tmp_path):
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps({"epochs": 3, "fid": fid(12.5).as_json()}))
    assert Measurement.load(path, "fid") == fid(12.5)
    for name in ("kid", "epochs", None):
        with pytest.raises(ValueError, match=facts("not a file of a measurement")):
            Measurement.load(path, name)
