"""The command `keras-gan train`."""

import pathlib

import click

from keras_gan_cli.files import check_writable
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.options import click_options
from keras_gan_cli.paths import new_folder
from keras_gan_cli.starting import new_run, resume_run

EXAMPLES = """\b
Examples:
  keras-gan train
  keras-gan train --data my_pictures --image-shape 64,64,3 --flip --epochs 100
  keras-gan train --recipe biggan --width 16 --learning-rate 2e-4
  keras-gan train --resume --epochs 200
  keras-gan train --from fashion_mnist --data my_shoes"""


@click.command(epilog=EXAMPLES)
@click_options
@click.option(
    "--out",
    metavar="FOLDER",
    type=new_folder,
    help="Folder of the run, new or empty.  [default: runs/RECIPE-DATA]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Resume the run of --out, or the newest run.",
)
@VERBOSE
def train(out: pathlib.Path | None, resume: bool, **options: object) -> None:
    """Trains a GAN and writes all results to a run folder.

    After each epoch the folder has a grid of samples, the curves of losses and metrics,
    and the full state of the GAN, from which --resume continues exactly.
    """
    passed = {name: value for name, value in options.items() if value is not None}
    run, record = (resume_run if resume else new_run)(out, passed)
    check_writable(run.folder)
    check_writable(record.export_folder(run))
    with library():
        from keras_gan_cli.tasks import train as task

        task.train(run, record)
