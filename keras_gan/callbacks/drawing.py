"""A picture of generated samples: a grid of images, or points in the plane."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from keras_gan import images

BLUE = "#0072B2"
"""The colour of generated points (Okabe and Ito's, told apart by colour-blind eyes)."""


def draw(samples, columns=None, side=512):
    """Draws what a generator made.

    Args:
        samples: Float array `(num_images, height, width, channels)` in [-1, 1], or
            `(num_points, features)`. NaN is drawn as gray or 0.
        columns: Images in a row of the grid; as square as it can be by default.
        side: Pixels that a grid has at least on its longer side; they are repeated.

    Returns:
        `uint8` array `(height, width, channels)` with 1, 3 or 4 channels: of images
        with another number of them the first.
    """
    samples = np.nan_to_num(samples)
    if samples.ndim == 2:
        return scatter(samples)
    if samples.shape[-1] not in (1, 3, 4):
        samples = samples[..., :1]
    return images.enlarge(images.grid(images.to_uint8(samples), columns), side)


def scatter(points):
    """Draws points by their first and last coordinates, on 500x500 pixels.

    The axes reach to a power of two on all sides, so that they seldom change from one
    epoch to the next.
    """
    limit = 2.0 ** np.ceil(np.log2(np.clip(np.abs(points).max(), 1.0, 2.0**30)))
    figure = Figure(figsize=(5, 5), dpi=100, layout="constrained")
    axes = figure.add_subplot(
        xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal"
    )
    axes.scatter(points[:, 0], points[:, -1], s=12, color=BLUE, alpha=0.6, linewidths=0)
    axes.grid(alpha=0.25)
    axes.set_axisbelow(True)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]
