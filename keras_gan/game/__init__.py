"""The game as its terms see it, the two who play it, and who learns when."""

from keras_gan.game import schedules
from keras_gan.game.game import Game
from keras_gan.game.player import Optimizers, Player
from keras_gan.game.score import Score, pack_inputs
from keras_gan.game.terms import Memory, Term

__all__ = [
    "Game",
    "Memory",
    "Optimizers",
    "Player",
    "Score",
    "Term",
    "pack_inputs",
    "schedules",
]
