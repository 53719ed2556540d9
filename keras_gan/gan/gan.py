"""GAN: two networks and one training step.

The algorithm is a sequence of short methods: `train_step`, `alternate`,
`discriminator_step`, `generator_step`, `minimize` and `update_ema_generator`. The file
is longer than most because one class has everything that concerns training, with the
docstrings that a user reads, and only its own methods set its attributes. The other
files of this folder are functions and classes that they call.
"""

import functools
import types
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, Literal, Never, Self, Unpack, overload

import keras
import tensorflow as tf

from keras_gan.augment import Augmentation, AugmentationLike, NoAugmentation
from keras_gan.config import register
from keras_gan.data import feeding
from keras_gan.data.feeding.batches import check_no_weights, unpack
from keras_gan.data.reading import named_errors
from keras_gan.game import Game, Player, Score, TermState, pack_inputs
from keras_gan.game.schedules import Schedule, ScheduleLike
from keras_gan.gan import (
    arguments,
    compile_arguments,
    counts,
    formats,
    serialization,
)
from keras_gan.gan.arguments import Batch
from keras_gan.gan.assertions import named_assertions
from keras_gan.gan.averaging import AverageStart
from keras_gan.gan.batch_checks import BatchChecks
from keras_gan.gan.definition import Definition
from keras_gan.gan.fetching import Fetching
from keras_gan.gan.generative_model import GenerativeModel
from keras_gan.gan.logs import FAKE_AFTER, FAKE_BEFORE, REAL_BEFORE, TrainingLogs
from keras_gan.gan.loop_checks import NonFiniteWarning, check_callbacks
from keras_gan.gan.optimizers import EXCLUDED, FinalizeAverages, OptimizerPair
from keras_gan.gan.players import make_players
from keras_gan.gan.results import results_of, to_floats
from keras_gan.gan.sample_metrics import separate_metrics
from keras_gan.gan.training_config import TrainingConfig
from keras_gan.latents import LatentsLike
from keras_gan.layers import (
    frozen_power_iteration,
    sampling_context,
    update_spectral_norm,
)
from keras_gan.losses import AdversarialLoss, LossLike
from keras_gan.metrics import SampleMetric
from keras_gan.metrics.updates import process_pending, update_states
from keras_gan.networks import growing, pair
from keras_gan.networks.inputs import may_take_labels
from keras_gan.networks.labels import LabelFormat
from keras_gan.networks.sampler import to_output_images
from keras_gan.penalties import Penalty, PenaltyLike
from keras_gan.precision import image_dtype
from keras_gan.random import Random, fresh_seed
from keras_gan.replicas import to_numpy
from keras_gan.typing import (
    Array,
    Config,
    GradientTape,
    History,
    ImageData,
    Metric,
    Model,
    Optimizer,
    Shape,
    Tensor,
    TensorLike,
    Variable,
)
from keras_gan.unrolling import Unrolling
from keras_gan.validation import PositiveInt, validated


@register
class GAN(GenerativeModel):
    """Generative adversarial network: a generator and a discriminator, trained in turn.

    The networks are arguments of the constructor, the losses and optimizers of
    `compile`, and the data of `fit`.

    Args:
        generator: Keras network from latents `(batch, latent_dim)` to images in
            [-1, 1]; functional, Sequential or subclassed. A class-conditional one has
            the two inputs `[latents, labels]`; one of several scales returns a list of
            images, the finest last.
        discriminator: Keras network from images to unbounded scores (no sigmoid), high
            for real images, of shape `(batch,)` or `(batch, 1)`; a class-conditional
            one from `[images, labels]`. Of several outputs the first is the score; the
            others, such as class logits, are `game.score.outputs(images)[1:]` in a
            penalty.
        latents: Distribution of the latents: `"normal"`, `"uniform"`, `"sphere"`, or an
            object of `kg.latents`. A subclassed generator that is not built needs an
            object, such as `kg.latents.Normal(100)`.
        ema_momentum: Momentum in [0, 1) of the averaged generator, such as 0.999, which
            makes the images outside training. None (the default) switches it off.
        augment: Augmentation of all images that the discriminator is trained on: an
            object of `kg.augment` or its name. None (the default): no augmentation.
        seed: Integer seed of all random numbers of training. None: decided by
            `keras.utils.set_random_seed`.
        class_names: Names of the classes of class-conditional networks. None: those of
            the dataset that is first passed to `fit`.
        **kwargs: Keras's `name` and `dtype`.

    Raises:
        ValueError: If the shapes of the networks do not match, the discriminator ends
            in a sigmoid, or an argument is unknown or out of range.
        TypeError: If `latents` or `augment` is of another type.

    Reference: [Generative Adversarial Networks](https://arxiv.org/abs/1406.2661).

    Example:
    >>> import keras_gan as kg
    >>> gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    >>> gan.compile(loss="least_squares")
    >>> gan.generate(16, seed=0).shape
    (16, 2)
    """

    @validated
    def __init__(
        self,
        generator: Model,
        discriminator: Model,
        latents: LatentsLike = "normal",
        ema_momentum: arguments.Momentum | None = None,
        augment: AugmentationLike | None = None,
        seed: int | None = None,
        class_names: Sequence[str] | None = None,
        **kwargs: Unpack[arguments.ModelArguments],
    ) -> None:
        parts = Definition.from_arguments(
            generator, discriminator, latents, augment, ema_momentum, class_names
        )
        super().__init__(
            generator, parts.ema_generator, parts.latents, parts.labels, **kwargs
        )
        self.discriminator = discriminator
        self.discriminator_takes_labels: bool = may_take_labels(discriminator)
        self.image_shape: Shape = parts.image_shapes[-1]
        self.image_dtype: str = image_dtype(generator)
        self.match_resolution: Callable[[Tensor], Any] = pair.resolution_matcher(
            generator, parts.image_shapes
        )
        self.augment: Augmentation = parts.augmentation
        self.ema_momentum = ema_momentum
        self.seed: int = fresh_seed() if seed is None else seed
        self.steps: Variable = self.add_weight(
            name="steps", dtype="int64", initializer="zeros", trainable=False
        )
        # Keras does not track a mapping proxy: compiling twice leaves nothing behind.
        states = types.MappingProxyType({"augment": TermState(self.augment)})
        self.term_states: Mapping[str, TermState] = states
        self.sample_metrics: Mapping[str, SampleMetric] = types.MappingProxyType({})
        self.steps_per_batch: int = 1
        self.traced_weights: tuple[int, ...] | None = None
        self.batch_checks: BatchChecks = BatchChecks(self)
        self.average_start: AverageStart = AverageStart(generator, parts.ema_generator)
        # Both networks are built, and Keras saves only models that are.
        self.built = True

    @property
    def ema_generator(self) -> Model:
        """Network of the averaged weights, which start at the generator's weights."""
        known: Any = vars(self)  # Keras reads this property before the first is set
        if "average_start" in known:
            self.average_start.update(self.steps)
        return known.get("ema_generator")

    @ema_generator.setter
    def ema_generator(self, network: Model) -> None:
        vars(self)["ema_generator"] = network

    @validated
    def compile(
        self,
        generator_optimizer: arguments.OptimizerLike | None = None,
        discriminator_optimizer: arguments.OptimizerLike | None = None,
        loss: LossLike | None = "non_saturating",
        penalties: Sequence[PenaltyLike] = (),
        generator_penalties: Sequence[PenaltyLike] = (),
        discriminator_steps: PositiveInt = 1,
        weight_clip: arguments.WeightClip | None = None,
        unrolling: Unrolling | type[Unrolling] | None = None,
        skip_discriminator_below: arguments.RunningLoss | None = None,
        schedule: ScheduleLike | None = None,
        metrics: arguments.Metrics | None = None,
        run_eagerly: bool = False,
        steps_per_execution: PositiveInt = 1,
        jit_compile: bool | Literal["auto"] = "auto",
        auto_scale_loss: bool = True,
        **kwargs: Never,
    ) -> None:
        """Configures training. Without arguments: DCGAN's optimizers and loss.

        Args:
            generator_optimizer: Keras optimizer or its name; by default Adam(2e-4,
                beta_1=0.5, epsilon=1e-8): DCGAN's, with the epsilon of Adam's paper.
                An average of weights, `use_ema=True`, replaces them at the end of
                `fit`, as in Keras. One that was compiled with another GAN is copied.
            discriminator_optimizer: The same for the discriminator: another object,
                with another learning rate for two time scales (TTUR).
            loss: Name of an adversarial loss, or an object of `kg.losses`. None: the
                generator is trained by `generator_penalties` alone.
            penalties: List of `kg.penalties` added to the discriminator's loss: objects
                or names, such as `"r1"`.
            generator_penalties: List of `kg.penalties` added to the generator's loss.
            discriminator_steps: Updates of the discriminator per update of the
                generator. Each takes an equal part of the batch and its own latents.
            weight_clip: Bound of the absolute value of the discriminator's trainable
                weights, such as 0.01; None for no clipping.
            unrolling: A `kg.Unrolling`: the generator's loss uses the discriminator
                after some further simulated updates.
            skip_discriminator_below: Running loss of the discriminator below which its
                updates are skipped; None to skip none.
            schedule: Object of `kg.schedules` or its name: which network is updated in
                a step.
            metrics: List of metrics of `kg.metrics` or Keras, or their names. They are
                updated with (real images, generated images) by `evaluate` and
                `validation_data`, not in training steps.
            run_eagerly: As in Keras.
            steps_per_execution: As in Keras.
            jit_compile: As in Keras: whether XLA compiles the training step; `"auto"`
                where there is a GPU.
            auto_scale_loss: Whether both losses are scaled in `mixed_float16`.
            **kwargs: None: the arguments of Keras's `compile` that one loss and one
                optimizer need, such as `optimizer`, raise an error with advice.

        Raises:
            ValueError: If both networks share an optimizer, one cannot train its
                network, an argument is unknown or out of range, or two of them exclude
                each other.
            TypeError: If an argument is of another type, such as a penalty outside a
                list, or it is none of these.

        Warns:
            UserWarning: If a network has no trainable weights.
        """
        compile_arguments.check_unknown(kwargs, GAN.compile)
        training_config = TrainingConfig.from_arguments(
            self.discriminator,
            loss,
            penalties,
            generator_penalties,
            discriminator_steps,
            weight_clip,
            unrolling,
            skip_discriminator_below,
            schedule,
        )
        if training_config.loss.is_energy:
            blank = tf.zeros((8, *self.image_shape))
            self.check_energy((blank, *self.labels.examples(8)))
        keras_metrics, sample_metrics = separate_metrics(metrics)
        keras_arguments = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        # All variables are of the strategy that the networks are of, wherever this is.
        with self.distribute_strategy.scope():
            optimizers = OptimizerPair(
                (self.generator, self.discriminator),
                (generator_optimizer, discriminator_optimizer),
                auto_scale_loss,
            )
            training_config.check_optimizer(optimizers.optimizers[1])
            self._compile_metrics = None  # Keras would keep those of an earlier compile
            super().compile(optimizer=None, metrics=keras_metrics, **keras_arguments)
            self.optimizer = optimizers
            self.generator_optimizer: Optimizer = optimizers.optimizers[0]
            self.discriminator_optimizer: Optimizer = optimizers.optimizers[1]
            self.sample_metrics = types.MappingProxyType(sample_metrics)
            self.apply_training_config(training_config)
        own_arguments = {**optimizers.to_arguments(), **training_config.to_arguments()}
        self._compile_arguments = types.MappingProxyType(
            {**own_arguments, **keras_arguments, "metrics": metrics}
        )

    def apply_training_config(self, config: TrainingConfig) -> None:
        """Sets the loss, the penalties and both players of a `TrainingConfig`.

        The state of loss and schedule starts again; that of `augment`, which is not an
        argument of `compile`, is kept.
        """
        self.loss: AdversarialLoss = config.loss
        self.schedule: Schedule = config.schedule
        self.unrolling: Unrolling = config.unrolling
        self.discriminator_steps: int = config.discriminator_steps
        self.weight_clip: float | None = config.weight_clip
        self.penalties: Mapping[str, Penalty] = config.discriminator_penalties
        self.generator_penalties: Mapping[str, Penalty] = config.generator_penalties
        states = {"loss": TermState(self.loss), "schedule": TermState(self.schedule)}
        self.term_states = types.MappingProxyType({**self.term_states, **states})
        penalties = {**self.penalties, **self.generator_penalties}
        self.logs: TrainingLogs = TrainingLogs(
            self.loss.score_metrics, penalties, self.term_states
        )
        players = make_players(config, self.optimizer, self.logs, states["schedule"])
        self.generator_player: Player = players[0]
        self.discriminator_player: Player = players[1]

    # The algorithm: Goodfellow et al. (2014), algorithm 1.

    def train_step(self, data: Tensor | Batch) -> dict[str, Tensor]:
        """One training step, or `steps_per_batch` steps on equal parts of a batch."""
        batch = unpack_batch(data, self.image_shape, self.image_dtype, self.labels)
        return [self.alternate(part) for part in split(batch, self.steps_per_batch)][-1]

    @frozen_power_iteration()
    def alternate(self, batch: Batch) -> dict[str, Tensor]:
        """Updates D on each part of the batch, then G on the fakes of the last part.

        G is updated with the latents of D's last update, unlike in algorithm 1, which
        draws others: so one forward pass of G serves both updates.
        """
        # One power iteration per update: calls in frozen_power_iteration run none.
        update_spectral_norm(self.generator)
        for index, part in enumerate(split(batch, self.discriminator_steps)):
            game = self.make_game(part, self.step_random("train", self.steps, index))
            with tf.GradientTape() as tape:  # G's update records on the same tape
                game = game.with_fakes()
            real_scores = self.discriminator_step(self.discriminator_inputs(game))
        self.generator_step(game, tape, real_scores)
        self.steps.assign_add(1)
        self.update_ema_generator()
        return self.logs.train_results()

    def discriminator_step(self, game: Game) -> Tensor:
        """Updates D by the gradient of `mean(loss(D(x), D(G(z)))) + penalties`."""
        player = self.discriminator_player
        with player.conditional_update(player.should_update()):
            update_spectral_norm(self.discriminator)
            with tf.GradientTape() as tape:
                game = game.replace(score=game.score.cached())
                real_scores, fake_scores = game.score(game.real), game.score(game.fake)
                losses = self.discriminator_loss(real_scores, fake_scores)
            self.minimize(losses, player, tape, game)
        self.logs.update_state_and_metrics(real_scores, fake_scores, losses)
        return real_scores

    def generator_step(
        self, game: Game, tape: GradientTape, real_scores: Tensor
    ) -> None:
        """Updates G by the gradient of `mean(loss(D(G(z)))) + penalties`.

        Args:
            game: The `Game` of the last part of the batch, with its generated images.
            tape: Tape that has recorded these images.
            real_scores: Scores of the real images before D's update, shape `(batch,)`,
                for relativistic losses.
        """
        player = self.generator_player
        with player.conditional_update(player.should_update()):
            with tape:  # again: it continues from the generated images to the loss
                game, real_scores = self.unroll(game, real_scores)
                fake_scores = game.score(game.fake)
                losses = self.generator_loss(fake_scores, real_scores)
            self.minimize(losses, player, tape, game)
        self.logs.update_scores(FAKE_AFTER, fake_scores)

    def minimize(
        self, losses: Tensor, player: Player, tape: GradientTape, game: Game
    ) -> None:
        """Applies the gradient of the mean loss, regularizers and penalties.

        Args:
            losses: Loss of each image, shape `(batch,)`.
            player: The `Player` that is updated.
            tape: Tape that has recorded `losses`.
            game: The `Game` of the penalties.
        """
        game = game.replace(network=player.network)
        weights = player.network.trainable_variables
        with tape:  # again: penalties of interval 1 use its forward passes
            # Keras keeps activity losses of the last call only: D's are of the fakes.
            loss = tf.reduce_mean(losses) + sum(player.network.losses)
            total_loss = player.scale_loss(loss + player.penalty_sum(game))
        gradients = tape.gradient(total_loss, weights)
        gradients = player.add_lazy_penalties(gradients, game)  # R1 every 16 steps
        player.apply_gradients(gradients)
        player.clip_weights()  # WGAN: to [-c, c]
        player.loss_mean.update_state(loss)

    def update_ema_generator(self) -> None:
        """Updates the averaged weights: `ema = momentum * ema + (1 - momentum) * w`."""
        if self.ema_generator is self.generator:
            return
        weights = self.generator.weights
        for average, weight in zip(self.ema_generator.weights, weights, strict=True):
            if weight.trainable:
                average.assign(weight + self.ema_momentum * (average - weight))
            else:
                # Batch statistics, and counters, which may be integers, are copied.
                average.assign(weight)

    # The inputs of one update.

    def step_random(self, purpose: str, step: TensorLike, part: int = 0) -> Random:
        """Returns the random numbers of one part of a step."""
        return Random(self.seed).fork(purpose, step).fork("part", part)

    def make_game(self, batch: Batch, random: Random, training: bool = True) -> Game:
        """Binds networks, labels, augmentation and random numbers to a batch.

        Args:
            batch: Tuple `(images, *labels)`.
            random: The `kg.random.Random` of this part of the step.
            training: True for the generator with augmentation, in training mode; False
                for the averaged generator without augmentation, in inference mode.
        """
        real, *labels = batch
        inputs = tuple(labels) if self.discriminator_takes_labels else ()
        generator = self.generator if training else self.ema_generator
        augment = functools.partial(
            self.augment if training else NoAugmentation(),
            random=random.fork("augment"),
            **self.term_states["augment"].values,
        )

        @sampling_context(random.fork("layers"))  # for noise and style mixing
        def generate(latents: Tensor) -> Tensor:
            return generator(pack_inputs(latents, labels), training=training)

        return Game(
            score=Score(self.discriminator, training, augment, labels=inputs),
            generate=generate,
            real=self.match_resolution(real),
            latents=self.latents.draw(random.fork("latents"), tf.shape(real)[0]),
            labels=labels[0] if labels else None,
            random=random,
            step=self.steps,
        )

    def discriminator_inputs(self, game: Game) -> Game:
        """Returns the game of D's update, whose generated images have no gradient."""
        if self.loss.resample_latents:
            # The name of this stream is part of every seeded run: it stays.
            random = game.random.fork("shown")
            count = tf.shape(game.latents)[0]
            game = game.replace(latents=self.latents.draw(random, count)).with_fakes()
        return game.with_constant_fakes()

    def unroll(self, game: Game, real_scores: Tensor) -> tuple[Game, Tensor]:
        """Returns the game and real scores after simulated updates of D, if any."""
        player, loss = self.discriminator_player, self.discriminator_loss
        return self.unrolling(game, real_scores, player, loss)

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Returns D's loss of each pair of images, shape `(batch,)`."""
        state = self.term_states["loss"]
        return state.call(self.loss.discriminator, real_scores, fake_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor) -> Tensor:
        """Returns G's loss of each image, shape `(batch,)`."""
        state = self.term_states["loss"]
        return state.call(self.loss.generator, fake_scores, real_scores)

    # Metrics and logs.

    def test_step(self, data: Tensor | Batch) -> dict[str, Tensor]:
        """Computes losses, scores and metrics, with the averaged generator."""
        batch = unpack_batch(data, self.image_shape, self.image_dtype, self.labels)
        # The random numbers of a batch are those of the number of images before it.
        random = self.step_random("test", self.logs.num_images)
        game = self.make_game(batch, random, training=False).with_fakes()
        real_scores, fake_scores = game.score(game.real), game.score(game.fake)
        self.logs.update_losses(
            generator_loss=self.generator_loss(fake_scores, real_scores),
            discriminator_loss=self.discriminator_loss(real_scores, fake_scores),
        )
        self.logs.update_scores(REAL_BEFORE, real_scores)
        self.logs.update_scores(FAKE_BEFORE, fake_scores)
        images = to_output_images(game.real), to_output_images(game.fake)
        if self.sample_metrics:
            update_states([*self.sample_metrics.values()], *images)
        return self.logs.test_results(self.compute_metrics(game.latents, *images))

    @property
    def metrics(self) -> list[Metric]:
        """The running means, then the metrics given to `compile`."""
        others = [metric for metric in super().metrics if metric.name != "loss"]
        means = [*self.logs.means.values()] if self.compiled else []
        return [*means, *others, *self.sample_metrics.values()]

    def get_metrics_result(self) -> dict[str, Tensor]:
        """Returns the results of all metrics but those of samples.

        Keras calls this after each epoch; the result of a metric of samples may cost an
        eigendecomposition, and exists only after `evaluate`.
        """
        return results_of(self.metrics)

    # Training and evaluation.

    @named_errors()
    @named_assertions()
    def fit(
        self,
        x: ImageData | None = None,
        y: TensorLike | None = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: arguments.Verbosity = "auto",
        callbacks: arguments.Callbacks | None = None,
        validation_split: float = 0.0,
        validation_data: ImageData | None = None,
        shuffle: bool = True,
        **kwargs: Unpack[arguments.FitArguments],
    ) -> History:
        """Trains both networks, as `keras.Model.fit` does.

        Args:
            x: Real images in [-1, 1]: a `tf.data.Dataset` (see `kg.data`), an array, a
                `PyDataset`, a PyTorch `DataLoader`, a generator or another iterator.
                An array of `uint8` levels is scaled.
            y: Labels of an array of images.
            batch_size: Images of an array per training step; by default 64 times
                `discriminator_steps`, or Keras's 32 if it is not shuffled. None for
                data in batches.
            epochs: As in Keras.
            verbose: As in Keras.
            callbacks: As in Keras.
            validation_split: As in Keras: share of an array, at its end, that is held
                out.
            validation_data: As in Keras.
            shuffle: Whether an array, or the batches of a `PyDataset`, are shuffled: by
                seed and epoch, as in `kg.data`. Any other data has its own order.
            **kwargs: As in Keras: `initial_epoch`, `steps_per_epoch`, ... With
                `steps_per_epoch` a dataset of `kg.data` is repeated, and each epoch
                continues where the last one ended. Weights of classes or images are
                refused.

        Returns:
            Keras's `History`.

        Raises:
            ValueError: Before the first training step, if the data is of another kind,
                its first batch does not suit the networks, or `discriminator_steps`
                does not divide it; at the end of an epoch in which there was no batch.
            OSError: If an image of the data can no longer be read.

        Warns:
            UserWarning: If the networks are half-grown and no callback grows them, the
                data has labels that no network uses, its images are in [0, 1], or a
                loss of an epoch is NaN or infinite.
        """
        self._assert_compile_called("fit")
        check_no_weights(**counts.among(kwargs, "class_weight", "sample_weight"))
        numbers = counts.among(kwargs, *arguments.FIT_NUMBERS)
        counts.fit(batch_size=batch_size, epochs=epochs, **numbers)
        check_callbacks(callbacks)
        counts.warn_if_no_epoch(epochs, kwargs.get("initial_epoch", 0))
        self.optimizer.check_built()
        # As in Keras, arrays for validation have the batch size of those for training.
        validation_batch_size = kwargs.get("validation_batch_size") or batch_size
        kwargs["validation_batch_size"] = validation_batch_size
        steps_per_epoch = kwargs.get("steps_per_epoch")
        labels = self.labels.with_names(getattr(x, "class_names", None))
        data = feeding.prepare(
            x,
            y,
            self.batch_checks.format(labels, self.discriminator_steps),
            batch_size=batch_size,
            shuffle=shuffle,
            seed=self.seed,
            steps_per_epoch=steps_per_epoch,
            validation_data=validation_data,
            validation_split=validation_split,
            validation_batch_size=validation_batch_size,
            validation_steps=kwargs.get("validation_steps"),
        )
        self.set_labels(labels)
        self.batch_checks.start(data.training)
        growing.warn_if_half_grown(self.generator, callbacks)
        self.set_steps_per_batch(1)  # an interrupted ProgressiveGrowing left another
        self._initial_epoch = None  # BackupAndRestore sets it and never clears it
        self.rebuild_if_frozen()
        return super().fit(
            data.training,
            epochs=epochs,
            verbose=verbose,
            callbacks=[  # Keras flattens them
                feeding.Feeding(data.training, steps_per_epoch),
                FinalizeAverages(self.optimizer),
                NonFiniteWarning(),
                callbacks or [],
            ],
            validation_data=data.validation,
            shuffle=False,  # arrays are shuffled; a dataset has its order
            **kwargs,
        )

    def rebuild_if_frozen(self) -> None:
        """Rebuilds the training step if layers were frozen after it was traced."""
        trainable = tuple(map(id, self.trainable_weights))
        if self.traced_weights not in (None, trainable):
            self.rebuild_functions()
        self.traced_weights = trainable

    def set_steps_per_batch(self, steps_per_batch: int) -> None:
        """Sets how many training steps a batch is split into, for growing networks."""
        if steps_per_batch != self.steps_per_batch:
            self.steps_per_batch = steps_per_batch
            self.rebuild_functions()

    def check_energy(self, batch: Iterable[TensorLike]) -> None:
        """Raises an error if a score of real or generated images is above 0.

        Raises:
            ValueError: If so: the loss requires scores that are negative energies.
        """
        tensors = tuple(map(tf.convert_to_tensor, batch))
        random = self.step_random("check", 0)
        game = self.make_game(tensors, random, training=False).with_fakes()
        for images in (game.real, game.fake):
            pair.check_energy(game.score(images))

    @overload
    def evaluate(
        self,
        x: ImageData | None = ...,
        y: TensorLike | None = ...,
        *args: object,
        return_dict: Literal[True],
        **kwargs: Unpack[arguments.EvaluateArguments],
    ) -> dict[str, float]: ...

    @overload
    def evaluate(
        self,
        x: ImageData | None = ...,
        y: TensorLike | None = ...,
        *args: object,
        **kwargs: Unpack[arguments.EvaluateArguments],
    ) -> list[float]: ...

    @named_errors()
    @named_assertions()
    def evaluate(
        self,
        x: ImageData | None = None,
        y: TensorLike | None = None,
        *args: object,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> dict[str, float] | list[float]:
        """Computes losses, scores and metrics on a dataset, as in Keras.

        Args:
            x: As in `fit`.
            y: Labels of an array of images.
            *args: As in Keras: `batch_size`, `verbose`, `sample_weight` (None),
                `steps`, `callbacks`.
            return_dict: Whether to return a dictionary, by log key.
            **kwargs: As in Keras.

        Returns:
            Dictionary of the results, or a list of them, as in Keras.

        Raises:
            ValueError: If the first batch does not suit the networks.
        """
        is_in_fit = "_use_cached_eval_dataset" in kwargs  # then `fit` has checked it
        kwargs.update(zip(arguments.EVALUATE_ORDER, args, strict=False))
        check_no_weights(**counts.among(kwargs, "sample_weight"))
        counts.evaluate(**counts.among(kwargs, "batch_size", "steps"))
        check_callbacks(kwargs.get("callbacks"))
        if not is_in_fit:
            self.batch_checks.start()
            batches = self.batch_checks.format(self.labels)
            size, steps = kwargs.get("batch_size"), kwargs.get("steps")
            x, y = feeding.evaluation_inputs(x, y, batches, size, steps)
        logs = to_floats(super().evaluate(x, y, return_dict=True, **kwargs))
        if self.distribute_strategy.num_replicas_in_sync > 1:
            # Keras averages the logs of replicas, of which one may have had fewer rows.
            logs |= to_floats(self.logs.test_results(self.get_metrics_result()))
        num_images = int(to_numpy(self.logs.num_images))
        feeding.check_evaluated(num_images, is_in_fit)
        for metric in self.sample_metrics.values():
            logs |= metric.results()
        return logs if return_dict else self._flatten_metrics_in_order(logs)

    def make_train_function(self, force: bool = False) -> Any:
        """As in Keras; the function checks the first batch before its step."""
        previous = self.train_function
        super().make_train_function(force)
        function, check = self.train_function, self.batch_checks.check_train_batch
        if not isinstance(function, Fetching):
            self.train_function = Fetching(self, function, check, previous=previous)

    def make_test_function(self, force: bool = False) -> Any:
        """As in Keras; metrics of samples run on the host, so without XLA."""
        jit_compile = self.jit_compile
        self.jit_compile = jit_compile and not self.sample_metrics
        super().make_test_function(force)
        self.jit_compile = jit_compile
        function, check = self.test_function, self.batch_checks.check_test_batch
        if not isinstance(function, Fetching):
            # A graph only stores the images of an update: see `update_states`.
            metrics = [*self.sample_metrics.values()]
            process = functools.partial(process_pending, metrics)
            self.test_function = Fetching(self, function, check, process)

    @property
    def metrics_names(self) -> list[str]:
        """Names of the values of `evaluate`, in the order of its list.

        Those of a metric of Keras are known after its first update. The logs of
        training have others: `train_on_batch(..., return_dict=True)`.
        """
        if not self.compiled:
            return []
        samples = [key for one in self.sample_metrics.values() for key in one.keys]
        names = [*self.logs.test_results(self.get_metrics_result()), *samples]
        return self._flatten_metrics_in_order({name: name for name in names})

    # Saving.

    def get_weights(self) -> list[Array]:
        """Returns the values of all weights, a list with one more attribute.

        Its `extra_variables` has the values of the states of losses, schedules and
        augmentations by name, for `set_weights`. So callbacks of Keras restore them,
        such as `EarlyStopping(restore_best_weights=True)`.
        """
        self.average_start.update(self.steps)
        return serialization.Weights(super().get_weights(), self.extra_variables)

    def set_weights(self, weights: Sequence[TensorLike]) -> None:
        """Sets all weights, and the states that a list of `get_weights` has.

        Args:
            weights: List of arrays. Of another list than that of `get_weights`, such as
                a copy of it, the weights alone are set.

        Raises:
            ValueError: If their number or a shape is another one.
        """
        super().set_weights(weights)
        extra = getattr(weights, "extra_variables", {})
        serialization.assign(self.extra_variables, extra)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor, and the format version."""
        serialize = keras.saving.serialize_keras_object
        return formats.stamp(
            {
                **super().get_config(),
                "generator": serialize(self.generator),
                "discriminator": serialize(self.discriminator),
                "latents": serialize(self.latents),
                "ema_momentum": self.ema_momentum,
                "augment": serialize(self.augment),
                "seed": self.seed,
                "class_names": self.labels.names,
            }
        )

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Returns the GAN of a config, of this or any earlier format version."""
        return cls(**serialization.deserialize_networks(config))

    def get_compile_config(self) -> Config:
        """Returns the arguments of `compile`; an empty dictionary before it."""
        if not self.compiled:
            return {}
        config = serialization.serialize_arguments(self._compile_arguments)
        return config | self.optimizer.get_exclusions()

    def compile_from_config(self, config: Config) -> None:
        """Compiles the GAN with the arguments of a config of any format version."""
        arguments = {key: config[key] for key in config if key != EXCLUDED}
        self.compile(**serialization.deserialize_arguments(arguments))
        self.optimizer.exclude(config)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Saves the step counter, the states of terms and of random layers."""
        super().save_own_variables(store)
        serialization.save_extra_variables(store, self.extra_variables)

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Loads what `save_own_variables` saved; the state of other terms is reset."""
        for state in self.term_states.values():
            state.reset()
        own = serialization.load_extra_variables(store, self.extra_variables)
        super().load_own_variables(own)

    @property
    def extra_variables(self) -> dict[str, Variable]:
        """Variables that Keras does not save: of terms and random layers, by name."""
        networks = self.generator, self.discriminator
        return serialization.extra_variables(self.term_states, networks)


def unpack_batch(
    data: object, image_shape: Shape, dtype: str, labels: LabelFormat
) -> Batch:
    """Returns images, or `(images, labels)`, as the tuple `(images, *labels)`.

    Images are cast to the dtype of those of the generator. For networks without labels
    the tuple has none.

    Raises:
        ValueError: If the images have another shape, or labels are missing or invalid.
    """
    images, batch_labels = unpack(data)
    images = tf.ensure_shape(images, (None, *image_shape))
    return (tf.cast(images, dtype), *labels.from_batch(batch_labels))


def split(batch: Batch, num_parts: int) -> list[Batch]:
    """Returns equal parts of a batch, a list; the remainder of a batch is dropped.

    Args:
        batch: Tuple of tensors with the same number of rows.
        num_parts: Number of parts.

    Raises:
        InvalidArgumentError: If there are fewer rows than parts; at run time, but not
            under XLA, if their number is unknown while tracing.
    """
    images = batch[0]
    count = tf.shape(images)[0] if images.shape[0] is None else images.shape[0]
    size = count // num_parts
    tf.debugging.assert_positive(
        size,
        f"A batch has fewer images than the {num_parts} parts that it is split into. "
        "Batch the data with drop_remainder=True.",
    )
    starts = [part * size for part in range(num_parts)]
    return [tuple(rows[start : start + size] for rows in batch) for start in starts]
