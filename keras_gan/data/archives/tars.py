"""Tar archives, read member by member, compressed or not."""

import bz2
import gzip
import lzma
import pathlib
import tarfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from keras_gan.data import filenames
from keras_gan.data.archives.containers import FREE_BYTES, MAX_RATIO, Container
from keras_gan.data.folders.listing import is_image_file
from keras_gan.errors import check

MAX_COMPRESSED_TAR_BYTES = 2**30
"""Bytes of the image files of a compressed tar, which are kept in memory: no single
one of them can be read without decompressing all before it."""

HEADER_BYTES = 2**20
"""Bytes of the longest name or list of attributes in a tar."""

NAME_TYPES = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)
"""Types of the members of a tar that hold a name, or attributes of the next one."""


class CheckedTarInfo(tarfile.TarInfo):
    """Member of a tar whose name and attributes are not read if they are too long."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> "CheckedTarInfo":
        """Returns the member of a header of 512 bytes."""
        try:
            member = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf and not buf.strip(b"\0"):  # the zeros at the end of an archive
                raise
            # As this class it would count as the end, also where a download stopped.
            raise tarfile.ReadError(f"no end of the archive: {error}") from error
        # Names and attributes of more than 100 bytes are read whole.
        if member.type in NAME_TYPES and member.size > HEADER_BYTES:
            raise tarfile.ReadError(f"a name of {member.size:,} bytes")
        return member


class TarContainer(Container):
    """Files in a tar that is not compressed, each of which can be read alone."""

    def index(self) -> None:
        """Lists the members."""
        self.places: dict[str, tuple[int, int]] = {}
        with open(self.path, "rb") as file:
            for name, member in self.members(file, "r:"):
                self.places[name] = (member.offset_data, member.size)
        self.resolve(self.places)

    def members(
        self, file: IO[bytes], mode: str
    ) -> Iterator[tuple[str, tarfile.TarInfo]]:
        """Yields the names and headers of the regular files."""
        count = 0
        # Another type of `fileobj` and `mode` than the overloads of typeshed know.
        opened: Callable[..., Any] = tarfile.open
        with opened(fileobj=file, mode=mode, tarinfo=CheckedTarInfo) as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # else it keeps every header
                count += 1
                self.check_count(count)
                name = self.safe_name(member.name)
                if member.islnk():
                    self.links[name] = self.safe_name(member.linkname)
                elif member.issym():
                    self.links[name] = member.linkname
                elif member.isreg() and not member.issparse():
                    self.links.pop(name, None)  # a later member replaces it
                    self.sizes[name] = member.size
                    self.extract(tar, name, member)
                    yield name, member
                elif not member.isdir():
                    self.devices.append(name)

    def extract(self, tar: tarfile.TarFile, name: str, member: tarfile.TarInfo) -> None:
        """Reads a file, where only the present one can be read."""

    def resolve(self, content: dict[str, Any]) -> None:
        """Replaces hard links, which a tar has for equal files, by the files."""
        for name, target in list(self.links.items()):
            if target in content:
                content[name] = content[target]
                self.sizes[name] = self.sizes[target]
                del self.links[name]

    def read_member(self, name: str) -> bytes:
        """Returns the content of a file."""
        offset, size = self.places[name]
        self.check_size(name, size, size)
        with open(self.path, "rb") as file:
            file.seek(offset)
            content = file.read(size)
        if len(content) < size:
            raise EOFError("the archive ends within this file")
        return content


class CountingReader:
    """Decompressed bytes of a file, up to a limit.

    Args:
        file: The decompressed file.
        most: Number of bytes from which reading raises an error.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file = file
        self.left = most

    def read(self, size: int) -> bytes:
        """Returns the next bytes.

        Raises:
            OSError: If there are more than the limit.
        """
        content = self.file.read(size)
        self.left -= len(content)
        if self.left < 0:
            raise OSError("it is more than MAX_RATIO times as large decompressed")
        return content


class CompressedTarContainer(TarContainer):
    """Image files in a compressed tar, kept in memory as they are encoded.

    Args:
        path: File of the archive.
        open_file: Function that opens it and decompresses it.
    """

    def __init__(
        self, path: pathlib.Path, open_file: Callable[[pathlib.Path], IO[bytes]]
    ) -> None:
        self.open_file = open_file
        super().__init__(path)

    def index(self) -> None:
        """Lists the members, and reads those that are named like images."""
        self.content: dict[str, bytes] = {}
        self.num_bytes = 0
        most = FREE_BYTES + MAX_RATIO * self.path.stat().st_size
        with self.open_file(self.path) as file:
            reader: Any = CountingReader(file, most)
            for _ in self.members(reader, "r|"):
                pass
        self.resolve(self.content)

    def extract(self, tar: tarfile.TarFile, name: str, member: tarfile.TarInfo) -> None:
        """Reads a file where only the present one can be read."""
        if not is_image_file(name.rpartition("/")[2]):
            return
        self.check_size(name, member.size, member.size)
        self.num_bytes += member.size
        check(
            self.num_bytes <= MAX_COMPRESSED_TAR_BYTES,
            f"The archive {filenames.printable(self.path)} is too large to be read "
            "compressed.",
            expected=f"image files of at most {MAX_COMPRESSED_TAR_BYTES:,} bytes "
            "together (MAX_COMPRESSED_TAR_BYTES)",
            received="more",
            do="Decompress it to a .tar with gunzip, bunzip2 or unxz, or unpack it and "
            "pass the folder.",
        )
        file = tar.extractfile(member)
        self.content[name] = file.read() if file else b""

    def read_member(self, name: str) -> bytes:
        """Returns the content of a file."""
        return self.content[name]


OPENERS: dict[str, Callable[..., Any]] = {
    **{".tar.gz": gzip.open, ".tgz": gzip.open},
    **{".tar.bz2": bz2.open, ".tbz2": bz2.open},
    **{".tar.xz": lzma.open, ".txz": lzma.open},
}
"""Functions that decompress, by the endings of compressed tars."""
