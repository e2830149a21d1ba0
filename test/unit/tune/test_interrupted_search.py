"""A search that is killed goes on where it was and loses one trial at most; two searches on one file share the trials."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from test_tune_command import KERNEL

SEARCH = ["tune", "scale.cu", "--to", "bang", "--args", "n=20000", "--budget", "4m", "--db", "trials.sqlite", "-o", "o.mlu", "--jobs", "1"]
PATIENCE_S = 240


def begun(folder: Path, *more: str) -> subprocess.Popen[str]:
    (folder / "scale.cu").write_text(KERNEL)
    command = [sys.executable, "-I", "-m", "xpiler", *SEARCH, *more]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True)


def trials(folder: Path) -> dict[str, tuple[str, float | None, float | None]]:
    """State, score and end of each trial by schedule."""
    if not (folder / "trials.sqlite").exists():
        return {}
    connection = sqlite3.connect(f"file:{folder / 'trials.sqlite'}?mode=ro", uri=True, timeout=30)
    try:
        return {schedule: rest for schedule, *rest in connection.execute("SELECT schedule, state, score, finished FROM trials")}
    except sqlite3.OperationalError:  # the tables are not there yet
        return {}
    finally:
        connection.close()


def test_a_killed_search_goes_on(tmp_path: Path) -> None:
    search = begun(tmp_path)
    end = time.monotonic() + PATIENCE_S
    while sum(state == "measured" for state, *_ in trials(tmp_path).values()) < 3 and search.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    assert search.poll() is None, "it has far more to try"
    os.killpg(search.pid, signal.SIGKILL)
    search.communicate()
    before = trials(tmp_path)
    done = {schedule: row for schedule, row in before.items() if row[0] != "running"}
    assert len(done) >= 3 and len(before) - len(done) <= 1, "one trial at most was under way"

    again = begun(tmp_path, "--trials", "2")
    _, said = again.communicate(timeout=PATIENCE_S)
    assert again.returncode == 0, said
    after = trials(tmp_path)
    best = min(done, key=lambda schedule: done[schedule][1] or float("inf"))
    assert all(after[schedule] == row for schedule, row in done.items()), "nothing that was known is measured again"
    assert not [schedule for schedule, row in after.items() if row[0] == "running"], "what was lost is tried again"
    assert len(after) == len(done) + 2
    assert min(row[1] for row in after.values() if row[1]) <= (done[best][1] or 0)


def test_two_searches_share_one_file(tmp_path: Path) -> None:
    searches = [begun(tmp_path, "--trials", "3", "--seed", str(seed)) for seed in (1, 1)]
    said = [search.communicate(timeout=PATIENCE_S)[1] for search in searches]
    assert [search.returncode for search in searches] == [0, 0], said
    found = trials(tmp_path)
    assert all(state == "measured" for state, *_ in found.values())
    tried = sum(int(number) for text in said for number in re.findall(r"trials: (\d+) measured", text))
    assert tried == len(found) - 1, "no trial was made twice; the default schedule is measured by both"
