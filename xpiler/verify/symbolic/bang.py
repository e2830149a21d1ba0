"""BANG: tasks with memory of their own, builtins by their meaning."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects.semantics import instantiate
from xpiler.dialects.words import word
from xpiler.verify.limits import NotModelled
from xpiler.verify.model.bang import _wanted
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.meanings import expand
from xpiler.verify.symbolic.program import Group
from xpiler.verify.symbolic.sets import fresh, name, number, within
from xpiler.verify.symbolic.walker import Walker, handles


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
    if None in counts or any(c < 1 for c in counts) or counts[1:] != [1, 1]:
        raise NotModelled("a launch of a number of tasks that is not a constant in one dimension")
    task = fresh("task")
    before = (w.domain, w.dims, w.time, w.groups, w.places)
    w.domain = w.domain.intersect_params(within(task, counts[0]))
    w.groups, w.dims, w.time = (*w.groups, Group((task,), w.dims)), (*w.dims, task), [*w.time, task, 0]
    own, all_ = Int.of(name(task)), Int.of(number(counts[0]))
    zero, one = Int.of(0), Int.of(1)
    w.places = {"task_id": own, "task_dim": all_, "task_id_x": own, "task_dim_x": all_}
    w.places |= {"task_id_y": zero, "task_id_z": zero, "task_dim_y": one, "task_dim_z": one}
    w.call(kernel, arguments)
    w.domain, w.dims, w.time, w.groups, w.places = before
    w.tick()
