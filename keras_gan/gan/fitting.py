"""What a GAN does with data: `fit`, `evaluate`, and when it traces anew."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data import feeding
from keras_gan.networks import growing, pair
from keras_gan.penalties import penalty


class Fitting:
    """The part of a GAN that looks at data before Keras spends anything on it."""

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        **kwargs,
    ):
        """Trains, as in Keras.

        Args:
            x: Images in [-1, 1]: a `tf.data.Dataset` (see `kg.data`), an array, a
                `PyDataset` or a generator.
            y: Labels of an array.
            batch_size: Images of an array in a training step; by default 64 for each
                discriminator step, or Keras's 32 if it is not shuffled.
            epochs: As in Keras.
            verbose: As in Keras.
            callbacks: As in Keras.
            validation_split: As in Keras: the last part of an array is held out.
            validation_data: As in Keras.
            shuffle: Whether an array is shuffled: by seed and epoch, as in `kg.data`.
            **kwargs: As in Keras: `initial_epoch`, `steps_per_epoch`, ...

        Returns:
            Keras's `History`.

        Raises:
            ValueError: Before training starts, if the first batch does not suit the
                networks, or `discriminator_steps` does not divide it.

        Warns:
            UserWarning: If the networks are half-grown, and no callback lets them grow.
        """
        self._assert_compile_called("fit")
        parts = self.discriminator_steps
        if isinstance(x, np.ndarray | tf.Tensor) and shuffle:
            split = 0.0 if validation_data is not None else validation_split
            size = batch_size or 64 * parts
            x, held_out = feeding.shuffled(x, y, size, split, self.seed)
            validation_data = held_out or validation_data
            y, batch_size, validation_split = None, None, 0.0
        self.check_fit(x, y, validation_data, batch_size)
        growing.check_grower(self.generator, callbacks)
        self.one_step_per_batch()
        self._initial_epoch = None  # BackupAndRestore sets it and never clears it
        return super().fit(
            x,
            y,
            batch_size,
            epochs,
            verbose,
            [feeding.EpochOrder(), callbacks or []],  # Keras flattens them
            validation_split,
            validation_data,
            shuffle=False,  # an array was shuffled above; a data set orders itself
            **kwargs,
        )

    def check_fit(self, x, y, validation_data, batch_size=None):
        """Makes sure that data suits the networks, and learns its classes' names."""
        labels = self.labels.named(getattr(x, "class_names", None))
        given = self.image_shape, self.discriminator_steps, labels
        batch = feeding.check_fit(x, y, validation_data, *given)
        if batch is not None:
            paid = [*self.penalties.values(), *self.generator_penalties.values()]
            penalty.check_batch_size(paid, len(batch[0]) // self.discriminator_steps)
            if self.loss.is_energy:
                self.check_energy(batch)
        self.labels = labels
        grows = growing.growth(self.generator).num_stages > 1  # who else would ask?
        images = batch[0] if grows and batch is not None else None
        self.batch_images, self.last_images = sizes(x, images, batch_size)

    def one_step_per_batch(self):
        """Makes one training step of a batch again, whatever drove the last run."""
        if self.steps_per_batch > 1:
            self.steps_per_batch = 1
            self.retrace()

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """Measures losses and scores of some data, as in Keras: see `fit` for `x`.

        Raises:
            ValueError: If the first batch does not suit the networks.
        """
        if "_use_cached_eval_dataset" not in kwargs:  # else `fit` has looked at it
            images, labels = feeding.check_data(x, self.image_shape)
            if images is not None:
                self.labels.check_batch(labels if y is None else y)
        return super().evaluate(x, y, *args, **kwargs)

    def check_energy(self, batch):
        """Makes sure that D's scores are minus an energy, for real and generated."""
        game = self.bind(self.generator, batch, "check", 0, training=False)
        for images in (game.real, game.generate(game.latents)):
            pair.check_energy(game.score(images))

    def retrace(self):
        """Traces what was compiled anew: for who changes what the networks compute."""
        self.traced = pair.stages(self.generator, self.discriminator)
        self.test_function = self.predict_function = None
        self.sample = tf.function(self.sample.python_function, reduce_retracing=True)
        if self.compiled:
            self.make_train_function(force=True)

    def refresh(self):
        """Traces anew if the networks are of another stage than they were traced at."""
        if self.traced != pair.stages(self.generator, self.discriminator):
            self.retrace()

    def make_train_function(self, force=False):
        """As in Keras, for networks as they are now."""
        self.refresh()
        return super().make_train_function(force)

    def make_test_function(self, force=False):
        """As in Keras, for networks as they are now."""
        self.refresh()
        return super().make_test_function(force)

    def make_predict_function(self, force=False):
        """As in Keras, for networks as they are now."""
        self.refresh()
        return super().make_predict_function(force)


def sizes(data, images, batch_size):
    """Returns the images of the first batch and of the last; None where none can know.

    Args:
        data: What Keras's `fit` takes.
        images: Those of its first batch, all those of an array, or None.
        batch_size: Of an array; None is Keras's 32.
    """
    if images is None:
        return None, None
    if isinstance(data, tf.data.Dataset):
        specs = tf.nest.flatten(data.element_spec)
        promised = all(spec.shape[:1].is_fully_defined() for spec in specs)
        return len(images), len(images) if promised else None
    if isinstance(data, keras.utils.PyDataset):
        return len(images), len(tf.nest.flatten(data[len(data) - 1])[0])
    size = min(batch_size or 32, len(images))
    return size, len(images) % size or size
