"""Known files of the 2015 Inception's weights and their addresses."""

import dataclasses

MAX_BYTES = 2**28
"""Size limit of a file of weights, about three times that of the known files."""


@dataclasses.dataclass(frozen=True)
class KnownFile:
    """A published file of the original weights.

    Args:
        name: Published file name.
        size: Size in bytes.
        sha256: In hexadecimal, or `None` if none was published.
        addresses: URLs of the file.
        fetched: Whether `fetch` downloads it.
        names: Other names of the same file.
    """

    name: str
    size: int
    sha256: str | None
    addresses: tuple[str, ...]
    fetched: bool = True
    names: tuple[str, ...] = ()

    def describe(self) -> str:
        """Returns name, size, sha256 and addresses in one line.

        Example:
        >>> KnownFile("a.pb", 1000, None, ("https://example.org/a.pb",)).describe()
        'a.pb (1,000 bytes) from https://example.org/a.pb'
        """
        digest = f", sha256 {self.sha256}" if self.sha256 else ""
        addresses = " or ".join(self.addresses)
        return f"{self.name} ({self.size:,} bytes{digest}) from {addresses}"


CHECKPOINT = KnownFile(
    "pt_inception-2015-12-05-6726825d.pth",
    95_628_359,
    "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    (
        "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
        "pt_inception-2015-12-05-6726825d.pth",
        "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/"
        "weights-inception-2015-12-05-6726825d.pth",
    ),
    names=("weights-inception-2015-12-05-6726825d.pth",),
)
"""Weights of two PyTorch libraries; the file is the same at both addresses."""

GRAPH = KnownFile(
    "classify_image_graph_def.pb",
    95_673_916,
    None,
    (
        "https://openaipublic.blob.core.windows.net/diffusion/jul-2021/ref_batches/"
        "classify_image_graph_def.pb",
    ),
)
"""Original graph."""

ARCHIVE = KnownFile(
    "inception-2015-12-05.tgz",
    88_931_400,
    None,
    ("http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz",),
    fetched=False,  # no published checksum, no secure connection
)
"""Archive in which the graph was published."""

KNOWN: list[KnownFile] = [CHECKPOINT, GRAPH, ARCHIVE]
