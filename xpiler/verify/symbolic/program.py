"""What a walk over a program leaves: arrays, and every access to them as a set of instances with an order.

A value that a loop carries is an array as well (a cell for each instance of what encloses the loop), so that the data flow
of registers, scratch memory and global memory is one question.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.sets import Set
from xpiler.verify.symbolic.shares import Tasks
from xpiler.verify.terms.term import Term

LANE = "lane"
ROW, COLUMN = "fragment_row", "fragment_column"  # of an element of a matrix fragment


@dataclass(eq=False)
class Array:
    """Elements that an instance of its scope owns; `owner` are the coordinates that tell instances apart."""

    name: str
    element: str
    owner: tuple[str, ...] = ()
    extent: Int | None = None
    parameter: int | None = None
    loops: frozenset[int] = frozenset()
    is_cell: bool = False
    device: bool = False
    freed: Set | None = None  # where it has been given back
    retyped: str = ""


@dataclass(frozen=True, eq=False)
class Pointer:
    """An array, an offset in elements, and the sizes of its dimensions where the type has several."""

    array: Array
    offset: Int
    sizes: tuple[Int, ...] = ()


@dataclass(frozen=True, eq=False)
class Group:
    """Coordinates whose instances run in parallel: blocks, threads, tasks, iterations of an `omp` loop.

    `outer` are the coordinates in scope around it; `meets` says whether barriers order its instances.
    """

    dims: tuple[str, ...]
    outer: tuple[str, ...]
    meets: bool = False
    full: Set | None = None
    number: int = 0
    tasks: Tasks | None = None  # of BANG, with what is known of their shares


@dataclass(eq=False)
class Access:
    """A load or store: its instances (`dims` in `domain`), its element, its place in program order, what it stores."""

    array: Array | None
    writes: bool
    dims: tuple[str, ...]
    domain: Set
    index: Int
    time: tuple[int | str, ...]
    threads: tuple[str, ...]
    groups: tuple[Group, ...]
    term: object = None
    where: str = ""
    number: int = 0
    tuple_index: tuple = ()
    moved: dict = field(default_factory=dict)
    of_whole: bool = False  # of every element of an array, outside of all launches
    of_warp: bool = False  # whether some lane of a warp does it, and nobody knows which

    @property
    def label(self) -> str:
        """Its name as a tuple of isl."""
        return f"S{self.number}"

    @property
    def shares(self) -> list[Tasks]:
        """The launches around it whose tasks are parameters of it."""
        return [g.tasks for g in self.groups if g.tasks is not None and g.tasks.products]


@dataclass(frozen=True, eq=False)
class Held:
    """An object of isl or an access inside of a term, equal to itself alone."""

    what: object


@dataclass(frozen=True, eq=False)
class Condition:
    """A truth value that sizes and coordinates decide."""

    yes: Set


@dataclass
class Trace:
    """Everything a program does, in no order but that of the accesses' times."""

    arrays: list[Array] = field(default_factory=list)
    accesses: list[Access] = field(default_factory=list)
    barriers: list[Access] = field(default_factory=list)
    copies: list[tuple[Array, Array, Int, Access, Access]] = field(default_factory=list)
    approximations: set[str] = field(default_factory=set)
    bounded: set[str] = field(default_factory=set)  # where bytes are counted in an int


Value = Int | Condition | Term | Pointer
