"""What one source needs again and again while proposals for it are judged: its build, what its runs gave, what was learnt of its proofs.

All of it lies in a folder, as each proposal is judged in a process of its own.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mlir import ir

from xpiler.execution.process import RunResult
from xpiler.verify.differential import Text

Value = TypeVar("Value")


@dataclass(frozen=True)
class Kept:
    """The folder of one source."""

    folder: Path

    def library(self, name: str, text: Text) -> Path:
        """The build of a text, the same for each name. Raises XpilerError where it does not compile."""
        library = self.folder / f"{name}.so"
        if not library.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            text.built(library, strict=True)
        return library

    def results(self, names: Sequence[str], compute: Callable[[list[int]], Sequence[RunResult]]) -> list[RunResult]:
        """The results of calls by their names; `compute` makes those that are missing, told by their positions."""
        self.folder.mkdir(parents=True, exist_ok=True)
        files = [self._file(name, "run") for name in names]
        missing = [k for k, file in enumerate(files) if not file.exists()]
        for k, result in zip(missing, compute(missing) if missing else (), strict=True):
            files[k].write_bytes(pickle.dumps(result))
        return [pickle.loads(file.read_bytes()) for file in files]

    def value(self, name: str, compute: Callable[[], Value]) -> Value:
        """What was computed once under a name of its own."""
        file = self._file(name, "value")
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(pickle.dumps(compute()))
        return pickle.loads(file.read_bytes())

    def module(self, name: str, make: Callable[[], ir.Module], context: ir.Context) -> ir.Module:
        """A module that is made once, with its places in the source, in a context."""

        def bytecode() -> bytes:
            stream = io.BytesIO()
            make().operation.write_bytecode(stream)
            return stream.getvalue()

        return ir.Module.parse(self.value(name, bytecode), context)

    def _file(self, name: str, kind: str) -> Path:
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.{kind}"

    @property
    def is_hard(self) -> bool:
        """Whether a right program was not proved for all sizes before: that is asked for last then."""
        return (self.folder / "hard").exists()

    def note_hard(self) -> None:
        """Remembers that a program that is right at sizes was not proved for all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "hard").touch()
