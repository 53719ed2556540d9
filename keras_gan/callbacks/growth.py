"""Progressive growing: small images first, and a larger size whenever it is time."""

import collections.abc
import dataclasses
import math

import keras
import numpy as np

from keras_gan.config import check, is_integer
from keras_gan.networks.growing import Grower, growth

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


class ProgressiveGrowing(Grower):
    """Lets both networks grow from their smallest images to the full size.

    The phases are: the smallest size, then for every further one its fading in and its
    training when it stands. The last one lasts until the end. How far the networks have
    grown is decided by `gan.steps` alone, which is saved with the GAN: to go on, load
    it and fit it with the same callback.

    Networks that have trained never shrink: another plan is refused if its level at
    `gan.steps` is below the one at which they stand, and one whose level is above takes
    them there at once. Fully grown, they need no plan: fit them without. To throw them
    back on purpose, count anew: `gan.steps.assign(0)`.

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
            divides; then the last batch is not to be a short one.
        run_images: Images of the whole run, of which every phase then takes the same
            part, instead of the two numbers above. None: they hold.
        reset_optimizers: Whether the optimizers begin anew at every stage, as in the
            paper's program; so does a schedule of their rates. Adam's first updates of
            new layers are else up to ten times too large.

    Raises:
        ValueError: If an argument is out of range; in `fit`, before anything changes,
            if the networks cannot grow or would shrink, the batches of the data are not
            those of the plan, or `steps_per_execution` is more than 1.

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
        check_duration("fade_images", fade_images)
        check_duration("stable_images", stable_images, "as many as a fade")
        check_duration("run_images", run_images, "the phases have their own")
        check(
            isinstance(reset_optimizers, bool),
            "Whether the optimizers begin anew is a yes or a no.",
            expected="reset_optimizers: True or False",
            received=f"reset_optimizers={reset_optimizers!r}",
            do="Pass reset_optimizers=True to begin anew at every stage, else False.",
        )
        self.fade_images = fade_images
        self.stable_images = fade_images if stable_images is None else stable_images
        self.run_images, self.reset_optimizers = run_images, reset_optimizers
        self.batch_sizes = by_side(batch_size)

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
            expected=f"one that holds from a side of {side} or less on",
            received=f"batch_size={self.batch_sizes}",
            do=f"Add one, e.g. {{{side}: {max(self.batch_sizes.values())}}}, or pass a "
            "single number for all sides.",
        )
        return self.batch_sizes[known[-1]]

    def on_train_begin(self, logs=None):
        """Looks at the GAN and its data, and brings the networks to their level."""
        check(
            self.model.steps_per_execution == 1,
            "Networks grow between executions: with several steps in each they would "
            "skip stages and parts of a fade.",
            expected="steps_per_execution=1",
            received=f"steps_per_execution={self.model.steps_per_execution}",
            do="Leave it out of gan.compile, or assign gan.steps_per_execution = 1.",
        )
        self.check_batches(self.model)
        self.traced = None
        self.grow()

    def due(self, gan):
        """Returns the phase that a GAN is in by its steps, and the level there.

        Raises:
            ValueError: If its networks cannot grow, or would shrink.
        """
        step = int(keras.ops.convert_to_numpy(gan.steps))
        plan = self.phases(sides_of(gan))
        phase = next(one for one in reversed(plan) if one.start <= step)
        level, stands = np.float32(phase.level(step)), max(levels_of(gan))
        check(
            level >= stands or step == 0,
            "This plan would take networks that have trained back to smaller images.",
            expected=f"a level of {stands:.4g} or more after {step} training steps: "
            "there the networks stand",
            received=f"a plan with a level of {level:.4g} at this step",
            do="Leave ProgressiveGrowing out: the networks are fully grown."
            if growth(gan.generator).complete
            else "Take the plan by which they have grown so far, or one of fewer images"
            " (at the command line: go on with that run itself, by --resume).",
        )
        return phase, level

    def check_batches(self, gan):
        """Makes sure that the data comes in the batches that the plan counts.

        Raises:
            ValueError: If it does not, or if a last one may be too short to be split.
        """
        parts, largest = gan.discriminator_steps, max(self.batch_sizes.values())
        check(
            gan.batch_images in (None, parts * largest),
            "The data has batches of another size than the plan of growing counts.",
            expected=f"batches of {parts * largest} images, the largest batch_size"
            + (f" for each of {parts} steps of the discriminator" if parts > 1 else ""),
            received=f"batches of {gan.batch_images} images",
            do="Batch the data so, or pass the batch_size of the data"
            + (f", divided by {parts}." if parts > 1 else "."),
        )
        split = max(phase.split for phase in self.phases(sides_of(gan)))
        last, least = gan.last_images, split * parts
        check(
            gan.batch_images is None or split == 1 or (last and last >= least),
            "The last batch may be too short to be split into the plan's training "
            "steps.",
            expected=f"{least} images or more in every batch, for {split} steps"
            + (f" with {parts} of the discriminator each" if parts > 1 else ""),
            received=f"a last batch of {last}"
            if last
            else "a data set that does not say how many images its batches have",
            do="Drop what does not fill a batch, e.g. "
            f"dataset.unbatch().batch({parts * largest}, drop_remainder=True).",
        )

    def on_train_batch_begin(self, batch, logs=None):
        """Brings the networks to the level of `gan.steps`."""
        self.grow()

    def on_epoch_end(self, epoch, logs=None):
        """Logs the level."""
        if logs is not None:
            logs["level"] = levels_of(self.model)[0]

    def on_train_end(self, logs=None):
        """Leaves a GAN that makes one training step of a batch."""
        self.model.one_step_per_batch()

    def grow(self):
        """Brings the networks to the level of `gan.steps`, and traces a new stage."""
        gan = self.model
        phase, level = self.due(gan)
        begins = gan.generator.stage != phase.stage
        for network in (gan.generator, gan.discriminator, gan.ema_generator):
            network.level.assign(level)
        if begins and self.reset_optimizers:
            reset(gan)
        if self.traced != (phase.stage, phase.split):
            self.traced = phase.stage, phase.split
            gan.steps_per_batch = phase.split
            gan.retrace()


def check_duration(name, images, none=None):
    """Makes sure that a phase, or a run, lasts for a number of images.

    Args:
        name: Name of the argument.
        images: What was given.
        none: What None stands for; None: it is no choice.
    """
    check(
        is_integer(images, 1) or (none and images is None),
        "A phase, or a run, lasts for a whole number of images.",
        expected=f"{name} of 1 or more, an int"
        + (f"; or None: {none}" if none else ""),
        received=f"{name}={images!r}",
        do=f"Pass e.g. {name}={IMAGES}.",
    )


def by_side(batch_size):
    """Returns batch sizes by the short side of the images, the smallest side first.

    Args:
        batch_size: What the user gave: a number, or a dictionary of them.

    Raises:
        ValueError: If it is neither, or if the largest cannot be split into the others.

    Example:
    >>> by_side(64), by_side({16: 64, 4: 128})
    ({1: 64}, {4: 128, 16: 64})
    """
    given = isinstance(batch_size, collections.abc.Mapping)
    sizes = dict(batch_size) if given else {1: batch_size}
    check(
        sizes and all(is_integer(one, 1) for pair in sizes.items() for one in pair),
        "A batch size is a whole number of images: one for all sides of the images, or "
        "one from each side on.",
        expected="an int of 1 or more, or a dictionary from sides to batch sizes",
        received=f"batch_size={batch_size!r}",
        do="Pass e.g. batch_size=64, or batch_size={4: 128, 16: 64}.",
    )
    largest = max(sizes.values())
    check(
        all(largest % size == 0 for size in sizes.values()),
        "The batches of the data cannot be split into these training steps.",
        expected=f"batch sizes that divide the largest, {largest}",
        received=f"batch_size={batch_size!r}",
        do="Take powers of two, e.g. batch_size={4: 128, 16: 64, 64: 16}.",
    )
    return dict(sorted(sizes.items()))


def sides_of(gan):
    """Returns the short sides of the images of all stages of a GAN.

    Raises:
        ValueError: If its networks cannot grow, or not together.
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
    return [min(gan.image_shape[:2]) // 2**k for k in reversed(range(stages))]


def levels_of(gan):
    """Returns the levels of the networks of a GAN, the generator's first."""
    networks = gan.generator, gan.discriminator, gan.ema_generator
    return [float(keras.ops.convert_to_numpy(one.level)) for one in networks]


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
