"""Loading of `keras_gan` by a command, and what it prints: errors and messages."""

import contextlib
import os
import re
import signal
import sys
import warnings
from collections.abc import Iterator
from typing import Literal

import click

VERBOSE_KEY = "keras_gan_cli.verbose"
"""Key in `click.Context.meta` of whether `--verbose` was passed."""

LOG_LINE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog|"
    rb"[IWE]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] |"
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] \S+:\d+\] |"
    rb"To enable the following instructions: .* rebuild TensorFlow"
)
"""Beginning of a line that the C++ code of TensorFlow logs; F, a fatal error, is not
one of them."""


def remember_verbose(
    context: click.Context, param: click.Parameter, value: bool
) -> None:
    """Keeps in the context that `--verbose` was passed, to the group or a command."""
    if value:
        context.meta[VERBOSE_KEY] = True


VERBOSE = click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=remember_verbose,
    help="Also print the messages of TensorFlow: devices, CUDA, oneDNN.",
)
"""The option `--verbose`."""


@contextlib.contextmanager
def library() -> Iterator[None]:
    """Loads `keras_gan` for a block, in which its errors are those of click.

    A `UserError` of the library becomes a message without a traceback and exit code 1;
    its warnings become lines. TensorFlow's messages are omitted without `--verbose`.

    Raises:
        click.ClickException: For a `UserError`.
    """
    is_verbose = click.get_current_context().meta.get(VERBOSE_KEY, False)
    with contextlib.nullcontext() if is_verbose else hidden_log_lines():
        # Only here, when all options are valid: it takes several seconds.
        from keras_gan.data.reading import named_errors
        from keras_gan.errors import UserError
    try:
        with warnings_as_lines(), named_errors():
            yield
    except UserError as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def hidden_log_lines() -> Iterator[None]:
    """Hides the log lines of TensorFlow's C++ code while it is loaded, and later.

    TensorFlow reads its environment variable too late for what it logs while it is
    loaded. Until then another process reads its stderr and prints the other lines: it
    survives if TensorFlow aborts, and prints the reason. There is none on Windows, and
    if TensorFlow has been loaded before.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules or not hasattr(os, "fork"):
        yield
        return
    sys.stderr.flush()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        print_other_lines(reader)
        os._exit(0)
    os.close(reader)
    stderr = os.dup(2)
    os.dup2(writer, 2)
    os.close(writer)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stderr, 2)  # the child reads the end of the file
        os.close(stderr)
        os.waitpid(child, 0)


def print_other_lines(reader: int) -> None:
    """Prints the lines of a file descriptor that are not log lines on stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    with open(reader, "rb") as lines:
        for line in lines:
            if not LOG_LINE.match(line):
                os.write(2, line)


@contextlib.contextmanager
def warnings_as_lines(action: Literal["always"] | None = None) -> Iterator[None]:
    """Prints warnings as plain lines on stderr, without file name and category.

    Args:
        action: Action of Python's warning filter for `UserWarning`; None keeps the
            present filters.
    """
    with warnings.catch_warnings():
        if action:
            warnings.simplefilter(action, UserWarning)
        warnings.showwarning = lambda message, *_: click.echo(str(message), err=True)
        yield
