"""Makes a data set of 64x64 RGB images: the figures of the game Battle for Wesnoth.

Debian's package `wesnoth-1.16-data` has about five thousand drawings of 72x72 pixels,
in a folder for each people (elves, orcs, drakes, ...). This script takes those that are
of this size, sets them on a plain ground, cuts 4 pixels from every side, leaves out
copies, and writes a PNG file each, in a folder per people. The drawings are under
the GNU GPL, version 2 or later, many of them under CC BY-SA 4.0 too; they are not part
of this repository.

    apt-get download wesnoth-1.16-data
    python benchmarks/prepare_units.py wesnoth-1.16-data_*.deb --out data/units
    keras-gan check data/units
"""

import argparse
import hashlib
import io
import pathlib
import subprocess
import tarfile

from PIL import Image

INSIDE = "data/core/images/units/"
"""Folder of the drawings in the package."""

SIDE, BORDER = 72, 4
GROUND = (236, 236, 226)
"""Pixels of a drawing and of what is cut from it; the colour behind it."""

FEWEST = 100
"""Drawings that a people has at least."""


def drawings(package):
    """Yields the people and the file of every drawing of a package or a folder."""
    if package.is_dir():
        for path in sorted(package.rglob("*.png")):
            parts = path.as_posix().partition(INSIDE)[2].split("/")
            if len(parts) > 1:
                yield parts[0], path.read_bytes()
        return
    unpacked = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(unpacked.stdout)) as archive:
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            parts = member.name.partition(INSIDE)[2].split("/")
            if len(parts) > 1 and member.isfile() and member.name.endswith(".png"):
                yield parts[0], archive.extractfile(member).read()


def figure(content):
    """Returns the RGB image of a drawing, or None if it is of another size."""
    with Image.open(io.BytesIO(content)) as drawing:
        if drawing.size != (SIDE, SIDE):
            return None
        drawing = drawing.convert("RGBA")
    ground = Image.new("RGBA", drawing.size, (*GROUND, 255))
    whole = Image.alpha_composite(ground, drawing).convert("RGB")
    return whole.crop((BORDER, BORDER, SIDE - BORDER, SIDE - BORDER))


def prepare(package, folder):
    """Writes the figures to folders, and returns how many each people has."""
    peoples, seen = {}, set()
    for people, content in drawings(package):
        image = figure(content)
        if image is None:
            continue
        pixels = hashlib.sha256(image.tobytes()).digest()
        if pixels not in seen:
            seen.add(pixels)
            peoples.setdefault(people, []).append(image)
    counts = {}
    for people, images in sorted(peoples.items()):
        if len(images) < FEWEST:
            continue
        counts[people] = len(images)
        (folder / people).mkdir(parents=True, exist_ok=True)
        for number, image in enumerate(images):
            image.save(folder / people / f"{number:04d}.png")
    return counts


def main():
    """Prepares the folder, and prints what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=pathlib.Path, help="the .deb file, or a folder")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("data/units"))
    arguments = parser.parse_args()
    counts = prepare(arguments.package, arguments.out)
    for people, count in counts.items():
        print(f"{people:<20}{count:>6,}")
    print(f"{'all':<20}{sum(counts.values()):>6,}  {arguments.out}")


if __name__ == "__main__":
    main()
