"""Reading @name@: C++ with the builtins of the table below. A kernel is a plain function."""

from __future__ import annotations

from pathlib import Path

from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler, Language
from xpiler.frontend.values import Value
from xpiler.frontend.vnni.language import is_kernel, launch

INCLUDE = Path(__file__).resolve().parents[2] / "platforms" / "@name@" / "include"


def binary(kind: str) -> Handler:
    """The reader of a builtin on two numbers."""

    def read(call: Call) -> Value:
        return call.emit_value("@name@.binary", [call.value(0), call.value(1)], kind=f"#@name@.binary_kind<{kind}>")

    return read


LANGUAGE = Language(
    name="@name@",
    flags=("-x", "c++"),
    suffix=".@suffix@",
    include_dirs=(INCLUDE,),
    prelude="@name@.h",
    default_arch="@arch@",
    is_kernel=is_kernel,
    builtins={f"@name@_{kind}": binary(kind) for kind in ("add", "max")},
    launch=launch,
)
