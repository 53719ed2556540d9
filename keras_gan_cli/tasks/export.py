"""The task of `keras-gan export`."""

import pathlib

import click

from keras_gan.gan import GAN
from keras_gan_cli.saved import SavedGAN
from keras_gan_cli.tasks.common import load_gan


def export(
    saved: SavedGAN, format_: str, out: pathlib.Path, truncation: float | None
) -> None:
    """Writes a generator in a format, and prints how to call it.

    Args:
        saved: The GAN.
        format_: Name of the format.
        out: Folder of the versions of a SavedModel, or file of another format.
        truncation: Truncation of the exported images, or None.
    """
    gan = load_gan(saved)
    path = gan.export(out, format_, truncation)
    if format_ == "tf_saved_model":
        lines, example = signature_lines(gan), export_example(gan, path)
        heading = "Signatures, which return uint8 `images`:"
    else:
        lines, example = [input_line(gan)], RUNTIMES[format_](gan, path)
        heading = "Inputs; the output is `images`, float32 in [-1, 1]:"
    text = "\n  ".join(lines)
    click.echo(f"""{path}: written, reloaded and verified.

{heading}
  {text}

From Python:
  {example}""")


def input_line(gan: GAN) -> str:
    """Returns the inputs of a file that is not a SavedModel as text."""
    latents = f"latents: float32 (count, {gan.latents.dim})"
    return f"{latents}, labels: int32 (count,)" if gan.labels.num_classes else latents


def input_code(gan: GAN) -> list[str]:
    """Returns the lines of Python code that set `inputs`."""
    lines = [
        "import numpy as np",
        f'latents = np.random.randn(16, {gan.latents.dim}).astype("float32")',
        'inputs = {"latents": latents}',
    ]
    if gan.labels.num_classes:
        lines.append('inputs["labels"] = np.zeros(16, "int32")')
    return lines


def onnx_example(gan: GAN, path: pathlib.Path) -> str:
    """Returns Python code that runs an ONNX file, as text."""
    lines = [
        "import onnxruntime",
        *input_code(gan),
        f'session = onnxruntime.InferenceSession("{path}")',
        "images = session.run(None, inputs)[0]",
    ]
    return "\n  ".join(lines)


def openvino_example(gan: GAN, path: pathlib.Path) -> str:
    """Returns Python code that runs an OpenVINO file, as text."""
    lines = [
        "import openvino",
        *input_code(gan),
        'exact = {"INFERENCE_PRECISION_HINT": "f32"}  # not bfloat16',
        f'model = openvino.Core().compile_model("{path}", "CPU", exact)',
        'images = model(inputs)["images"]',
    ]
    return "\n  ".join(lines)


def litert_example(gan: GAN, path: pathlib.Path) -> str:
    """Returns Python code that runs a LiteRT file, as text."""
    lines = [
        "from ai_edge_litert.interpreter import Interpreter",
        *input_code(gan),
        f'run = Interpreter(model_path="{path}").get_signature_runner()',
        'images = run(**inputs)["output_0"]',
    ]
    return "\n  ".join(lines)


RUNTIMES = {
    "onnx": onnx_example,
    "openvino": openvino_example,
    "litert": litert_example,
}
"""Functions that return the example of a format."""


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
