"""What the terms of a GAN are given, the two players, and update schedules."""

from keras_gan.game import schedules
from keras_gan.game.game import Game
from keras_gan.game.player import Player
from keras_gan.game.score import Score, pack_inputs
from keras_gan.game.terms import StatefulTerm, TermState

__all__ = [
    "Game",
    "Player",
    "Score",
    "StatefulTerm",
    "TermState",
    "pack_inputs",
    "schedules",
]
