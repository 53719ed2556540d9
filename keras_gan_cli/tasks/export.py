"""The task of `keras-gan export`."""

import pathlib

import click

from keras_gan.gan import GAN
from keras_gan_cli.saved import SavedGAN
from keras_gan_cli.tasks.common import load_gan


def export(saved: SavedGAN, out: pathlib.Path, truncation: float | None) -> None:
    """Writes a generator as a SavedModel, and prints how to call it.

    Args:
        saved: The GAN.
        out: Folder of the versions.
        truncation: Truncation of the exported images, or None.
    """
    gan = load_gan(saved)
    version = gan.export(out, truncation=truncation)
    signatures = "\n  ".join(signature_lines(gan))
    click.echo(f"""{version}: written, reloaded and verified.

Signatures, which return uint8 `images`:
  {signatures}

From Python:
  {export_example(gan, version)}""")


def signature_lines(gan: GAN) -> list[str]:
    """Returns the signatures of an exported GAN as lines of text."""
    latents = f"latents: float32 (count, {gan.latents.dim})"
    if not gan.labels.num_classes:
        return [f"serving_default({latents})", "sample(seed: int64, count: int32)"]
    labels = "labels: int32 (count,)"
    signatures = [
        f"serving_default({latents}, {labels})",
        "sample(seed: int64, count: int32)",
        f"sample_labels(seed: int64, {labels})",
    ]
    if gan.labels.names:
        names = "names: string (count,)"
        signatures += [f"sample_names(seed: int64, {names})", "class_names()"]
    return signatures


def export_example(gan: GAN, path: pathlib.Path) -> str:
    """Returns Python code that calls an exported GAN, as text."""
    lines = [
        "import tensorflow as tf",
        f'model = tf.saved_model.load("{path}")',
        "seed = tf.constant(0, tf.int64)",
        'sample = model.signatures["sample"]',
        'images = sample(seed=seed, count=tf.constant(16))["images"]',
    ]
    if gan.labels.num_classes:
        names = gan.labels.names
        kind = "names" if names else "labels"
        examples = list((names or range(gan.labels.num_classes))[:2])
        lines += [
            "",
            f'sample_classes = model.signatures["sample_{kind}"]',
            f"{kind} = tf.constant({examples})",
            f'images = sample_classes(seed=seed, {kind}={kind})["images"]',
        ]
    return "\n  ".join(lines)
