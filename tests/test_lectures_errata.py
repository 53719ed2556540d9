"""The errata of the lectures that arithmetic can verify."""

import pathlib
import re

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import keras_gan as kg

FOLDER = pathlib.Path(__file__).parents[1] / "docs"
NAMES = ("lectures.md", "lectures.ja.md", "lectures.zh.md")
FIRST = (FOLDER / NAMES[0]).read_text()


def derivatives(function, *values):
    """Returns the derivatives of a loss with respect to its scores."""
    scores = [tf.constant([value]) for value in values]
    with tf.GradientTape() as tape:
        tape.watch(scores)
        loss = function(*scores)
    gradients = tape.gradient(loss, scores, unconnected_gradients="zero")
    return [float(gradient[0]) for gradient in gradients]


def sigmoid(score):
    """Returns the probability of log-odds."""
    return 1.0 / (1.0 + np.exp(-score))


def erratum_3():
    discriminator = kg.losses.EnergyMargin(margin=1.0).discriminator
    assert derivatives(discriminator, -0.1, -0.5) == [-1.0, 1.0]
    assert derivatives(discriminator, -0.1, -3.0) == [-1.0, 0.0]


def erratum_5():
    mean, deviation = 0.7, 0.4
    z = np.linspace(-12.0, 12.0, 200_001)
    encoder, prior = scipy.stats.norm(mean, deviation), scipy.stats.norm(0.0, 1.0)
    values = encoder.pdf(z) * (encoder.logpdf(z) - prior.logpdf(z))
    expected = 0.5 * (mean**2 + deviation**2 - 1.0 - np.log(deviation**2))
    assert np.trapezoid(values, z) == pytest.approx(expected, rel=1e-6)


def erratum_9():
    value = np.log(sigmoid(0.3)) + np.log(1.0 - sigmoid(-1.2))
    scores = tf.constant([0.3]), tf.constant([-1.2])
    loss = kg.losses.NonSaturating().discriminator(*scores)
    assert float(loss[0]) == pytest.approx(-value, rel=1e-6)


def erratum_10():
    score = -8.0
    for loss, expected in (
        (kg.losses.Minimax(), -sigmoid(score)),
        (kg.losses.NonSaturating(), sigmoid(score) - 1.0),
    ):
        fake_derivative, _ = derivatives(loss.generator, score, 0.0)
        assert fake_derivative == pytest.approx(expected, rel=1e-4)
    assert "-0.0003" in FIRST
    assert "-0.9997" in FIRST


def erratum_25():
    real, fake = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.7])
    optimal, middle = real / (real + fake), (real + fake) / 2.0
    value = np.sum(real * np.log(optimal) + fake * np.log(1.0 - optimal))
    divergence = (
        scipy.stats.entropy(real, middle) + scipy.stats.entropy(fake, middle)
    ) / 2.0
    assert value == pytest.approx(-np.log(4.0) + 2.0 * divergence)


def erratum_31():
    losses = np.random.default_rng(0).gamma(2.0, size=(20_000, 64))
    for size in (4, 16, 64):
        batches = losses[:, :size]
        assert batches.var(axis=1, ddof=1).mean() == pytest.approx(2.0, rel=0.05)
        assert batches.mean(axis=1).var() == pytest.approx(2.0 / size, rel=0.05)


def erratum_35():
    scores = tf.constant([20.0])  # every image is classified as real
    total = {
        target: kg.losses.cross_entropy(scores, 1.0)
        + kg.losses.cross_entropy(scores, target)
        for target in (1.0, 0.0)
    }
    assert float(total[1.0][0]) == pytest.approx(0.0, abs=1e-6)
    assert float(total[0.0][0]) == pytest.approx(20.0, rel=1e-6)


def erratum_39():
    lecture = derivatives(lambda real, fake: real - fake, 0.0, 0.0)
    hinge = derivatives(kg.losses.Hinge().discriminator, 0.0, 0.0)
    ours = derivatives(kg.losses.Wasserstein().discriminator, 0.0, 0.0)
    assert hinge == ours == [-1.0, 1.0]
    assert lecture == [1.0, -1.0]
    assert derivatives(kg.losses.Wasserstein().generator, 0.0, 0.0)[0] == -1.0


def erratum_45():
    squares = kg.losses.LeastSquares().generator
    assert derivatives(squares, 12.0, 0.0)[0] == pytest.approx(12.0)
    plain = derivatives(kg.losses.NonSaturating().generator, 12.0, 0.0)[0]
    assert abs(plain) == pytest.approx(6e-6, rel=0.03)


def erratum_46():
    paper = derivatives(kg.losses.LeastSquares().generator, 3.0, 0.0)[0]
    lecture = derivatives(lambda fake: tf.square(fake - 0.0), 3.0)[0]
    assert lecture == pytest.approx(2.0 * paper)


def erratum_47():
    classes = np.eye(10)
    for probabilities, expected in (
        (classes, 10.0),
        (np.tile(classes[0], (10, 1)), 1.0),
    ):
        mean = probabilities.mean(axis=0)
        terms = [scipy.stats.entropy(row, mean) for row in probabilities]
        assert np.exp(np.mean(terms)) == pytest.approx(expected)


def erratum_50():
    ones = np.ones((1, 9))
    assert np.linalg.norm(ones, 2) == pytest.approx(3.0)
    line = np.eye(16) + np.eye(16, k=1) + np.eye(16, k=-1)
    whole = np.linalg.norm(np.kron(line, line), 2)
    assert whole == pytest.approx((1.0 + 2.0 * np.cos(np.pi / 17.0)) ** 2)
    assert whole == pytest.approx(8.8, abs=0.01)


def erratum_55():
    norm = scipy.stats.chi(120)
    assert norm.mean() == pytest.approx(10.9, abs=0.05)
    assert norm.cdf(1.0) == pytest.approx(6e-101, rel=0.1)


def erratum_63():
    def covered(kernel):
        counts = np.zeros(2 * 8 + kernel)
        for index in range(8):
            counts[2 * index : 2 * index + kernel] += 1
        return counts[4:12].tolist()

    assert covered(3) == [2.0, 1.0] * 4
    assert covered(4) == [2.0] * 8


CHECKED = {
    int(name.removeprefix("erratum_")): function
    for name, function in list(globals().items())
    if name.startswith("erratum_")
}


@pytest.mark.parametrize("number", CHECKED)
def test_an_erratum_holds(number):
    CHECKED[number]()


@pytest.mark.parametrize("name", NAMES)
def test_the_page_lists_the_tested_errata(name):
    (listed,) = re.findall(
        r"/test_lectures_errata\.py\)\W([\d\s,、]*\d)", (FOLDER / name).read_text()
    )
    assert [int(number) for number in re.findall(r"\d+", listed)] == [*CHECKED]


def test_the_catalogue_has_every_erratum():
    _, page = (FOLDER / "catalogue.md").read_text().split("## Errata of the lectures")
    rows = re.findall(r"^\| (\d+) \|", page, re.MULTILINE)
    numbers = re.findall(r"\*\*Erratum (\d+)", FIRST)
    assert list(dict.fromkeys(rows)) == numbers


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning")  # no GPU
def test_the_program_of_the_lecture_in_pytorch():
    torch = pytest.importorskip("torch")
    entropy = torch.nn.BCELoss()
    whole = torch.full((4,), 1)  # erratum 17
    with pytest.raises(RuntimeError, match="Found dtype Long but expected Float"):
        entropy(torch.full((4,), 0.5), whole)
    entropy(torch.full((4,), 0.5), torch.full((4,), 1.0))
    score = torch.tensor([17.0], requires_grad=True)  # erratum 15
    entropy(torch.sigmoid(score), torch.zeros(1)).backward()
    assert float(score.grad) == 0.0
    score.grad = None
    torch.nn.BCEWithLogitsLoss()(score, torch.zeros(1)).backward()
    assert float(score.grad) == 1.0
    second = torch.nn.ConvTranspose2d(512, 256, 4, 2, 1, bias=False)  # erratum 16
    assert float(second.weight.detach().std()) == pytest.approx(0.009, abs=1e-4)
