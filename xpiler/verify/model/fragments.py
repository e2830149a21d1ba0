"""Matrix fragments (`wmma`) and matrix cores (`mfma`): what the lanes of a warp do together, by its meaning on whole matrices.

A fragment is the tuple of its matrix' elements, row by row, the same object in every lane. A lane that changes an element it holds has a
tuple of its own from then on; where the lanes meet next, each element is taken from the lane that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlir import ir

from xpiler.dialects.mfma import mfma_form
from xpiler.dialects.semantics import Wanted
from xpiler.dialects.words import word
from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.control import known
from xpiler.verify.model.meanings import array, lanes_of, meaning_of, run_meaning
from xpiler.verify.model.memory import SIZES, Buffer, Pointer
from xpiler.verify.model.memory_ops import element_type
from xpiler.verify.model.program import Compiler, Meeting, Program, Registers, Step, Thread, compiles, place_of
from xpiler.verify.model.vector_ops import recast
from xpiler.verify.terms.term import Value

Matrix = tuple[Value, ...]
Lanes = dict[int, tuple]

TYPE = re.compile(r"!\w+\.fragment<(a|b|acc), (\d+)x(\d+)x(\d+), (\w+)(?:, (row|col))?>")
LANES = 32
# What the manual asks of the memory of a fragment: where it starts, and how far apart its lines are.
START_BYTES, LINE_BYTES = 32, 16


@dataclass(frozen=True)
class Shape:
    """A fragment's type: role, the product's extents, the element type, the layout of an operand."""

    role: str
    m: int
    n: int
    k: int
    element: str
    layout: str

    @staticmethod
    def of(type_: ir.Type) -> Shape:
        """Reads the type's text."""
        match = TYPE.fullmatch(str(type_))
        if match is None:
            raise NotModelled(f"a fragment of type {type_}")
        role, *extents, element, layout = match.groups()
        return Shape(role, *map(int, extents), element, layout or "")

    @property
    def rows(self) -> int:
        """Rows of this matrix."""
        return self.k if self.role == "b" else self.m

    @property
    def cols(self) -> int:
        """Columns of this matrix."""
        return self.k if self.role == "a" else self.n

    @property
    def size(self) -> int:
        """Elements of this matrix."""
        return self.rows * self.cols

    @property
    def kind(self) -> str:
        """The product's extents as the meanings name them."""
        return f"{self.m}x{self.n}x{self.k}"


class Together:
    """An operation of a whole warp, whose lanes all meet at it."""

    def __init__(self, op: ir.Operation):
        self.op_name, self.where = op.name, place_of(op)

    def resolve(self, lanes: Lanes, size: int, thread: Thread) -> dict[int, object]:
        """The result of every lane, given their operands; `thread` stands for the warp."""
        if len(lanes) != size:
            raise NotModelled(f"'{self.op_name}' in a warp with lanes that have returned")
        thread.where = self.where
        result = self.of_warp([lanes[lane] for lane in range(size)], thread)
        return result if isinstance(result, dict) else dict.fromkeys(lanes, result)

    def of_warp(self, lanes: list[tuple], thread: Thread) -> object:
        """One result for all lanes, or one for each in a dictionary."""
        raise NotImplementedError


def uniform(lanes: list[tuple], position: int, what: str) -> object:
    """An operand that must be the same in all lanes."""
    first = lanes[0][position]
    if any(operands[position] != first for operands in lanes):
        raise NotModelled(f"{what} that differs between the lanes of a warp")
    return first


class Owners:
    """Which lane holds which element of an accumulator, as the meaning of `fragment_get` lays it out."""

    def __init__(self, op: ir.Operation, shape: Shape):
        self._op, self._shape = op, shape
        self._program = meaning_of(Wanted(f"{op.name.partition('.')[0]}.fragment_get", (shape.kind,), types=(shape.element,)), op)

    def place(self, index: int, lane: int, thread: Thread) -> int:
        """The element that a lane calls its `index`-th."""
        numbers = array(range(self._shape.size), self._shape.element)
        return run_meaning(self._program, [numbers, index, lane], Thread(thread.machine))[0]

    def merged(self, copies: list[Matrix], thread: Thread) -> Matrix:
        """The matrix that the lanes hold together."""
        if all(copy is copies[0] for copy in copies):
            return copies[0]
        held = {self.place(i, lane, thread): lane for lane in range(LANES) for i in range(self._shape.size // LANES)}
        if len(held) != self._shape.size:
            raise NotModelled("a fragment's element that several lanes hold")
        return tuple(copies[held[at]][at] for at in range(self._shape.size))


def shared_matrix(lanes: list[tuple], position: int, owners: Owners | None, thread: Thread) -> Matrix:
    """A fragment operand of the warp; only elements of accumulators may have been changed lane by lane."""
    copies = [operands[position] for operands in lanes]
    if not all(isinstance(copy, tuple) for copy in copies):
        raise NotModelled("a fragment that was not filled")
    if owners is not None:
        return owners.merged(copies, thread)
    return uniform(lanes, position, "a fragment operand")


def meeting(compiler: Compiler, op: ir.Operation, site: Together) -> tuple[Step, bool]:
    """The step of an operation at which the lanes of a warp meet."""
    operands = compiler.registers(op.operands)
    result = compiler.register(op.results[0]) if len(op.results) else None

    def run(registers: Registers, thread: Thread) -> Iterator[Meeting]:
        value = yield Meeting(site, "collective", tuple(registers[r] for r in operands))
        if result is not None:
            registers[result] = value

    return run, True


class Fill(Together):
    """`fill_fragment`."""

    def __init__(self, op: ir.Operation):
        super().__init__(op)
        self._size = Shape.of(op.results[0].type).size

    def of_warp(self, lanes: list[tuple], thread: Thread) -> Matrix:
        return (uniform(lanes, 0, "the value of a fill"),) * self._size


@compiles("cuda.fragment_fill", "hip.fragment_fill")
def _fill(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    return meeting(compiler, op, Fill(op))


class Access(Together):
    """`load_matrix_sync` and `store_matrix_sync`: the meaning, run by the warp as one more thread of the block."""

    def __init__(self, op: ir.Operation):
        super().__init__(op)
        self.is_store = op.name.endswith("store")
        self.shape = Shape.of(op.operands[0].type if self.is_store else op.results[0].type)
        layout = word(op.attributes["layout"]) if "layout" in op.attributes else self.shape.layout
        types = (self.shape.element, self.shape.element)
        self._program = meaning_of(Wanted(op.name, (layout,), types=types), op, ROWS=self.shape.rows, COLS=self.shape.cols)
        self._owners = Owners(op, self.shape) if self.is_store else None

    def of_warp(self, lanes: list[tuple], thread: Thread) -> Matrix | None:
        first = int(self.is_store)
        pointer, index, line = (uniform(lanes, first + k, "an address of a fragment") for k in range(3))
        self._check(pointer, known(index, "an address"), known(line, "an address"), thread)
        thread.index -= first  # which lane reads or writes an element is open: only a barrier orders the two
        if self.is_store:
            run_meaning(self._program, [array(shared_matrix(lanes, 0, self._owners, thread), self.shape.element), *lanes[0][1:]], thread)
            return None
        into = Pointer(Buffer("fragment", self.shape.element, SIZES[self.shape.element] * self.shape.size), 0)
        run_meaning(self._program, [*lanes[0], into], thread)
        return lanes_of(into, self.shape.size)

    def _check(self, pointer: Pointer, index: int, line: int, thread: Thread) -> None:
        size = SIZES[self.shape.element]
        if (pointer.base + size * index) % START_BYTES or size * line % LINE_BYTES:
            message = (
                f"a fragment in memory that does not start at a multiple of {START_BYTES} bytes, or whose lines are not {LINE_BYTES} apart"
            )
            raise Defect("alignment", message, self.where)
        if not pointer.buffer.is_parameter:
            thread.machine.assumed.add(f"'{pointer.buffer.name}' starts at a multiple of {START_BYTES} bytes")


@compiles("cuda.fragment_load", "hip.fragment_load", "cuda.fragment_store", "hip.fragment_store")
def _access(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    element_type(op.operands[1 if op.name.endswith("store") else 0])
    return meeting(compiler, op, Access(op))


class Multiply(Together):
    """`mma_sync`."""

    def __init__(self, op: ir.Operation):
        super().__init__(op)
        shapes = [Shape.of(v.type) for v in op.operands]
        self._types = tuple(shape.element for shape in shapes)
        m, n, k = shapes[0].m, shapes[0].n, shapes[0].k
        self._program: Program = meaning_of(Wanted(op.name, types=self._types), op, M=m, N=n, K=k)
        self._size, self._owners = shapes[2].size, Owners(op, shapes[2])

    def of_warp(self, lanes: list[tuple], thread: Thread) -> Matrix:
        matrices = [shared_matrix(lanes, k, self._owners if k == 2 else None, thread) for k in range(3)]
        into = Pointer(Buffer("fragment", self._types[2], SIZES[self._types[2]] * self._size), 0)
        run_meaning(self._program, [*(array(m, t) for m, t in zip(matrices, self._types, strict=True)), into], Thread(thread.machine))
        return lanes_of(into, self._size)


@compiles("cuda.fragment_mma", "hip.fragment_mma")
def _multiply(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    return meeting(compiler, op, Multiply(op))


@compiles("cuda.fragment_size", "hip.fragment_size")
def _size(compiler: Compiler, op: ir.Operation) -> Step:
    count = Shape.of(ir.TypeAttr(op.attributes["fragment"]).value).size // LANES
    result = compiler.register(op.results[0])

    def run(registers: Registers, thread: Thread) -> None:
        registers[result] = count

    return run


@compiles("cuda.fragment_get", "hip.fragment_get")
def _get(compiler: Compiler, op: ir.Operation) -> Step:
    fragment, index = compiler.registers(op.operands)
    result, owners = compiler.register(op.results[0]), Owners(op, Shape.of(op.operands[0].type))

    def run(registers: Registers, thread: Thread) -> None:
        at = owners.place(known(registers[index], "an element of a fragment"), thread.index % LANES, thread)
        registers[result] = registers[fragment][at]

    return run


@compiles("cuda.fragment_set", "hip.fragment_set")
def _set(compiler: Compiler, op: ir.Operation) -> Step:
    value, fragment, index = compiler.registers(op.operands)
    result, owners = compiler.register(op.results[0]), Owners(op, Shape.of(op.operands[1].type))

    def run(registers: Registers, thread: Thread) -> None:
        at = owners.place(known(registers[index], "an element of a fragment"), thread.index % LANES, thread)
        matrix = registers[fragment]
        registers[result] = (*matrix[:at], registers[value], *matrix[at + 1 :])

    return run


class MatrixCore(Together):
    """`mfma`: the lanes' registers one behind the other, packed bytes as elements."""

    def __init__(self, op: ir.Operation):
        super().__init__(op)
        name = ir.StringAttr(op.attributes["kind"]).value
        modified = [flag for flag in ("cbsz", "abid", "blgp") if flag in op.attributes and ir.IntegerAttr(op.attributes[flag]).value]
        try:
            form = mfma_form(name)
        except KeyError:
            raise NotModelled(f"the matrix instruction '{name}'") from None
        if modified:
            raise NotModelled(f"the matrix instruction '{name}' with modifiers")
        self._types, self._registers = form.types, form.constants["R"]
        self._given = [_element(v.type) for v in op.operands]
        self._is_vector = isinstance(op.results[0].type, ir.VectorType)
        self._program = meaning_of(Wanted(op.name, form.kinds, types=form.types), op, **form.constants)

    def of_warp(self, lanes: list[tuple], thread: Thread) -> dict[int, object]:
        arrays = [array(self._elements(lanes, k), self._types[k]) for k in range(3)]
        size = len(lanes) * self._registers
        into = Pointer(Buffer("registers", self._types[2], SIZES[self._types[2]] * size), 0)
        run_meaning(self._program, [*arrays, into, array([1] * len(lanes), "i1"), len(lanes)], Thread(thread.machine))
        values, count = lanes_of(into, size), self._registers
        each = {lane: values[lane * count : (lane + 1) * count] for lane in range(len(lanes))}
        return each if self._is_vector else {lane: value[0] for lane, value in each.items()}

    def _elements(self, lanes: list[tuple], position: int) -> Matrix:
        values = (operands[position] for operands in lanes)
        each = (value if isinstance(value, tuple) else (value,) for value in values)
        return tuple(x for value in each for x in recast(value, self._given[position], self._types[position]))


def side_of(op: ir.Operation) -> int:
    """Rows of what a matrix instruction multiplies; 0 of one that is not known."""
    try:
        return mfma_form(ir.StringAttr(op.attributes["kind"]).value).constants["M"]
    except KeyError:
        return 0


def _element(type_: ir.Type) -> str:
    return str(ir.VectorType(type_).element_type if isinstance(type_, ir.VectorType) else type_)


@compiles("cuda.mfma", "hip.mfma")
def _matrix_core(compiler: Compiler, op: ir.Operation) -> tuple[Step, bool]:
    return meeting(compiler, op, MatrixCore(op))
