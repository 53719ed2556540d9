"""Progressive growing: the schedule of resolutions and fades during training."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from keras_gan.errors import check
from keras_gan.gan import GAN
from keras_gan.networks.growing import GrowthCallback, growth
from keras_gan.replicas import to_numpy
from keras_gan.typing import Logs
from keras_gan.validation import PositiveInt, Rule, as_integer, validated

PAPER_IMAGES = 800_000
"""Images per phase in the paper."""

NumImages = Annotated[PositiveInt, "Pass e.g. 800_000, the paper's images per phase."]
"""Duration of a phase or a run in images."""


@dataclasses.dataclass(frozen=True)
class Phase:
    """Phase of the training, in which a resolution fades in or is stable.

    Args:
        stage: Index of the resolution, from 0.
        fades: Whether it fades in.
        start: Index of its first training step.
        steps: Number of its training steps.
        split: Training steps per batch of the data.
    """

    stage: int
    fades: bool
    start: int
    steps: int
    split: int

    def level(self, step: int) -> float:
        """Returns the level of the networks at a training step of this phase."""
        if not self.fades:
            return float(self.stage)
        fraction = (step - self.start + self.split) / self.steps
        return self.stage - 1.0 + min(1.0, fraction)


class ProgressiveGrowing(GrowthCallback):
    """Progressive growing: trains both networks from the smallest resolution upwards.

    The first phase trains the smallest resolution; each further one fades in, then is
    trained in a stable phase. The last phase lasts until the end. The current level of
    the networks depends only on `gan.steps`, which is saved with the GAN: to resume,
    load it and fit it with the same callback.

    The level of trained networks never decreases: a schedule whose level at `gan.steps`
    is below the current one raises an error; one whose level is above it raises the
    networks to it at once. Fully grown networks need no callback. To restart from the
    smallest resolution, call `gan.steps.assign(0)`.

    The networks are those of `kg.networks.progressive_generator` and
    `progressive_discriminator`. At each new stage the training step is traced again,
    which takes some seconds. The logs of every epoch contain `level`: 2.3 means that
    the weight of the fourth resolution in the fade is 0.3.

    Args:
        fade_images: Images of a phase in which a resolution fades in.
        stable_images: Images of a stable phase. None: as `fade_images`.
        batch_size: Images per training step; or a dictionary from the short side of the
            images, from which on it applies, to a batch size, such as `{4: 128, 16: 64,
            64: 16}`. The data must have batches of the largest one, which all others
            must divide; then the last batch must not be smaller.
        run_images: Images of the whole run, divided equally between the phases, instead
            of the two arguments above. None: use them.
        reset_optimizers: Whether to reset the optimizers, including learning rate
            schedules, at every stage, as the paper's program does. Otherwise Adam's
            first updates of new layers are up to ten times too large.

    Raises:
        ValueError: If an argument is out of range; in `fit`, before any change, if the
            networks cannot grow or their level would decrease, the batches of the data
            do not match `batch_size`, or `steps_per_execution` is greater than 1.

    Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
    Variation](https://arxiv.org/abs/1710.10196), appendix A.1.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.recipes.progressive((16, 16, 1), width=8)
    >>> growing = kg.callbacks.ProgressiveGrowing(run_images=20_000, batch_size=64)
    >>> # gan.fit(dataset, epochs=2, callbacks=[growing])
    """

    @validated
    def __init__(
        self,
        fade_images: NumImages = PAPER_IMAGES,
        stable_images: NumImages | None = None,
        batch_size: int | Mapping[int, int] = 64,
        run_images: NumImages | None = None,
        reset_optimizers: bool = True,
    ) -> None:
        super().__init__()
        self.fade_images = fade_images
        self.stable_images: int = stable_images or fade_images
        self.run_images = run_images
        self.reset_optimizers = reset_optimizers
        self.batch_sizes: dict[int, int] = batch_sizes_by_side(batch_size)
        # Stage and split of the current training function.
        self.traced_for: tuple[int, int] | None = None

    def phases(self, sides: Sequence[int]) -> list[Phase]:
        """Returns the phases for networks whose stages have these short sides.

        Example:
        >>> for phase in ProgressiveGrowing(100, 200, {4: 20, 8: 10}).phases([4, 8]):
        ...     print(phase)
        Phase(stage=0, fades=False, start=0, steps=10, split=1)
        Phase(stage=1, fades=True, start=10, steps=10, split=2)
        Phase(stage=1, fades=False, start=20, steps=20, split=2)
        """
        largest, start = max(self.batch_sizes.values()), 0
        phases: list[Phase] = []
        for number in range(2 * len(sides) - 1):
            stage, fades = (number + 1) // 2, number % 2 == 1
            images: float = self.fade_images if fades else self.stable_images
            if self.run_images is not None:
                images = self.run_images / (2 * len(sides) - 1)
            split = largest // self.batch_size(sides[stage])
            steps = math.ceil(images / largest) * split
            phases.append(Phase(stage, fades, start, steps, split))
            start += steps
        return phases

    def batch_size(self, side: int) -> int:
        """Returns the images per training step at a short side of the images."""
        sides = [start for start in self.batch_sizes if start <= side]
        check(
            sides,
            "`batch_size` has no value for the smallest images.",
            expected=f"a key of at most {side}",
            received=f"batch_size={self.batch_sizes}",
            do=f"Add one, e.g. {{{side}: {max(self.batch_sizes.values())}}}, or pass "
            "one integer for all sides.",
        )
        return self.batch_sizes[sides[-1]]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Validates the GAN and its data, and sets the level of the networks."""
        check(
            self.model.steps_per_execution == 1,
            "`steps_per_execution` must be 1 for progressive growing, whose level "
            "changes between executions.",
            expected="steps_per_execution=1",
            received=f"steps_per_execution={self.model.steps_per_execution}",
            do="Leave it out of gan.compile, or set gan.steps_per_execution = 1.",
        )
        self.check_batches(self.model)
        self.traced_for = None
        self.grow()

    def current_phase(self, gan: GAN) -> tuple[Phase, np.float32]:
        """Returns the phase of a GAN at `gan.steps`, and the level there.

        Raises:
            ValueError: If its networks cannot grow, or their level would decrease.
        """
        step = int(to_numpy(gan.steps))
        phases = self.phases(sides_of(gan))
        phase = next(phase for phase in reversed(phases) if phase.start <= step)
        level, current = np.float32(phase.level(step)), max(levels_of(gan))
        check(
            level >= current or step == 0,
            "The schedule would decrease the level of trained networks.",
            expected=f"a level of at least {current:.4g} after {step} training steps",
            received=f"a schedule with a level of {level:.4g} at this step",
            do="Leave out ProgressiveGrowing: the networks are fully grown."
            if growth(gan.generator).complete
            else "Use the schedule of the previous training, or one of fewer images "
            "(at the command line: resume that run by --resume).",
        )
        return phase, level

    def check_batches(self, gan: GAN) -> None:
        """Validates the batches of the data.

        Raises:
            ValueError: If their size differs from the schedule's, or if the last one
                may be too small to be split.
        """
        parts, largest = gan.discriminator_steps, max(self.batch_sizes.values())
        check(
            gan.batch_checks.sizes.first in (None, parts * largest),
            "The batches of the data do not match `batch_size`.",
            expected=f"batches of {parts * largest} images, the largest batch_size"
            + (f", times {parts} discriminator steps" if parts > 1 else ""),
            received=f"batches of {gan.batch_checks.sizes.first} images",
            do="Change the batch size of the data, or pass it as batch_size"
            + (f", divided by {parts}." if parts > 1 else "."),
        )
        gan.batch_checks.expect_size(parts * largest)
        split = max(phase.split for phase in self.phases(sides_of(gan)))
        sizes = gan.batch_checks.sizes
        last, minimum = sizes.last, split * parts
        check(
            split == 1
            or (
                gan.batch_checks.sizes.first is None
                and not gan.batch_checks.sizes.may_vary
            )
            or (last and last >= minimum),
            "The last batch may be too small to be split into training steps.",
            expected=f"at least {minimum} images in every batch, for {split} steps"
            + (f" with {parts} discriminator steps each" if parts > 1 else ""),
            received=f"a last batch of {last}"
            if last
            else "a dataset of unknown batch size",
            do="Drop an incomplete last batch, e.g. "
            f"dataset.unbatch().batch({parts * largest}, drop_remainder=True).",
        )

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Sets the level of the networks for `gan.steps`."""
        self.grow()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Adds the level to the logs."""
        if logs is not None:
            logs["level"] = levels_of(self.model)[0]

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restores one training step per batch."""
        self.model.set_steps_per_batch(1)

    def grow(self) -> None:
        """Sets the level for `gan.steps`, and rebuilds the step at a new stage."""
        gan = self.model
        phase, level = self.current_phase(gan)
        is_new_stage = gan.generator.stage != phase.stage
        for network in (gan.generator, gan.discriminator, gan.ema_generator):
            network.level.assign(level)
        if is_new_stage and self.reset_optimizers:
            reset_optimizer_state(gan)
        if self.traced_for != (phase.stage, phase.split):
            self.traced_for = phase.stage, phase.split
            gan.set_steps_per_batch(phase.split)
            gan.rebuild_functions()  # also for a new stage with the same split


def sorted_sizes(batch_size: Any) -> dict[int, int]:
    """Returns the dictionary of an integer or a dictionary of positive integers."""
    is_mapping = isinstance(batch_size, Mapping)
    items = batch_size.items() if is_mapping else [(1, batch_size)]
    sizes = {as_integer(side): as_integer(size) for side, size in items}
    if not sizes or min(*sizes, *sizes.values()) < 1:
        raise ValueError
    return dict(sorted(sizes.items()))


BATCH_SIZES: Rule = Rule(
    "a positive integer, or a dictionary from sides to batch sizes",
    sorted_sizes,
    "Pass e.g. batch_size=64, or batch_size={4: 128, 16: 64}.",
)
"""Rule of the argument `batch_size`."""


def batch_sizes_by_side(batch_size: int | Mapping[int, int]) -> dict[int, int]:
    """Returns batch sizes by the short side of the images, the smallest side first.

    Args:
        batch_size: Argument of `ProgressiveGrowing`: an integer, or a dictionary.

    Raises:
        ValueError: If it is neither, or if a batch size does not divide the largest.

    Example:
    >>> batch_sizes_by_side(64), batch_sizes_by_side({16: 64, 4: 128})
    ({1: 64}, {4: 128, 16: 64})
    """
    sizes: dict[int, int] = BATCH_SIZES(
        batch_size, "batch_size", "ProgressiveGrowing", None
    )
    largest = max(sizes.values())
    check(
        all(largest % size == 0 for size in sizes.values()),
        "`batch_size` must have values that divide the largest one.",
        expected=f"divisors of {largest}",
        received=f"batch_size={batch_size!r}",
        do="Use powers of two, e.g. batch_size={4: 128, 16: 64, 64: 16}.",
    )
    return sizes


def sides_of(gan: GAN) -> list[int]:
    """Returns the short sides of the images at all stages of a GAN.

    Raises:
        ValueError: If its networks cannot grow, or have different stages.
    """
    networks = gan.generator, gan.discriminator
    stages, other_stages = (growth(network).num_stages for network in networks)
    check(
        stages == other_stages > 1,
        "The networks must have the same number of stages to grow.",
        expected="two networks with the same number of stages, at least 2",
        received=" and ".join(network.name for network in networks),
        do="Build them by kg.networks.progressive_generator(image_shape) and "
        "progressive_discriminator(image_shape), or use kg.recipes.progressive.",
    )
    return [min(gan.image_shape[:2]) // 2**k for k in reversed(range(stages))]


def levels_of(gan: GAN) -> list[float]:
    """Returns the levels of the networks of a GAN, that of the generator first."""
    networks: list[Any] = [gan.generator, gan.discriminator, gan.ema_generator]
    return [float(to_numpy(network.level)) for network in networks]


def reset_optimizer_state(gan: GAN) -> None:
    """Resets the state of both optimizers, but not their learning rates."""
    networks = gan.generator, gan.discriminator
    with gan.distribute_strategy.scope():
        for optimizer, network in zip(gan.optimizer.optimizers, networks, strict=True):
            # A loss scale optimizer keeps its scale.
            inner = getattr(optimizer, "inner_optimizer", optimizer)
            new = type(inner).from_config(inner.get_config())
            new.build(network.trainable_weights)
            for variable, initial in zip(inner.variables, new.variables, strict=True):
                variable.assign(initial)
