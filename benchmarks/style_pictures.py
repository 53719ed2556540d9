"""Draws the gallery picture of style transfer: content, styles, and what is painted.

    apt-get download gcompris-qt-data && dpkg-deb -x gcompris-qt-data_*.deb gcompris
    pip install scikit-learn
    python benchmarks/style_pictures.py gcompris/usr/share/gcompris-qt/rcc/details.rcc

The content is `china.jpg` of scikit-learn, a photograph by danielbuechele, CC BY 2.0.
The styles are paintings by Vincent van Gogh (1853-1890), in the public domain, from
Debian's package gcompris-qt-data 3.1-2. The features are an untrained VGG's.
"""

import argparse
import io
import pathlib
import re
import time

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import keras_gan as kg

STYLES = {12: "Café Terrace at Night, 1888", 15: "The Church at Auvers, 1890"}
"""Paintings by their place among the pictures of 200 pixels or more a side."""

GALLERY = pathlib.Path(__file__).parents[1] / "docs" / "pictures" / "style_transfer.png"
HEIGHT, GAP = 256, 6


def paintings(path):
    """Returns the WebP pictures of 200 pixels or more a side in a resource file."""
    found, data = [], pathlib.Path(path).read_bytes()
    for match in re.finditer(rb"RIFF....WEBP", data, re.DOTALL):
        length = int.from_bytes(data[match.start() + 4 : match.start() + 8], "little")
        with Image.open(io.BytesIO(data[match.start() :][: length + 8])) as picture:
            if min(picture.size) >= 200:
                found.append(np.asarray(picture.convert("RGB")))
    return found


def sheet(rows):
    """Lays rows of pictures out on white, all of one height."""
    lines = []
    for row in rows:
        pictures = [Image.fromarray(one) for one in row]
        widths = [round(one.width * HEIGHT / one.height) for one in pictures]
        line = Image.new("RGB", (sum(widths) + GAP * (len(row) - 1), HEIGHT), "white")
        left = 0
        for picture, width in zip(pictures, widths, strict=True):
            size = (width, HEIGHT)
            line.paste(picture.resize(size, Image.Resampling.LANCZOS), (left, 0))
            left += width + GAP
        lines.append(line)
    width = max(line.width for line in lines)
    canvas = Image.new("RGB", (width, (HEIGHT + GAP) * len(lines) - GAP), "white")
    for number, line in enumerate(lines):
        canvas.paste(line, (0, number * (HEIGHT + GAP)))
    return np.asarray(canvas)


def main():
    """Paints the content in each style, and draws the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resources", help="details.rcc of gcompris-qt-data")
    parser.add_argument("--size", type=int, default=384)
    parser.add_argument("--steps", type=int, default=160)
    arguments = parser.parse_args()
    content = load_sample_image("china.jpg")
    found = paintings(arguments.resources)
    transfer = kg.StyleTransfer("random", content_weight=0.1, variation_weight=0.05)
    rows = []
    for number, title in STYLES.items():
        begun = time.process_time()
        made = transfer.stylize(
            content,
            found[number],
            size=arguments.size,
            steps=arguments.steps,
            seed=0,
            verbose=0,
        )
        first, last = made.history["style"][0], made.history["style"][-1]
        seconds = time.process_time() - begun
        print(f"{title}: style {first:.4f} to {last:.5f}, {seconds:.0f} s", flush=True)
        rows.append([content, found[number], made.image])
    with kg.config.atomic_file(GALLERY) as part:  # 256 colors: a third of the bytes
        Image.fromarray(sheet(rows)).quantize(256).save(
            part, format="PNG", optimize=True
        )


if __name__ == "__main__":
    main()
