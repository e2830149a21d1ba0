"""`xpiler batch DIR --to PLATFORM`: all kernel files below a folder, several at a time; a stopped run goes on."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.platforms.names import PLATFORMS

if TYPE_CHECKING:
    from xpiler.tools.batch.journal import Entry, Journal
    from xpiler.tools.batch.plan import Job

DESCRIPTION = (
    "Translates all kernel files below a folder. Files whose text and options have not changed since they were done are passed over, "
    "so that a stopped run goes on; the journal lies among the outputs."
)
JOURNAL = "xpiler-batch.jsonl"
FORWARDED = {"verify": "--verify", "timeout": "--timeout", "target_arch": "--arch", "standard": "-std", "require": "--require"}
FORWARDED_LISTS = {"include_dirs": "-I", "defines": "-D"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler batch`."""
    parser.add_argument("folder", type=Path, help="the folder of the kernel files; those below it are taken, too")
    parser.add_argument("--to", required=True, choices=PLATFORMS, help="the target platform")
    parser.add_argument("-o", dest="outputs", type=Path, required=True, metavar="DIR", help="the folder for the outputs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="files at a time")
    parser.add_argument("--limit", type=float, default=600.0, metavar="SECONDS", help="what one file may take")
    parser.add_argument("--again", action="store_true", help="take the files once more that had no output")
    parser.add_argument("--arch", dest="target_arch", default="", help="the target's architecture")
    parser.add_argument("--verify", choices=("prove", "test", "none"), default="", help="as for translate")
    parser.add_argument("--timeout", default="", metavar="SECONDS", help="what a proof may take")
    parser.add_argument("--require", choices=("tested", "proved"), default="", help="leave out outputs whose verdict is less")
    parser.add_argument("--assume-valid", action="store_true", help="take the sources to be free of races, overruns and the like")
    parser.add_argument("-I", dest="include_dirs", action="append", default=[], metavar="DIR")
    parser.add_argument("-D", dest="defines", action="append", default=[], metavar="NAME[=VALUE]")
    parser.add_argument("-std", dest="standard", default="", metavar="STD")
    parser.add_argument("--json", metavar="FILE", default="", help="write what came of each file as JSON ('-': standard output)")


def execute(arguments: argparse.Namespace) -> int:
    """Translates what is not done yet and prints the table; 1 where a kernel file is left without an output."""
    from xpiler.tools.batch.journal import Journal
    from xpiler.tools.batch.plan import plan
    from xpiler.tools.batch.summary import table

    jobs = plan(arguments.folder, arguments.outputs, arguments.to, _options(arguments))
    arguments.outputs.mkdir(parents=True, exist_ok=True)
    entries = _done(jobs, Journal(arguments.outputs / JOURNAL), arguments)
    _write_json(entries, arguments.json)
    print(table(entries), file=sys.stderr)
    return int(any(entry.failed for entry in entries))


def _options(arguments: argparse.Namespace) -> list[str]:
    """The options of `translate` that were given."""
    found = [f"{flag}={getattr(arguments, key)}" for key, flag in FORWARDED.items() if getattr(arguments, key) and flag != "-std"]
    found += ["--assume-valid"] * arguments.assume_valid
    if arguments.standard:
        found += ["-std", arguments.standard]
    for key, flag in FORWARDED_LISTS.items():
        for value in getattr(arguments, key):
            found += [flag, value]
    return found


def _done(jobs: list[Job], journal: Journal, arguments: argparse.Namespace) -> list[Entry]:
    """An entry for each job, in their order: from the journal, or made now."""
    from xpiler.tools.batch.summary import line, width_of

    known = {job.name: journal.entry_of(job) for job in jobs}
    open_jobs = [job for job in jobs if (entry := known[job.name]) is None or (arguments.again and entry.failed)]
    width = width_of([job.name for job in jobs])
    for entry in _made(open_jobs, len(jobs), arguments):
        journal.add(entry)
        known[entry.name] = entry
        print(line(entry, width), flush=True)
    return [entry for job in jobs if (entry := known[job.name]) is not None]


def _made(jobs: list[Job], total: int, arguments: argparse.Namespace) -> Iterator[Entry]:
    """The entries of `jobs` as they are finished, behind a progress bar on a terminal."""
    from tqdm import tqdm

    from xpiler.tools.batch.work import translate

    with ThreadPoolExecutor(max(1, arguments.jobs)) as pool:
        running = [pool.submit(translate, job, arguments.to, _options(arguments), arguments.limit) for job in jobs]
        bar = tqdm(as_completed(running), total=total, initial=total - len(jobs), unit="file", disable=None, leave=False)
        for future in bar:
            bar.clear()
            yield future.result()


def _write_json(entries: list[Entry], path: str) -> None:
    import json
    from dataclasses import asdict

    from xpiler.tools.output_file import write_output

    if path:
        write_output(path, json.dumps([asdict(entry) for entry in entries], indent=2) + "\n")
