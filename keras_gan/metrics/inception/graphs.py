"""Reader of the original weights, the constants of a TensorFlow graph."""

import gzip
import io
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
    return {
        node.name: tf.make_ndarray(node.attr["value"].tensor)
        for node in graph.node
        if node.op == "Const" and node.name in torch_names()
    }


def read_archive(data: bytes) -> dict[str, Array]:
    """Reads the tensors from the bytes of the `.tgz` archive of the graph."""
    with gzip.open(io.BytesIO(data)) as file:
        content = io.BytesIO(
            file.read(MAX_BYTES)
        )  # to the end, which verifies its checksum
    with tarfile.open(fileobj=content) as archive:
        members = {member.name.rpartition("/")[2]: member for member in archive}
        member = archive.extractfile(members[MEMBER])
        if member is None:
            raise ValueError(f"{MEMBER} in it is not a file")
        return read_graph(member.read())
