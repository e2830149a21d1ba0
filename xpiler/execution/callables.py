"""Which function of a file to call, and the shape of a kernel's launch."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from xpiler.diagnostics import InvalidInput, Place
from xpiler.execution.expressions import evaluate
from xpiler.execution.process import Launch
from xpiler.execution.signatures import Function, Parameter, functions
from xpiler.platforms.names import HOST_PLATFORMS

__all__ = ["Function", "Parameter", "choose", "launch_shape"]

_UNIONS = {"block": 1, **{f"union{n}": 4 * n for n in (1, 2, 4, 8, 16)}}


def choose(text: str, path: str, platform: str, call: str, kernel: str, launching: bool) -> Function:
    """The kernel to launch, or the host function to call: the one named, or the only one; `main` where there is no other.

    Raises InvalidInput, located, where the choice is not clear or the parameters cannot be passed.
    """
    found = functions(text)
    if launching:
        return _only([f for f in found if f.is_kernel], kernel, "kernel", "--kernel", path)
    launchers = _launchers([f for f in found if not f.is_kernel], platform, call)
    if not launchers and not call:
        hint = "add a host function that allocates, copies and launches, or launch a kernel with --launch"
        raise InvalidInput("the file has no host launcher to run", Place(path), hint)
    return _only(launchers, call, "host function", "--call", path)


def _launchers(hosts: list[Function], platform: str, call: str) -> list[Function]:
    """Candidates by falling likelihood: exported functions that launch, exported ones, those that launch, a whole program."""
    others = [f for f in hosts if f.name != "main"]
    if call:
        return others
    likely = [f for f in others if (f.name.endswith("_kernel") if platform in HOST_PLATFORMS else f.launches)]
    exported = [f for f in likely if f.exported] or [f for f in others if f.exported]
    return exported or likely or [f for f in hosts if f.name == "main"] or others


def _only(candidates: list[Function], name: str, what: str, option: str, path: str) -> Function:
    named = [f for f in candidates if f.name == name] if name else candidates
    if len({f.name for f in named}) != 1:
        names = ", ".join(sorted({f.name for f in candidates})) or "none"
        raise InvalidInput(f"expected one {what}, the file has {names}", Place(path), f"name one with {option}")
    chosen = named[-1]
    if chosen.parameters is None and chosen.name != "main":
        hint = "numbers and pointers to numbers can be passed"
        raise InvalidInput(f"the parameters of '{chosen.name}' cannot be given on the command line", Place(path, chosen.line), hint)
    return chosen


def launch_shape(text: str, platform: str, sizes: Mapping[str, int]) -> Launch:
    """`grid=(n+63)/64,block=(8,8),shared=1024`, or `tasks=16,type=union4`, for these sizes; InvalidInput for anything else."""
    given = _shape_given(text)
    known = {"tasks", "type"} if platform == "bang" else {"grid", "block", "shared", "cooperative"}
    if not set(given) <= known:
        raise InvalidInput(f"--launch knows no '{min(set(given) - known)}' here", hint=", ".join(sorted(known)))
    numbers = {key: [evaluate(part, sizes) for part in parts] for key, parts in given.items() if key != "type"}
    if platform == "bang":
        return Launch(_three(numbers.get("tasks", [1])), union=_union(given.get("type", ["block"])[0]))
    return Launch(
        _three(numbers.get("grid", [1])),
        _three(numbers.get("block", [1])),
        numbers.get("shared", [0])[0],
        cooperative=bool(numbers.get("cooperative", [0])[0]),
    )


def _shape_given(text: str) -> dict[str, list[str]]:
    """The expressions by key, read as the keywords of a call."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
    except SyntaxError as error:
        raise InvalidInput(f"cannot read '{text}' in --launch", hint="for example grid=(n+255)/256,block=256") from error
    keywords = call.keywords if isinstance(call, ast.Call) else []
    parts = {str(k.arg): k.value.elts if isinstance(k.value, ast.Tuple) else [k.value] for k in keywords}
    return {key: [ast.unparse(part) for part in values] for key, values in parts.items()}


def _three(values: list[int]) -> tuple[int, int, int]:
    if not 1 <= len(values) <= 3 or min(values) < 0:
        raise InvalidInput(f"{values} is no shape of one to three dimensions")
    x, y, z = (*values, 1, 1)[:3]
    return x, y, z


def _union(name: str) -> int:
    if name not in _UNIONS:
        raise InvalidInput(f"unknown task type '{name}'", hint=", ".join(_UNIONS))
    return _UNIONS[name]
