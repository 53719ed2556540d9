"""Sentences on what a folder contains besides images, for warnings and reports."""

import os
import re
from collections.abc import Iterator, Sequence

from keras_gan.data.filenames import enumerate_names
from keras_gan.data.folders.listing import Listing, targets
from keras_gan.typing import StrPath

OTHER_FORMATS = re.compile(
    r"\.(apng|arw|avif|cr2|dds|dng|exr|heic|heif|hdr|ico|jfif|jp2|jpe|jpx|jxl|nef|orf|"
    r"pbm|pcx|pgm|pnm|ppm|psd|raw|svg|tga|xcf)"
)
"""Extensions of images of formats that are not read."""


def doubts_on_outputs(listing: Listing, name: str) -> Iterator[str]:
    """Yields sentences on the output of this library in a folder of images.

    Args:
        listing: `Listing` of the folder.
        name: Name of the folder in messages.
    """
    if listing.output_images and not listing.images:
        yield (
            f"All images of {name} were written by this library: "
            f"{enumerate_names(listing.output_images)}. They are loaded, since it has "
            "no others."
        )
    elif listing.output_images:
        yield (
            "Images that this library wrote are left out: "
            f"{len(listing.output_images):,} ({enumerate_names(listing.output_images)})"
            ". For images that are data, pass mark=False to kg.images.save_png."
        )
    if listing.output_folders:
        yield (
            "Folders of runs and of exported models are left out: "
            f"{enumerate_names(listing.output_folders)}."
        )


def doubts_on_files(listing: Listing, root: StrPath) -> Iterator[str]:
    """Yields sentences on files and links that cannot be data.

    Args:
        listing: `Listing` of a folder.
        root: Path of that folder.
    """
    if listing.devices:
        yield (
            "Pipes, sockets or devices are left out: "
            f"{enumerate_names(listing.devices)}."
        )
    if listing.dead:
        dead = [*targets(root, listing.dead)]
        yield f"Links to nothing are left out: {enumerate_names(dead)}."
    if repeated := [path for path in listing.repeated if "/" not in path]:
        yield (
            "Links to folders whose images are loaded already are left out: "
            f"{enumerate_names([*targets(root, repeated)])}."
        )
    formats = [
        path for path in listing.others if OTHER_FORMATS.fullmatch(extension(path))
    ]
    if formats:
        yield (
            f"Images of formats that are not read are left out: {len(formats):,} "
            f"({enumerate_names(formats)}). Convert them to PNG or JPEG."
        )


def notes(
    listing: Listing, root: StrPath, subfolders: Sequence[str], are_classes: bool
) -> Iterator[str]:
    """Yields sentences on what is left out of a folder or followed, rightly.

    Args:
        listing: `Listing` of a folder.
        root: Path of that folder.
        subfolders: Names of its subfolders with images.
        are_classes: Whether these are the classes.
    """
    outputs = [*listing.output_folders, *listing.output_images]
    full = {*subfolders, *(path.split("/")[0] for path in outputs)}
    empty = [name for name in listing.folders if name not in full]
    inner = [path for path in listing.repeated if "/" in path]
    deep = (
        [path for path in listing.images if path.count("/") > 1] if are_classes else []
    )
    sentences = {
        "Subfolders without images, which are not counted as classes": empty,
        "Images in deeper subfolders, which belong to the class of the first": deep,
        "Links to folders, followed": [*targets(root, listing.links)],
        "Links to a folder that contains them, left out": [
            *targets(root, listing.loops)
        ],
        "Links to folders whose images are counted already, left out": [
            *targets(root, inner)
        ],
        "Folders of the operating system or network storage, left out": listing.system,
        "Hidden files and folders, left out": listing.hidden,
    }
    for sentence, names in sentences.items():
        if names:
            yield f"{sentence}: {len(names):,} ({enumerate_names(names)})."
    if listing.others:
        extensions = sorted({extension(path) or "none" for path in listing.others})
        yield (
            f"Other files, ignored: {len(listing.others):,} "
            f"({enumerate_names(extensions)})."
        )


def extension(path: str) -> str:
    """Returns the extension of a file name in lower case, with its dot."""
    return os.path.splitext(path)[1].lower()
