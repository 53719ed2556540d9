"""Every notebook runs at toy size, and is stored with its outputs."""

import pathlib

import jupyter_client
import nbclient
import nbformat
import pytest

FOLDER = pathlib.Path(__file__).parents[1] / "notebooks"
EAGERLY = "tensorflow.config.run_functions_eagerly(True)"
FRESH = """%reset -f
import os
import tensorflow
os.chdir({folder!r})
tensorflow.config.run_functions_eagerly(False)
"""
"""What makes the kernel that the notebooks share as good as new."""

TOY = {
    "first_gan": "EPOCHS, BATCH_SIZE, WIDTH = 1, 64, 4",
    "own_pictures": "NUM_PICTURES, EPOCHS, WIDTH = 128, 1, 4",
    # Fourteen trainings of one step: tracing their graphs would take longer.
    "stabilisation": "STEPS, FRAME, SAMPLES, BATCHES, REPEATS, LARGEST = 1, 1, 50, 2, "
    f"1, 16\n{EAGERLY}",
    # Ten style transfers: tracing their graphs would take longer.
    "style_transfer": f"SIZE, STEPS = 32, 1\n{EAGERLY}",
    # Five trainings of one step: as above.
    "vae_and_gan": "EPOCHS, TRAINING, HELD_OUT, BATCH_SIZE = 1, 128, 32, 128\n"
    f"WIDTH, SAMPLES, SEARCHED, SEARCH_STEPS = 4, 150, 16, 1\n{EAGERLY}",
}


def test_every_notebook_has_a_toy_size():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(TOY)


@pytest.fixture(scope="module")
def kernel():
    """A kernel for all notebooks: TensorFlow takes seconds to import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
        manager = jupyter_client.KernelManager(kernel_name="python3")
        manager.start_kernel()
        yield manager
        manager.shutdown_kernel(now=True)


FAST = ("first_gan", "own_pictures")


@pytest.mark.parametrize(
    "name",
    [
        name if name in FAST else pytest.param(name, marks=pytest.mark.slow)
        for name in TOY
    ],
)
def test_notebook_runs(name, kernel, tmp_path):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    (sizes,) = [
        number
        for number, cell in enumerate(notebook.cells)
        if "parameters" in cell.metadata.get("tags", [])
    ]
    fresh = nbformat.v4.new_code_cell(FRESH.format(folder=str(tmp_path)))
    sizes_of_test = nbformat.v4.new_code_cell(f"import tensorflow\n{TOY[name]}")
    notebook.cells.insert(sizes + 1, sizes_of_test)
    notebook.cells.insert(0, fresh)
    client = nbclient.NotebookClient(notebook, km=kernel, timeout=300)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()


@pytest.mark.parametrize("name", TOY)
def test_notebook_is_stored_with_its_outputs(name):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    images = [
        output
        for cell in cells
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(images) >= 4
    assert not any(
        output.output_type == "error" for cell in cells for output in cell.outputs
    )
