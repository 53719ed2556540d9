"""Losses, penalties, schedules and augmentations as a user writes them.

None is decorated. The second of each pair has an `__init__` that keeps its argument.
"""

import tensorflow as tf

import keras_gan as kg


class OwnLoss(kg.losses.AdversarialLoss):
    """Non-saturating loss."""

    def discriminator(self, real_scores, fake_scores):
        """Returns the loss of each pair."""
        return tf.nn.softplus(-real_scores) + tf.nn.softplus(fake_scores)

    def generator(self, fake_scores, real_scores):
        """Returns the loss of each image."""
        return tf.nn.softplus(-fake_scores)


class OwnScaledLoss(OwnLoss):
    """Non-saturating loss of scaled scores."""

    def __init__(self, scale):
        self.scale = scale

    def discriminator(self, real_scores, fake_scores):
        """Returns the loss of each pair."""
        return super().discriminator(self.scale * real_scores, self.scale * fake_scores)


class OwnPenalty(kg.penalties.Penalty):
    """Squared scores of real images."""

    players = ("discriminator",)
    weight = 0.5

    def __call__(self, game):
        """Returns the penalty of each image."""
        return self.weight * tf.square(game.score(game.real))


class OwnWeightedPenalty(OwnPenalty):
    """Squared scores, with a weight and a shift."""

    def __init__(self, weight, shift=0.0):
        self.weight, self.shift = weight, shift

    def __call__(self, game):
        """Returns the penalty of each image."""
        return self.weight * tf.square(game.score(game.real) - self.shift)


class OwnSchedule(kg.schedules.Schedule):
    """Updates the discriminator alone."""

    def discriminator_learns(self):
        """Returns True."""
        return True

    def generator_learns(self):
        """Returns False."""
        return tf.constant(False)


class OwnPeriodicSchedule(kg.schedules.Schedule):
    """Updates the generator in every `period`-th step, with a state that counts."""

    def __init__(self, period):
        self.period = period

    def initial_state(self):
        """Returns the number of steps."""
        return {"count": 0.0}

    def next_state(self, real_scores, fake_scores, losses, count):
        """Returns the next number of steps."""
        return {"count": count + 1.0}

    def discriminator_learns(self, count):
        """Returns True."""
        return True

    def generator_learns(self, count):
        """Returns whether the number of steps is a multiple of the period."""
        return tf.equal(count % self.period, 0.0)


class OwnAugmentation(kg.augment.Augmentation):
    """Random horizontal flips."""

    def __call__(self, images, random, **state):
        """Returns images, half of them flipped."""
        flip = random.uniform((tf.shape(images)[0], 1, 1, 1)) < 0.5
        return tf.where(flip, tf.reverse(images, axis=[2]), images)


class OwnContrast(kg.augment.Augmentation):
    """Random contrast."""

    def __init__(self, strength):
        self.strength = strength

    def __call__(self, images, random, **state):
        """Returns images, each multiplied by a random number."""
        factor = random.uniform((tf.shape(images)[0], 1, 1, 1))
        return images * (1.0 + self.strength * (factor - 0.5))


class OwnForgetfulLoss(OwnLoss):
    """A loss that cannot be saved: it does not keep its argument."""

    def __init__(self, scale):
        self.factor = scale


class OwnForgetfulPenalty(OwnPenalty):
    """A penalty that cannot be saved."""

    def __init__(self, scale):
        self.factor = scale


class OwnForgetfulSchedule(OwnSchedule):
    """A schedule that cannot be saved."""

    def __init__(self, scale):
        self.factor = scale


class OwnForgetfulAugmentation(OwnAugmentation):
    """An augmentation that cannot be saved."""

    def __init__(self, scale):
        self.factor = scale


TERMS = {
    "OwnLoss": lambda: {"loss": OwnLoss()},
    "OwnScaledLoss": lambda: {"loss": OwnScaledLoss(0.5)},
    "OwnPenalty": lambda: {"penalties": [OwnPenalty()]},
    "OwnWeightedPenalty": lambda: {"penalties": [OwnWeightedPenalty(2.0, shift=0.5)]},
    "OwnSchedule": lambda: {"schedule": OwnSchedule()},
    "OwnPeriodicSchedule": lambda: {"schedule": OwnPeriodicSchedule(2)},
    "OwnAugmentation": lambda: {"augment": OwnAugmentation()},
    "OwnContrast": lambda: {"augment": OwnContrast(0.5)},
}
"""Arguments of a GAN or of its `compile` that have one of these objects."""

FORGETFUL = {
    "OwnForgetfulLoss": lambda: {"loss": OwnForgetfulLoss(1.0)},
    "OwnForgetfulPenalty": lambda: {"penalties": [OwnForgetfulPenalty(1.0)]},
    "OwnForgetfulSchedule": lambda: {"schedule": OwnForgetfulSchedule(1.0)},
    "OwnForgetfulAugmentation": lambda: {"augment": OwnForgetfulAugmentation(1.0)},
}
"""The same, of objects that cannot be saved."""
