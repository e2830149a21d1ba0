"""Cells of a table that were found right before: a run that was stopped goes on, and what has not changed is not run again.

A cell is known by the contents of all that decides it: the output's text, the operator's inputs and reference, the code that builds, runs
and judges, and the compilers at hand. It is still read again, which takes little.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JUDGES = ("platforms", "execution")  # folders of the package


@cache
def judges_key() -> str:
    """The contents of what builds, runs and judges an output: the package's part of it, the corpus's table, these scripts."""
    import xpiler

    package = Path(xpiler.__file__).parent
    digest = hashlib.sha256()
    files = [path for name in JUDGES for path in (package / name).rglob("*") if path.is_file() and path.suffix in (".py", ".h", ".cpp")]
    files += [*(ROOT / "kernels").glob("*.py"), ROOT / "benchmarks" / "accuracy.py"]
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def key_of(output: str, *more: object) -> str:
    """The key of one output's cell."""
    return hashlib.sha256("\0".join([output, judges_key(), *map(str, more)]).encode()).hexdigest()[:24]


@cache
def code_key() -> str:
    """The contents of all our code, which decides what is proved."""
    import xpiler

    digest = hashlib.sha256()
    for path in sorted(Path(xpiler.__file__).parent.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def proof_key(source: str, output: str) -> str:
    """The key of a proof: the two texts, and our code."""
    return hashlib.sha256("\0".join([source, output, code_key()]).encode()).hexdigest()[:24]


@dataclass
class Known:
    """The cells of a JSON file, in which each new one is put down at once."""

    path: Path | None

    def __post_init__(self) -> None:
        self.cells: dict[tuple, dict] = {}
        if self.path and self.path.exists():
            self.cells = {_place(cell): cell for cell in json.loads(self.path.read_text())}

    def right(self) -> frozenset[str]:
        """The keys of the cells that were right."""
        return frozenset(cell["key"] for cell in self.cells.values() if cell["stage"] == "ok" and cell.get("key"))

    def proofs(self) -> dict[str, tuple[str, str]]:
        """Verdict and scope of the texts that the validator was asked about."""
        return {cell["proof_key"]: (cell["verdict"], cell["scope"]) for cell in self.cells.values() if cell.get("verdict")}

    def add(self, *cells: object) -> None:
        """Puts down cells, in place of what was known of them."""
        for cell in map(asdict, cells):
            self.cells[_place(cell)] = cell
        if self.path:
            partial = self.path.with_suffix(".partial")
            partial.write_text(json.dumps(list(self.cells.values()), indent=2) + "\n")
            partial.replace(self.path)


def _place(cell: dict) -> tuple:
    return tuple(cell[name] for name in ("operator", "source", "target"))
