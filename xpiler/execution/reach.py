"""How much of each array a launcher takes: it is called once while launches do nothing and copies only tell what they are of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from xpiler.execution.process import encode, spawn


def bytes_reached(library: Path, symbol: str, arguments: Sequence[np.generic | str], *, timeout_s: float = 20.0) -> dict[str, int]:
    """Bytes that `symbol` copies between the device and each array, by the array's name.

    `arguments` has a name for each array and a number for anything else. Arrays that are not copied are missing; nothing is
    told where the call crashes (a launcher may look at what it was given).
    """
    with tempfile.TemporaryDirectory(prefix="xpiler-reach-") as name:
        folder = Path(name)
        call = [{"reach": a} if isinstance(a, str) else encode(a, folder, 0, i) for i, a in enumerate(arguments)]
        settings = {"library": str(library), "symbol": symbol, "memory_bytes": 0, "trace": "", "order": None, "reach": True}
        (folder / "request.json").write_text(json.dumps({**settings, "calls": [call]}))
        spawn(folder, timeout_s)
        reply = folder / "reply.json"
        return json.loads(reply.read_text()) if reply.exists() else {}
