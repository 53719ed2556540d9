"""Archives of image files, read without extracting them."""

import os
import pathlib

from keras_gan.data.archives import tars
from keras_gan.data.archives.containers import Container, ZipContainer
from keras_gan.data.filenames import printable
from keras_gan.data.folders.directory import Folder
from keras_gan.data.folders.listing import SYSTEM_FOLDERS, Listing, is_image_file
from keras_gan.data.paths import ending_of
from keras_gan.typing import StrPath


def open_container(path: pathlib.Path) -> Container:
    """Returns the files of an archive.

    Raises:
        ValueError: If it is damaged, or the name of a member leaves it.
    """
    ending = ending_of(path)
    if ending == ".zip":
        return ZipContainer(path)
    if ending in tars.OPENERS:
        return tars.CompressedTarContainer(path, tars.OPENERS[ending])
    return tars.TarContainer(path)


class Archive(Folder):
    """Image files in a zip or tar, with the classes that the unpacked folder has.

    A folder that contains all images, as most archives have, is not a class: it stands
    for the folder that was packed.

    Args:
        path: File of the archive.
    """

    def __init__(self, path: StrPath) -> None:
        self.container = open_container(pathlib.Path(path))
        self.prefix: str = common_folder(
            [name for name in self.container.sizes if is_visible_image(name)]
        )
        super().__init__(path)
        self.name: str = f'the archive "{printable(path)}"'

    def list_files(self) -> Listing:
        """Returns the `Listing` of the members."""
        listing = Listing()
        for name in self.container.sizes:
            parts = name.split("/")
            if any(part.startswith(".") for part in parts):
                listing.hidden.append(name)
            elif is_in_system_folder(name):
                listing.system.append(name)
            elif is_image_file(parts[-1]):
                listing.images.append(name.removeprefix(self.prefix))
            else:
                listing.others.append(name.removeprefix(self.prefix))
        for name, target in self.container.links.items():
            if is_visible_image(name):
                reason = f"a link to {target}, which cannot be followed in an archive"
                listing.unreadable[name] = reason
            else:
                listing.dead.append(name)
        listing.devices += filter(is_visible_image, self.container.devices)
        listing.sort()
        return listing

    def member_of(self, path: pathlib.Path) -> str:
        """Returns the name of the member of one of `files`."""
        return self.prefix + path.relative_to(self.directory).as_posix()

    def encoded(self, path: pathlib.Path) -> bytes:
        """Returns the bytes of the member of one of `files`."""
        return self.container.read(self.member_of(path))


def is_in_system_folder(name: str) -> bool:
    """Returns whether a member is in a folder such as `__MACOSX`."""
    return any(map(SYSTEM_FOLDERS.fullmatch, name.split("/")[:-1]))


def is_visible_image(name: str) -> bool:
    """Returns whether a member is named like an image, and not hidden."""
    parts = name.split("/")
    is_hidden = any(part.startswith(".") for part in parts)
    return is_image_file(parts[-1]) and not is_hidden and not is_in_system_folder(name)


def common_folder(names: list[str]) -> str:
    """Returns the folder that contains all members, with a final slash, or "".

    Example:
    >>> common_folder(["set/cat/1.png", "set/dog/1.png"]), common_folder(["1.png"])
    ('set/', '')
    """
    folders = [os.path.dirname(name) for name in names]
    parts = [folder.split("/") if folder else [] for folder in folders]
    common = []
    for names_of_depth in zip(*parts, strict=False):
        if len(set(names_of_depth)) > 1:
            break
        common.append(names_of_depth[0])
    return "".join(f"{name}/" for name in common)
