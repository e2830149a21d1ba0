"""The program of a bundle: every recorded call made by the output's launcher, and compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpiler.bundle.recorded import Recorded
from xpiler.execution.bfloat16 import NAME

FORMATS = {NAME: "bf16", "float16": "f16", "float32": "f32", "float64": "f64", "bool": "u8"} | {
    f"{sign}int{bits}": f"{'u' if sign else 'i'}{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}


@dataclass(frozen=True)
class Argument:
    """A parameter of the launcher that is called: its type and name in C, and the type of its elements as `ParameterInfo` has it."""

    ctype: str
    name: str
    dtype: str
    is_pointer: bool

    @property
    def format(self) -> str:
        """How check.h reads its elements."""
        return FORMATS[self.dtype]


def main_text(output: str, source: str, launcher: str, arguments: list[Argument], calls: list[Recorded]) -> str:
    """The text of `main`, for an output and a source of these names; `arguments` are the launcher's, in order."""
    pointers = [a for a in arguments if a.is_pointer]
    scalars = [a for a in arguments if not a.is_pointer]
    parameters = ", ".join(["Check &check", "const char *call", *(f"{a.ctype} {a.name}" for a in scalars)])
    passed = ", ".join(f"{a.name}.as<{_pointee(a.ctype)}>()" if a.is_pointer else a.name for a in arguments)
    lines = [
        f"// Runs {launcher} of {output} on the buffers in data/ and compares what it computes with what {source} computed.",
        f'#include "{output}"',
        "",
        '#include "check.h"',
        "",
        f"static void run({parameters}) {{",
        *(f'  Buffer {a.name} = check.before(call, "{a.name}", Format::{a.format});' for a in pointers),
        f"  {launcher}({passed});",
        *(f"  check.after({a.name});" for a in pointers),
        "}",
        "",
        "int main() {",
        '  Check check("data");',
        *(f"  run({', '.join(['check', _quoted(call.name), *(_literal(call.scalars[a.name]) for a in scalars)])});" for call in calls),
        "  return check.result();",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _pointee(ctype: str) -> str:
    return ctype.rstrip().removesuffix("*").rstrip()


def _quoted(word: str) -> str:
    return f'"{word}"'


def _literal(value: np.generic) -> str:
    """A scalar in C; floats with all their digits."""
    if value.dtype.kind == "f":
        return f"{float(value)!r}{'f' if value.dtype.itemsize < 8 else ''}"
    if value.dtype.kind == "b":
        return "true" if value else "false"
    return f"{int(value)}{'LL' if value.dtype.itemsize == 8 else ''}"
