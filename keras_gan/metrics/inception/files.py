"""The known files of the 2015 Inception's weights, and where they lie."""

import dataclasses

LARGEST = 2**28
"""Bytes beyond which a file is not looked at: the known ones have a third."""


@dataclasses.dataclass(frozen=True)
class KnownFile:
    """A file of the original weights, as somebody published it.

    Args:
        name: Its name there.
        size: Bytes.
        sha256: In hexadecimal, or `None` where none was ever published.
        addresses: Where it lies.
        fetched: Whether we fetch it ourselves.
        names: Other names that the same bytes go by.
    """

    name: str
    size: int
    sha256: str | None
    addresses: tuple[str, ...]
    fetched: bool = True
    names: tuple[str, ...] = ()

    def describe(self):
        """Returns the file in one line.

        Example:
        >>> KnownFile("a.pb", 1000, None, ("https://example.org/a.pb",)).describe()
        'a.pb (1,000 bytes) from https://example.org/a.pb'
        """
        digest = f", sha256 {self.sha256}" if self.sha256 else ""
        places = " or ".join(self.addresses)
        return f"{self.name} ({self.size:,} bytes{digest}) from {places}"


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
"""The weights as two libraries of PyTorch have them; the same bytes at both places."""

GRAPH = KnownFile(
    "classify_image_graph_def.pb",
    95_673_916,
    None,
    (
        "https://openaipublic.blob.core.windows.net/diffusion/jul-2021/ref_batches/"
        "classify_image_graph_def.pb",
    ),
)
"""The original graph."""

ARCHIVE = KnownFile(
    "inception-2015-12-05.tgz",
    88_931_400,
    None,
    ("http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz",),
    fetched=False,  # neither a checksum nor a secure connection
)
"""The archive in which the graph was published."""

KNOWN = [CHECKPOINT, GRAPH, ARCHIVE]
