"""BANG: tasks with memory of their own, builtins by their meaning."""

from __future__ import annotations

import math

from mlir import ir

from xpiler.dialects.semantics import instantiate
from xpiler.dialects.words import word
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.bang import _wanted
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.meanings import expand
from xpiler.verify.symbolic.program import Group
from xpiler.verify.symbolic.sets import fresh, name, number, within
from xpiler.verify.symbolic.shares import Tasks
from xpiler.verify.symbolic.walker import Walker, handles

AXES = ("x", "y", "z")


@handles("bang.index")
def index(w: Walker, op: ir.Operation) -> None:
    """A coordinate or an extent of the launch."""
    kind = word(op.attributes["kind"])
    if kind not in w.places:
        raise NotModelled(f"'bang.index<{kind}>'")
    w.env[op.results[0]] = w.places[kind]


@handles("bang.is_memory_core", "bang.barrier")
def meeting(w: Walker, op: ir.Operation) -> None:
    """Tasks that work together are not modelled."""
    raise NotModelled(f"'{op.name}'")


@handles("bang.sync")
def sync(w: Walker, op: ir.Operation) -> None:
    """Waits for asynchronous operations, of which there are none here."""


@handles("bang.*")
def builtin(w: Walker, op: ir.Operation) -> None:
    """Any other operation is what semantics.mlir says it is."""
    if "async" in op.attributes:
        raise NotModelled("an asynchronous copy")
    wanted = _wanted(op)
    text = instantiate(wanted)
    if text is None:
        raise NotModelled(f"'{wanted}' has no meaning")
    if wanted.kinds and "active" in wanted.kinds[0]:
        w.trace.approximations.add(f"{op.name}<{wanted.kinds[0]}>")
    for result, value in zip(op.results, expand(w, text, op.context, [w.env[v] for v in op.operands]), strict=True):
        w.env[result] = value


def launch(w: Walker, kernel: ir.Operation, tasks: list[Int], arguments: list) -> None:
    """All tasks of a launch at once; nothing orders two of them."""
    counts = [t.constant for t in tasks]
    if None in counts or any(c < 1 for c in counts):
        raise NotModelled("a launch of a number of tasks that is not a constant")
    names = {axis: fresh("task") for axis, count in zip(AXES, counts, strict=True) if count > 1 or axis == AXES[0]}
    extents = {names[axis]: count for axis, count in zip(AXES, counts, strict=True) if axis in names}
    before = (w.domain, w.dims, w.time, w.groups, w.places, w.tasks)
    statements = len(w.trace.accesses)
    for of, count in extents.items():
        w.domain = w.domain.intersect_params(within(of, count))
    w.tasks = Tasks(extents, are_expected=w.reading.has_shares)
    in_order = tuple(reversed(extents))
    w.groups, w.dims = (*w.groups, Group(in_order, w.dims, tasks=w.tasks)), (*w.dims, *in_order)
    w.time = [*w.time, *(x for of in in_order for x in (of, 0))]
    w.places = _places(names, counts)
    w.call(kernel, arguments)
    if w.tasks.products:
        for access in w.trace.accesses[statements:]:
            access.dims = tuple(of for of in access.dims if of not in extents)
    w.domain, w.dims, w.time, w.groups, w.places, w.tasks = before
    w.tick()


def _places(names: dict[str, str], counts: list[int]) -> dict[str, Int]:
    """What a task can ask about itself; tasks are numbered along x first."""
    own = {axis: name(names[axis]) if axis in names else number(0) for axis in AXES}
    x, y, z = AXES
    task = own[x].add(own[y].mul(number(counts[0]))).add(own[z].mul(number(counts[0] * counts[1])))
    found = {"task_id": Int.of(task), "task_dim": Int.of(math.prod(counts))}
    for axis, count in zip(AXES, counts, strict=True):
        found |= {f"task_id_{axis}": Int.of(own[axis]), f"task_dim_{axis}": Int.of(count)}
    return found
