"""Listing of the files in a folder, at any depth, in an order of their names.

Links are followed, each folder once; nothing is opened that is not a file.
"""

import dataclasses
import errno
import os
import pathlib
import re
from collections.abc import Iterator
from dataclasses import field

from keras_gan.data import decoding
from keras_gan.data.folders import outputs
from keras_gan.typing import StrPath

SYSTEM_FOLDERS = re.compile(
    r"@eadir|__macosx|lost\+found|#recycle|#snapshot|@recycle|@recently-snapshot|"
    r"\$recycle\.bin|recycler|system volume information|found\.\d{3}|"
    r"network trash folder|temporary items|__pycache__",
    re.IGNORECASE,
)
"""Names of folders in which network storage, macOS, Windows, Linux or Python keep
thumbnails, deleted files and the like."""


def is_image_file(name: str) -> bool:
    """Returns whether a file name has the extension of an image and is not hidden."""
    extension = os.path.splitext(name)[1].lower()
    return not name.startswith(".") and extension in decoding.SUFFIXES


@dataclasses.dataclass
class Listing:
    """What lies in a folder, as sorted paths relative to it.

    Args:
        images: Image files: those directly in the folder first, then by folder.
        others: Files without the extension of an image.
        folders: Folders directly in it, without those that are left out.
        links: Links to folders elsewhere, whose files are listed.
        repeated: Links to folders whose files are listed already, left out.
        loops: Links to a folder that contains them, left out.
        dead: Links to nothing that are not named like images, left out.
        hidden: Files and folders whose names begin with a dot, left out.
        system: Folders of `SYSTEM_FOLDERS`, left out.
        devices: Pipes, sockets and devices that are named like images, left out.
        output_folders: Folders of runs and SavedModels, left out.
        output_images: Images that this library wrote, left out.
        unreadable: Dictionary from files and folders that cannot be read to the reason.
    """

    images: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    system: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    output_folders: list[str] = field(default_factory=list)
    output_images: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    def sort(self) -> None:
        """Sorts all paths: the order of a file system has no influence."""
        for name in [each.name for each in dataclasses.fields(self)]:
            value = getattr(self, name)
            if isinstance(value, list):
                value.sort(key=sort_key)
        self.unreadable = dict(sorted(self.unreadable.items()))


def sort_key(path: str) -> tuple[bool, list[str]]:
    """Returns the key by which paths are sorted: part by part, files at the top first.

    Example:
    >>> sorted(["b/1.png", "a-b/1.png", "a/1.png", "c.png"], key=sort_key)
    ['c.png', 'a/1.png', 'a-b/1.png', 'b/1.png']
    """
    parts = path.split("/")
    return len(parts) > 1, parts


def list_folder(directory: StrPath) -> Listing:
    """Returns the `Listing` of a folder.

    Raises:
        OSError: If the folder itself cannot be read.
    """
    # An unreadable folder is an error here, and an entry of the listing below.
    os.scandir(directory).close()
    return Walk(os.fspath(directory)).run()


@dataclasses.dataclass(frozen=True)
class Place:
    """A folder that is to be listed.

    Args:
        path: Path relative to the folder of the listing; "" is that folder.
        real: The same without links, absolute.
        scope: First part of the path of the link by which it was reached, or "".
    """

    path: str
    real: str
    scope: str = ""

    def join(self, name: str) -> str:
        """Returns the relative path of an entry of this folder."""
        return f"{self.path}/{name}" if self.path else name


class Walk:
    """One pass over a folder and all folders in it.

    Args:
        root: Path of the folder.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.listing = Listing()
        self.pending: list[Place] = []
        self.links: list[tuple[Place, str]] = []
        # A folder elsewhere may be linked from several classes, from each once.
        self.visited: set[tuple[str, str]] = set()

    def run(self) -> Listing:
        """Returns the sorted listing."""
        self.visit_all(Place("", self.real_root))
        # Links come after all folders: a file in the folder keeps its own path, even
        # if a link leads to it, too.
        while self.links:
            links, self.links = sorted(self.links, key=lambda link: link[1]), []
            for place, path in links:
                self.follow(place, path)
        self.listing.sort()
        return self.listing

    def absolute(self, path: str) -> str:
        """Returns the absolute or working-directory path of a relative one."""
        return os.path.join(self.root, path)

    def visit_all(self, place: Place) -> None:
        """Lists a folder and the folders in it, without links."""
        self.pending = [place]
        while self.pending:
            place = self.pending.pop()
            if place.scope and {(place.scope, place.real), ("", place.real)} & (
                self.visited
            ):
                continue
            self.visited.add((place.scope, place.real))
            try:
                self.visit(place)
            except OSError as error:
                if not place.path:
                    raise
                self.set_unreadable(place.path, error)

    def visit(self, place: Place) -> None:
        """Lists the entries of one folder."""
        with os.scandir(self.absolute(place.path)) as iterator:
            entries = list(iterator)
        names = {entry.name for entry in entries}
        if place.path and outputs.is_output_folder(self.absolute(place.path), names):
            self.listing.output_folders.append(place.path)
            return
        if place.path and "/" not in place.path:
            self.listing.folders.append(place.path)
        for entry in entries:
            path = place.join(entry.name)
            try:
                self.add(place, path, entry)
            except OSError as error:
                self.set_unreadable(path, error)

    def add(self, place: Place, path: str, entry: os.DirEntry[str]) -> None:
        """Adds an entry of a folder to the listing, or to the folders to visit."""
        name = entry.name
        if name.startswith("."):
            self.listing.hidden.append(path)
        elif entry.is_symlink() and is_dead(self.absolute(path)):
            self.add_dead_link(path)
        elif entry.is_dir():
            if SYSTEM_FOLDERS.fullmatch(name):
                self.listing.system.append(path)
            elif entry.is_symlink():
                self.links.append((place, path))
            else:
                real = os.path.join(place.real, name)
                self.pending.append(Place(path, real, place.scope))
        elif entry.is_file():
            self.add_file(path)
        elif is_image_file(name):
            self.listing.devices.append(path)
        else:
            self.listing.others.append(path)

    def add_file(self, path: str) -> None:
        """Adds a file to the listing."""
        if not is_image_file(os.path.basename(path)):
            self.listing.others.append(path)
        elif outputs.is_output_image(self.absolute(path)):
            self.listing.output_images.append(path)
        else:
            self.listing.images.append(path)

    def add_dead_link(self, path: str) -> None:
        """Adds a link to nothing to the listing."""
        if is_image_file(os.path.basename(path)):
            target = os.readlink(self.absolute(path))
            self.listing.unreadable[path] = f"a link to {target}, which leads nowhere"
        else:
            self.listing.dead.append(path)

    def follow(self, place: Place, path: str) -> None:
        """Lists the folder behind a link, unless that would list a folder again.

        Args:
            place: The folder in which the link is.
            path: Relative path of the link.
        """
        real = os.path.realpath(self.absolute(path))
        scope = path.split("/")[0]
        if any(is_within(inner, real) for inner in (place.real, self.real_root)):
            self.listing.loops.append(path)
        elif {("", real), (scope, real)} & self.visited:
            self.listing.repeated.append(path)
        else:
            self.listing.links.append(path)
            self.visit_all(Place(path, real, scope))

    def set_unreadable(self, path: str, error: OSError) -> None:
        """Adds a file or folder that cannot be read to the listing, with the reason."""
        reason = error.strerror or type(error).__name__
        self.listing.unreadable[path] = f"it cannot be read: {reason}"


def is_dead(link: str) -> bool:
    """Returns whether a link leads nowhere, or to itself."""
    try:
        os.stat(link)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return True
    return False


def is_within(inner: str, outer: str) -> bool:
    """Returns whether one absolute path is another one or lies in it."""
    return pathlib.PurePath(inner).is_relative_to(outer)


def targets(root: StrPath, paths: list[str]) -> Iterator[str]:
    """Yields relative paths of links with where they lead: `"cat/more -> /photos"`."""
    for path in paths:
        try:
            yield f"{path} -> {os.readlink(os.path.join(root, path))}"
        except OSError:  # removed since
            yield path
