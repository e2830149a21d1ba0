"""OpenMP's worksharing loops: the `for` after `#pragma omp parallel for` is an `scf.forall` bound to threads.

libclang ignores the pragmas, so they are found in the text before the statement. What they add is a promise that
iterations are independent; a loop that carries a value (a `reduction` clause), or in which iterations wait for each
other (`critical`, `ordered`), keeps its sequential form, which computes the same. `atomic` makes an update atomic.
A loop that carries a variable which no clause names has a race: the variable is shared. One that a `reduction` clause names by an
operator must be combined by it: each thread starts from the operator's identity, so that another update computes something else.
`simd` promises the same of its iterations, which run in step: it is read as a parallel loop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind, TypeKind
from mlir import ir
from mlir.dialects import arith, scf

from xpiler.frontend.arrays import LOOP
from xpiler.frontend.cursors import invalid, place_of
from xpiler.frontend.directives import has_effect
from xpiler.frontend.mutations import mutated
from xpiler.frontend.places import VariablePlace
from xpiler.frontend.vnni.omp_atomic import read_atomic

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader
    from xpiler.frontend.values import Value
    from xpiler.frontend.variables import Variable

PRAGMA = re.compile(r"\s*#\s*pragma\s+omp\s+(.*)")
WORKSHARING = re.compile(r"(?:(?:parallel\s+)?for|simd)\b(?!.*\bsafelen\b)")
REDUCTION = re.compile(r"\breduction\s*\(\s*(?:\w+\s*,\s*)?([^:\s]+)\s*:([^)]*)\)")
# What may update a variable of a reduction by each operator; a choice (`x > m ? x : m`) is for maxima and minima.
UPDATES = {
    "+": ("arith.addf", "arith.addi", "arith.subf", "arith.subi", "math.fma"),
    "-": ("arith.addf", "arith.addi", "arith.subf", "arith.subi", "math.fma"),
    "*": ("arith.mulf", "arith.muli"),
    "max": ("arith.maxnumf", "arith.maximumf", "arith.maxsi", "arith.maxui", "arith.cmpf", "arith.cmpi", "arith.select"),
    "min": ("arith.minnumf", "arith.minimumf", "arith.minsi", "arith.minui", "arith.cmpf", "arith.cmpi", "arith.select"),
    "&": ("arith.andi",),
    "|": ("arith.ori",),
    "^": ("arith.xori",),
}
MEMORY = (TypeKind.POINTER, TypeKind.CONSTANTARRAY, TypeKind.VARIABLEARRAY, TypeKind.INCOMPLETEARRAY)
PASSES_ON = ("scf.yield", "scf.if", "arith.extf", "arith.truncf", "arith.extsi", "arith.extui", "arith.trunci", "scf.for")
REGION = re.compile(r"parallel\b(?!\s+(?:for|sections)\b)")
PRIVATE = re.compile(r"\bprivate\s*\(([^)]*)\)")
NOWAIT = re.compile(r"\bnowait\b")
OWN = re.compile(r"\b(?:private|firstprivate|lastprivate|reduction|linear)\s*\(([^)]*)\)")
IN_ORDER = re.compile(r"\b(?:reduction|linear)\s*\(([^)]*)\)")  # what is as if the iterations came one after the other
LAST = re.compile(r"\blastprivate\s*\(([^)]*)\)")
ATOMIC = re.compile(r"atomic\b(.*)")
WAITING = re.compile(r"#\s*pragma\s+omp\s+(?:critical|ordered)\b")
COLLAPSE = re.compile(r"\bcollapse\s*\(\s*(\d+)\s*\)")


def read_pragma(reader: Reader, cursor: Cursor) -> bool:
    """Reads a `for` that a worksharing directive stands before, or an atomic update; False where there is none.

    What else is parallel is noted (`directives.py`).
    """
    reader.directives.visit(place_of(cursor))
    directive, lines = directive_before(reader, cursor)
    atomic = ATOMIC.match(directive) if directive else None
    if atomic:
        reader.directives.taken |= lines
        read_atomic(reader, cursor, atomic[1].strip())
        return True
    if cursor.kind == CursorKind.COMPOUND_STMT and directive and REGION.match(directive):
        reader.directives.taken |= lines
        _region(reader, cursor, directive)
        return True
    if cursor.kind != CursorKind.FOR_STMT or not directive or not WORKSHARING.match(directive) or _waits(reader, cursor):
        return False
    reader.directives.taken |= lines
    _shared_loop(reader, cursor, directive)
    return True


def _shared_loop(reader: Reader, cursor: Cursor, directive: str) -> None:
    """A loop whose iterations threads share out."""
    from xpiler.frontend.statements import STATEMENTS

    with reader.arrays.parallel_loop() as number, _private(reader, _named(PRIVATE, directive) | _own_counter(cursor, directive)):
        made = _made(reader, lambda: STATEMENTS[CursorKind.FOR_STMT](reader, cursor))
    collapse = COLLAPSE.search(directive)
    is_parallel, has_an_effect = False, has_effect(made)
    loop = _loop(made)
    if loop is not None:
        _refuse_shared(cursor, loop, directive)
        _refuse_other_updates(cursor, loop, directive)
        name = _handed_on(cursor, loop, directive)
        if name:
            reader.directives.doubt(place_of(cursor), f"each thread's own {name}, which iterations hand on")
        if not _reduces_arrays(cursor, directive):
            is_parallel = _parallel(loop, int(collapse[1]) if collapse else 1, number, _named(PRIVATE, directive))
    if not is_parallel and has_an_effect:
        reader.directives.doubt(place_of(cursor), "a parallel loop that is read in sequence")
    if NOWAIT.search(directive):
        reader.directives.doubt(place_of(cursor), "a loop that threads leave without waiting")


def _loop(made: list[ir.Operation]) -> ir.Operation | None:
    """The loop among what was read for it: behind it the last value of a counter that is declared outside may be worked out."""
    position = next((k for k in reversed(range(len(made))) if made[k].name == "scf.for"), None)
    if position is None or has_effect(made[position + 1 :]):
        return None
    loop = made[position]
    is_read = position + 1 < len(made) and any(True for result in loop.results for _ in result.uses)
    return None if is_read else loop


def _region(reader: Reader, cursor: Cursor, directive: str) -> None:
    """A block that all threads run; what they do beside sharing out loops, each of them does."""
    outside = [variable for variable in reader.variables_behind(mutated(cursor)) if variable.value is not None]
    with reader.arrays.parallel_region(), _private(reader, _named(PRIVATE, directive)):
        made = _made(reader, lambda: reader.read_plain(cursor))
    own = _named(PRIVATE, directive)
    if has_effect(made, besides="scf.forall") or any(variable.name not in own for variable in outside):
        reader.directives.doubt(place_of(cursor), "a parallel region that is read in sequence")


def _made(reader: Reader, read: Callable[[], object]) -> list[ir.Operation]:
    """The operations that reading something adds to the block at hand."""
    block = reader.builder.block
    assert block is not None
    before = len(list(block.operations))
    read()
    return [op.operation for op in list(block.operations)[before:]]


def _named(clause: re.Pattern[str], directive: str) -> set[str]:
    """The variables that clauses of a kind name."""
    return {word for found in clause.finditer(directive) for word in re.findall(r"\w+", found[1])}


@contextmanager
def _private(reader: Reader, names: set[str]) -> Iterator[None]:
    """Inside, a variable that each thread has its own of has no value yet; behind it has the one from before."""
    places = [place for place in reader.bindings.values() if isinstance(place, VariablePlace) and place.variable.name in names]
    before: dict[Variable, Value | None] = {place.variable: place.variable.value for place in places}
    for variable in before:
        reader.state.assign(variable, None)
    yield
    for variable, value in before.items():
        reader.state.assign(variable, value)


def _reduces_arrays(cursor: Cursor, directive: str) -> bool:
    """Whether a reduction names memory, `reduction(+ : count[:bins])`: each thread has its own, and the sum is as if they took turns."""
    items = [item for found in REDUCTION.finditer(directive) for item in re.findall(r"(\w+)\s*(?:\[[^\]]*\]\s*)*(?:,|$)", found[2])]
    uses = (node for node in cursor.walk_preorder() if node.kind == CursorKind.DECL_REF_EXPR and node.spelling in items)
    return any(node.type.get_canonical().kind in MEMORY for node in uses)


def _refuse_shared(cursor: Cursor, loop: ir.Operation, directive: str) -> None:
    """Raises InvalidInput where iterations write a variable from outside of the loop that no clause gives each of them.

    A bare `for` may stand in a parallel region that declares the variable.
    """
    if not directive.startswith("parallel"):
        return
    named = _named(OWN, directive) | _counters(cursor)
    for carried in list(loop.regions[0].blocks[0].arguments)[1:]:
        name = carried.location.name_str if carried.location.is_a_name() else ""
        if name and name not in named:
            raise invalid(
                cursor,
                f"race: the iterations of a parallel loop share the variable '{name}' and write it",
                f"declare it in the loop, or say what it is: private({name}), reduction(+ : {name})",
            )


def _handed_on(cursor: Cursor, loop: ir.Operation, directive: str) -> str:
    """A variable, in quotes, that one iteration leaves to the next though each thread has its own: the next one may be another thread's."""
    in_order = _named(IN_ORDER, directive) | _counters(cursor)
    anew = _named(PRIVATE, directive) | _named(LAST, directive)
    for carried in list(loop.regions[0].blocks[0].arguments)[1:]:
        name = carried.location.name_str if carried.location.is_a_name() else ""
        if name not in in_order and not _is_set_anew(carried, anew):
            return f"'{name}'" if name else "variable"
    return ""


def _refuse_other_updates(cursor: Cursor, loop: ir.Operation, directive: str) -> None:
    """Raises InvalidInput where a variable of a reduction is updated by something else than its operator."""
    operators = {name: clause[1] for clause in REDUCTION.finditer(directive) for name in re.findall(r"\w+", clause[2])}
    for carried in list(loop.regions[0].blocks[0].arguments)[1:]:
        name = carried.location.name_str if carried.location.is_a_name() else ""
        allowed = UPDATES.get(operators.get(name, ""))
        used = {_update(use) for use in carried.uses} - set(PASSES_ON)
        if allowed is not None and used - set(allowed):
            raise invalid(
                cursor,
                f"the reduction of '{name}' by '{operators[name]}' updates it in another way, by '{sorted(used - set(allowed))[0]}'",
                "name the operator that the loop's body uses",
            )


def _update(use: ir.OpOperand) -> str:
    """The operation that uses a variable; `x - s` is none of `s`'s own subtractions."""
    name = use.owner.name
    return f"{name} from another value" if name in ("arith.subf", "arith.subi") and use.operand_number else name


def _own_counter(cursor: Cursor, directive: str) -> set[str]:
    """The counter that a loop's head sets, declared outside: of `for` each thread has its own, of `simd` it has its last value behind."""
    head = next(cursor.get_children())
    if head.kind != CursorKind.BINARY_OPERATOR or re.search(r"\bsimd\b", directive):
        return set()
    return {next(head.get_tokens()).spelling} - _named(LAST, directive)


def _counters(cursor: Cursor) -> set[str]:
    """The words of the loop's head where its variable is declared or set: OpenMP makes it private."""
    return {token.spelling for token in next(cursor.get_children()).get_tokens()}


def _waits(reader: Reader, loop: Cursor) -> bool:
    """Whether iterations of a loop wait for each other."""
    first, last = place_of(loop), loop.extent.end.line
    return any(WAITING.search(line) for line in reader.lines_of(first.file)[first.line - 1 : last])


def directive_before(reader: Reader, cursor: Cursor) -> tuple[str, set[tuple[str, int]]]:
    """The text of the OpenMP directive above a statement, its continuation lines joined, and where it begins; comments may follow it."""
    place = place_of(cursor)
    lines = reader.lines_of(place.file)
    if lines[place.line - 1 : place.line] and lines[place.line - 1][: place.column - 1].strip():
        return "", set()  # a part of the statement that begins the line
    lines = lines[: max(place.line - 1, 0)]
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("//")):
        lines = lines[:-1]
    first = len(lines) - 1
    while first > 0 and lines[first - 1].rstrip().endswith("\\"):
        first -= 1
    text = " ".join(part.rstrip().rstrip("\\") for part in lines[max(first, 0) :])
    match = PRAGMA.match(text)
    return (match[1], {(place.file, first + 1)}) if match else ("", set())


def _parallel(loop: ir.Operation, depth: int, number: int, private: set[str]) -> bool:
    """Turns an `scf.for` that carries nothing into an `scf.forall`, and the loops collapsed with it; whether that was all of them.

    A private variable that each iteration sets before it reads it is not carried.
    """
    body = loop.regions[0].blocks[0]
    if not all(_is_set_anew(carried, private) for carried in list(body.arguments)[1:]):
        return False
    are_all = depth == 1
    if depth > 1:
        inner = [op.operation for op in body.operations if op.operation.name == "scf.for"]
        are_all = len(inner) == 1 and _parallel(inner[0], depth - 1, number, private)
    with loop.location, ir.InsertionPoint(loop):
        bounds = [_index(value) for value in list(loop.operands)[:3]]
        mapping = ir.ArrayAttr.get([ir.Attribute.parse("#xpiler.bind<omp>")])
        forall = scf.ForallOp([bounds[0]], [bounds[1]], [bounds[2]], mapping=mapping)
        forall.operation.attributes[LOOP] = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), number)
    with loop.location, ir.InsertionPoint(forall.body):
        counter = forall.induction_variables[0]
        variable = body.arguments[0]
        variable.replace_all_uses_with(counter if isinstance(variable.type, ir.IndexType) else arith.index_cast(variable.type, counter))
        for op in list(body.operations)[:-1]:
            forall.body.append(op.operation)
        scf.InParallelOp()
    loop.erase()
    return are_all


def _is_set_anew(carried: ir.BlockArgument, private: set[str]) -> bool:
    name = carried.location.name_str if carried.location.is_a_name() else ""
    return name in private and not any(True for _ in carried.uses)


def _index(value: ir.Value) -> ir.Value:
    return value if isinstance(value.type, ir.IndexType) else arith.index_cast(ir.IndexType.get(), value)
