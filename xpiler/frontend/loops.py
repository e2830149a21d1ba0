"""`for`, `while` and `do` as `scf.while`, or as `scf.for` where counted_loops.py says that it means the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.arithmetic import conjunction, negate
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import BOOL, Void
from xpiler.frontend.carrying import BasesMove, Carried
from xpiler.frontend.counted_loops import recognise
from xpiler.frontend.cursors import children, evaluate
from xpiler.frontend.exits import left, lower_flag, new_flag
from xpiler.frontend.guards import unless
from xpiler.frontend.loop_headers import Header, declared_in, for_header
from xpiler.frontend.merging import join
from xpiler.frontend.mutations import Mutated, has_break, has_return, mutated
from xpiler.frontend.pruning import WhileLoop
from xpiler.frontend.reader import SPECULATABLE
from xpiler.frontend.regions import Filled, fill
from xpiler.frontend.statements import run, statement
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader
    from xpiler.frontend.variables import Variable


@statement(CursorKind.FOR_STMT)
def for_statement(reader: Reader, cursor: Cursor) -> None:
    with reader.at(cursor):
        header = for_header(cursor)
        if header is None:
            raise reader.unsupported("a 'for' header that a macro makes", "write its three parts out")
        if header.init is not None:
            reader.statement(header.init)
        counted = recognise(reader, header)
        if counted is not None:
            retrying(reader, lambda moving: counted.emit(reader, moving))
        else:
            retrying(reader, lambda moving: while_loop(reader, header, moving))


@statement(CursorKind.WHILE_STMT)
def while_statement(reader: Reader, cursor: Cursor) -> None:
    with reader.at(cursor):
        *declared, condition, body = children(cursor)
        if declared:
            raise reader.unsupported("a declaration in a 'while' condition", "declare the variable before the loop")
        header = Header(None, condition, None, body)
        retrying(reader, lambda moving: while_loop(reader, header, moving))


@statement(CursorKind.DO_STMT)
def do_statement(reader: Reader, cursor: Cursor) -> None:
    with reader.at(cursor):
        body, condition = children(cursor)
        header = Header(None, condition, None, body)
        if evaluate(condition) == 0:
            once(reader, body)
        else:
            retrying(reader, lambda moving: do_loop(reader, header, moving))


def once(reader: Reader, body: Cursor) -> None:
    """`do { ... } while (0)`: the body, left by break or continue."""
    frame = reader.frame
    flag = new_flag(reader, "done")
    frame.breaks.append(flag)
    frame.continues.append(flag)
    run(reader, [body])
    frame.breaks.pop()
    frame.continues.pop()


def retrying(reader: Reader, emit: Callable[[set[str]], None]) -> None:
    """Reads a loop; again with more of its pointers' bases carried where its body moves them."""
    moving: set[str] = set()
    frame = reader.frame
    while True:
        depth = (len(frame.breaks), len(frame.continues))
        try:
            emit(moving)
            return
        except BasesMove as move:
            del frame.breaks[depth[0] :], frame.continues[depth[1] :]
            names = {variable.name for variable in move.variables}
            if names <= moving:
                raise
            moving = moving | names


def carried_variables(reader: Reader, header: Header) -> list[Variable]:
    """The variables from outside a loop that it may change, in the order they were declared."""
    parts = [part for part in (header.condition, header.step, header.body) if part is not None]
    changed = Mutated()
    for part in parts:
        changed = changed.join(mutated(part))
    variables = reader.variables_behind(changed)
    if has_return(header.body):
        variables.append(reader.frame.returned)
        if not isinstance(reader.frame.result_type, Void):
            variables.append(reader.frame.result)
    return list(dict.fromkeys(variables))


def while_loop(reader: Reader, header: Header, moving: set[str]) -> None:
    """Condition first: `scf.while` whose first region is the condition."""
    broken = new_flag(reader, "broken")
    flags = [broken] if has_break(header.body) else []
    carried = Carried(reader, [*carried_variables(reader, header), *flags], moving)
    loop = WhileLoop(reader, carried)

    def test() -> Value | None:
        carried.assign(loop.before_arguments)
        condition = _continues(reader, broken, header.condition)
        loop.condition, loop.passed = condition, carried.current()
        return None

    def iterate() -> Value | None:
        carried.assign(loop.after_arguments)
        run_body(reader, header, broken)
        loop.yielded = carried.current()
        return None

    loop.before = fill(reader, test, loop.before_block)
    loop.after = fill(reader, iterate, loop.after_block)
    carried.finish(loop.build())


def do_loop(reader: Reader, header: Header, moving: set[str]) -> None:
    """Body first: all of it is in the first region of the `scf.while`."""
    broken = new_flag(reader, "broken")
    carried = Carried(reader, carried_variables(reader, header), moving)
    loop = WhileLoop(reader, carried)

    def iterate() -> Value | None:
        carried.assign(loop.before_arguments)
        run_body(reader, header, broken)
        loop.condition = _continues(reader, broken, header.condition)
        loop.passed = carried.current()
        return None

    loop.before = fill(reader, iterate, loop.before_block)
    loop.after = fill(reader, lambda: None, loop.after_block)
    loop.yielded = list(loop.after_arguments)
    carried.finish(loop.build())


def run_body(reader: Reader, header: Header, broken: Variable) -> None:
    """One iteration: the body, then the step unless the loop was left."""
    frame = reader.frame
    for flag in (broken, frame.returned):  # an iteration starts only where neither is up
        lower_flag(reader, flag)
    skipped = new_flag(reader, "skipped")
    frame.breaks.append(broken)
    frame.continues.append(skipped)
    run(reader, [header.body])
    frame.breaks.pop()
    frame.continues.pop()
    if header.step is not None:
        _step(reader, header, header.step, [broken, frame.returned])


def _step(reader: Reader, header: Header, step: Cursor, flags: list[Variable]) -> None:
    """The step, unless the loop was left; where only the header's own variables would notice, in any case."""
    gone = left(reader, flags)
    if gone is None:
        reader.discard(step)
    elif constant_of(gone) != 1:
        stepped = fill(reader, lambda: reader.discard(step))
        own = set(reader.variables_behind(Mutated(declared_in(header.init))))
        if set(stepped.after) <= own and all(operation.name in SPECULATABLE for operation in stepped.operations):
            _run_freely(reader, stepped)
        else:
            unless(reader, gone, flags, lambda: reader.discard(step))


def _run_freely(reader: Reader, stepped: Filled) -> None:
    """Moves a step here that the source might not run: its overflow is no promise then."""
    assert reader.builder.block is not None
    for operation in stepped.operations:
        if "overflowFlags" in operation.attributes:
            operation.attributes["overflowFlags"] = ir.Attribute.parse("#arith.overflow<none>")
        reader.builder.block.append(operation)
    for variable, value in stepped.after.items():
        reader.state.assign(variable, value)


def _continues(reader: Reader, broken: Variable, condition: Cursor | None) -> ir.Value:
    """Whether another iteration runs: not left, and the source's condition, which is not evaluated otherwise."""
    gone = left(reader, [broken, reader.frame.returned])
    if gone is None:
        return _condition(reader, condition)
    stays = negate(reader.builder, gone)
    if condition is None or evaluate(condition):
        return stays
    tested = fill(reader, lambda: Scalar(_condition(reader, condition), BOOL))
    if reader.is_harmless(tested):
        return conjunction(reader.builder, stays, reader.inline(tested))
    skipped = fill(reader, lambda: Scalar(reader.builder.boolean(False), BOOL))
    result = join(reader, stays, tested, skipped)
    assert isinstance(result, Scalar)
    return result.ssa


def _condition(reader: Reader, condition: Cursor | None) -> ir.Value:
    return reader.builder.boolean(True) if condition is None else reader.condition(condition)
