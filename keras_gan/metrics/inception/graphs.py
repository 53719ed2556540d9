"""Reader of the original weights, the constants of a TensorFlow graph."""

import gzip
import io
import math
import tarfile

import tensorflow as tf

from keras_gan.metrics.inception.files import MAX_BYTES
from keras_gan.metrics.inception.names import torch_names
from keras_gan.typing import Array

MEMBER = "classify_image_graph_def.pb"
"""Name of the graph's file in the archive."""


def read_graph(data: bytes) -> dict[str, Array]:
    """Reads the tensors of the 2015 Inception from the bytes of a frozen graph.

    The graph is not run: TensorFlow 2 lacks the operation of its normalization.

    Args:
        data: Content of the `.pb` file.

    Returns:
        Dictionary from the names of the tensors to arrays; other constants are
        ignored.

    Raises:
        Exception: Of several types, if the file is broken or not a graph.
    """
    graph = tf.compat.v1.GraphDef.FromString(data)
    tensors = {
        node.name: node.attr["value"].tensor
        for node in graph.node
        if node.op == "Const" and node.name in torch_names()
    }
    # One stored value may stand for any number of equal ones.
    sizes = [
        math.prod(side.size for side in tensor.tensor_shape.dim)
        for tensor in tensors.values()
    ]
    if sum(sizes) > MAX_BYTES // 4:  # bytes of a value
        raise ValueError(f"its tensors have {sum(sizes):,} values")
    return {name: tf.make_ndarray(tensor) for name, tensor in tensors.items()}


def read_archive(data: bytes) -> dict[str, Array]:
    """Reads the tensors from the bytes of the `.tgz` archive of the graph."""
    with gzip.open(io.BytesIO(data)) as file:
        content = io.BytesIO(
            file.read(MAX_BYTES)
        )  # to the end, which verifies its checksum
    with tarfile.open(fileobj=content) as archive:
        members = {member.name.rpartition("/")[2]: member for member in archive}
        info = members[MEMBER]
        # A sparse file may be of any size; a link could lead to one.
        if not info.isreg() or info.issparse():
            raise ValueError(f"{MEMBER} in it is not a plain file")
        member = archive.extractfile(info)
        return read_graph(member.read() if member else b"")
