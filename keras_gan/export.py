"""A generator as a SavedModel with named signatures, verified after writing."""

import pathlib
import shutil
import tempfile

import keras
import numpy as np
import tensorflow as tf

from keras_gan import images
from keras_gan.config import fault, writable_folder
from keras_gan.random import series


def export(generator, latents, path):
    """Writes a generator to the next free version of a folder, as TF Serving expects.

    The SavedModel has two signatures, both of which return `uint8` grey levels named
    `images`, of any number: `serving_default(latents)` and `sample(seed, count)`, whose
    images are those of `gan.generate(count, seed)`. It is written aside, loaded again
    and compared with the generator in memory before it gets its name.

    Args:
        generator: Keras network from latents to images in [-1, 1].
        latents: Distribution that `sample` draws from, a `kg.latents.Latents`.
        path: Folder of the model; the version goes to `path/1`, then `path/2`, ...

    Returns:
        `pathlib.Path` of the version.

    Raises:
        OSError: If the folder cannot be written.
        RuntimeError: If the written model does not make the same images.
    """
    path = writable_folder(path)
    part = pathlib.Path(tempfile.mkdtemp(prefix=".part-", dir=path))
    try:
        archive(generator, latents).write_out(part / "model", verbose=False)
        verify(part / "model", generator, latents)
        versions = [int(at.name) for at in path.iterdir() if at.name.isdecimal()]
        version = path / str(max(versions, default=0) + 1)
        (part / "model").rename(version)
    finally:
        shutil.rmtree(part)
    return version


def archive(generator, latents):
    """Returns the archive of a generator with its two signatures."""

    def serve(drawn):
        made = tf.cast(generator(drawn, training=False), tf.float32)
        levels = tf.clip_by_value(tf.round((made + 1.0) * 127.5), 0.0, 255.0)
        return {"images": tf.cast(levels, tf.uint8)}

    def sample(seed, count):
        return serve(latents.draw(series(seed), count, start=0))

    written = keras.export.ExportArchive()
    written.track(generator)
    written.add_endpoint(
        "serving_default",
        serve,
        [tf.TensorSpec((None, latents.dim), tf.float32, "latents")],
    )
    written.add_endpoint(
        "sample",
        sample,
        [tf.TensorSpec((), tf.int64, "seed"), tf.TensorSpec((), tf.int32, "count")],
    )
    return written


def verify(path, generator, latents, count=4):
    """Loads a SavedModel and compares it with the generator, to one grey level."""
    loaded = tf.saved_model.load(str(path))
    drawn = latents.draw(series(0), count, start=0)
    expected = images.to_uint8(generator(drawn, training=False)).astype(int)
    served = loaded.signatures["serving_default"](latents=drawn)
    sampled = loaded.signatures["sample"](
        seed=tf.constant(0, tf.int64), count=tf.constant(count)
    )
    worst = max(
        int(np.abs(made["images"].numpy().astype(int) - expected).max())
        for made in (served, sampled)
    )
    if worst > 1:
        raise fault(
            "The SavedModel does not make the images of the generator in memory.",
            expected="a difference of at most 1 grey level",
            received=f"{worst} grey levels",
            do="Look for layers that behave otherwise when they are loaded; nothing "
            "was left at the path.",
            kind=RuntimeError,
        )
