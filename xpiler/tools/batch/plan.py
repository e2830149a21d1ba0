"""What a batch has to do: the kernel files below a folder, each with its output and a digest of all that the output depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xpiler import __version__
from xpiler.diagnostics import InvalidInput, Place
from xpiler.platforms.names import OUTPUT_SUFFIX, SUFFIXES


@dataclass(frozen=True)
class Job:
    """One file to translate; `name` is its path below the folder, `digest` changes with its text and with the options."""

    name: str
    source: Path
    output: Path
    digest: str


def plan(folder: Path, outputs: Path, target: str, options: Sequence[str]) -> list[Job]:
    """The jobs for the files below `folder` whose suffix names a platform other than `target`, sorted by name.

    What lies below `outputs` is no source. Raises InvalidInput where there is no such folder or nothing to translate.
    """
    if not folder.is_dir():
        raise InvalidInput("there is no such folder", Place(str(folder)), "give the folder that holds the kernel files")
    jobs = [_job(path, folder, outputs, target, options) for path in sorted(folder.rglob("*")) if _is_source(path, outputs, target)]
    if not jobs:
        suffixes = ", ".join(suffix for suffix, platform in SUFFIXES.items() if platform != target)
        raise InvalidInput("nothing to translate in the folder", Place(str(folder)), f"kernel files end in {suffixes}")
    return _with_outputs_apart(jobs)


def _is_source(path: Path, outputs: Path, target: str) -> bool:
    inside = path.resolve().is_relative_to(outputs.resolve())
    return not inside and path.is_file() and SUFFIXES.get(path.suffix, target) != target


def _job(path: Path, folder: Path, outputs: Path, target: str, options: Sequence[str]) -> Job:
    name = path.relative_to(folder)
    digest = hashlib.sha256(path.read_bytes())
    for word in (__version__, target, *options):
        digest.update(b"\0" + word.encode())
    return Job(str(name), path, outputs / name.with_suffix(OUTPUT_SUFFIX[target]), digest.hexdigest())


def _with_outputs_apart(jobs: list[Job]) -> list[Job]:
    """`k.cu` and `k.hip` in one folder keep their own suffix in front of the target's."""
    counts: dict[Path, int] = {}
    for job in jobs:
        counts[job.output] = counts.get(job.output, 0) + 1
    return [
        job if counts[job.output] == 1 else Job(job.name, job.source, job.output.with_name(job.source.name + job.output.suffix), job.digest)
        for job in jobs
    ]
