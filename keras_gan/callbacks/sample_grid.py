"""SampleGrid: image grids of fixed latents during training."""

import pathlib
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

from keras_gan import images
from keras_gan.callbacks.drawing import draw, sample, to_list
from keras_gan.callbacks.interval import is_due
from keras_gan.errors import check, user_error
from keras_gan.files import writable_folder
from keras_gan.networks.sampler import TruncationAmount
from keras_gan.typing import Callback, ClassLabels, Logs, StrPath
from keras_gan.validation import PositiveInt, validated

MAX_FRAMES = 200
"""Largest number of frames in the animation, evenly spaced."""


class SampleGrid(Callback):
    """Writes a grid of images of fixed latents at the end of epochs.

    In `directory` it writes `epoch_0001.png` after the first epoch and so on,
    `epoch_0000.png` before it, and at the end of training `animation.gif` of all of
    them, including those of a resumed run. Points are drawn as a scatter plot. Networks
    with labels have a row for each class, or for each of `labels`, with its name; the
    images of a column have the same latents.

    Args:
        directory: Folder of the files; it is created.
        num_images: Number of images in the grid.
        every: Epochs between grids; the last epoch always has one.
        seed: Random seed of the latents: the images are
            `gan.generate(num_images, seed)`, with labels
            `gan.generate(columns, seed, label)` for each class.
        columns: Images per row; by default as square as possible.
        truncation: As in `gan.generate`.
        log_dir: Folder of TensorBoard's images (step: epoch); `directory` by default.
        animation: Whether to write `animation.gif`.
        show: Whether to show the latest grid below the cell of a notebook.
        labels: Names or indices of the classes of the rows, in this order; None: all
            classes, at most 20.

    Raises:
        ValueError: If a number is out of range; when training starts, if a class is
            unknown.
        ImportError: If `show=True` and IPython is not installed.
        OSError: When training starts, if a folder cannot be written.

    Example:
    >>> import keras_gan as kg
    >>> samples = kg.callbacks.SampleGrid("runs/fashion/samples", num_images=16)
    >>> samples.path(3).as_posix()
    'runs/fashion/samples/epoch_0003.png'
    """

    @validated
    def __init__(
        self,
        directory: StrPath,
        num_images: PositiveInt = 64,
        every: PositiveInt = 1,
        seed: int | None = 0,
        columns: PositiveInt | None = None,
        truncation: TruncationAmount | None = None,
        log_dir: StrPath | None = None,
        animation: bool = True,
        show: bool = False,
        labels: ClassLabels | None = None,
    ) -> None:
        super().__init__()
        self.directory: pathlib.Path = pathlib.Path(directory).expanduser()
        self.log_dir: pathlib.Path = pathlib.Path(log_dir or directory).expanduser()
        self.num_images = num_images
        self.every = every
        self.seed = seed
        self.columns = columns
        self.truncation = truncation
        self.animation = animation
        self.labels: list[int | str] | None = (
            None if labels is None else to_list(labels)
        )
        check(
            self.labels != [],
            "`labels` must not be empty.",
            expected="at least one class, or None for all",
            received=f"labels={labels!r}",
            do="Leave it out for all classes.",
        )
        self.display: ModuleType | None = notebook_display() if show else None
        self.display_handle: Any = None
        self.last_epoch: int | None = None
        self.writer: Any = None

    def path(self, epoch: int) -> pathlib.Path:
        """Returns the path of the grid of an epoch, counted from 1."""
        return self.directory / f"epoch_{epoch:04d}.png"

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Validates labels and folders, so that errors precede the training."""
        self.model.labels.to_indices(self.labels, len(self.labels or ()))
        writable_folder(self.directory)
        self.writer = tf.summary.create_file_writer(str(writable_folder(self.log_dir)))
        self.last_epoch, self.display_handle = None, None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the grid of the untrained generator, unless the run is resumed."""
        if epoch == 0:
            self.draw(0)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the grid of an epoch, every `every` epochs."""
        if is_due(self, epoch, self.every):
            self.draw(epoch + 1)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Writes the animation."""
        self.writer.close()
        if self.animation and self.last_epoch is not None:
            frames = self.frames(self.last_epoch)
            images.save_animation(self.directory / "animation.gif", frames)

    def draw(self, epoch: int) -> None:
        """Writes the grid of an epoch to its file and TensorBoard, and shows it."""
        count, columns, labels = self.num_images, self.columns, self.labels
        image = draw(
            *sample(self.model, count, self.seed, columns, self.truncation, labels)
        )
        images.save_png(self.path(epoch), image)
        with self.writer.as_default(step=epoch):
            tf.summary.image("samples", image[None])
        self.writer.flush()
        self.last_epoch = epoch
        if self.display is not None:
            self.show(self.display, self.path(epoch))

    def show(self, display: ModuleType, path: pathlib.Path) -> None:
        """Shows a file in the notebook, in place of the previous one."""
        image = display.Image(filename=str(path))
        if self.display_handle is None:
            self.display_handle = display.display(image, display_id=True)
        else:
            self.display_handle.update(image)

    def frames(self, last_epoch: int) -> list[pathlib.Path]:
        """Returns the paths of the animation's frames, at most `MAX_FRAMES`."""
        paths = [self.path(epoch) for epoch in range(last_epoch + 1)]
        # Only those of the last grid's size: an earlier run may have had another.
        size = size_and_mode(paths[-1])
        paths = [
            path for path in paths if path.exists() and size_and_mode(path) == size
        ]
        indices = np.linspace(0, len(paths) - 1, min(len(paths), MAX_FRAMES))
        return [paths[index] for index in np.rint(indices).astype(int)]


def size_and_mode(path: pathlib.Path) -> tuple[int, int, str]:
    """Returns width, height and color mode of an image file."""
    with Image.open(path) as image:
        return (*image.size, image.mode)


def notebook_display() -> ModuleType:
    """Returns the module `IPython.display`.

    Raises:
        ImportError: If IPython is not installed.
    """
    try:
        from IPython import display
    except ImportError as error:
        raise user_error(
            "`show=True` needs IPython.",
            expected="the package ipython, which notebooks have",
            received=str(error),
            do="Leave out show=True, or run `pip install ipykernel`.",
            kind=ImportError,
        ) from error
    return display
