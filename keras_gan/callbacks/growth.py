"""Progressive growing: small images first, and a larger size whenever it is time."""

import dataclasses
import math
import numbers

import keras

from keras_gan.config import check, check_count
from keras_gan.networks.growing import growth

IMAGES = 800_000
"""Images of a phase in the paper."""


@dataclasses.dataclass(frozen=True)
class Phase:
    """A part of the training, in which a size of images fades in or stands.

    Args:
        stage: Number of the size, from 0.
        fades: Whether it fades in.
        start: Training steps before it.
        steps: Training steps that it takes.
        split: Training steps that are made of one batch of the data.
    """

    stage: int
    fades: bool
    start: int
    steps: int
    split: int

    def level(self, step):
        """Returns the level of the networks at a step of this phase."""
        if not self.fades:
            return float(self.stage)
        share = (step - self.start + self.split) / self.steps
        return self.stage - 1.0 + min(1.0, share)


class ProgressiveGrowing(keras.callbacks.Callback):
    """Lets both networks grow from their smallest images to the full size.

    The phases are: the smallest size, then for every further one its fading in and its
    training when it stands. The last one lasts until the end. How far the networks have
    grown is decided by `gan.steps` alone, which is saved with the GAN: to go on, load
    it and fit it with the same callback.

    The networks are those of `kg.networks.progressive_generator` and
    `progressive_discriminator`. A new stage takes some seconds, in which the training
    step is traced anew. The level is in the logs of every epoch: 2.3 says that the
    fourth size has faded in by a share of 0.3.

    Args:
        fade_images: Images of a phase in which a size fades in.
        stable_images: Images of a phase in which it stands. None: as many.
        batch_size: Images of one training step; or a dictionary of them by the short
            side of the images, from which side on they hold, such as `{4: 128, 16: 64,
            64: 16}`. The data comes in batches of the largest, which each of the others
            divides.
        run_images: Images of the whole run, of which every phase then takes the same
            part, instead of the two numbers above. None: they hold.
        reset_optimizers: Whether the optimizers begin anew at every stage, as in the
            paper's program; so does a schedule of their rates. Adam's first updates of
            new layers are else up to ten times too large.

    Raises:
        ValueError: If a number is out of range; in `fit`, if the networks cannot grow.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), appendix A.1.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.progressive((16, 16, 1), width=8)
    >>> growing = kg.callbacks.ProgressiveGrowing(run_images=20_000, batch_size=64)
    >>> # gan.fit(dataset, epochs=2, callbacks=[growing])
    """

    def __init__(
        self,
        fade_images=IMAGES,
        stable_images=None,
        batch_size=64,
        run_images=None,
        reset_optimizers=True,
    ):
        super().__init__()
        stable_images = fade_images if stable_images is None else stable_images
        check_count(fade_images, "fade_images", "A phase has whole images.")
        check_count(stable_images, "stable_images", "A phase has whole images.")
        if run_images is not None:
            check_count(run_images, "run_images", "A run has whole images.")
        if isinstance(batch_size, numbers.Integral):
            batch_size = {1: batch_size}
        check_batch_sizes(batch_size)
        self.fade_images, self.stable_images = fade_images, stable_images
        self.run_images, self.reset_optimizers = run_images, reset_optimizers
        self.batch_sizes = dict(sorted(batch_size.items()))

    def phases(self, sides):
        """Returns the phases of networks whose images have these short sides.

        Example:
        >>> for phase in ProgressiveGrowing(100, 200, {4: 20, 8: 10}).phases([4, 8]):
        ...     print(phase)
        Phase(stage=0, fades=False, start=0, steps=10, split=1)
        Phase(stage=1, fades=True, start=10, steps=10, split=2)
        Phase(stage=1, fades=False, start=20, steps=20, split=2)
        """
        largest, phases, start = max(self.batch_sizes.values()), [], 0
        for number in range(2 * len(sides) - 1):
            stage, fades = (number + 1) // 2, number % 2 == 1
            images = self.fade_images if fades else self.stable_images
            if self.run_images is not None:
                images = self.run_images / (2 * len(sides) - 1)
            split = largest // self.batch_size(sides[stage])
            steps = math.ceil(images / largest) * split
            phases.append(Phase(stage, fades, start, steps, split))
            start += steps
        return phases

    def batch_size(self, side):
        """Returns the images of a training step at a short side of the images."""
        known = [one for one in self.batch_sizes if one <= side]
        check(
            known,
            "There is no batch size for the smallest images.",
            expected=f"a batch size from a side of {side} or less on",
            received=f"batch_size={self.batch_sizes}",
            do=f"Add one for {side}, or pass one number for all.",
        )
        return self.batch_sizes[known[-1]]

    def on_train_begin(self, logs=None):
        """Looks at the networks, and brings them to the level of `gan.steps`."""
        stages = stages_of(self.model)
        self.check_batch()
        side = min(self.model.image_shape[:2])
        self.plan = self.phases([side // 2**k for k in reversed(range(stages))])
        self.traced = None
        self.grow()

    def check_batch(self):
        """Makes sure that the data comes in batches of the size that the plan counts.

        Raises:
            ValueError: If it does not.
        """
        parts, largest = self.model.discriminator_steps, max(self.batch_sizes.values())
        check(
            self.model.batch_images in (None, parts * largest),
            "The data has batches of another size than the plan of growing counts.",
            expected=f"batches of {parts * largest} images, the largest batch_size"
            + (f" for each of {parts} steps of the discriminator" if parts > 1 else ""),
            received=f"batches of {self.model.batch_images} images",
            do="Batch the data so, or pass the batch_size of the data"
            + (f", divided by {parts}." if parts > 1 else "."),
        )

    def on_train_batch_begin(self, batch, logs=None):
        """Brings the networks to the level of `gan.steps`."""
        self.grow()

    def on_epoch_end(self, epoch, logs=None):
        """Logs the level."""
        if logs is not None:
            logs["level"] = float(
                keras.ops.convert_to_numpy(self.model.generator.level)
            )

    def on_train_end(self, logs=None):
        """Leaves a GAN that makes one training step of a batch."""
        self.model.one_step_per_batch()

    def grow(self):
        """Brings the networks to the level of `gan.steps`, and traces a new stage."""
        gan = self.model
        step = int(keras.ops.convert_to_numpy(gan.steps))
        phase = next(one for one in reversed(self.plan) if one.start <= step)
        begins = gan.generator.stage != phase.stage
        for network in (gan.generator, gan.discriminator, gan.ema_generator):
            network.level.assign(phase.level(step))
        if begins and self.reset_optimizers:
            reset(gan)
        if self.traced != (phase.stage, phase.split):
            self.traced = phase.stage, phase.split
            gan.steps_per_batch = phase.split
            gan.retrace()


def check_batch_sizes(sizes):
    """Makes sure that batch sizes by short side are whole and divide the largest."""
    for side, size in sizes.items():
        check_count(side, "each side in batch_size", "Sides of images are whole.")
        check_count(size, "each batch_size", "A training step has whole images.")
    check(
        len(sizes) > 0
        and all(max(sizes.values()) % size == 0 for size in sizes.values()),
        "The batches of the data cannot be split into these training steps.",
        expected="batch sizes of which each divides the largest",
        received=f"batch_size={sizes!r}",
        do="Take powers of two, e.g. {4: 128, 16: 64, 64: 16}.",
    )


def stages_of(gan):
    """Returns how many stages the networks of a GAN have.

    Raises:
        ValueError: If they cannot grow, or not together.
    """
    networks = gan.generator, gan.discriminator
    stages, others = (growth(network).num_stages for network in networks)
    check(
        stages == others > 1,
        "These networks cannot grow together.",
        expected="two networks of as many stages",
        received=" and ".join(network.name for network in networks),
        do="Build both by kg.networks.progressive_generator(image_shape) and "
        "progressive_discriminator(image_shape), or take kg.recipes.progressive.",
    )
    return stages


def reset(gan):
    """Brings both optimizers to where they began, but for their rates."""
    networks = gan.generator, gan.discriminator
    with gan.distribute_strategy.scope():
        for optimizer, network in zip(gan.optimizer.optimizers, networks, strict=True):
            # Of a scaled optimizer the scale stays.
            inner = getattr(optimizer, "inner_optimizer", optimizer)
            new = type(inner).from_config(inner.get_config())
            new.build(network.trainable_weights)
            for own, first in zip(inner.variables, new.variables, strict=True):
                own.assign(first)
