"""A generator as a SavedModel with named signatures, verified after writing."""

import functools
import pathlib
import shutil
import tempfile

import keras
import numpy as np
import tensorflow as tf

from keras_gan import images
from keras_gan.config import user_error, writable_folder
from keras_gan.random import series

SEED = tf.TensorSpec((), tf.int64, "seed")
COUNT = tf.TensorSpec((), tf.int32, "count")
LABELS = tf.TensorSpec((None,), tf.int32, "labels")
NAMES = tf.TensorSpec((None,), tf.string, "names")
"""Inputs of the signatures."""


def export(sampler, path, truncation=None):
    """Writes a generator to the next free version of a folder, as TF Serving expects.

    The signatures of the SavedModel return `uint8` grey levels named `images`, of any
    number:

    - `serving_default(latents)`, or `(latents, labels)` where the networks take labels;
    - `sample(seed, count)`, whose images are those of `gan.generate(count, seed)`.

    With labels there are these too:

    - `sample_labels(seed, labels)`, whose images are those of
      `gan.generate(seed=seed, labels=labels)`;
    - where the classes have names, `sample_names(seed, names)`, the same by their
      names, of which an unknown one is an error, and `class_names()`, all of them.

    It is written aside, loaded again and compared with the generator in memory before
    it gets its name.

    Args:
        sampler: The generator with its latents and labels: a
            `keras_gan.networks.sampler.Sampler`.
        path: Folder of the model; the version goes to `path/1`, then `path/2`, ...
        truncation: As in `gan.generate`, for the images that are drawn.

    Returns:
        `pathlib.Path` of the version.

    Raises:
        OSError: If the folder cannot be written.
        RuntimeError: If the written model does not make the same images.
    """
    path = writable_folder(path)
    part = pathlib.Path(tempfile.mkdtemp(prefix=".part-", dir=path))
    try:
        archive(sampler, truncation).write_out(part / "model", verbose=False)
        verify(part / "model", sampler, truncation)
        versions = [int(at.name) for at in path.iterdir() if at.name.isdecimal()]
        version = path / str(max(versions, default=0) + 1)
        (part / "model").rename(version)
    finally:
        shutil.rmtree(part)
    return version


def archive(sampler, truncation):
    """Returns the archive of a generator with its signatures."""
    drawn = functools.partial(sampler, start=0, truncation=truncation)
    latents = tf.TensorSpec((None, sampler.latents.dim), tf.float32, "latents")

    def sample(seed, count):
        return levels(drawn(series(seed), count=count))

    def sample_labels(seed, labels):
        count = tf.shape(labels)[0]
        return levels(drawn(series(seed), count=count, labels=(labels,)))

    written = keras.export.ExportArchive()
    written.track(sampler.generator)
    if not sampler.labels.num_classes:
        serve = lambda latents: levels(sampler.images(latents))  # noqa: E731
        written.add_endpoint("serving_default", serve, [latents])
        written.add_endpoint("sample", sample, [SEED, COUNT])
        return written
    serve = lambda latents, labels: levels(sampler.images(latents, (labels,)))  # noqa: E731
    written.add_endpoint("serving_default", serve, [latents, LABELS])
    written.add_endpoint("sample", sample, [SEED, COUNT])
    written.add_endpoint("sample_labels", sample_labels, [SEED, LABELS])
    if sampler.labels.names:
        add_names(written, sampler.labels.names, sample_labels)
    return written


def add_names(written, names, sample_labels):
    """Adds the signatures that know the classes by their names."""

    def sample_names(seed, names):
        same = tf.equal(names[:, None], known)
        some = tf.reduce_all(tf.reduce_any(same, axis=1))
        with tf.control_dependencies([tf.debugging.Assert(some, [message, names])]):
            labels = tf.argmax(same, axis=1, output_type=tf.int32)
        return sample_labels(seed, labels)

    known = tf.constant(names)
    message = f"There is no class of this name. Known names: {', '.join(names)}."
    written.add_endpoint("sample_names", sample_names, [SEED, NAMES])
    written.add_endpoint("class_names", lambda: {"names": tf.identity(known)}, [])


def levels(made):
    """Returns floats in [-1, 1] as grey levels, under the name of the output."""
    rounded = tf.clip_by_value(tf.round((made + 1.0) * 127.5), 0.0, 255.0)
    return {"images": tf.cast(rounded, tf.uint8)}


def verify(path, sampler, truncation, count=4):
    """Loads a SavedModel and compares it with the generator, to one grey level."""
    signatures = tf.saved_model.load(str(path)).signatures
    seed, labels = tf.constant(0, tf.int64), sampler.labels.some(count)
    latents = sampler.latents.draw(series(0), count, start=0)
    given = dict(zip(["labels"], labels, strict=False))
    drawn = functools.partial(sampler, series(0), 0, count, truncation=truncation)
    served = signatures["serving_default"](latents=latents, **given)
    pairs = [(served, sampler.images(latents, labels))]
    pairs.append((signatures["sample"](seed=seed, count=tf.constant(count)), drawn()))
    if labels:
        made = signatures["sample_labels"](seed=seed, **given)
        pairs.append((made, drawn(labels=labels)))
    worst = max(
        int(np.abs(found["images"].numpy().astype(int) - images.to_uint8(made)).max())
        for found, made in pairs
    )
    if worst > 1:
        raise user_error(
            "The SavedModel does not make the images of the generator in memory.",
            expected="a difference of at most 1 grey level",
            received=f"{worst} grey levels",
            do="Look for layers that behave otherwise when they are loaded; nothing "
            "was left at the path.",
            kind=RuntimeError,
        )
