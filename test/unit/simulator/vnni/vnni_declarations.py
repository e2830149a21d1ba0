"""The intrinsics of our header and of the compiler's, by name, with their parameters: read from preprocessed text."""

from __future__ import annotations

import functools
import re
import subprocess
from dataclasses import dataclass

from xpiler.platforms.cxx import find_cxx
from xpiler.platforms.vnni.toolchain import EMULATION

_FUNCTION = re.compile(r"\binline\s+([\w:<>, ]+?)\s*\b(_\w+)\s*\(([^()]*)\)\s*\{")
_NAME = re.compile(r"\b(_(?:mm|mm256|mm512|k|cvt|lzcnt|tzcnt|bzhi|blsr|pdep|pext)\w+)\s*\(")


@dataclass(frozen=True)
class Intrinsic:
    """One function of our header."""

    name: str
    result: str
    parameters: tuple[str, ...]


def _preprocess(*flags: str) -> str:
    command = [find_cxx(), "-std=c++17", "-E", "-x", "c++", *flags, "-"]
    return subprocess.run(command, input="#include <immintrin.h>\n", capture_output=True, text=True, check=True).stdout


@functools.cache
def ours() -> dict[str, Intrinsic]:
    """Every intrinsic that our header defines as a plain function (not the variadic set and setr)."""
    found = {}
    for result, name, parameters in _FUNCTION.findall(_preprocess("-P", f"-I{EMULATION}")):
        if _NAME.match(name + "(") and "Scalars" not in parameters:
            types = tuple(re.sub(r"\b\w+$", "", part).strip() or part.strip() for part in _split(parameters))
            found[name] = Intrinsic(name, result, types)
    return found


@functools.cache
def real() -> dict[str, str]:
    """Every intrinsic of the compiler's own header and the file it stands in; macros count, under an empty file."""
    text = _preprocess("-O1")
    found = dict.fromkeys(re.findall(r"^#define (_\w+)", _preprocess("-dM", "-O0"), re.MULTILINE), "")
    file = ""
    for line in text.splitlines():
        if line.startswith("# "):
            file = line.split('"')[1].rsplit("/", 1)[-1]
        for name in _NAME.findall(line):
            found.setdefault(name, file)
            found[name] = found[name] or file
    return found


def _split(parameters: str) -> list[str]:
    """At commas outside of template arguments."""
    parts, depth = [""], 0
    for character in parameters:
        depth += (character == "<") - (character == ">")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip() and part.strip() != "void"]
