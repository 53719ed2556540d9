"""Results of the benchmarks of architectures, in a JSON file next to their page."""

import json
import pathlib
import platform

RECORDS = pathlib.Path("docs/results/architectures.json")


def read(name):
    """Returns the results of an example, a dictionary."""
    return read_all().get(name, {})


def write(name, record):
    """Adds to the results of an example."""
    records = read_all()
    records[name] = records.get(name, {}) | record
    RECORDS.write_text(json.dumps(records, indent=1) + "\n")


def replace(name, record):
    """Replaces the results of an example after a new training, except its step time.

    Results of an older model are thus never mixed with those of a newer one.
    """
    step = {key: value for key, value in read(name).items() if key == "step"}
    RECORDS.write_text(json.dumps(read_all() | {name: step | record}, indent=1) + "\n")


def read_all():
    """Returns all results, by the names of the examples."""
    return json.loads(RECORDS.read_text()) if RECORDS.is_file() else {}


def machine():
    """Returns the name of the processor."""
    info = pathlib.Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor()).strip()
