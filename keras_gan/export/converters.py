"""Converters of a generator to the files of other runtimes, and these runtimes."""

import contextlib
import dataclasses
import importlib
import importlib.util
import pathlib
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from keras_gan.export.network import OUTPUT, Network
from keras_gan.layers import sampling_context
from keras_gan.layers.search import find_layers
from keras_gan.typing import Array, Model, Tensor

Run: TypeAlias = Callable[[Sequence[Array]], Array]
"""Function of a loaded file, from its inputs to images."""


@dataclasses.dataclass(frozen=True)
class Conversion:
    """What a converter is given.

    Args:
        network: The function to convert.
        opset_version: Version of ONNX's operator set, or None.
        options: Options of the converter to LiteRT.
    """

    network: Network
    opset_version: int | None = None
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names of the inputs."""
        return [str(spec.name) for spec in self.network.specs]


def to_onnx(conversion: Conversion, path: pathlib.Path) -> Run:
    """Writes an ONNX model and loads it in ONNX Runtime.

    Returns:
        Function that runs it on the CPU.
    """
    import onnxruntime
    import tf2onnx

    network = conversion.network
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of other authors
        model, _ = tf2onnx.convert.from_function(
            network.function,
            list(network.specs),
            opset=conversion.opset_version,
            custom_op_handlers={"Erfc": (convert_erfc, [])},
        )
    check_operations(model)
    if network.specs[0].shape[0] is None:
        for value in (*model.graph.input, *model.graph.output):
            value.type.tensor_type.shape.dim[0].dim_param = "batch"  # not "unk__26"
    path.write_bytes(model.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )

    def run(inputs: Sequence[Array]) -> Array:
        feed = dict(zip(conversion.names, inputs, strict=True))
        images: Array = session.run([OUTPUT], feed)[0]
        return images

    return run


def convert_erfc(graph: Any, node: Any, name: str, arguments: object) -> None:
    """Converts `erfc(x)`, of Keras's GELU, which tf2onnx lacks, to `1 - erf(x)`."""
    dtype, shape = graph.get_dtype(node.output[0]), graph.get_shape(node.output[0])
    (x,), outputs = node.input, node.output
    graph.remove_node(node.name)
    erf = graph.make_node("Erf", [x], dtypes=[dtype], shapes=[shape])
    one = graph.make_const(f"{name}_one", np.ones((), graph_dtype(dtype)))
    inputs = [one.output[0], erf.output[0]]
    graph.make_node(
        *("Sub", inputs), name=name, outputs=outputs, dtypes=[dtype], shapes=[shape]
    )


def graph_dtype(dtype: int) -> Any:
    """Returns the NumPy dtype of an ONNX one."""
    import onnx

    return onnx.helper.tensor_dtype_to_np_dtype(dtype)


def check_operations(model: Any) -> None:
    """Raises an error if a model has operations of TensorFlow, which were left in it.

    Raises:
        ValueError: If so.
    """
    import onnx

    unknown = {
        node.op_type
        for node in model.graph.node
        if not onnx.defs.has(node.op_type, node.domain)
    }
    if unknown:
        raise ValueError(f"no conversion of {', '.join(sorted(unknown))}")


def to_openvino(conversion: Conversion, path: pathlib.Path) -> Run:
    """Writes an OpenVINO model, the files `.xml` and `.bin`, and loads it.

    Returns:
        Function that runs it on the CPU.
    """
    import openvino

    network, core = conversion.network, openvino.Core()
    archive = keras.export.ExportArchive()
    archive.track(network.sampler.generator)
    archive.add_endpoint("serving_default", network.function, list(network.specs))
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)
        # Not `openvino.convert_model`, which reports its use to Intel over the network.
        model = core.read_model(folder)
        openvino.save_model(model, path, compress_to_fp16=False)
    # By default the runtime computes in bfloat16 where the processor can.
    precision = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(path, "CPU", precision)

    def run(inputs: Sequence[Array]) -> Array:
        feed = dict(zip(conversion.names, inputs, strict=True))
        images: Array = compiled(feed)[OUTPUT]
        return images

    return run


def to_litert(conversion: Conversion, path: pathlib.Path) -> Run | None:
    """Writes a LiteRT model and loads it in the interpreter.

    Returns:
        Function that runs it; None for a converter with options, which may change the
        types of the inputs.
    """
    network, specs = conversion.network, list(conversion.network.specs)
    model = network.sampler.inference_model
    with (
        sampling_context(truncation=network.truncation),
        upsampling_of_known_shape(network.sampler.generator),
    ):
        model.export(
            str(path),
            format="litert",
            verbose=False,
            input_signature=[specs] if len(specs) > 1 else specs,
            **conversion.options,
        )
    interpreter = load_interpreter(path)
    if conversion.options:
        return None
    signature = interpreter.get_signature_runner()

    def run(inputs: Sequence[Array]) -> Array:
        images: Array
        (images,) = signature(
            **dict(zip(conversion.names, inputs, strict=True))
        ).values()
        return images

    return run


def load_interpreter(path: pathlib.Path) -> Any:
    """Returns the interpreter of a LiteRT file: of ai-edge-litert, or TensorFlow's."""
    with warnings.catch_warnings():
        # "tf.lite.Interpreter is deprecated", in favor of the other package.
        warnings.simplefilter("ignore")
        if importlib.util.find_spec("ai_edge_litert"):
            module = importlib.import_module("ai_edge_litert.interpreter")
            return module.Interpreter(model_path=str(path))
        return tf.lite.Interpreter(model_path=str(path))


@contextlib.contextmanager
def upsampling_of_known_shape(network: Model) -> Iterator[None]:
    """Makes nearest-neighbor upsampling of a network one operation, in a block.

    `keras.layers.UpSampling2D` repeats rows and columns by operations after which the
    converter to LiteRT knows no number of channels. It would then leave the following
    convolution to TensorFlow, which no interpreter of LiteRT runs.
    """
    layers = [
        layer
        for layer in find_layers(network, keras.layers.UpSampling2D)
        if (layer.interpolation, layer.data_format) == ("nearest", "channels_last")
    ]
    for layer in layers:
        layer.call = nearest_upsampling(layer)
    try:
        yield
    finally:
        for layer in layers:
            del layer.call


def nearest_upsampling(layer: Any) -> Callable[[Tensor], Tensor]:
    """Returns the function of an `UpSampling2D` as one operation."""
    call = layer.call

    def upsample(inputs: Tensor) -> Tensor:
        size = inputs.shape[1:3]
        if None in size:
            return call(inputs)
        new_size = [
            length * factor for length, factor in zip(size, layer.size, strict=True)
        ]
        images: Tensor = tf.image.resize(inputs, new_size, method="nearest")
        return images

    return upsample


CONVERTERS: dict[str, Callable[[Conversion, pathlib.Path], Run | None]] = {
    "onnx": to_onnx,
    "openvino": to_openvino,
    "litert": to_litert,
}
"""Converters by name of the format."""
