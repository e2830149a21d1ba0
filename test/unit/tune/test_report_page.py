"""The page of a tuning database, as a browser without a screen sees it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from xpiler.tune.database import Database
from xpiler.tune.peaks import peaks

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SOURCE = '__global__ void k(const float *A) { /* <script>document.title = "taken"</script> */ }'
BEST = {
    "path": "k.cu",
    "source": SOURCE,
    "target": "bang mtp_592",
    "output": "#include <bang.h>",
    "schedule": "bang-nram-pieces{arch=mtp_592 longest=512}",
    "verdict": "proved",
    "scope": "all sizes",
    "unit": "cycles of the model",
    "default": 400.0,
    "score": 100.0,
    "time": 100.0,
    "operations": 1000.0,
    "bytes": 8000,
    "peaks": peaks(),
}


def database(folder: Path) -> Path:
    path = folder / "trials.sqlite"
    kept = Database(path, "s", "k.cu to bang mtp_592 at n=1000")
    for schedule, state, score, verdict in (
        ("a", "measured", 400.0, "proved"),
        ("b", "measured", 50.0, "refuted"),
        ("c", "failed", None, ""),
        ("d", "measured", 100.0, "proved"),
    ):
        kept.claim(schedule)
        kept.finish(schedule, state, score, "it says <why>")
        kept.judge(schedule, verdict, "it says <why>")
    kept.describe_best(BEST)
    kept.close()
    Database(path, "other", "j.cu to vnni, nothing judged yet").close()
    return path


def report(folder: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-m", "xpiler", "report", str(file), "-o", "r.html"], cwd=folder, capture_output=True, text=True
    )


def test_the_page_says_what_happened(tmp_path: Path) -> None:
    done = report(tmp_path, database(tmp_path))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "r.html").read_text()
    assert "4.00 times the default schedule" in text and "nothing judged yet" in text
    assert text.count("<svg") == 5, "the progress, and a roofline of every platform"
    assert "<script" not in text and "&lt;script&gt;" in text and "it says &lt;why&gt;" in text
    assert re.search(r'class="bad"[^>]*><title>8\.00: b refuted', text), "a refuted trial is shown and is not the best"
    assert "the kernel reaches 31 % of it" in text  # 10 of 32 operations a cycle, an eighth of an operation a byte at 256 bytes a cycle


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").write_bytes(b"SQLite format 3\0" + bytes(100))
    for name in ("empty.sqlite", "absent.sqlite"):
        done = report(tmp_path, tmp_path / name)
        assert done.returncode == 1 and "error: " in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
def test_a_browser_shows_it(tmp_path: Path) -> None:
    report(tmp_path, database(tmp_path))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1200,900"]
    seen = subprocess.run([str(BROWSER), *flags, "--dump-dom", str(tmp_path / "r.html")], capture_output=True, text=True, timeout=120)
    assert "<title>Xpiler: tuning</title>" in seen.stdout
    assert seen.stdout.count("</svg>") == 5
    subprocess.run(
        [str(BROWSER), *flags, f"--screenshot={tmp_path / 'page.png'}", str(tmp_path / "r.html")], capture_output=True, timeout=120
    )
    assert (tmp_path / "page.png").stat().st_size > 20_000, "a page with something on it"
