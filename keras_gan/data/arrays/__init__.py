"""Arrays of images: in memory (`memory.py`), and in .npy, .npz and HDF5 files.

`formats.py` opens these files; `array_file.py` makes datasets of what is in them.
"""

from keras_gan.data.arrays.memory import (
    Arrays,
    checked_images,
    checked_labels,
    dataset_of,
    from_arrays,
    from_memory,
)

__all__ = [
    "Arrays",
    "checked_images",
    "checked_labels",
    "dataset_of",
    "from_arrays",
    "from_memory",
]
