"""Draws the figure of style transfer: content, styles and results.

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
"""Titles by index among the images of at least 200 pixels a side."""

FIGURE = pathlib.Path(__file__).parents[1] / "docs" / "pictures" / "style_transfer.png"
HEIGHT, GAP = 256, 6


def paintings(path):
    """Returns the WebP images of at least 200 pixels a side in a resource file."""
    images, data = [], pathlib.Path(path).read_bytes()
    for match in re.finditer(rb"RIFF....WEBP", data, re.DOTALL):
        length = int.from_bytes(data[match.start() + 4 : match.start() + 8], "little")
        with Image.open(io.BytesIO(data[match.start() :][: length + 8])) as image:
            if min(image.size) >= 200:
                images.append(np.asarray(image.convert("RGB")))
    return images


def contact_sheet(rows):
    """Returns rows of images of equal height on a white canvas."""
    lines = []
    for row in rows:
        images = [Image.fromarray(array) for array in row]
        widths = [round(image.width * HEIGHT / image.height) for image in images]
        line = Image.new("RGB", (sum(widths) + GAP * (len(row) - 1), HEIGHT), "white")
        left = 0
        for image, width in zip(images, widths, strict=True):
            size = (width, HEIGHT)
            line.paste(image.resize(size, Image.Resampling.LANCZOS), (left, 0))
            left += width + GAP
        lines.append(line)
    width = max(line.width for line in lines)
    canvas = Image.new("RGB", (width, (HEIGHT + GAP) * len(lines) - GAP), "white")
    for index, line in enumerate(lines):
        canvas.paste(line, (0, index * (HEIGHT + GAP)))
    return np.asarray(canvas)


def main():
    """Transfers each style to the content, and draws the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("resources", help="details.rcc of gcompris-qt-data")
    parser.add_argument("--size", type=int, default=384, help="longer side, in pixels")
    parser.add_argument("--steps", type=int, default=160, help="at the smallest size")
    arguments = parser.parse_args()
    content = load_sample_image("china.jpg")
    styles = paintings(arguments.resources)
    transfer = kg.StyleTransfer("random", content_weight=0.1, variation_weight=0.05)
    rows = []
    for index, title in STYLES.items():
        start = time.process_time()
        result = transfer.stylize(
            content,
            styles[index],
            size=arguments.size,
            steps=arguments.steps,
            seed=0,
            verbose=0,
        )
        first, last = result.history["style"][0], result.history["style"][-1]
        seconds = time.process_time() - start
        print(f"{title}: style {first:.4f} to {last:.5f}, {seconds:.0f} s", flush=True)
        rows.append([content, styles[index], result.image])
    with kg.files.atomic_file(FIGURE) as part:  # 256 colors take a third of the bytes
        Image.fromarray(contact_sheet(rows)).quantize(256).save(
            part, format="PNG", optimize=True
        )


if __name__ == "__main__":
    main()
