import pathlib

import pytest
from workplace import read, refused, train

from keras_gan.data import sources
from keras_gan_cli.tasks import preparation


@pytest.fixture
def deleted(monkeypatch):
    """An image is deleted after all have been decoded, and too many to keep."""
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    record_data = preparation.record_data

    def record_and_delete(*arguments):
        record_data(*arguments)
        pathlib.Path("pictures", "07.png").unlink()

    monkeypatch.setattr(preparation, "record_data", record_and_delete)


def test_training_stops_and_names_an_image_that_was_deleted(deleted, no_export):
    assert refused(train("--out", "run"), "can no longer be read: 07.png")


@pytest.mark.filterwarnings("always:.*can no longer be read")
def test_training_goes_on_by_choice(deleted, no_export):
    result = train("--out", "run", "--on-error", "replace")
    assert result.exit_code == 0, result.output
    assert "07.png" in result.stderr
    assert "replaces it" in result.stderr
    assert read("run", "run.json")["on_error"] == "replace"
    assert refused(train("--on-error", "ignore"), '"ignore"', "replace")
