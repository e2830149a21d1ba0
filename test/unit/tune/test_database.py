"""The database of trials: claims, two tuners on one file, and a tuner that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from xpiler.tune.database import Database

CLAIMS_AND_WAITS = """
import sys, time
from pathlib import Path
from xpiler.tune.database import Database
database = Database(Path(sys.argv[1]), "subject", "")
assert database.claim("first")
database.finish("first", "measured", 2.0)
assert database.claim("second")
print("claimed", flush=True)
time.sleep(60)
"""


def other_tuner(path: Path) -> subprocess.Popen:
    """A process that has finished one trial and is at another."""
    process = subprocess.Popen([sys.executable, "-I", "-c", CLAIMS_AND_WAITS, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "claimed\n"
    return process


def test_a_trial_is_claimed_once(tmp_path: Path) -> None:
    database = Database(tmp_path / "db", "subject", "what it is")
    assert database.claim("a")
    assert not Database(tmp_path / "db", "subject", "").claim("a")
    assert Database(tmp_path / "db", "another", "").claim("a")
    database.finish("a", "measured", 1.5)
    database.judge("a", "proved", "all sizes")
    found = database.find("a")
    assert found is not None
    assert (found.state, found.score, found.verdict) == ("measured", 1.5, "proved")
    assert not database.claim("a")


def test_two_tuners_share_and_a_killed_one_loses_one_trial(tmp_path: Path) -> None:
    process = other_tuner(tmp_path / "db")
    try:
        database = Database(tmp_path / "db", "subject", "")
        assert not database.claim("first") and not database.claim("second")
        assert database.claim("third")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not database.claim("first")
    assert database.claim("second")
    assert [(t.schedule, t.state) for t in database.trials()] == [("second", "running"), ("third", "running"), ("first", "measured")]


def test_a_claim_outlives_the_connection_but_not_the_process(tmp_path: Path) -> None:
    first = Database(tmp_path / "db", "subject", "")
    assert first.claim("a")
    first.close()
    assert not Database(tmp_path / "db", "subject", "").claim("a")
