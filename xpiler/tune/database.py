"""Database: every trial in one SQLite file, written as it ends.

A trial is claimed before it is built and belongs to its process until it is done: two tuners on one file share the work. What a
process that is gone had claimed may be claimed again, so that a tuner killed at any moment loses the trial it was at and no other.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STALE_SECONDS = 1800.0  # a claim from another machine, which cannot be asked whether it is alive
BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS subjects(subject TEXT PRIMARY KEY, description TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trials(
  subject TEXT NOT NULL, schedule TEXT NOT NULL, state TEXT NOT NULL, score REAL, verdict TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL, claimed REAL NOT NULL, finished REAL,
  PRIMARY KEY(subject, schedule));
CREATE TABLE IF NOT EXISTS bests(subject TEXT PRIMARY KEY, best TEXT NOT NULL);
"""

TRIALS = "SELECT schedule, state, score, verdict, detail FROM trials WHERE subject = ? ORDER BY finished, schedule"


@dataclass(frozen=True)
class Trial:
    """One schedule and what became of it: `state` is "running", "measured", "refused", "failed" or "wrong"; a lower score is better."""

    schedule: str
    state: str
    score: float | None
    verdict: str
    detail: str


@dataclass(frozen=True)
class Record:
    """A subject with its trials, and what is known of its best schedule (empty before one is judged)."""

    description: str
    trials: list[Trial]
    best: dict


def records(path: Path) -> list[Record]:
    """Everything that a database holds, without changing it. Raises sqlite3.Error where the file is none."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        bests = dict(connection.execute("SELECT subject, best FROM bests"))
        return [
            Record(description, [Trial(*row) for row in connection.execute(TRIALS, (subject,))], json.loads(bests.get(subject, "{}")))
            for subject, description in connection.execute("SELECT subject, description FROM subjects ORDER BY description")
        ]
    finally:
        connection.close()


class Database:
    """The trials of one subject (a source, its sizes, a target, and what measures)."""

    def __init__(self, path: Path, subject: str, description: str):
        self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._subject, self._owner = subject, _this_process()
        self._connection.executescript(_SCHEMA)
        self._connection.execute("INSERT OR IGNORE INTO subjects VALUES (?, ?)", (subject, description))

    def claim(self, schedule: str) -> bool:
        """Takes a schedule for this process; False where it is done or another process that is alive is at it."""
        with self._writing():
            row = self._row(schedule)
            if row is not None and (row[1] != "running" or _is_alive(row[5], row[6])):
                return False
            values = (self._subject, schedule, self._owner, time.time())
            self._connection.execute("REPLACE INTO trials(subject, schedule, state, owner, claimed) VALUES (?, ?, 'running', ?, ?)", values)
            return True

    def finish(self, schedule: str, state: str, score: float | None = None, detail: str = "") -> None:
        """Records how a claimed trial ended."""
        update = "UPDATE trials SET state = ?, score = ?, detail = ?, finished = ? WHERE subject = ? AND schedule = ?"
        self._connection.execute(update, (state, score, detail, time.time(), self._subject, schedule))

    def judge(self, schedule: str, verdict: str, detail: str) -> None:
        """Records the verdict on a trial."""
        update = "UPDATE trials SET verdict = ?, detail = ? WHERE subject = ? AND schedule = ?"
        self._connection.execute(update, (verdict, detail, self._subject, schedule))

    def describe_best(self, best: dict) -> None:
        """Keeps what a page shows of the best schedule so far."""
        self._connection.execute("REPLACE INTO bests VALUES (?, ?)", (self._subject, json.dumps(best)))

    def trials(self) -> list[Trial]:
        """All trials of the subject, in the order in which they ended."""
        return [Trial(*row) for row in self._connection.execute(TRIALS, (self._subject,))]

    def find(self, schedule: str) -> Trial | None:
        """The trial of a schedule, if there was one."""
        row = self._row(schedule)
        return Trial(*row[:5]) if row else None

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _row(self, schedule: str) -> tuple | None:
        query = "SELECT schedule, state, score, verdict, detail, owner, claimed FROM trials WHERE subject = ? AND schedule = ?"
        return self._connection.execute(query, (self._subject, schedule)).fetchone()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _is_alive(owner: str, claimed: float) -> bool:
    """Whether the process that claimed a trial still runs; a process number that was given again is another process."""
    host, pid, started = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return time.time() - claimed < STALE_SECONDS
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; empty where there is none (or it only waits to be reaped)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]
