"""Reads the weights in the original file: the constants of a TensorFlow graph."""

import gzip
import io
import tarfile

import tensorflow as tf

from keras_gan.metrics.inception.files import LARGEST
from keras_gan.metrics.inception.names import torch_names

MEMBER = "classify_image_graph_def.pb"
"""The file of the graph in the archive."""


def read_graph(data):
    """Reads the tensors of the 2015 Inception from the bytes of a frozen graph.

    The graph is not run: TensorFlow 2 has no more operation for its normalization.

    Args:
        data: Content of the `.pb` file.

    Returns:
        Dictionary from the names of the tensors to arrays; other constants are left
        out.

    Raises:
        Exception: Of several kinds, if the file is broken or no graph.
    """
    graph = tf.compat.v1.GraphDef.FromString(data)
    return {
        node.name: tf.make_ndarray(node.attr["value"].tensor)
        for node in graph.node
        if node.op == "Const" and node.name in torch_names()
    }


def read_archive(data):
    """Reads the same from the bytes of the `.tgz` file in which the graph was given."""
    with gzip.open(io.BytesIO(data)) as file:
        whole = io.BytesIO(file.read(LARGEST))  # to the end: it has a checksum
    with tarfile.open(fileobj=whole) as archive:
        members = {member.name.rpartition("/")[2]: member for member in archive}
        return read_graph(archive.extractfile(members[MEMBER]).read())
