"""GAN: two networks and one training step.

The whole algorithm is `train_step`, `discriminator_step` and `generator_step`, a screen
of it. The file is longer than the house's 350 lines because Keras wants one class to
train, test, predict, save, load and export: what can be elsewhere is elsewhere.
"""

import functools
import types

import keras
import numpy as np
import tensorflow as tf

from keras_gan import config, layers, losses
from keras_gan import export as saved_model
from keras_gan import latents as priors
from keras_gan import penalties as penalty
from keras_gan.augment import Augmentation, Unaugmented
from keras_gan.config import check, register
from keras_gan.data import feeding
from keras_gan.game import Game, Memory, Optimizers, Player, Score, beside, schedules
from keras_gan.networks import labels as classes
from keras_gan.networks import pair
from keras_gan.networks.sampler import Sampler, shown
from keras_gan.random import Random, fresh_seed, series
from keras_gan.unrolling import Unrolling

PLAYERS = ("real", "fake")
"""Whose scores are read."""

GENERATE_BATCH = 64
"""Images that `generate` makes at once; the number does not change them."""


@register
class GAN(keras.Model):
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
        self.augment = Unaugmented() if augment is None else augment
        check(
            isinstance(self.augment, Augmentation),
            "This is no augmentation.",
            expected="an object of kg.augment, or None",
            received=f"augment={augment!r}",
            do="Pass e.g. augment=kg.augment.DiffAugment().",
        )
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
        self.steps_per_batch, self.batch_images = 1, None
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
        config.check_count(
            discriminator_steps,
            "discriminator_steps",
            "The discriminator takes a whole number of steps.",
        )
        check(
            weight_clip is None
            or (config.is_number(weight_clip) and weight_clip > 0.0),
            "The bound of the discriminator's weights is out of range.",
            expected="weight_clip above 0, or None",
            received=f"weight_clip={weight_clip!r}",
            do="Use the paper's 0.01.",
        )
        loss = losses.get(loss)
        schedule = schedules.get(schedule, skip_discriminator_below)
        unrolling = Unrolling(0) if unrolling is None else unrolling
        unrolling = config.get(unrolling, Unrolling, {})
        own = penalty.named(penalties, self.discriminator)
        generators = penalty.named(generator_penalties, self.discriminator, own)
        check(
            loss.moves_generator or generators,
            "Nothing would move the generator: there is no loss and no penalty.",
            expected="generator_penalties where loss=None",
            received=f"loss={loss}, generator_penalties=()",
            do="Add e.g. generator_penalties=[kg.penalties.FeatureMatching()].",
        )
        arguments |= {
            "loss": loss,
            "penalties": [*own.values()],
            "generator_penalties": [*generators.values()],
            "unrolling": unrolling,
            "skip_discriminator_below": None,  # the schedule has it
            "schedule": schedule,
        }
        if loss.is_energy:
            self.check_energy((tf.zeros((8, *self.image_shape)), *self.labels.some(8)))
        half = any(layer.compute_dtype == "float16" for layer in self._flatten_layers())
        optimizers = Optimizers(
            self.generator,
            self.discriminator,
            generator_optimizer,
            discriminator_optimizer,
            auto_scale_loss and half,
        )
        unrolling.check(optimizers.optimizers[1])
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
        self.loss, self.schedule, self.unrolling = loss, schedule, unrolling
        self.discriminator_steps, self.weight_clip = discriminator_steps, weight_clip
        # Keras tracks no mapping proxy: to compile twice leaves nothing behind.
        self.memories = types.MappingProxyType(
            {**self.memories, "loss": Memory(loss), "schedule": Memory(schedule)}
        )
        self.penalties = types.MappingProxyType(own)
        self.generator_penalties = types.MappingProxyType(generators)
        self.means = types.MappingProxyType(
            {name: keras.metrics.Mean(name) for name in self.log_keys()}
        )
        self._arguments = types.MappingProxyType(arguments)

    def log_keys(self):
        """Returns the names of the running means, in the order of the logs."""
        keys = ["generator_loss", "discriminator_loss"]
        for reading in self.loss.readings:
            keys += [f"real_{reading}", f"fake_{reading}", f"fake_{reading}_after"]
        keys += [*self.penalties, *self.generator_penalties]
        return keys + [key for one in self.memories.values() for key in one.log_keys]

    # The algorithm.

    def train_step(self, data):
        """Plays with a batch: once, or with each of `steps_per_batch` parts of it."""
        turns = self.split(self.batch(data), self.steps_per_batch)
        return [self.play(turn) for turn in turns][-1]

    @layers.holding()
    def play(self, batch):
        """Updates D with every part of the batch, then G with the last one's fakes."""
        layers.advance(self.generator)
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
            layers.advance(self.discriminator)
            with tf.GradientTape() as tape:
                seen = game.replace(score=game.score.remembering())
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

    # What the algorithm is made of.

    @property
    def generator_player(self):
        """The generator, and how it learns."""
        return Player(
            network=self.generator,
            optimizer=self.generator_optimizer,
            mean=self.means["generator_loss"],
            penalties=self.with_means(self.generator_penalties),
            step=self.steps,
            learns=self.schedule.generator_learns(**self.memories["schedule"].state),
            replay=lambda game: game.replace(fake=game.generate(game.latents)),
        )

    @property
    def discriminator_player(self):
        """The discriminator, and how it learns."""
        return Player(
            network=self.discriminator,
            optimizer=self.discriminator_optimizer,
            mean=self.means["discriminator_loss"],
            penalties=self.with_means(self.penalties),
            step=self.steps,
            learns=self.schedule.discriminator_learns(
                **self.memories["schedule"].state
            ),
            clip=self.weight_clip,
        )

    def with_means(self, penalties):
        """Returns penalties, each with the running mean of its values."""
        return [(one, self.means[name]) for name, one in penalties.items()]

    def discriminator_loss(self, real_scores, fake_scores):
        """Returns D's loss of each pair, with what the loss carries."""
        state = self.memories["loss"].state
        return self.loss.discriminator(real_scores, fake_scores, **state)

    def generator_loss(self, fake_scores, real_scores):
        """Returns G's loss of each image, with what the loss carries."""
        state = self.memories["loss"].state
        return self.loss.generator(fake_scores, real_scores, **state)

    def unrolled(self, game, real_scores):
        """Returns the game and the real scores that G is to face."""
        player, loss = self.discriminator_player, self.discriminator_loss
        return self.unrolling(game, real_scores, player, loss)

    def shown(self, game):
        """Returns the game as D is shown it: with fakes that its update cannot move."""
        if self.loss.fresh_latents:
            random = game.random.fork("shown")
            latents = self.latents.draw(random, tf.shape(game.latents)[0])
            game = game.replace(latents=latents, fake=game.generate(latents))
        fake = tf.nest.map_structure(tf.stop_gradient, game.fake)
        return game.replace(fake=fake)

    def carry(self, real_scores, fake_scores, values):
        """Logs an update of D, and moves what loss, schedule and augmentation carry."""
        self.read("real_{}", real_scores)
        self.read("fake_{}", fake_scores)
        for memory in self.memories.values():
            logs = memory.advance(real_scores, fake_scores, values)
            for key, value in logs.items():
                self.means[key].update_state(value)

    def batch(self, data):
        """Returns the images of a batch, with the labels that the networks take."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        images = tf.convert_to_tensor(images)  # run eagerly, Keras passes arrays on
        return (images, *self.labels.of_batch(labels))

    def split(self, batch, parts):
        """Returns equal parts of a batch; a short batch loses its rest."""
        images = batch[0]
        count = tf.shape(images)[0] if images.shape[0] is None else images.shape[0]
        size = count // parts
        tf.debugging.assert_positive(size, "a batch has no image for each of its parts")
        starts = [number * size for number in range(parts)]
        return [tuple(one[start : start + size] for one in batch) for start in starts]

    def bind(self, generator, batch, purpose, step, number=0, training=True):
        """Closes over networks, labels, mode and random numbers: the game of a part."""
        real, *labels = batch
        random = Random(self.seed).fork(purpose, step).fork("part", number)
        augment = functools.partial(
            self.augment if training else Unaugmented(),
            random=random.fork("augment"),
            **self.memories["augment"].state,
        )

        @layers.drawing(random.fork("layers"))
        def generate(latents):
            return generator(beside(latents, labels), training=training)

        return Game(
            score=Score(self.discriminator, training, augment, labels=tuple(labels)),
            generate=generate,
            real=pair.matched(generator, real, self.scales),
            latents=self.latents.draw(random.fork("latents"), tf.shape(real)[0]),
            random=random,
            generator=generator,
        )

    def read(self, key, scores):
        """Adds what the loss reads off scores to the running means."""
        for name, reading in self.loss.readings.items():
            self.means[key.format(name)].update_state(reading(scores))

    @property
    def averages(self):
        """Averaged weights and their next values; statistics are copied."""
        if self.ema_generator is self.generator:
            return
        pairs = zip(self.ema_generator.weights, self.generator.weights, strict=True)
        for averaged, live in pairs:
            if live.trainable:
                yield averaged, live + self.ema_momentum * (averaged - live)
            else:
                yield averaged, live.value

    def logs(self, game):
        """Returns the running means; `loss`, which Keras looks for, is their sum."""
        images = shown(game.real), shown(game.fake)
        logs = self.compute_metrics(game.latents, *images)
        return logs | {"loss": logs["generator_loss"] + logs["discriminator_loss"]}

    @property
    def metrics(self):
        """The running means, then the metrics given to `compile`."""
        others = [metric for metric in super().metrics if metric.name != "loss"]
        return [*self.means.values(), *others] if self.compiled else others

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
        readings = [f"{who}_{one}" for one in self.loss.readings for who in PLAYERS]
        unseen = set(self.means).difference(seen, readings)
        return {name: value for name, value in logs if name not in unseen}

    # What users call.

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        **kwargs,
    ):
        """Trains, as in Keras.

        Args:
            x: Images in [-1, 1]: a `tf.data.Dataset` (see `kg.data`), an array, a
                `PyDataset` or a generator.
            y: Labels of an array.
            batch_size: Images of an array in a training step; by default 64 for each
                discriminator step, or Keras's 32 if it is not shuffled.
            epochs: As in Keras.
            verbose: As in Keras.
            callbacks: As in Keras.
            validation_split: As in Keras: the last part of an array is held out.
            validation_data: As in Keras.
            shuffle: Whether an array is shuffled: by seed and epoch, as in `kg.data`.
            **kwargs: As in Keras: `initial_epoch`, `steps_per_epoch`, ...

        Returns:
            Keras's `History`.

        Raises:
            ValueError: Before training starts, if the first batch does not suit the
                networks, or `discriminator_steps` does not divide it.
        """
        self._assert_compile_called("fit")
        parts = self.discriminator_steps
        if isinstance(x, np.ndarray | tf.Tensor) and shuffle:
            split = 0.0 if validation_data is not None else validation_split
            size = batch_size or 64 * parts
            x, held_out = feeding.shuffled(x, y, size, split, self.seed)
            validation_data = held_out or validation_data
            y, batch_size, validation_split = None, None, 0.0
        self.labels = self.labels.named(getattr(x, "class_names", None))
        self.batch_images = None
        batch = feeding.check_fit(
            x, y, validation_data, self.image_shape, parts, self.labels
        )
        if batch is not None:
            self.batch_images = len(batch[0])
            paid = [*self.penalties.values(), *self.generator_penalties.values()]
            penalty.check_batch(paid, len(batch[0]) // parts)
            if self.loss.is_energy:
                self.check_energy(batch)
        self._initial_epoch = None  # BackupAndRestore sets it and never clears it
        return super().fit(
            x,
            y,
            batch_size,
            epochs,
            verbose,
            [feeding.EpochOrder(), callbacks or []],  # Keras flattens them
            validation_split,
            validation_data,
            shuffle=False,  # an array was shuffled above; a data set orders itself
            **kwargs,
        )

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """Measures losses and scores of some data, as in Keras: see `fit` for `x`.

        Raises:
            ValueError: If the first batch does not suit the networks.
        """
        if "_use_cached_eval_dataset" not in kwargs:  # else `fit` has looked at it
            images, labels = feeding.check_data(x, self.image_shape)
            if images is not None:
                self.labels.check_batch(labels if y is None else y)
        return super().evaluate(x, y, *args, **kwargs)

    def check_energy(self, batch):
        """Makes sure that D's scores are minus an energy, for real and generated."""
        game = self.bind(self.generator, batch, "check", 0, training=False)
        for images in (game.real, game.generate(game.latents)):
            pair.check_energy(game.score(images))

    def retrace(self):
        """Traces what was compiled anew: for who changes what the networks compute."""
        self.traced = pair.stages(self.generator, self.discriminator)
        self.test_function = self.predict_function = None
        self.sample = tf.function(self.sample.python_function, reduce_retracing=True)
        if self.compiled:
            self.make_train_function(force=True)

    def refresh(self):
        """Traces anew if the networks are of another stage than they were traced at."""
        if self.traced != pair.stages(self.generator, self.discriminator):
            self.retrace()

    def make_train_function(self, force=False):
        """As in Keras, for networks as they are now."""
        self.refresh()
        return super().make_train_function(force)

    def make_test_function(self, force=False):
        """As in Keras, for networks as they are now."""
        self.refresh()
        return super().make_test_function(force)

    def make_predict_function(self, force=False):
        """As in Keras, for networks as they are now."""
        self.refresh()
        return super().make_predict_function(force)

    def call(self, latents, training=False):
        """Makes images of latents (and labels, in a list), by the averaged generator.

        Noise stands still: the same latents make the same images.
        """
        return shown(self.ema_generator(latents, training=training))

    @property
    def sampler(self):
        """The averaged generator with its latents and labels."""
        return Sampler(self.ema_generator, self.latents, self.labels)

    def sample(self, key, start, count, labels=(), truncation=None):
        """Makes the images `start` to `start + count` of a key's endless series."""
        return self.sampler(Random(key), start, count, labels, truncation)

    def generate(self, num_images=None, seed=None, labels=None, truncation=None):
        """Makes images, by the averaged generator.

        Args:
            num_images: How many; by default as many as there are labels, else 16.
            seed: Whole number; the same one gives the same images, and few are the
                first of many. None gives new ones each time.
            labels: What to show, for networks that take labels: the name or number of
                a class for all images, or a list with one for each. None: every class
                is as likely. Images of the same seed and other labels have the same
                latents.
            truncation: How much variety to leave, for fidelity. Of a generator with
                styles: they go this share of the way from their mean, 0 to 1, or beyond
                it. Of any other: size that no component of the latents exceeds, above
                0. None: all of it.

        Returns:
            NumPy `float32` array of shape `(num_images, *image_shape)`, images in
            [-1, 1].

        Raises:
            ValueError: If a number is out of range, there is no such class, or the
                networks take no labels.
        """
        if num_images is None:
            num_images = 16 if labels is None or np.ndim(labels) == 0 else len(labels)
        given = num_images, seed, labels, truncation
        return np.concatenate(list(self.generate_batches(*given)))

    def generate_batches(self, num_images, seed=None, labels=None, truncation=None):
        """Yields the images of `generate`, some at a time, in constant memory."""
        check(
            isinstance(num_images, int | np.integer) and num_images >= 1,
            "The number of images is out of range.",
            expected="num_images of 1 or more, an int",
            received=f"num_images={num_images!r}",
            do="For example, gan.generate(16, seed=0).",
        )
        config.check_seed(seed)
        self.refresh()
        self.sampler.check_truncation(truncation)
        numbers = self.labels.numbers(labels, num_images)
        if truncation is not None:
            truncation = tf.constant(truncation, tf.float32)
        key = series(fresh_seed() if seed is None else seed).key
        for start in range(0, num_images, GENERATE_BATCH):
            count = min(GENERATE_BATCH, num_images - start)
            part = tuple(tf.constant(one[start : start + count]) for one in numbers)
            place = tf.constant(start), tf.constant(count)
            yield self.sample(key, *place, part, truncation).numpy()

    def save(self, filepath, overwrite=True, **kwargs):
        """Saves everything, whole or not at all; a loaded GAN trains on without a seam.

        Args:
            filepath: File that ends in `.keras`.
            overwrite: Whether to replace a file without asking.
            **kwargs: As in Keras.

        Raises:
            ValueError: If the name ends otherwise.
            OSError: If the folder cannot be written.
        """
        check(
            str(filepath).endswith(".keras"),
            "A GAN is saved as one file of Keras.",
            expected="a path that ends in .keras",
            received=filepath,
            do='For example, gan.save("gan.keras"), or save_weights for weights.',
        )
        with config.whole_file(filepath, overwrite) as part:
            super().save(part, overwrite=True, **kwargs)

    def export(self, filepath, format="tf_saved_model", truncation=None, **kwargs):
        """Writes the averaged generator for serving, and verifies what it wrote.

        Its signatures return `uint8` `images`: `serving_default(latents)` and
        `sample(seed, count)`. With labels there are `sample_labels(seed, labels)`, and
        for classes with names `sample_names(seed, names)` and `class_names()`.

        Args:
            filepath: Folder of the model; the SavedModel goes to the next free version
                in it, `filepath/1` at first, as TF Serving expects.
            format: `"tf_saved_model"`, or another of Keras's formats, such as
                `"litert"`, in which `filepath` is the file and nothing is verified.
            truncation: As in `generate`; of a SavedModel only.
            **kwargs: As in Keras, for its own formats.

        Returns:
            Path that was written.
        """
        if format != "tf_saved_model":
            check(
                truncation is None,
                "Only a SavedModel has signatures that truncate.",
                expected=f'truncation=None for format="{format}"',
                received=f"truncation={truncation!r}",
                do="Truncate the latents that the exported network is given.",
            )
            self.sampler.network.export(filepath, format=format, **kwargs)
            return filepath
        self.sampler.check_truncation(truncation)
        return saved_model.export(self.sampler, filepath, truncation)

    # What Keras needs to save and to load.

    def get_config(self):
        """Returns what the constructor takes."""
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latents": keras.saving.serialize_keras_object(self.latents),
            "ema_momentum": self.ema_momentum,
            "augment": keras.saving.serialize_keras_object(self.augment),
            "seed": self.seed,
            "class_names": self.labels.names,
        }

    @classmethod
    def from_config(cls, config):
        """Builds the GAN from what `get_config` returned."""
        networks = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("generator", "discriminator", "latents", "augment")
        }
        return cls(**{**config, **networks})

    def get_compile_config(self):
        """Returns what `compile` was given; nothing before it was called."""
        if not self.compiled:
            return {}
        return {
            name: keras.saving.serialize_keras_object(value)
            for name, value in self._arguments.items()
        }

    def compile_from_config(self, config):
        """Compiles the GAN as the saved one was."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store):
        """Saves the counter of steps, what terms carry, the states of random layers."""
        super().save_own_variables(store)
        for key, variable in self.own_states.items():
            store[key] = keras.ops.convert_to_numpy(variable)

    def load_own_variables(self, store):
        """Restores what `save_own_variables` saved; a new term begins anew."""
        states = self.own_states
        own = {key: store[key] for key in store.keys() if key.isdigit()}  # noqa: SIM118
        super().load_own_variables(own)
        for memory in self.memories.values():
            memory.restart()
        for key in set(states).intersection(store.keys()):
            states[key].assign(store[key])

    @property
    def own_states(self):
        """Variables that Keras forgets: of terms, and of random layers, by name."""
        states = {
            f"{owner}_{name}": variable
            for owner, memory in self.memories.items()
            for name, variable in memory.variables.items()
        }
        randoms = enumerate(self.random_states)
        return states | {f"random_{number}": state for number, state in randoms}

    @property
    def random_states(self):
        """States of layers that draw random numbers (Dropout), which Keras forgets."""
        networks = (self.generator, self.discriminator)
        weights = {id(weight) for network in networks for weight in network.weights}
        states = [v for network in networks for v in network.variables]
        return [state for state in states if id(state) not in weights]
