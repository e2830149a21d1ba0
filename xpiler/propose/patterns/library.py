"""The pattern library: a folder with a text and a record for each proved pattern.

    NAME.mlir    the pattern
    NAME.json    {"verdict", "scope", "assumptions", "digest", "origin", "prompt", "kernels": [...]}

Nothing is saved that is not proved, and nothing is used whose text is not the one that was proved.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from xpiler.diagnostics import InvalidInput, Place
from xpiler.verify.verdict import Answer, Verdict

VARIABLE = "XPILER_PATTERNS"


@dataclass(frozen=True)
class Entry:
    """One saved pattern: its text and what is known of it."""

    name: str
    target: str
    text: str
    verdict: str
    scope: str
    assumptions: tuple[str, ...]
    digest: str
    origin: str
    prompt: str = ""
    kernels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """A folder of patterns."""

    folder: Path

    @staticmethod
    def at(folder: str = "") -> Library:
        """The library in a folder: the one given, that of XPILER_PATTERNS, or that of the user."""
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return Library(Path(folder or os.environ.get(VARIABLE) or home / "xpiler" / "patterns"))

    def names(self) -> list[str]:
        """All patterns, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.json")) if self.folder.is_dir() else []

    def entry(self, name: str) -> Entry:
        """A pattern by name. Raises InvalidInput where there is none, or its text is not the one that was proved."""
        record = self.folder / f"{name}.json"
        try:
            stored: dict[str, Any] = json.loads(record.read_text())
            text = (self.folder / f"{name}.mlir").read_text()
            lists: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}
            found = Entry(name=name, text=text, **lists)
        except OSError:
            known = ", ".join(self.names()) or "none"
            raise InvalidInput(f"there is no pattern '{name}'", Place(str(self.folder)), f"patterns here: {known}") from None
        except (ValueError, TypeError):
            raise InvalidInput("this is no record of a pattern", Place(str(record))) from None
        if found.digest != digest(text):
            raise InvalidInput("the pattern was changed after it was proved", Place(str(record)), "prove it again: xpiler patterns add")
        return found

    def patterns(self, names: tuple[str, ...] = ()) -> list[Entry]:
        """The patterns named, or all; longer texts first, so that a part does not take what the whole would."""
        return sorted((self.entry(name) for name in names or self.names()), key=lambda e: (-len(e.text), e.name))

    def save(self, name: str, target: str, text: str, answer: Answer, origin: str, prompt: str = "") -> Entry:
        """Keeps a proved pattern. Raises InvalidInput for one that is not."""
        if answer.verdict is not Verdict.PROVED:
            raise InvalidInput(f"the pattern '{name}' is not proved: {answer}", hint="only proved patterns are saved")
        made = Entry(name, target, text, answer.verdict.value, answer.scope, answer.assumptions, digest(text), origin, prompt)
        self._write(made)
        return made

    def credit(self, name: str, kernel: str) -> None:
        """Notes that a pattern helped a kernel."""
        found = self.entry(name)
        if kernel not in found.kernels:
            self._write(replace(found, kernels=(*found.kernels, kernel)))

    def _write(self, entry: Entry) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        record = {k: v for k, v in asdict(entry).items() if k not in ("name", "text")}
        (self.folder / f"{entry.name}.mlir").write_text(entry.text)
        (self.folder / f"{entry.name}.json").write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")


def digest(text: str) -> str:
    """The name of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
