"""The game itself: two networks, how they are trained, and one training step.

The whole algorithm is `train_step`, `play`, `discriminator_step` and `generator_step`.
"""

import types

import keras
import tensorflow as tf

from keras_gan import augment as augmentation
from keras_gan import config, layers
from keras_gan import latents as priors
from keras_gan.config import check, register
from keras_gan.game import Memory, Optimizers
from keras_gan.gan.binding import Binding
from keras_gan.gan.fitting import Fitting
from keras_gan.gan.keeping import Keeping
from keras_gan.gan.making import Making
from keras_gan.gan.setting import Setting
from keras_gan.networks import labels as classes
from keras_gan.networks import pair
from keras_gan.networks.sampler import to_output_images
from keras_gan.random import fresh_seed

PLAYERS = ("real", "fake")
"""Whose scores are read."""


@register
class GAN(Binding, Fitting, Making, Keeping, keras.Model):
    """A generator and a discriminator that learn from each other.

    What a GAN is goes here, how it is trained to `compile`, what it eats to `fit`.

    Args:
        generator: Keras network from latents `(batch, latent_dim)` to images in
            [-1, 1]; functional, Sequential or subclassed. One that takes labels has two
            inputs, `[latents, labels]`; one of several scales returns a list of images,
            the finest last.
        discriminator: Keras network from images to scores, high for real, unbounded (no
            sigmoid), of shape `(batch,)` or `(batch, 1)`; with labels from `[images,
            labels]`.
        latents: Distribution of the latents: `"normal"`, `"uniform"`, `"sphere"`, or an
            object of `kg.latents`, which a subclassed generator needs.
        ema_momentum: Momentum in [0, 1) of the averaged generator, such as 0.999, which
            makes the images outside training. None (the default) switches it off.
        augment: Object of `kg.augment`, through which the discriminator sees all images
            in training. None (the default): it sees them as they are.
        seed: Whole number that decides all latents of the training. None: decided by
            `keras.utils.set_random_seed`.
        class_names: Names of the classes of networks that take labels. None: those of
            the data set, when `fit` first sees one.
        **kwargs: Keras's `name` and `dtype`.

    Raises:
        ValueError: If the networks do not fit together, the discriminator ends in a
            sigmoid, or an argument is out of range.

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(loss="least_squares")
    >>> gan.generate(16, seed=0).shape
    (16, 2)
    """

    def __init__(
        self,
        generator,
        discriminator,
        latents="normal",
        ema_momentum=None,
        augment=None,
        seed=None,
        class_names=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        check(
            ema_momentum is None
            or (config.is_number(ema_momentum) and 0.0 <= ema_momentum < 1.0),
            "The momentum of the averaged generator is out of range.",
            expected="ema_momentum in [0, 1), or None",
            received=f"ema_momentum={ema_momentum!r}",
            do="Use 0.999, or 0.9999 for long runs.",
        )
        config.check_seed(seed)
        self.latents = priors.get(latents, pair.latent_dim(generator))
        self.labels = classes.find(generator, discriminator, class_names)
        given = self.latents, self.labels
        self.scales = pair.check_pair(generator, discriminator, *given)
        self.image_shape = self.scales[-1]
        self.generator = generator
        self.discriminator = discriminator
        self.augment = augmentation.get(augment)
        self.augment.check_image_shape(self.image_shape)
        self.memories = types.MappingProxyType({"augment": Memory(self.augment)})
        self.ema_momentum = ema_momentum
        self.ema_generator = generator
        if ema_momentum is not None:
            self.ema_generator = pair.copy_network(generator, *given)
        self.seed = fresh_seed() if seed is None else seed
        self.steps = self.add_weight(
            name="steps", dtype="int64", initializer="zeros", trainable=False
        )
        self.steps_per_batch, self.batch_images, self.last_images = 1, None, None
        self.traced = pair.stages(generator, discriminator)
        self.sample = tf.function(self.sample, reduce_retracing=True)
        self.built = True

    def compile(
        self,
        generator_optimizer=None,
        discriminator_optimizer=None,
        loss="non_saturating",
        penalties=(),
        generator_penalties=(),
        discriminator_steps=1,
        weight_clip=None,
        unrolling=None,
        skip_discriminator_below=None,
        schedule=None,
        metrics=None,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile="auto",
        auto_scale_loss=True,
    ):
        """Says how to train. Without arguments: DCGAN's way.

        Args:
            generator_optimizer: Keras optimizer or its name; by default Adam(2e-4,
                beta_1=0.5, epsilon=1e-8), as the lecture's program has it.
            discriminator_optimizer: The same for the discriminator; another object, and
                for two time scales (TTUR) another rate.
            loss: Name of an adversarial loss, or an object of `kg.losses`. None: the
                generator follows `generator_penalties` alone.
            penalties: Objects of `kg.penalties` that the discriminator pays.
            generator_penalties: Objects of `kg.penalties` that the generator pays.
            discriminator_steps: Updates of the discriminator to one of the generator.
                Each takes an equal part of the batch, and latents of its own.
            weight_clip: Bound of the size of the discriminator's trainable weights,
                above 0, such as 0.01; None leaves them free.
            unrolling: A `kg.Unrolling`: the generator faces the discriminator some
                imagined steps ahead.
            skip_discriminator_below: Bound of the discriminator's running loss, below
                which its updates are skipped; None skips none.
            schedule: Object of `kg.schedules` that says who learns when.
            metrics: Keras metrics; they are given (real images, generated images).
            run_eagerly: As in Keras.
            steps_per_execution: As in Keras.
            jit_compile: Whether XLA compiles the step; `"auto"`: where there is a GPU.
            auto_scale_loss: Whether both losses are scaled in `mixed_float16`.

        Raises:
            ValueError: If both players share an optimizer, an argument is unknown or
                out of range, or two of them cannot work together.
        """
        arguments = dict(locals())
        del arguments["self"], arguments["__class__"]
        setting = Setting.of(self.discriminator, arguments)
        if setting.loss.is_energy:
            self.check_energy((tf.zeros((8, *self.image_shape)), *self.labels.some(8)))
        half = any(layer.compute_dtype == "float16" for layer in self._flatten_layers())
        optimizers = Optimizers(
            self.generator,
            self.discriminator,
            generator_optimizer,
            discriminator_optimizer,
            auto_scale_loss and half,
        )
        setting.unrolling.check(optimizers.optimizers[1])
        self._compile_metrics = None  # Keras keeps those of the last time
        super().compile(
            optimizer=None,
            metrics=metrics,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=jit_compile,
        )
        self.optimizer = optimizers
        self.generator_optimizer, self.discriminator_optimizer = optimizers.optimizers
        self.follow(setting)
        self._arguments = types.MappingProxyType(arguments | setting.arguments)

    def follow(self, setting):
        """Plays by these rules from now on, a `Setting`."""
        self.loss, self.schedule = setting.loss, setting.schedule
        self.unrolling, self.weight_clip = setting.unrolling, setting.weight_clip
        self.discriminator_steps = setting.discriminator_steps
        # Keras tracks no mapping proxy: to compile twice leaves nothing behind.
        self.penalties = types.MappingProxyType(setting.penalties)
        self.generator_penalties = types.MappingProxyType(setting.generator_penalties)
        terms = {"loss": Memory(self.loss), "schedule": Memory(self.schedule)}
        self.memories = types.MappingProxyType({**self.memories, **terms})
        means = {name: keras.metrics.Mean(name) for name in self.log_keys()}
        self.means = types.MappingProxyType(means)

    # The algorithm.

    def train_step(self, data):
        """Plays with a batch: once, or with each of `steps_per_batch` parts of it."""
        turns = self.split(self.batch(data), self.steps_per_batch)
        return [self.play(turn) for turn in turns][-1]

    @layers.frozen_power_iteration()
    def play(self, batch):
        """Updates D with every part of the batch, then G with the last one's fakes."""
        layers.update_spectral_norm(self.generator)
        for number, part in enumerate(self.split(batch, self.discriminator_steps)):
            game = self.bind(self.generator, part, "train", self.steps, number)
            with tf.GradientTape() as tape:
                game = game.replace(fake=game.generate(game.latents))
            real_scores = self.discriminator_step(self.shown(game))
        self.generator_step(game, tape, real_scores)
        self.steps.assign_add(1)
        for averaged, value in self.averages:
            averaged.assign(value)
        return self.logs(game)

    def discriminator_step(self, game):
        """Raises the scores of real images and lowers those of generated ones."""
        player = self.discriminator_player
        with player.turn():
            layers.update_spectral_norm(self.discriminator)
            with tf.GradientTape() as tape:
                seen = game.replace(score=game.score.cached())
                real_scores, fake_scores = seen.score(seen.real), seen.score(seen.fake)
                values = self.discriminator_loss(real_scores, fake_scores)
                loss = player.objective(values, seen)
            player.descend(loss, tape, game)
        self.carry(real_scores, fake_scores, values)
        return real_scores

    def generator_step(self, game, tape, real_scores):
        """Raises the scores of generated images; `tape` saw how they were made."""
        player = self.generator_player
        with player.turn():
            with tape:
                game, real_scores = self.unrolled(game, real_scores)
                fake_scores = game.score(game.fake)
                values = self.generator_loss(fake_scores, real_scores)
                loss = player.objective(values, game)
            player.descend(loss, tape, game)
        self.read("fake_{}_after", fake_scores)

    def test_step(self, data):
        """Measures both losses and the scores, with the averaged generator."""
        seen = self.means["generator_loss"].count  # images of this evaluation so far
        batch = self.batch(data)
        game = self.bind(self.ema_generator, batch, "test", seen, training=False)
        game = game.replace(fake=game.generate(game.latents))
        real_scores, fake_scores = game.score(game.real), game.score(game.fake)
        values = self.generator_loss(fake_scores, real_scores)
        self.means["generator_loss"].update_state(values)
        values = self.discriminator_loss(real_scores, fake_scores)
        self.means["discriminator_loss"].update_state(values)
        self.read("real_{}", real_scores)
        self.read("fake_{}", fake_scores)
        logs = self.logs(game).items()
        seen = ("loss", "generator_loss", "discriminator_loss")
        score_metrics = [
            f"{who}_{one}" for one in self.loss.score_metrics for who in PLAYERS
        ]
        unseen = set(self.means).difference(seen, score_metrics)
        return {name: value for name, value in logs if name not in unseen}

    # What is logged.

    def log_keys(self):
        """Returns the names of the running means, in the order of the logs."""
        keys = ["generator_loss", "discriminator_loss"]
        for reading in self.loss.score_metrics:
            keys += [f"real_{reading}", f"fake_{reading}", f"fake_{reading}_after"]
        keys += [*self.penalties, *self.generator_penalties]
        return keys + [key for one in self.memories.values() for key in one.log_keys]

    @property
    def metrics(self):
        """The running means, then the metrics given to `compile`."""
        others = [metric for metric in super().metrics if metric.name != "loss"]
        return [*self.means.values(), *others] if self.compiled else others

    def logs(self, game):
        """Returns the running means; `loss`, which Keras looks for, is their sum."""
        images = to_output_images(game.real), to_output_images(game.fake)
        logs = self.compute_metrics(game.latents, *images)
        return logs | {"loss": logs["generator_loss"] + logs["discriminator_loss"]}

    def read(self, key, scores):
        """Adds what the loss reads off scores to the running means."""
        for name, reading in self.loss.score_metrics.items():
            self.means[key.format(name)].update_state(reading(scores))

    def carry(self, real_scores, fake_scores, values):
        """Logs an update of D, and moves what loss, schedule and augmentation carry."""
        self.read("real_{}", real_scores)
        self.read("fake_{}", fake_scores)
        for memory in self.memories.values():
            logs = memory.advance(real_scores, fake_scores, values)
            for key, value in logs.items():
                self.means[key].update_state(value)
