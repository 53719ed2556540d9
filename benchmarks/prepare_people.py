"""Writes a dataset of 64x64 RGB images: the emoji of people from Google's Noto font.

The npm package `emoji-datasource-google` has the emoji as images of 64x64 pixels, and a
table of their categories. This script selects those of people (adults and children,
roles, gestures and fantasy) in all skin and hair colors, blends them with white,
removes duplicates, and writes each to a PNG file in the folder of its category. The
images are Google's, under the Apache License 2.0; they are not part of this repository.

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

CATEGORIES = ("person", "person-fantasy", "person-gesture", "person-role")
"""Subcategories of the table that are selected, each a folder."""

TABLE, IMAGES = "package/emoji.json", "package/img/google/64/"
"""Paths of the table and of the images in the package."""


def files(table):
    """Yields category and file name of each emoji of people, in the table's order."""
    for emoji in table:
        if emoji["subcategory"] in CATEGORIES:
            for variation in (emoji, *emoji.get("skin_variations", {}).values()):
                if variation["has_img_google"]:
                    yield emoji["subcategory"], variation["image"]


def on_white(content):
    """Returns an encoded RGBA image as RGB, blended with white."""
    with Image.open(io.BytesIO(content)) as image:
        rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")


def prepare(package, folder):
    """Writes the images, and returns their number by category."""
    counts, written = dict.fromkeys(CATEGORIES, 0), set()
    with tarfile.open(package) as archive:
        contents = {
            member.name: archive.extractfile(member).read()
            for member in archive
            if member.name == TABLE or member.name.startswith(IMAGES)
        }
    for category, name in files(json.loads(contents[TABLE])):
        image = on_white(contents[IMAGES + name])
        if image.tobytes() not in written:
            written.add(image.tobytes())
            counts[category] += 1
            (folder / category).mkdir(parents=True, exist_ok=True)
            image.save(folder / category / name)
    return counts


def main():
    """Writes the dataset and prints its counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("package", type=pathlib.Path, help="the package, a .tgz file")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("data/people"))
    arguments = parser.parse_args()
    counts = prepare(arguments.package, arguments.out)
    for category, count in counts.items():
        print(f"{category:<20}{count:>6,}")
    print(f"{'all':<20}{sum(counts.values()):>6,}  {arguments.out}")


if __name__ == "__main__":
    main()
