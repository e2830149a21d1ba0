"""Writing results so that nothing half-written is ever left behind."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def write_output(path: str, text: str) -> None:
    """Writes `text` to `path` at once (or to standard output for "-"): a full disk or an interrupt leaves the old file.

    Raises OSError with the file's name where it cannot be written.
    """
    if path == "-":
        sys.stdout.write(text)
        return
    target = Path(path)
    if not target.parent.is_dir():
        raise OSError(2, "the directory does not exist", str(target.parent))
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
