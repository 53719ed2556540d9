"""SampleGrid: the same latents after each epoch, as pictures."""

import pathlib

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from keras_gan import images
from keras_gan.callbacks.drawing import draw, listed, sample
from keras_gan.callbacks.interval import check_every, is_due
from keras_gan.config import check, user_error, writable_folder

MOST_FRAMES = 200
"""Pictures in the animation; of more, so many are chosen evenly."""


class SampleGrid(keras.callbacks.Callback):
    """Draws images of the same latents at the ends of epochs: how learning looks.

    In `directory` it leaves `epoch_0001.png` after the first epoch and so on,
    `epoch_0000.png` before it, and at the end of training `animation.gif` of all that
    are there, those of a run that was resumed too. Points are drawn in the plane.
    Networks that take labels have a row for each class, its name before it, or for each
    of `labels`; the images of a column have the same latents.

    Args:
        directory: Folder of the pictures; it is made.
        num_images: Images in the grid.
        every: Epochs from one picture to the next; the last one is always drawn.
        seed: Whole number that decides the latents: the images are those of
            `gan.generate(num_images, seed)`, with labels those of
            `gan.generate(columns, seed, label)` for each.
        columns: Images in a row; as square as it can be by default.
        truncation: As in `gan.generate`.
        log_dir: Folder of TensorBoard's images (step: epoch); `directory` by default.
        animation: Whether to make `animation.gif`.
        show: Whether a notebook shows the latest picture below its cell.
        labels: Names or numbers of the classes that have a row, in this order; None:
            all of them, of more than 20 the first 20.

    Raises:
        ValueError: If a number is out of range; when training starts, if there is no
            such class.
        ImportError: If `show=True` and there is no IPython.
        OSError: When training starts, if a folder cannot be written.

    Example:
    >>> import keras_gan as kg
    >>> samples = kg.callbacks.SampleGrid("runs/fashion/samples", num_images=16)
    >>> samples.path(3).as_posix()
    'runs/fashion/samples/epoch_0003.png'
    """

    def __init__(
        self,
        directory,
        num_images=64,
        every=1,
        seed=0,
        columns=None,
        truncation=None,
        log_dir=None,
        animation=True,
        show=False,
        labels=None,
    ):
        super().__init__()
        check_every(every)
        check(
            isinstance(num_images, int) and num_images >= 1,
            "A grid of samples has at least one image.",
            expected="num_images of 1 or more, an int",
            received=f"num_images={num_images!r}",
            do="Use num_images=64 for 8 rows of 8.",
        )
        self.directory = pathlib.Path(directory)
        self.log_dir = pathlib.Path(log_dir or directory)
        self.num_images, self.columns, self.seed = num_images, columns, seed
        self.every, self.animation, self.truncation = every, animation, truncation
        self.labels = None if labels is None else listed(labels)
        check(
            self.labels != [],
            "A grid of samples has a row at least.",
            expected="labels of one class or more, or None for all",
            received=f"labels={labels!r}",
            do="Leave labels out.",
        )
        self.notebook = notebook() if show else None
        self.drawn = None

    def path(self, epoch):
        """Returns the path of the picture of an epoch, counted from 1."""
        return self.directory / f"epoch_{epoch:04d}.png"

    def on_train_begin(self, logs=None):
        """Proves that all can be drawn and written, before anything is trained."""
        self.model.labels.numbers(self.labels, len(self.labels or ()))
        writable_folder(self.directory)
        self.writer = tf.summary.create_file_writer(str(writable_folder(self.log_dir)))
        self.drawn, self.shown = None, None

    def on_epoch_begin(self, epoch, logs=None):
        """Draws what an untrained generator makes, where the run is a fresh one."""
        if epoch == 0:
            self.draw(0)

    def on_epoch_end(self, epoch, logs=None):
        """Draws what the generator makes now, if it is time."""
        if is_due(self, epoch, self.every):
            self.draw(epoch + 1)

    def on_train_end(self, logs=None):
        """Makes the animation."""
        self.writer.close()
        if self.animation and self.drawn is not None:
            images.save_animation(self.directory / "animation.gif", self.frames())

    def draw(self, epoch):
        """Writes the picture of an epoch to its file, to TensorBoard, to a notebook."""
        wanted = self.num_images, self.seed, self.columns, self.truncation, self.labels
        drawn = draw(*sample(self.model, *wanted))
        images.save_png(self.path(epoch), drawn)
        with self.writer.as_default(step=epoch):
            tf.summary.image("samples", drawn[None])
        self.writer.flush()
        self.drawn = epoch
        if self.notebook:
            self.show(self.path(epoch))

    def show(self, path):
        """Shows a picture in the notebook, in place of the former one."""
        picture = self.notebook.Image(filename=str(path))
        if self.shown is None:
            self.shown = self.notebook.display(picture, display_id=True)
        else:
            self.shown.update(picture)

    def frames(self):
        """Returns the pictures up to the latest, as large as it, as an animation's."""
        paths = [self.path(epoch) for epoch in range(self.drawn + 1)]
        size = picture_size(paths[-1])
        paths = [path for path in paths if path.exists() and picture_size(path) == size]
        chosen = np.linspace(0, len(paths) - 1, min(len(paths), MOST_FRAMES))
        return [paths[place] for place in np.rint(chosen).astype(int)]


def picture_size(path):
    """Returns width and height of a picture file, and its mode."""
    with Image.open(path) as picture:
        return (*picture.size, picture.mode)


def notebook():
    """Returns IPython's module that shows things in a notebook."""
    try:
        from IPython import display
    except ImportError as error:
        raise user_error(
            "Samples are to be shown in a notebook, but IPython is not installed.",
            expected="the package ipython, which every notebook brings",
            received=str(error),
            do="Leave show=True out, or run `pip install ipykernel`.",
            kind=ImportError,
        ) from error
    return display
