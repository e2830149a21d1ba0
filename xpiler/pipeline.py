"""Pipelines: text that mixes our passes with upstream's, and running it on a module.

    builtin.module(canonicalize, loop-split{loop=i factor=16}, func.func(cse), normalize)

is what `xpiler-opt --pass-pipeline=` takes and what a schedule is. Upstream's pass manager knows nothing of passes in
Python, so the text is cut at our names and the pieces between go to `PassManager.parse` as they are. The text may hold
comments from `//` to the end of a line; every stage knows where it stands, so that what it refuses can be shown there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.diagnostics import Diagnostic, PassFailed, Place, XpilerError
from xpiler.passes import Pass, is_pass, pass_class

# Named pipelines: a name stands for a list of stages, and may be used wherever a pass may.
_NAMED: dict[str, Callable[[], Iterable[Pass | str]]] = {}

# Who looks at the module before and after every stage, of whatever pipeline is run.
Watcher = Callable[[object, ir.Operation], AbstractContextManager[None]]
_WATCHERS: ContextVar[tuple[Watcher, ...]] = ContextVar("watchers", default=())


@dataclass(frozen=True)
class Stage:
    """One entry of a pipeline: a pass of ours, or upstream's text, for the operations called `anchor`; and where it was written."""

    anchor: str
    step: Pass | str
    place: Place | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return str(self.step) if self.anchor == "builtin.module" else f"{self.anchor}({self.step})"


@dataclass(frozen=True)
class Pipeline:
    """A list of stages that can be printed, parsed again, and run."""

    stages: tuple[Stage, ...]

    @staticmethod
    def parse(text: str, file: str = "") -> Pipeline:
        """Reads pipeline text, with or without `builtin.module(...)` around it; `file` is where it was read from, for messages."""
        blank = re.sub(r"//[^\n]*", lambda comment: " " * len(comment[0]), text)
        return Pipeline(tuple(_parse_stages(_Text(blank, 0, blank, file).unwrapped(), "builtin.module")))

    def __str__(self) -> str:
        return f"builtin.module({','.join(map(str, self.stages))})"

    def run(self, module: ir.Module | ir.Operation, after: Callable[[Stage, ir.Operation], None] | None = None) -> None:
        """Runs every stage on `module`; `after` is called behind each (printing, timing)."""
        op = module.operation
        with op.context, ir.Location.unknown():
            for stage in self.stages:
                with watched(stage, op):
                    _run_stage(stage, op)
                if after:
                    after(stage, op)


@contextmanager
def watching(*watchers: Watcher) -> Iterator[None]:
    """Every stage that is run inside is run inside of the watchers too."""
    before = _WATCHERS.set((*_WATCHERS.get(), *watchers))
    try:
        yield
    finally:
        _WATCHERS.reset(before)


@contextmanager
def watched(stage: object, op: ir.Operation) -> Iterator[None]:
    """Around one stage, of a pipeline or of a pass that runs others."""
    with ExitStack() as around:
        for watcher in _WATCHERS.get():
            around.enter_context(watcher(stage, op))
        yield


def run_pipeline(text: str, module: ir.Module | ir.Operation) -> None:
    """Parses and runs pipeline text."""
    Pipeline.parse(text).run(module)


def register_pipeline(name: str, stages: Callable[[], Iterable[Pass | str]]) -> None:
    """Gives a list of stages a name that pipelines may use."""
    _NAMED[name] = stages


def _run_stage(stage: Stage, op: ir.Operation) -> None:
    with _located(stage.place):
        _run_step(stage, op)


def _run_step(stage: Stage, op: ir.Operation) -> None:
    if isinstance(stage.step, str):
        run_upstream(f"{stage.anchor}({stage.step})" if stage.anchor != "builtin.module" else stage.step, op)
        return
    targets = [op] if stage.anchor == op.name else [o.operation for o in _children(op) if o.operation.name == stage.anchor]
    for target in targets:
        stage.step.apply(op.context, target)
    _verify(stage.step, op)


def _verify(step: Pass, op: ir.Operation) -> None:
    """What the dialects' verifiers say of a pass's result is why it is refused: a buffer that does not fit, most often."""
    try:
        op.verify()
    except ir.MLIRError as error:
        found = error.error_diagnostics
        raise PassFailed(f"pass '{step.name}' made what is not legal: {found[0].message if found else error}") from None


@contextmanager
def _located(place: Place | None) -> Iterator[None]:
    """A refusal inside is said at `place`; where it has a place of its own, `place` is a note to it."""
    try:
        yield
    except XpilerError as error:
        if place is None:
            raise
        first, *others = error.diagnostics
        if first.place is None:
            raise PassFailed(first.message, place, first.hint, notes=tuple(others)) from error
        note = Diagnostic("note", "the schedule asks for it here", place)
        raise PassFailed(first.message, first.place, first.hint, notes=(*others, note)) from error


def run_upstream(text: str, op: ir.Operation) -> None:
    """Runs upstream's passes on `op`; a failing pass is `PassFailed` with upstream's message."""
    try:
        PassManager.parse(f"{op.name}({text})", op.context).run(op)
    except ir.MLIRError as error:
        raise PassFailed(f"upstream pipeline '{text}' failed: {error}") from error
    except ValueError as error:
        raise PassFailed(f"'{text}' is not a pass pipeline", hint=str(error).splitlines()[0]) from error


def _children(op: ir.Operation) -> list[ir.OpView]:
    return [child for region in op.regions for block in region for child in block.operations]


@dataclass(frozen=True)
class _Text:
    """A part of pipeline text that knows where in the whole it begins."""

    part: str
    start: int
    whole: str
    file: str

    @property
    def place(self) -> Place | None:
        """Where the part begins, in a file that has a name."""
        if not self.file:
            return None
        before = self.whole[: self.start]
        return Place(self.file, before.count("\n") + 1, self.start - (before.rfind("\n") + 1) + 1)

    def cut(self, first: int, end: int) -> _Text:
        """The characters from `first` to `end` of this part, blanks at the ends left out."""
        inner = self.part[first:end]
        skipped = len(inner) - len(inner.lstrip())
        return _Text(inner.strip(), self.start + first + skipped, self.whole, self.file)

    def unwrapped(self) -> _Text:
        """What stands inside `builtin.module(...)`, or all of it."""
        match = re.fullmatch(r"\s*builtin\.module\s*\((.*)\)\s*", self.part, re.DOTALL)
        return self.cut(*match.span(1)) if match else self.cut(0, len(self.part))

    def split(self) -> list[_Text]:
        """The entries between commas outside all brackets."""
        entries, depth, first = [], 0, 0
        for at, char in enumerate(self.part):
            depth += (char in "({[") - (char in ")}]")
            if depth < 0:
                break
            if char == "," and depth == 0:
                entries.append(self.cut(first, at))
                first = at + 1
        if depth != 0:
            raise PassFailed(f"unbalanced brackets in the pass pipeline '{self.part}'", self.place)
        return [entry for entry in (*entries, self.cut(first, len(self.part))) if entry.part]


def _parse_stages(text: _Text, anchor: str) -> Iterable[Stage]:
    for entry in text.split():
        match = re.fullmatch(r"([\w.-]+)\s*(\{.*\})?\s*(\(.*\))?", entry.part, re.DOTALL)
        if not match:
            raise PassFailed(f"'{entry.part}' is not an entry of a pass pipeline", entry.place, "expected pass{option=value ...}, ...")
        name, options, nested = match.groups()
        if nested and _mentions_ours(nested):
            first, end = match.span(3)
            yield from _parse_stages(entry.cut(first + 1, end - 1), name)
        elif is_pass(name):
            with _located(entry.place):
                yield Stage(anchor, pass_class(name).with_options(_parse_options(options)), entry.place)
        elif name in _NAMED:
            yield from (Stage(anchor, step, entry.place) for step in _NAMED[name]())
        else:
            yield Stage(anchor, entry.part, entry.place)


def _mentions_ours(text: str) -> bool:
    return any(is_pass(word) or word in _NAMED for word in re.findall(r"[\w.-]+", text))


def _parse_options(text: str | None) -> dict[str, str]:
    options = {}
    for part in (text or "{}").strip()[1:-1].split():
        key, _, value = part.partition("=")
        options[key] = value or "true"
    return options
