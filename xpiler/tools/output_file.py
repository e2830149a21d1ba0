"""Writing results so that nothing half-written is ever left behind."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_output(path: str, text: str) -> None:
    """Writes `text` to `path` at once (or to standard output for "-"): a full disk or an interrupt leaves the old file.

    What is no plain file, a device or a pipe, is written to and stays what it is; a link stays a link. Raises OSError with
    the file's name where it cannot be written.
    """
    if path == "-":
        sys.stdout.write(text)
        return
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        _write_through(target, text)
    elif not target.parent.is_dir():
        raise OSError(2, "the directory does not exist", str(Path(path).parent))
    else:
        with _uninterrupted():
            _replace(target, text)


def _write_through(target: Path, text: str) -> None:
    """Writes to a device or a pipe, and names it in what goes wrong."""
    try:
        with target.open("w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keeps Ctrl-C waiting until the file is whole: it ends the process on the spot (guarded_process.py)."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _replace(target: Path, text: str) -> None:
    """Puts a whole new file in the place of the old one, with its permissions."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
