"""GenerativeModel: sampling, export, saving and loading of a generator."""

import functools
import pathlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, Self, Unpack, overload

import keras
import numpy as np
import tensorflow as tf

from keras_gan import export
from keras_gan.data.feeding.batches import check_no_weights
from keras_gan.gan import counts, loading, serialization, weights_files
from keras_gan.gan.arguments import Callbacks, ModelArguments, Verbosity
from keras_gan.gan.loop_checks import check_callbacks, check_latents
from keras_gan.gan.results import to_floats
from keras_gan.latents import Latents
from keras_gan.networks.labels import LabelFormat
from keras_gan.networks.pair import growth_stages
from keras_gan.networks.sampler import Sampler, TruncationAmount, to_output_images
from keras_gan.typing import ClassLabels, FloatArray, Model, StrPath, Tensor, TensorLike
from keras_gan.validation import PositiveInt, validated

VARIABLES = (tf.Variable, keras.Variable)
"""Classes of variables, which have no length."""


class GenerativeModel(Model):
    """A generator with the distributions of its inputs and an average of its weights.

    It is what does not depend on how the generator is trained: images from latents,
    sampling, export, saving and loading. Discriminator, losses and data are in the
    subclass `GAN`.

    Args:
        generator: Keras network from latents (and labels) to images.
        ema_generator: Network of the averaged weights, which makes the images outside
            training: a copy, or `generator` itself.
        latents: Distribution of the latents, an object of `kg.latents`.
        labels: Label format of the networks: see `keras_gan.networks.labels`.
        **kwargs: Keras's `name` and `dtype`.

    Attributes:
        generator: As above.
        ema_generator: As above.
        latents: As above.
        labels: As above; `set_labels` replaces it.
        traced_stages: Active stages of growing networks when the functions were traced,
            or None.
        generate_function: Compiled sampler, or None before its first call.
    """

    def __init__(
        self,
        generator: Model,
        ema_generator: Model,
        latents: Latents,
        labels: LabelFormat,
        **kwargs: Unpack[ModelArguments],
    ) -> None:
        super().__init__(**kwargs)
        self.generator = generator
        self.ema_generator = ema_generator
        self.latents = latents
        self.labels = labels
        self.traced_stages: tuple[int, ...] | None = None
        self.generate_function: Callable[..., Tensor] | None = None

    def set_labels(self, labels: LabelFormat) -> None:
        """Replaces the labels, such as by those with the class names of a dataset."""
        if labels != self.labels:
            self.labels, self.generate_function = labels, None

    def call(
        self, latents: TensorLike | Sequence[TensorLike], training: bool = False
    ) -> Tensor:
        """Returns the averaged generator's images of latents.

        Noise inputs are constant: the same latents give the same images.

        Args:
            latents: Latents of shape `(batch, latent_dim)`, or `[latents, labels]`.
            training: As in Keras.

        Returns:
            `float32` tensor of shape `(batch, *image_shape)`, images in [-1, 1].

        Raises:
            ValueError: If the networks take labels, and there are none.
        """
        self.labels.check_generator_inputs(latents)
        if tf.executing_eagerly():
            check_latents(latents, self.latents.dim, self.labels)
        return to_output_images(self.ema_generator(latents, training=training))

    @property
    def sampler(self) -> Sampler:
        """The averaged generator with the distributions of its inputs."""
        return Sampler(self.ema_generator, self.latents, self.labels)

    @validated
    def generate(
        self,
        num_images: PositiveInt | None = None,
        seed: int | None = None,
        labels: ClassLabels | None = None,
        truncation: TruncationAmount | None = None,
    ) -> FloatArray:
        """Generates images with the averaged generator.

        Args:
            num_images: Number of images; by default one per label, else 16.
            seed: Integer seed. The same seed gives the same images, and the first `n`
                of many are the same as `n`. None: other images in each call.
            labels: Classes of the images, for class-conditional networks: the name or
                index of one class for all, or a list with one for each. None: random
                classes. Images of the same seed and other labels have the same latents.
            truncation: Truncation: trades diversity for fidelity. For a generator with
                styles: psi, the share of the way from their mean, usually 0 to 1. For
                any other: the largest absolute value of a latent component, above 0.
                None: no truncation.

        Returns:
            NumPy `float32` array of shape `(num_images, *image_shape)`, images in
            [-1, 1].

        Raises:
            ValueError: If a number is out of range, a class is unknown, or the networks
                take no labels.
        """
        if num_images is None:
            one_each = labels is not None and np.ndim(labels) > 0
            num_images = len(np.asarray(labels)) if one_each else 16
        batches = self.generate_batches(num_images, seed, labels, truncation)
        return np.concatenate(list(batches))

    @validated
    def generate_batches(
        self,
        num_images: PositiveInt,
        seed: int | None = None,
        labels: ClassLabels | None = None,
        truncation: TruncationAmount | None = None,
    ) -> Iterator[FloatArray]:
        """Returns an iterator over the images of `generate`, in constant memory.

        Args:
            num_images: As in `generate`.
            seed: As in `generate`.
            labels: As in `generate`.
            truncation: As in `generate`.

        Returns:
            Iterator over NumPy arrays of at most 64 images.
        """
        function = self.make_generate_function()
        return self.sampler.batches(function, num_images, seed, labels, truncation)

    def export(
        self,
        filepath: StrPath,
        format: str = "tf_saved_model",
        truncation: TruncationAmount | None = None,
        **kwargs: Any,
    ) -> pathlib.Path:
        """Exports the averaged generator, and compares the written file with it.

        Args:
            filepath: Folder of a SavedModel, which is written to the next free version
                in it, `filepath/1` at first, as TF Serving expects. Any other format:
                the file, which is replaced.
            format: `"tf_saved_model"`, whose signatures also sample; `"onnx"`,
                `"openvino"` or `"litert"`: a function from `latents` (and `labels`) to
                the images of `gan(latents)`; see docs/export.md.
            truncation: As in `generate`; only for a SavedModel, or psi of StyleGAN.
            **kwargs: As in Keras: `verbose`, `input_signature`, `opset_version`, and
                options of the converter to LiteRT.

        Returns:
            Path that was written.

        Raises:
            ValueError: If an argument is invalid for the format.
            ImportError: If a package that the format requires is missing.
            OSError: If the path cannot be written.
            RuntimeError: If the written file returns other images.
        """
        return export.export(self.sampler, filepath, format, truncation, **kwargs)

    # Saving and loading.

    def save(
        self, filepath: StrPath, overwrite: bool = True, zipped: bool | None = None
    ) -> None:
        """Atomically saves the full training state; training resumes exactly.

        Args:
            filepath: File that ends in `.keras`.
            overwrite: Whether to replace an existing file.
            zipped: As in Keras.

        Raises:
            ValueError: If the file has another extension.
            OSError: If the folder cannot be written.
        """
        save = functools.partial(super().save, overwrite=True, zipped=zipped)
        serialization.save_whole(save, filepath, overwrite)

    @classmethod
    def from_preset(cls, preset: StrPath) -> Self:
        """Loads a pretrained GAN, a run of `keras-gan train`, or a saved file.

        Args:
            preset: Name of a preset in `kg.presets`; or the folder of a run, or a
                `.keras` file that `save` wrote. A file whose path is the name of a
                preset is `"./NAME"`.

        Raises:
            ValueError: If there is no such preset or file, or it is not a GAN.

        Example:
        >>> import keras_gan as kg
        >>> gan = kg.GAN.from_preset("fashion_mnist")
        >>> gan.generate(16, seed=0).shape
        (16, 28, 28, 1)
        """
        return loading.load(preset, cls)

    def load_weights(
        self, filepath: StrPath, skip_mismatch: bool = False, **kwargs: Any
    ) -> None:
        """Loads weights that `save_weights` or `save` wrote: all of them, or none.

        Weights of a GAN without `ema_momentum` become those of the generator and of
        its average.

        Args:
            filepath: File that ends in `.weights.h5` or `.keras`.
            skip_mismatch: As in Keras.
            **kwargs: As in Keras.

        Raises:
            OSError: If there is no such file.
            ValueError: If the weights do not suit the networks, or are NaN or infinite;
                if the file exceeds a limit or leads to another file.

        Warns:
            UserWarning: If they have an average, and this GAN has none: its generator
                takes the averaged weights.
        """
        load = functools.partial(
            super().load_weights, skip_mismatch=skip_mismatch, **kwargs
        )
        weights_files.load_weights(self, load, filepath)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Verbosity = "auto",
        steps: int | None = None,
        callbacks: Callbacks | None = None,
    ) -> Any:
        """Returns images of latents, as `call`, in batches.

        Args:
            x: Latents of shape `(num_images, latent_dim)`, or `[latents, labels]`; or
                a dataset of batches of them.
            batch_size: As in Keras.
            verbose: As in Keras.
            steps: As in Keras.
            callbacks: As in Keras.

        Returns:
            NumPy array of shape `(num_images, *image_shape)`.

        Raises:
            ValueError: If a number is out of range, there are no latents, or they do
                not suit the generator.
        """
        counts.predict(batch_size=batch_size, steps=steps)
        check_callbacks(callbacks)
        check_latents(x, self.latents.dim, self.labels)
        return super().predict(x, batch_size, verbose, steps, callbacks)

    def predict_on_batch(self, x: Any) -> Any:
        """Returns images of one batch of latents, as `predict`."""
        check_latents(x, self.latents.dim, self.labels)
        return super().predict_on_batch(x)

    # Single batches, under every version of Keras.

    @overload
    def train_on_batch(
        self,
        x: TensorLike,
        y: TensorLike | None = ...,
        *args: object,
        return_dict: Literal[True],
    ) -> dict[str, float]: ...

    @overload
    def train_on_batch(
        self, x: TensorLike, y: TensorLike | None = ..., *args: object
    ) -> list[float]: ...

    def train_on_batch(
        self,
        x: TensorLike,
        y: TensorLike | None = None,
        *args: object,
        **kwargs: object,
    ) -> dict[str, float] | list[float]:
        """Runs one training step, as in Keras; the logs are those of this batch.

        Args:
            x: Images, shape `(batch, *image_shape)`.
            y: Labels, shape `(batch,)`, of class-conditional networks.
            *args: As in Keras: `sample_weight`, `class_weight`, `return_dict`.
            **kwargs: As in Keras.

        Returns:
            List of the logs, or a dictionary by log key.

        Raises:
            ValueError: If the batch does not suit the networks, or has weights.
        """
        class_weight = kwargs.get("class_weight", (*args, None, None)[1])
        check_no_weights(class_weight=class_weight)  # Keras would look at `y`
        x = tf.convert_to_tensor(x) if isinstance(x, VARIABLES) else x
        self.reset_metrics()  # Keras before 3.15 continues the running means
        return to_floats(super().train_on_batch(x, y, *args, **kwargs))

    @overload
    def test_on_batch(
        self,
        x: TensorLike,
        y: TensorLike | None = ...,
        *args: object,
        return_dict: Literal[True],
    ) -> dict[str, float]: ...

    @overload
    def test_on_batch(
        self, x: TensorLike, y: TensorLike | None = ..., *args: object
    ) -> list[float]: ...

    def test_on_batch(
        self,
        x: TensorLike,
        y: TensorLike | None = None,
        *args: object,
        **kwargs: object,
    ) -> dict[str, float] | list[float]:
        """Computes losses, scores and metrics of one batch, as in Keras.

        Args:
            x: Images, shape `(batch, *image_shape)`.
            y: Labels, shape `(batch,)`, of class-conditional networks.
            *args: As in Keras: `sample_weight`, `return_dict`.
            **kwargs: As in Keras.

        Returns:
            List of the results, or a dictionary by log key.
        """
        x = tf.convert_to_tensor(x) if isinstance(x, VARIABLES) else x
        self.reset_metrics()  # Keras before 3.15 continues the running means
        return to_floats(super().test_on_batch(x, y, *args, **kwargs))

    # Compiled functions.

    def rebuild_functions(self) -> None:
        """Rebuilds the `tf.function`s after the architecture changed."""
        self.traced_stages = growth_stages(*self.layers)
        self.test_function = self.predict_function = self.generate_function = None
        if self.compiled:
            self.make_train_function(force=True)

    def rebuild_if_grown(self) -> None:
        """Rebuilds the `tf.function`s if they were traced at another growth stage."""
        stages = growth_stages(*self.layers)
        if self.traced_stages not in (None, stages):
            self.rebuild_functions()
        self.traced_stages = stages

    def make_train_function(self, force: bool = False) -> object:
        """As in Keras, for the present stage of growing networks."""
        self.rebuild_if_grown()
        return super().make_train_function(force)

    def make_test_function(self, force: bool = False) -> object:
        """As in Keras, for the present stage of growing networks."""
        self.rebuild_if_grown()
        return super().make_test_function(force)

    def make_predict_function(self, force: bool = False) -> object:
        """As in Keras, for the present stage of growing networks."""
        self.rebuild_if_grown()
        return super().make_predict_function(force)

    def make_generate_function(self) -> Callable[..., Tensor]:
        """Returns the compiled sampler, traced once per growth stage."""
        self.rebuild_if_grown()
        if self.generate_function is None:
            sample = self.sampler.from_key
            self.generate_function = tf.function(
                sample, autograph=False, reduce_retracing=True
            )
        return self.generate_function
