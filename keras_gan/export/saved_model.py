"""Export of a generator as a SavedModel with named signatures."""

import contextlib
import dataclasses
import functools
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import keras
import numpy as np
import tensorflow as tf

from keras_gan import images
from keras_gan.errors import user_error
from keras_gan.export.network import OUTPUT, check_equal, check_finite
from keras_gan.export.single_precision import in_float32, is_half_precision
from keras_gan.files import writable_folder
from keras_gan.networks.sampler import Sampler
from keras_gan.random import sample_stream
from keras_gan.typing import (
    Array,
    ExportArchive,
    FloatArray,
    StrPath,
    Tensor,
    TensorSpec,
)

Outputs: TypeAlias = dict[str, Tensor]
"""Outputs of a signature by name."""

SEED: TensorSpec = tf.TensorSpec((), tf.int64, "seed")
COUNT: TensorSpec = tf.TensorSpec((), tf.int32, "count")
LABELS: TensorSpec = tf.TensorSpec((None,), tf.int32, "labels")
NAMES: TensorSpec = tf.TensorSpec((None,), tf.string, "names")
"""Inputs of the signatures."""


def write_version(
    sampler: Sampler, path: StrPath, truncation: float | None = None
) -> pathlib.Path:
    """Writes a generator as a SavedModel, to a new version folder for TF Serving.

    Its signatures return `images` of any batch size, a `uint8` tensor; points, which
    are not in [-1, 1], are `float32`:

    - `serving_default(latents)`, or `(latents, labels)` for conditional networks;
    - `sample(seed, count)`, the images of `gan.generate(count, seed)`.

    Conditional networks have further signatures:

    - `sample_labels(seed, labels)`, the images of
      `gan.generate(seed=seed, labels=labels)`;
    - if the classes have names, `sample_names(seed, names)`, which takes class names
      and fails for an unknown one, and `class_names()`, which returns all names.

    The model is written to a temporary folder, loaded again, compared with the
    generator in memory, and then renamed.

    Args:
        sampler: Generator with its latents and labels, a
            `keras_gan.networks.sampler.Sampler`.
        path: Folder of the model; the versions are `path/1`, `path/2`, ...
        truncation: As in `gan.generate`, for all signatures except `serving_default`.

    Returns:
        `pathlib.Path` of the version.

    Raises:
        OSError: If the folder cannot be written.
        RuntimeError: If the written model returns other images than the generator.
        ValueError: If the generator returns NaN.
    """
    examples = find_examples(sampler, truncation)  # fails before a file is written
    folder = writable_folder(path)
    part = pathlib.Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
    try:
        archive(sampler, truncation).write_out(part / "model", verbose=False)
        verify(part / "model", examples)
        versions = [
            int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal()
        ]
        version = folder / str(max(versions, default=0) + 1)
        (part / "model").rename(version)
    finally:
        shutil.rmtree(part)
    return version


def archive(sampler: Sampler, truncation: float | None) -> ExportArchive:
    """Returns a Keras `ExportArchive` of a generator with its signatures."""
    # `start=0`: a SavedModel has no replicas, which would offset the sequence.
    draw = functools.partial(sampler, start=0, truncation=truncation)
    latents = tf.TensorSpec((None, sampler.latents.dim), tf.float32, "latents")

    def sample(seed: Tensor, count: Tensor) -> Outputs:
        return to_outputs(draw(sample_stream(seed), count=count))

    def sample_labels(seed: Tensor, labels: Tensor) -> Outputs:
        count = tf.shape(labels)[0]
        return to_outputs(draw(sample_stream(seed), count=count, labels=(labels,)))

    export_archive: ExportArchive = keras.export.ExportArchive()
    export_archive.track(sampler.generator)
    if not sampler.labels.num_classes:

        def serve(latents: Tensor) -> Outputs:
            return to_outputs(sampler.generate(latents))

        export_archive.add_endpoint("serving_default", serve, [latents])
        export_archive.add_endpoint("sample", sample, [SEED, COUNT])
        return export_archive

    def serve_labels(latents: Tensor, labels: Tensor) -> Outputs:
        return to_outputs(sampler.generate(latents, (labels,)))

    export_archive.add_endpoint("serving_default", serve_labels, [latents, LABELS])
    export_archive.add_endpoint("sample", sample, [SEED, COUNT])
    export_archive.add_endpoint("sample_labels", sample_labels, [SEED, LABELS])
    if sampler.labels.names:
        add_name_endpoints(export_archive, sampler.labels.names, sample_labels)
    return export_archive


def add_name_endpoints(
    export_archive: ExportArchive,
    class_names: Sequence[str],
    sample_labels: Callable[[Tensor, Tensor], Outputs],
) -> None:
    """Adds the signatures `sample_names` and `class_names` to an archive."""

    def sample_names(seed: Tensor, names: Tensor) -> Outputs:
        matches = tf.equal(names[:, None], all_names)
        all_known = tf.reduce_all(tf.reduce_any(matches, axis=1))
        assertion = tf.debugging.Assert(all_known, [message, names])
        with tf.control_dependencies([assertion]):
            labels = tf.argmax(matches, axis=1, output_type=tf.int32)
        return sample_labels(seed, labels)

    all_names = tf.constant(class_names)
    message = (
        f"`names` contains an unknown class. Known names: {', '.join(class_names)}."
    )
    export_archive.add_endpoint("sample_names", sample_names, [SEED, NAMES])
    export_archive.add_endpoint(
        "class_names", lambda: {"names": tf.identity(all_names)}, []
    )


def to_outputs(float_images: Tensor) -> Outputs:
    """Returns images in [-1, 1] as the `uint8` output of a signature, points as is."""
    if float_images.shape.rank != 4:
        return {OUTPUT: float_images}
    rounded = tf.clip_by_value(tf.round((float_images + 1.0) * 127.5), 0.0, 255.0)
    return {OUTPUT: tf.cast(rounded, tf.uint8)}


Served: TypeAlias = dict[str, tuple[dict[str, Tensor], FloatArray]]
"""Inputs of signatures with the images of a generator, by name of the signature."""


@dataclasses.dataclass(frozen=True)
class Example:
    """Inputs of a signature, and the images that it should return.

    Args:
        signature: Name of the signature.
        inputs: Tensors by name.
        expected: Images of the generator in memory.
        tolerance: Difference of a `uint8` pixel that rounding explains.
    """

    signature: str
    inputs: dict[str, Tensor]
    expected: FloatArray
    tolerance: int


def find_examples(sampler: Sampler, truncation: float | None) -> list[Example]:
    """Returns inputs of the signatures with the images of the generator in memory.

    Raises:
        ValueError: If the images are not finite.
    """
    own = single = serve(sampler, truncation)
    # A graph rounds after other operations than eager execution does. In half precision
    # the difference is of the size of what half precision itself changes.
    with contextlib.suppress(Exception):  # a network without config
        if is_half_precision(sampler.generator):
            single = serve(in_float32(sampler), truncation)
    examples = []
    for name, (inputs, expected) in own.items():
        check_finite(expected)
        tolerance = 1 + 2 * pixel_difference(expected, single[name][1])
        examples.append(Example(name, inputs, expected, tolerance))
    return examples


def serve(sampler: Sampler, truncation: float | None, count: int = 4) -> Served:
    """Returns example inputs of the signatures with the images of a generator."""
    labels, random = sampler.labels.examples(count), sample_stream(0)
    latents = sampler.latents.draw(random, count, start=0)
    named = {"labels": labels[0]} if labels else {}
    seed = {"seed": tf.constant(0, tf.int64)}
    draw = functools.partial(sampler, random, 0, count, truncation=truncation)
    cases = {
        "serving_default": (
            {"latents": latents, **named},
            sampler.generate(latents, labels),
        ),
        "sample": ({**seed, "count": tf.constant(count)}, draw()),
    }
    if labels:
        cases["sample_labels"] = {**seed, **named}, draw(labels=labels)
    return {name: (inputs, made.numpy()) for name, (inputs, made) in cases.items()}


def pixel_difference(served: Array, expected: FloatArray) -> int:
    """Returns the largest difference of two batches as `uint8` images, 0 to 255.

    Args:
        served: `uint8` images, or floats in [-1, 1].
        expected: Floats in [-1, 1].
    """
    if served.dtype != np.uint8:
        served = images.to_uint8(served)
    return int(np.abs(served.astype(int) - images.to_uint8(expected).astype(int)).max())


def verify(path: StrPath, examples: Iterable[Example]) -> None:
    """Raises an error if a SavedModel and the generator in memory differ.

    Raises:
        RuntimeError: If a pixel differs by more than rounding explains.
    """
    signatures = tf.saved_model.load(str(path)).signatures
    for example in examples:
        served = signatures[example.signature](**example.inputs)[OUTPUT].numpy()
        if served.dtype != np.uint8:
            check_equal(served, example.expected, "SavedModel")
            continue
        difference = pixel_difference(served, example.expected)
        if difference > example.tolerance:
            raise user_error(
                "The SavedModel returns other images than the generator in memory.",
                expected=f"pixel values that differ by at most {example.tolerance}",
                received=f"a difference of {difference}",
                do="Check custom layers whose state or config is not saved. Nothing "
                "was written to the path.",
                kind=RuntimeError,
            )
