"""The journal of a batch: one line of JSON for each file that is done, so that a stopped run goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xpiler.diagnostics import InvalidInput, Place
from xpiler.tools.batch.plan import Job

WRITTEN = ("proved", "tested", "not verified")  # the results that leave an output
PASSED_OVER = "no kernel"
RESULTS = (*WRITTEN, "refuted", "refused", "crashed", "too long", PASSED_OVER)


@dataclass(frozen=True)
class Entry:
    """What came of one file: `result` is one of RESULTS, `message` says why; wall seconds."""

    name: str
    digest: str
    result: str
    message: str
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether the file holds a kernel and has no output."""
        return self.result not in (*WRITTEN, PASSED_OVER)


class Journal:
    """The entries of a file, the last one of a name counts."""

    def __init__(self, path: Path):
        self.path = path
        self._entries = {entry.name: entry for entry in _entries(path)}

    def add(self, entry: Entry) -> None:
        """Writes an entry to the end of the file, as one line."""
        self._entries[entry.name] = entry
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry)) + "\n")

    def entry_of(self, job: Job) -> Entry | None:
        """What is known of a job: nothing once its text or the options have changed, or its output is gone."""
        entry = self._entries.get(job.name)
        if entry is None or entry.digest != job.digest:
            return None
        return None if entry.result in WRITTEN and not job.output.is_file() else entry


def _entries(path: Path) -> Iterable[Entry]:
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            yield Entry(**_fields(json.loads(line)))
        except (ValueError, TypeError):
            if number < len(lines):  # an interrupted run may have left half a last line
                raise InvalidInput("the line is no entry of a batch", Place(str(path), number), "delete the file to start anew") from None


def _fields(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value
