"""Pipelines: text that mixes our passes with upstream's, and running it on a module.

    builtin.module(canonicalize, loop-split{loop=i factor=16}, func.func(cse), normalize)

is what `xpiler-opt --pass-pipeline=` takes and what a schedule is. Upstream's pass manager knows nothing of passes in
Python, so the text is cut at our names and the pieces between go to `PassManager.parse` as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.diagnostics import PassFailed
from xpiler.passes import Pass, is_pass, pass_class

# Named pipelines: a name stands for a list of stages, and may be used wherever a pass may.
_NAMED: dict[str, Callable[[], Iterable[Pass | str]]] = {}


@dataclass(frozen=True)
class Stage:
    """One entry of a pipeline: a pass of ours, or upstream's text, for the operations called `anchor`."""

    anchor: str
    step: Pass | str

    def __str__(self) -> str:
        return str(self.step) if self.anchor == "builtin.module" else f"{self.anchor}({self.step})"


@dataclass(frozen=True)
class Pipeline:
    """A list of stages that can be printed, parsed again, and run."""

    stages: tuple[Stage, ...]

    @staticmethod
    def parse(text: str) -> Pipeline:
        """Reads pipeline text, with or without `builtin.module(...)` around it."""
        return Pipeline(tuple(_parse_stages(_unwrapped(text), "builtin.module")))

    def __str__(self) -> str:
        return f"builtin.module({','.join(map(str, self.stages))})"

    def run(self, module: ir.Module | ir.Operation, after: Callable[[Stage, ir.Operation], None] | None = None) -> None:
        """Runs every stage on `module`; `after` is called behind each (printing, timing)."""
        op = module.operation
        with op.context, ir.Location.unknown():
            for stage in self.stages:
                _run_stage(stage, op)
                if after:
                    after(stage, op)


def run_pipeline(text: str, module: ir.Module | ir.Operation) -> None:
    """Parses and runs pipeline text."""
    Pipeline.parse(text).run(module)


def register_pipeline(name: str, stages: Callable[[], Iterable[Pass | str]]) -> None:
    """Gives a list of stages a name that pipelines may use."""
    _NAMED[name] = stages


def _run_stage(stage: Stage, op: ir.Operation) -> None:
    if isinstance(stage.step, str):
        run_upstream(f"{stage.anchor}({stage.step})" if stage.anchor != "builtin.module" else stage.step, op)
        return
    targets = [op] if stage.anchor == op.name else [o.operation for o in _children(op) if o.operation.name == stage.anchor]
    for target in targets:
        stage.step.apply(op.context, target)
    if not op.verify():
        raise PassFailed(f"pass '{stage.step.name}' left an invalid module behind")


def run_upstream(text: str, op: ir.Operation) -> None:
    """Runs upstream's passes on `op`; a failing pass is `PassFailed` with upstream's message."""
    try:
        PassManager.parse(f"{op.name}({text})", op.context).run(op)
    except ir.MLIRError as error:
        raise PassFailed(f"upstream pipeline '{text}' failed: {error}") from error
    except ValueError as error:
        raise PassFailed(f"'{text}' is not a pass pipeline", hint=str(error)) from error


def _children(op: ir.Operation) -> list[ir.OpView]:
    return [child for region in op.regions for block in region for child in block.operations]


def _unwrapped(text: str) -> str:
    text = text.strip()
    match = re.fullmatch(r"builtin\.module\((.*)\)", text, re.DOTALL)
    return match[1] if match else text


def _parse_stages(text: str, anchor: str) -> Iterable[Stage]:
    for entry in _split(text, ","):
        match = re.fullmatch(r"([\w.-]+)\s*(\{.*\})?\s*(\(.*\))?", entry, re.DOTALL)
        if not match:
            raise PassFailed(f"'{entry}' is not an entry of a pass pipeline")
        name, options, nested = match.groups()
        if nested and _mentions_ours(nested):
            yield from _parse_stages(nested[1:-1], name)
        elif is_pass(name):
            yield Stage(anchor, pass_class(name).with_options(_parse_options(options)))
        elif name in _NAMED:
            yield from (Stage(anchor, step) for step in _NAMED[name]())
        else:
            yield Stage(anchor, entry)


def _mentions_ours(text: str) -> bool:
    return any(is_pass(word) or word in _NAMED for word in re.findall(r"[\w.-]+", text))


def _parse_options(text: str | None) -> dict[str, str]:
    options = {}
    for part in (text or "{}").strip()[1:-1].split():
        key, _, value = part.partition("=")
        options[key] = value or "true"
    return options


def _split(text: str, separator: str) -> list[str]:
    """Cuts at `separator` outside all brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "({[") - (char in ")}]")
        if char == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    if depth != 0:
        raise PassFailed(f"unbalanced brackets in the pass pipeline '{text}'")
    return [part.strip() for part in parts if part.strip()]
