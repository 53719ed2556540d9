"""What the benchmarks of architectures found, kept beside the page that shows it."""

import json
import pathlib
import platform

RECORDS = pathlib.Path("docs/results/architectures.json")


def read(name):
    """Returns what is known of an example, a dictionary."""
    return known().get(name, {})


def write(name, record):
    """Adds to what is known of an example."""
    records = known()
    records[name] = records.get(name, {}) | record
    RECORDS.write_text(json.dumps(records, indent=1) + "\n")


def begin(name, record):
    """Writes what is known of a new training; of the old one only its step time stays.

    So what was measured of an older model never stands beside a newer one.
    """
    step = {key: one for key, one in read(name).items() if key == "step"}
    RECORDS.write_text(json.dumps(known() | {name: step | record}, indent=1) + "\n")


def known():
    """Returns all that is known, by the names of the examples."""
    return json.loads(RECORDS.read_text()) if RECORDS.is_file() else {}


def machine():
    """Returns the name of the processor."""
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor()).strip()
