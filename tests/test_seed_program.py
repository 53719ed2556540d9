"""The lecture's DCGAN program, whose numbers PyTorch made, played by this library.

The numbers are those of `python benchmarks/seed_program.py --json`, with PyTorch 2.13
on a CPU. The inputs are made by NumPy, here as there.
"""

import importlib.util
import pathlib

import pytest

PYTORCH = [
    {
        "discriminator_loss": 1.712098479270935,
        "generator_loss": 8.269235610961914,
        "real_probability": 0.6637704968452454,
        "fake_probability": 0.628637433052063,
        "fake_probability_after": 0.00032152465428225696,
    },
    {
        "discriminator_loss": 0.9648793339729309,
        "generator_loss": 4.046943187713623,
        "real_probability": 0.5100675225257874,
        "fake_probability": 0.0981503278017044,
        "fake_probability_after": 0.020163334906101227,
    },
    {
        "discriminator_loss": 1.6312534809112549,
        "generator_loss": 5.560766696929932,
        "real_probability": 0.6594429612159729,
        "fake_probability": 0.6108800172805786,
        "fake_probability_after": 0.004827405326068401,
    },
]


@pytest.fixture(scope="module")
def played():
    """Returns the numbers of each step, and the parameter counts."""
    path = pathlib.Path(__file__).parents[1] / "benchmarks" / "seed_program.py"
    specification = importlib.util.spec_from_file_location("seed_program", path)
    program = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(program)
    return program.train_keras()


def test_the_first_step_is_that_of_the_program(played):
    assert played[0][0] == pytest.approx(PYTORCH[0], abs=1e-3)


@pytest.mark.parametrize("step", [1, 2])
def test_the_next_steps_stay_near(played, step):
    assert played[0][step] == pytest.approx(PYTORCH[step], abs=5e-2)


def test_the_networks_have_the_parameters_of_the_program(played):
    assert played[1] == [3_576_704, 2_765_568]
