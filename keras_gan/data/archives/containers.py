"""Members of zip and tar archives, which are read without extracting them.

No member's name leaves the archive, no link is followed, and limits hold for the bytes
of each: an archive from a stranger neither writes files nor fills the memory.
"""

import abc
import lzma
import pathlib
import re
import stat
import tarfile
import zipfile
import zlib

from keras_gan.data import filenames, paths
from keras_gan.errors import UserError, check, user_error

MAX_MEMBER_BYTES = 2**27
"""Bytes of the largest image file that is read from an archive."""

MAX_RATIO = 500
"""Bytes of a file of more than `FREE_BYTES` for each byte that it takes compressed.
Compressed image files take nearly as many bytes as they are."""

FREE_BYTES = 2**20
"""Bytes up to which any ratio is valid."""

MAX_MEMBERS = 5_000_000
"""Members of an archive."""

DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError, ValueError, OverflowError),
)
"""What Python raises for a damaged archive, or one of an unknown compression."""

LIMITS_ADVICE = (
    "If you trust its origin, unpack it and pass the folder, or raise the limit in "
    "Python: keras_gan.data.archives.containers.{}."
)


class Container(abc.ABC):
    """Regular files in an archive.

    Args:
        path: File of the archive.

    Attributes:
        sizes: Dictionary from the names of the files to their sizes in bytes.
        links: Dictionary from the names of links to where they lead.
        devices: Names of what is neither a file, a folder nor a link.
    """

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        self.links: dict[str, str] = {}
        self.devices: list[str] = []
        try:
            self.index()
        except UserError:
            raise
        except DAMAGE as error:
            raise self.damaged(error) from error

    @abc.abstractmethod
    def index(self) -> None:
        """Lists the members."""

    @abc.abstractmethod
    def read_member(self, name: str) -> bytes:
        """Returns the content of a file."""

    def read(self, name: str) -> bytes:
        """Returns the content of a file.

        Raises:
            ValueError: If the archive is damaged there.
        """
        try:
            return self.read_member(name)
        except UserError:
            raise
        except DAMAGE as error:
            raise self.damaged(error, name) from error

    def damaged(self, error: Exception, name: str = "") -> Exception:
        """Returns the error for a damaged archive."""
        if name:
            error = ValueError(f"{filenames.printable(name)}: {error}")
        return paths.unreadable_error(self.path, error, "a zip or tar archive")

    def check_size(self, name: str, size: int, stored: int) -> None:
        """Raises an error if a file is too large, or a few bytes become very many.

        Args:
            name: Name of the file.
            size: Its bytes.
            stored: Bytes that it takes in the archive.
        """
        limits = {
            "MAX_MEMBER_BYTES": (size, MAX_MEMBER_BYTES),
            "MAX_RATIO": (size if size > FREE_BYTES else 0, MAX_RATIO * max(stored, 1)),
        }
        for limit, (value, most) in limits.items():
            check(
                value <= most,
                f"A file in the archive {filenames.printable(self.path)} is too large.",
                expected=f"image files of at most {most:,} bytes ({limit})",
                received=f"{filenames.printable(name)}: {size:,} bytes, compressed to "
                f"{stored:,}",
                do=LIMITS_ADVICE.format(limit),
            )

    def check_count(self, count: int) -> None:
        """Raises an error if there are too many members."""
        check(
            count <= MAX_MEMBERS,
            f"The archive {filenames.printable(self.path)} has too many members.",
            expected=f"at most {MAX_MEMBERS:,} members (MAX_MEMBERS)",
            received=f"{count:,} or more",
            do=LIMITS_ADVICE.format("MAX_MEMBERS"),
        )

    def safe_name(self, name: str) -> str:
        """Returns the normalized name of a member: `"cat/1.png"`.

        Raises:
            ValueError: If it would leave the folder in which the archive is unpacked.
        """
        slashed = name.replace("\\", "/")
        parts = [part for part in slashed.split("/") if part not in ("", ".")]
        is_absolute = slashed.startswith("/") or re.match(r"[A-Za-z]:", slashed)
        check(
            not is_absolute and ".." not in parts,
            f"The archive {filenames.printable(self.path)} has a member outside of it.",
            expected="relative names without ..",
            received=filenames.printable(name),
            do="Do not unpack it if you do not know its origin. Else write it again, "
            "from within the folder of the images.",
        )
        return "/".join(parts)


class ZipContainer(Container):
    """Files in a zip archive, each of which can be read alone."""

    def index(self) -> None:
        """Lists the members."""
        self.archive = zipfile.ZipFile(self.path)
        self.infos: dict[str, zipfile.ZipInfo] = {}
        members = self.archive.infolist()
        self.check_count(len(members))
        for info in members:
            name = self.safe_name(info.filename)
            if info.is_dir() or not name:
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                self.links[name] = "another member"
                continue
            self.infos[name] = info
            self.sizes[name] = info.file_size

    def read_member(self, name: str) -> bytes:
        """Returns the content of a file."""
        info = self.infos[name]
        if info.flag_bits & 0x1:
            raise user_error(
                f"The archive {filenames.printable(self.path)} is encrypted.",
                expected="files that can be read without a password",
                received=f"{filenames.printable(name)}, encrypted",
                do="Unpack it with its password, and pass the folder.",
            )
        self.check_size(name, info.file_size, info.compress_size)
        return self.archive.read(info)
