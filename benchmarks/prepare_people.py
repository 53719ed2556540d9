"""Makes a data set of 64x64 RGB images: the people among Google's emoji.

The npm package `emoji-datasource-google` has the emoji of the font Noto as pictures of
64x64 pixels, and a table of what each shows. This script takes those of people (adults
and children, at work, making a gesture, of fairy tales), in all colors of skin and of
hair that there are, sets them on white, leaves out copies, and writes a PNG file each,
in a folder for each kind. The drawings are Google's, under the Apache License 2.0; they
are not part of this repository.

    npm pack emoji-datasource-google@16.0.0
    python benchmarks/prepare_people.py emoji-datasource-google-16.0.0.tgz
    keras-gan check data/people
"""

import argparse
import io
import json
import pathlib
import tarfile

from PIL import Image

KINDS = ("person", "person-fantasy", "person-gesture", "person-role")
"""Subcategories of the table that are taken, each a folder."""

TABLE, PICTURES = "package/emoji.json", "package/img/google/64/"
"""Where the package has its table and its pictures."""


def files(table):
    """Yields the kind and the file of every picture of people, in the table's order."""
    for emoji in table:
        if emoji["subcategory"] in KINDS:
            for one in (emoji, *emoji.get("skin_variations", {}).values()):
                if one["has_img_google"]:
                    yield emoji["subcategory"], one["image"]


def on_white(content):
    """Returns the RGB image of a drawing that has an alpha."""
    with Image.open(io.BytesIO(content)) as drawing:
        drawing = drawing.convert("RGBA")
    ground = Image.new("RGBA", drawing.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, drawing).convert("RGB")


def prepare(package, folder):
    """Writes the pictures of people, and returns how many there are of each kind."""
    counts, seen = dict.fromkeys(KINDS, 0), set()
    with tarfile.open(package) as archive:
        contents = {
            one.name: archive.extractfile(one).read()
            for one in archive
            if one.name == TABLE or one.name.startswith(PICTURES)
        }
    for kind, name in files(json.loads(contents[TABLE])):
        image = on_white(contents[PICTURES + name])
        if image.tobytes() not in seen:
            seen.add(image.tobytes())
            counts[kind] += 1
            (folder / kind).mkdir(parents=True, exist_ok=True)
            image.save(folder / kind / name)
    return counts


def main():
    """Prepares the folder, and prints what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=pathlib.Path, help="the package's .tgz file")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("data/people"))
    arguments = parser.parse_args()
    counts = prepare(arguments.package, arguments.out)
    for kind, count in counts.items():
        print(f"{kind:<20}{count:>6,}")
    print(f"{'all':<20}{sum(counts.values()):>6,}  {arguments.out}")


if __name__ == "__main__":
    main()
