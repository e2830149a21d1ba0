"""`--validate-each`: the module before and after every pass that changes it, proved equal; the pass that is wrong is named.

A difference that the proof shows is confirmed by a run of both modules through MLIR's JIT, in a child process: then the pass is refused.
What is not decided, and what only the proof doubts, is told and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from mlir import ir

from xpiler.diagnostics import InvalidInput, PassFailed, Unsupported
from xpiler.verify import signature
from xpiler.verify.comparison import difference
from xpiler.verify.isolation import isolated
from xpiler.verify.limits import NotModelled, OutOfMemory, OutOfTime
from xpiler.verify.stages import staged
from xpiler.verify.validator import Attempt
from xpiler.verify.verdict import Answer, Verdict

SECONDS, MEMORY_BYTES = 20.0, 2 << 30
KINDS = ("random", "negative", "equal")


@dataclass
class EachPass:
    """A watcher of pipelines (`pipeline.watching`): `tell` gets a line for every change, `answers` keeps the verdicts by stage."""

    tell: Callable[[str], None]
    seconds: float = SECONDS
    answers: list[tuple[str, Answer]] = field(default_factory=list)

    @contextmanager
    def __call__(self, stage: object, op: ir.Operation) -> Iterator[None]:
        """Around one stage. Raises PassFailed where a run confirms that the stage changed what the kernel does."""
        module = _root(op)
        before, plain = _text(module), _text(module, debug=False)
        yield
        if _text(module, debug=False) != plain:
            self._compare(f"pass '{stage}'", before, _text(module))

    def compare(self, what: str, before: ir.Module, after: ir.Module) -> None:
        """The same for a step that makes a new module: raising, lowering."""
        self._compare(what, _text(before.operation), _text(after.operation))

    def _compare(self, what: str, before: str, after: str) -> None:
        answer = proved(before, after, self.seconds)
        self.answers.append((what, answer))
        self.tell(f"{what}: {answer}")
        if answer.verdict is Verdict.REFUTED:
            raise PassFailed(f"{what} changes what the kernel does: {answer.counterexample}", hint=answer.reason)


def proved(before: str, after: str, seconds: float = SECONDS) -> Answer:
    """The verdict on two modules as text; `refuted` where a run confirms the difference that the proof stumbles over."""
    try:
        answer, stumble = isolated(lambda: _proved(before, after, seconds), seconds, MEMORY_BYTES)
        witness = isolated(lambda: _witness(before, after, stumble), seconds, MEMORY_BYTES) if stumble else ""
    except OutOfTime:
        return Answer(Verdict.TIMEOUT, f"not decided within {seconds:g} seconds")
    except OutOfMemory:
        return Answer(Verdict.UNSUPPORTED, f"the proof needs more than {MEMORY_BYTES >> 20} MiB")
    except (Unsupported, InvalidInput) as error:
        return Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message)
    return Answer(Verdict.REFUTED, answer.reason, answer.scope, counterexample=witness) if witness else answer


def _proved(before: str, after: str, seconds: float) -> tuple[Answer, tuple[dict[str, int], dict[str, int]] | None]:
    """In the child: the answer, and the sizes and extents at which the target is not equal."""
    from xpiler.dialects import context

    with context():
        proof = staged(*(_complete(ir.Module.parse(text)) for text in (before, after)), {}, seconds)
    found: Attempt | None = proof.stumble
    return proof.answer, None if found is None or found.extents is None else (found.sizes, found.extents)


def _complete(module: ir.Module) -> ir.Module:
    """A kernel without launcher on its way through passes is all of its launch."""
    if not signature.functions(module, "xpiler.launcher"):
        module.operation.attributes["xpiler.target"] = ir.Attribute.parse('#xpiler.target<"shared">', module.context)
    return module


def _witness(before: str, after: str, at: tuple[dict[str, int], dict[str, int]]) -> str:
    """In the child: how the kernel's results differ on random inputs; "" where they do not, or it cannot be run."""
    from xpiler.dialects import context
    from xpiler.execution import jit
    from xpiler.verify.sampling import arguments

    sizes, extents = at
    with context():
        modules = [ir.Module.parse(text) for text in (before, after)]
        kernel = signature.kernel(modules[0])
        pointers = [p.name for p in kernel.parameters if p.is_pointer]
        if not set(pointers) <= set(extents):
            raise NotModelled("the kernel has other parameters than its launcher")
        compiled = [jit.compile_module(m) for m in modules]
        for seed, kind in enumerate(KINDS):
            calls = [arguments(kernel.parameters, sizes, extents.__getitem__, np.random.default_rng(seed), kind) for _ in modules]
            for program, call in zip(compiled, calls, strict=True):
                program.run(kernel.symbol, call)
            arrays = [[v for v in call if isinstance(v, np.ndarray)] for call in calls]
            for name, expected, actual in zip(pointers, *arrays, strict=True):
                if found := difference(name, expected, actual):
                    return f"{kind} input, {', '.join(f'{k} = {v}' for k, v in sizes.items()) or 'the given shape'}: {found}"
    return ""


def _root(op: ir.Operation) -> ir.Operation:
    while op.parent is not None:
        op = op.parent.operation
    return op


def _text(op: ir.Operation, *, debug: bool = True) -> str:
    return op.get_asm(enable_debug_info=debug, assume_verified=True)
