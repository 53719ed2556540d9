"""What the algorithm is made of: the game of a batch, and the two who play it."""

import functools

import keras
import tensorflow as tf

from keras_gan import layers
from keras_gan.augment import NoAugmentation
from keras_gan.game import Game, Player, Score, pack_inputs
from keras_gan.networks import pair
from keras_gan.random import Random


class Binding:
    """The half of a GAN that binds networks, data and setting to one game."""

    def bind(self, generator, batch, purpose, step, number=0, training=True):
        """Closes over networks, labels, mode and random numbers: the game of a part."""
        real, *labels = batch
        random = Random(self.seed).fork(purpose, step).fork("part", number)
        augment = functools.partial(
            self.augment if training else NoAugmentation(),
            random=random.fork("augment"),
            **self.memories["augment"].state,
        )

        @layers.sampling_context(random.fork("layers"))
        def generate(latents):
            return generator(pack_inputs(latents, labels), training=training)

        return Game(
            score=Score(self.discriminator, training, augment, labels=tuple(labels)),
            generate=generate,
            real=pair.match_resolution(generator, real, self.scales),
            latents=self.latents.draw(random.fork("latents"), tf.shape(real)[0]),
            random=random,
            network=generator,
        )

    def shown(self, game):
        """Returns the game as D is shown it: with fakes that its update cannot move."""
        if self.loss.resample_latents:
            random = game.random.fork("shown")
            latents = self.latents.draw(random, tf.shape(game.latents)[0])
            game = game.replace(latents=latents, fake=game.generate(latents))
        fake = tf.nest.map_structure(tf.stop_gradient, game.fake)
        return game.replace(fake=fake)

    def unrolled(self, game, real_scores):
        """Returns the game and the real scores that G is to face."""
        player, loss = self.discriminator_player, self.discriminator_loss
        return self.unrolling(game, real_scores, player, loss)

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

    def batch(self, data):
        """Returns the images of a batch, with the labels that the networks take."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        images = tf.ensure_shape(images, (None, *self.image_shape))
        return (images, *self.labels.of_batch(labels))

    def split(self, batch, parts):
        """Returns equal parts of a batch; a short batch loses its rest."""
        images = batch[0]
        count = tf.shape(images)[0] if images.shape[0] is None else images.shape[0]
        size = count // parts
        tf.debugging.assert_positive(
            size,
            f"A batch has fewer than the {parts} images that it is to be split into. "
            "Batch the data with drop_remainder=True.",
        )
        starts = [number * size for number in range(parts)]
        return [tuple(one[start : start + size] for one in batch) for start in starts]

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
