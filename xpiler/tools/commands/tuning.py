"""What `tune` and `translate --tune` share: times and sizes on the command line, and a search whose schedule a translation then uses."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xpiler.options import TranslateOptions


def seconds_of(text: str) -> float:
    """`300s`, `5m`, `1h` or a number of seconds; argparse turns the error into a usage message."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"expected a time like 300s or 5m, got '{text}'")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


def sizes_of(arguments: argparse.Namespace) -> dict[str, int]:
    """The numbers of `--args`."""
    from xpiler.diagnostics import InvalidInput, Place

    sizes = {}
    for name, text in arguments.args:
        try:
            sizes[name] = int(text, 0)
        except ValueError:
            raise InvalidInput(f"expected a number for '{name}', got '{text}'", Place(arguments.file)) from None
    return sizes


@contextmanager
def tuned(path: str, options: TranslateOptions, sizes: dict[str, int], budget_s: float) -> Iterator[tuple[TranslateOptions, str]]:
    """The options with the schedule that a search of so many seconds finds, and what it gained; as they are where none is asked for.

    The trials are not kept: `xpiler tune --db` is for searches that go on.
    """
    if not budget_s:
        yield options, ""
        return
    from xpiler.tune.tuner import TuneOptions, tune

    with tempfile.TemporaryDirectory(prefix="xpiler-tune-") as folder:
        how = TuneOptions(budget_s, seed=options.seed)
        outcome = tune(path, options, sizes, how, Path(folder) / "trials.sqlite", lambda line: print(line, file=sys.stderr))
        schedule = Path(folder) / "schedule.txt"
        schedule.write_text(outcome.schedule)
        gain = outcome.default / outcome.score if outcome.score else 1.0
        why = f"found by {outcome.trials} trials: {gain:.2f} times the default schedule ({outcome.score:.6g} {outcome.unit})"
        yield replace(options, schedule=schedule), why
