"""The walk over a platform-form module: every instance of every statement at once, none of them unrolled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.program import place_of
from xpiler.verify.symbolic.digits import Place, Reading
from xpiler.verify.symbolic.integers import Int, Symbols
from xpiler.verify.symbolic.program import LANE, Access, Array, Condition, Group, Held, Pointer, Trace, Value
from xpiler.verify.symbolic.sets import PARAM, Set, holds, project_out, within
from xpiler.verify.symbolic.shares import Tasks
from xpiler.verify.terms.term import Term, make

if TYPE_CHECKING:
    from xpiler.verify.symbolic.flat import Flat, Threads

Handler = Callable[["Walker", ir.Operation], None]
HANDLERS: dict[str, Handler] = {}
TERMINATORS = frozenset({"func.return", "scf.yield", "scf.forall.in_parallel", "scf.condition"})
MOST_STATEMENTS = 3000


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Registers what the walk does at an operation."""

    def register(function: Handler) -> Handler:
        for of in names:
            HANDLERS[of] = function
        return function

    return register


class Box:
    """The sizes a verdict holds for: narrowed by every obligation that sizes can violate."""

    def __init__(self, symbols: Symbols, sizes: Set):
        self.symbols, self.sizes = symbols, sizes
        self.products: set[tuple[str, ...]] = set()
        self.is_muted = False

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Where nothing is asked of sizes: what is walked here is walked again, with all that is known then."""
        self.is_muted = True
        try:
            yield
        finally:
            self.is_muted = False

    def require(self, condition: Set, domain: Set) -> None:
        """Takes the sizes out for which the condition fails anywhere in the domain."""
        if self.is_muted:
            return
        violated = domain.intersect_params(self.sizes).subtract(condition)
        if violated.is_empty():
            return
        coordinates = [n for n in violated.get_var_names(PARAM) if not self.symbols.is_size(n)]
        self.sizes = self.sizes.subtract(project_out(violated, coordinates)).coalesce()


class Walker:
    """The state of a walk: values of SSA names, coordinates in scope, the condition under which this place is reached."""

    def __init__(self, module: ir.Module, symbols: Symbols, box: Box, *, is_source: bool = False, reading: Reading | None = None):
        self.module, self.symbols, self.box, self.is_source = module, symbols, box, is_source
        self.reading = reading or Reading()
        self.counted: list[tuple[Place, Int]] = []  # numbers of instances that may be taken apart
        self.of_launch: Threads | None = None
        self.flat: Flat | None = None  # where numbers of threads are coordinates
        self._places = 0
        self.trace = Trace()
        self.env: dict[ir.Value, Value] = {}
        self.dims: tuple[str, ...] = ()
        self.tasks: Tasks | None = None  # of the launch that is walked
        self._domain: Set = box.sizes
        self.time: list[int | str] = [0]
        self.threads: tuple[str, ...] = ()
        self.lanes: tuple[str, ...] = ()  # the coordinates of lanes in a warp, where lanes do something together
        self.groups: tuple[Group, ...] = ()
        self.exited: Set | None = None
        self.dynamic_shared: Array | None = None  # of the blocks of the launch that is walked
        self.places: dict[str, Int] = {}
        self.shared: dict[object, Array] = {}
        self.where = ""
        self.functions = functions_of(module)
        self.target = str(module.operation.attributes["xpiler.target"]) if "xpiler.target" in module.operation.attributes else ""

    @property
    def lane(self) -> str | None:
        """The coordinate of lanes in a warp, where they have a single one."""
        return self.lanes[0] if len(self.lanes) == 1 else None

    # -- values ------------------------------------------------------------------------------------------------------

    def integer(self, value: ir.Value, what: str = "an integer") -> Int:
        """An operand that sizes and coordinates decide."""
        found = self.env[value]
        if isinstance(found, Int):
            return found
        raise NotModelled(f"{what} that depends on data")

    def affine(self, value: ir.Value, what: str = "an integer"):
        """The same as isl sees it."""
        return self.integer(value, what).affine(self.symbols, what)

    def term(self, value: ir.Value) -> Term:
        """An operand as data."""
        return as_term(self.env[value])

    def condition(self, value: ir.Value) -> Set:
        """A condition that sizes and coordinates decide."""
        found = self.env[value]
        if isinstance(found, Condition):
            return found.yes
        raise NotModelled("a condition that depends on data")

    @property
    def domain(self) -> Set:
        """The condition under which this place is reached, with what is known of the shares of tasks."""
        if self.tasks is not None and self.tasks.products:
            self._domain = self.tasks.known(self._domain)
        return self._domain

    @domain.setter
    def domain(self, condition: Set) -> None:
        self._domain = condition

    def number_of_place(self) -> int:
        """The number of the loop or launch that is walked now, the same each time the program is walked the same way."""
        self._places += 1
        return self._places

    # -- scopes ------------------------------------------------------------------------------------------------------

    @contextmanager
    def under(self, condition: Set) -> Iterator[None]:
        """Where a condition holds."""
        before = self.domain
        self.domain = before.intersect_params(condition).coalesce()
        yield
        self.domain = before

    @contextmanager
    def loop(self, of: str, condition: Set) -> Iterator[None]:
        """Inside of a loop whose iterations are counted by a coordinate."""
        before = (self.domain, self.dims, self.time)
        self.domain = self.domain.intersect_params(condition).coalesce()
        self.dims = (*self.dims, of)
        self.time = [*self.time, of, 0]
        yield
        self.domain, self.dims, self.time = before
        self.tick()

    def tick(self) -> tuple[int | str, ...]:
        """The present moment; later ones are later."""
        now = tuple(self.time)
        self.time[-1] += 1
        return now

    # -- statements --------------------------------------------------------------------------------------------------

    def block(self, block: ir.Block) -> list[ir.Value]:
        """Walks a block; what its terminator hands on."""
        results: list[ir.Value] = []
        for op in block.operations:
            operation = op.operation
            if operation.name in TERMINATORS:
                results = list(operation.operands)
            else:
                self.operation(operation)
        return results

    def operation(self, op: ir.Operation) -> None:
        """One operation; NotModelled, by name, where the walk does not know it."""
        handler = HANDLERS.get(op.name) or HANDLERS.get(op.name.partition(".")[0] + ".*")
        if handler is None:
            raise NotModelled(f"'{op.name}'")
        self.where = place_of(op) or self.where
        handler(self, op)

    def call(self, function: ir.Operation, arguments: list[Value]) -> list[Value]:
        """A function's body in the place of its call."""
        block = function.regions[0].blocks[0]
        for argument, value in zip(block.arguments, arguments, strict=True):
            self.env[argument] = value
        return [self.env[v] for v in self.block(block)]

    def access(self, pointer: Pointer, index: Int, writes: bool, term: object = None, lanes: int = 0) -> Access:
        """Notes an access of every instance of this place."""
        array = pointer.array
        here = self.domain if self.flat is None else self.flat.domain(self)
        domain = here.intersect_params(within(LANE, lanes)) if lanes else here
        dims = (*self.dims, LANE) if lanes else self.dims
        self._adopt(array)
        self.must_be_held(array)
        if not set(array.owner) <= set(dims):
            raise NotModelled("an array used outside of the scope it belongs to")
        if len(self.trace.accesses) > MOST_STATEMENTS:
            raise NotModelled("a program of too many statements")
        made = Access(
            array,
            writes,
            dims,
            domain,
            pointer.offset.plus(index),
            self.tick(),
            self.threads,
            self.groups,
            term,
            self.where,
            len(self.trace.accesses),
        )
        self.trace.accesses.append(made)
        return made

    def must_be_held(self, array: Array) -> None:
        """NotModelled where memory may have been freed before this place."""
        if array.freed is not None and not array.freed.is_disjoint(self.domain):
            raise NotModelled(f"'{array.name}' is used after it is freed")

    def _adopt(self, array: Array) -> None:
        """An array declared inside of a parallel loop belongs to each iteration."""
        inside = tuple(d for g in self.groups if g.number in array.loops for d in g.dims if d not in array.owner)
        if inside and any(a.array is array for a in self.trace.accesses):
            raise NotModelled("an array used inside and outside of the parallel loop that declares it")
        array.owner = (*array.owner, *inside)

    def load(self, pointer: Pointer, index: Int, lanes: int = 0) -> Term:
        """The value of an element."""
        return make("read", Held(self.access(pointer, index, False, lanes=lanes)))

    def store(self, pointer: Pointer, index: Int, value: Value, lanes: int = 0) -> None:
        """Writes an element."""
        self.access(pointer, index, True, as_term(value), lanes)

    def require(self, condition: Set, what: str) -> None:
        """A precondition that must hold here: for all sizes, or where the source asks for it, for those that the verdict is about."""
        if self.is_source:
            self.box.require(condition, self.domain)
        elif not holds(condition, self.domain.intersect_params(self.box.sizes)):
            raise NotModelled(f"{what} is not shown")


def as_term(value: Value) -> Term:
    """A value as data: integers and conditions that are known enter terms as such."""
    if isinstance(value, Term):
        return value
    if isinstance(value, Int):
        return make("known", Held(value))
    if isinstance(value, Condition):
        return make("holds", Held(value.yes))
    raise NotModelled("a pointer as data")


def functions_of(module: ir.Module) -> dict[str, ir.Operation]:
    """The functions of a module by name."""
    found = {}
    for op in module.body.operations:
        if op.operation.name == "func.func":
            found[ir.StringAttr(op.operation.attributes["sym_name"]).value] = op.operation
        elif op.operation.name != "memref.global":
            raise NotModelled(f"'{op.operation.name}' at the top of a module")
    return found
