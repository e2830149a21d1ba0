"""The reader of one function: what statements, expressions and builtins share while its operations are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clang.cindex import Cursor
from clang.cindex import Type as ClangType
from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.frontend.arrays import Arrays
from xpiler.frontend.builder import Builder, constant_of
from xpiler.frontend.c_types import BOOL, U8, ArrayType, CType, Int, PointerType
from xpiler.frontend.clang_session import Source, in_headers
from xpiler.frontend.clang_types import TypeReader
from xpiler.frontend.conversions import convert, to_index, truth
from xpiler.frontend.cursors import place_of, unsupported
from xpiler.frontend.directives import Directives
from xpiler.frontend.exits import Frame
from xpiler.frontend.lanes import Lanes
from xpiler.frontend.language import Language
from xpiler.frontend.mutations import Mutated
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.places import BitsPlace, FieldPlace, LanePlace, LanesPlace, Place, VariablePlace
from xpiler.frontend.pointers import as_pointer_to
from xpiler.frontend.regions import Filled
from xpiler.frontend.streams import Streams
from xpiler.frontend.swizzles import SwizzlePlace
from xpiler.frontend.values import AddressOf, Aggregate, Null, Opaque, Pointer, Scalar, Value, own_memory
from xpiler.frontend.variables import State, Variable

HARMLESS = {"arith.constant", "arith.cmpi", "arith.cmpf", "arith.andi", "arith.ori", "arith.xori", "arith.index_cast", "arith.extsi"}
HARMLESS |= {
    "arith.extui",
    "arith.trunci",
    "arith.index_castui",
    "memref.extract_aligned_pointer_as_index",
    "ub.poison",
    "arith.sitofp",
    "arith.uitofp",
    "arith.extf",
    "arith.truncf",
}
SPECULATABLE = HARMLESS | {f"arith.{name}" for name in ("addi", "subi", "muli", "shli", "shrsi", "shrui", "select", "fptosi", "fptoui")}
SPECULATABLE |= {
    f"arith.{name}" for name in ("addf", "subf", "mulf", "divf", "negf", "maxnumf", "minnumf", "maxsi", "minsi", "maxui", "minui")
}
SPECULATABLE |= {"vector.extract", "vector.insert", "vector.broadcast", "vector.bitcast", "arith.bitcast", "math.absf", "math.absi"}


class Reader:
    """State of reading one kernel or launcher."""

    def __init__(
        self, builder: Builder, language: Language, options: ReadOptions, module: ir.Module, symbols: set[str], source: Source
    ) -> None:
        self.builder = builder
        self.language = language
        self.options = options
        self.state = State()
        self.types = TypeReader(language)
        self.arrays = Arrays(self)
        self.lanes = Lanes(builder)
        self.streams = Streams()
        self.directives = Directives()
        self.frames: list[Frame] = []
        self.bindings: dict[Cursor, Place] = {}
        self.module = module
        self.symbols = symbols  # globals made so far
        self._ours: dict[str, bool] = {}  # files: whether they are headers of ours
        self._lines = {source.name: source.text.splitlines()}
        self.cursor: Cursor | None = None
        self.byte = U8

    # places in the text

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @contextmanager
    def at(self, cursor: Cursor) -> Iterator[None]:
        """Gives operations and diagnostics the cursor's position; in a header of ours, operations have that of the call."""
        place = place_of(cursor)
        if not place.line:
            yield
            return
        before, self.cursor = self.cursor, cursor
        if place.file not in self._ours:
            self._ours[place.file] = in_headers(cursor, self.language)
        if self._ours[place.file] and self.frames:
            yield
        else:
            with self.builder.located(ir.Location.file(place.file, place.line, place.column)):
                yield
        self.cursor = before

    def unsupported(self, message: str, hint: str = "") -> Unsupported:
        """A refusal at the current position, or at the call by which the text came into a header of ours; to be raised."""
        assert self.cursor is not None
        refused = unsupported(self.cursor, f"{message} is not supported", hint)
        if in_headers(self.cursor, self.language):
            sites = [frame.site for frame in reversed(self.frames) if frame.site is not None and not in_headers(frame.site, self.language)]
            return unsupported(sites[0], f"{message} is not supported", hint) if sites else refused
        return refused

    def is_appended(self, cursor: Cursor) -> bool:
        """Whether a declaration stands behind the file's own text, in what the front end has written there."""
        place = place_of(cursor)
        return place.file in self._lines and place.line > len(self._lines[place.file])

    def lines_of(self, file: str) -> list[str]:
        """The lines of a file that is being read; none where it cannot be."""
        if file not in self._lines:
            path = Path(file)
            self._lines[file] = path.read_text(errors="replace").splitlines() if path.is_file() else []
        return self._lines[file]

    def name_value(self, value: Value | None, name: str) -> None:
        """Gives the operation that made a value the name of the variable it goes to, if it has none."""
        if isinstance(value, Aggregate):  # a record that is made around memory of its own
            value = next((item for item in value.fields.values() if isinstance(item, Pointer)), None)
        ssa = value.ssa if isinstance(value, Scalar) else (value.offset or own_memory(value)) if isinstance(value, Pointer) else None
        if ssa is None or not name or isinstance(ssa.owner, ir.Block):
            return
        operation = ssa.owner.operation
        if constant_of(ssa) is not None and str(ssa.type) == "i1":
            return  # shared by the whole function
        if not operation.location.is_a_name():
            operation.location = ir.Location.name(name, operation.location)

    # reading

    def statement(self, cursor: Cursor) -> None:
        with self.at(cursor):
            if self.language.pragma is None or not self.language.pragma(self, cursor):
                self.read_plain(cursor)

    def read_plain(self, cursor: Cursor) -> None:
        """Reads a statement whatever pragma stands before it."""
        from xpiler.frontend.statements import reader_of

        known = reader_of(cursor.kind)
        if known is not None:
            known(self, cursor)
        elif cursor.kind.is_expression():
            self.discard(cursor)
        else:
            raise self.unsupported(f"this statement ({cursor.kind.name.lower()})")

    def discard(self, cursor: Cursor) -> None:
        """An expression read for its effect."""
        from xpiler.frontend.expressions import discard

        discard(self, cursor)

    def rvalue(self, cursor: Cursor) -> Value:
        """The value of an expression that is not void."""
        from xpiler.frontend.expressions import rvalue

        value = rvalue(self, cursor)
        if value is None:
            raise self.unsupported("the value of a void expression")
        return value

    def lvalue(self, cursor: Cursor) -> Place:
        """The place an lvalue expression names."""
        from xpiler.frontend.expressions import lvalue

        return lvalue(self, cursor)

    def declaration(self, cursor: Cursor) -> None:
        from xpiler.frontend.declarations import declare

        declare(self, cursor)

    def return_value(self, cursor: Cursor) -> None:
        self.state.assign(self.frame.result, self.convert(self.rvalue(cursor), self.frame.result_type))

    def scalar(self, cursor: Cursor, ctype: CType) -> ir.Value:
        """An arithmetic expression, converted."""
        value = self.convert(self.rvalue(cursor), ctype)
        if not isinstance(value, Scalar):
            raise self.unsupported("this value where a number is expected")
        return value.ssa

    def condition(self, cursor: Cursor) -> ir.Value:
        return self.truth(self.rvalue(cursor))

    def truth(self, value: Value) -> ir.Value:
        """A value as a condition."""
        if isinstance(value, Scalar):
            return truth(self.builder, value.ssa, value.ctype)
        if isinstance(value, Null):
            return self.builder.boolean(False)
        if isinstance(value, (AddressOf, Opaque)):
            return self.builder.boolean(True)
        if isinstance(value, Pointer):
            return self.arrays.is_not_null(value)
        raise self.unsupported("a record as a condition")

    # types and conversions

    def ctype(self, of: Cursor | ClangType) -> CType:
        """The C type of an expression or a declaration."""
        return self.types.read(of if isinstance(of, ClangType) else of.type, self)

    def convert(self, value: Value, ctype: CType) -> Value:
        """A value converted to a type, as C converts."""
        if isinstance(value, Scalar):
            if isinstance(ctype, PointerType):
                if self.is_zero(value):
                    return Null(ctype.pointee)
                raise self.unsupported("an integer converted to a pointer")
            if not ctype.is_arithmetic and not hasattr(ctype, "lanes"):
                return value
            return Scalar(convert(self.builder, value.ssa, value.ctype, ctype), ctype)
        if isinstance(ctype, PointerType):
            return as_pointer_to(self, value, ctype.pointee)
        if ctype == BOOL:
            return Scalar(self.truth(value), BOOL)
        return value

    def is_zero(self, value: Scalar) -> bool:
        return constant_of(value.ssa) == 0

    def convert_ssa(self, value: ir.Value, source: CType, target: CType) -> ir.Value:
        return convert(self.builder, value, source, target)

    def index(self, cursor: Cursor) -> ir.Value:
        """A subscript expression as `index`."""
        value = self.rvalue(cursor)
        if not isinstance(value, Scalar) or not value.ctype.is_integer:
            raise self.unsupported("this subscript", "expected an integer")
        return to_index(self.builder, value.ssa, value.ctype)

    def constant(self, value: int, ctype: Int) -> Scalar:
        return Scalar(self.builder.constant(value, ctype.mlir()), ctype)

    # variables

    def binding(self, declaration: Cursor | None) -> Place | None:
        """The place a declared name stands for, where it is one."""
        return self.bindings.get(declaration) if declaration is not None else None

    def globals_of(self, declaration: Cursor | None) -> Place | None:
        """The place of a file-scope variable, made at its first use in this function."""
        from xpiler.frontend.file_scope import file_scope_place

        place = file_scope_place(self, declaration) if declaration is not None else None
        if place is not None and declaration is not None:
            self.bindings[declaration] = place
        return place

    def unsized_array(self, cursor: Cursor, ctype: ArrayType) -> Place:
        """An array without a bound, which only the language can place: dynamic shared memory."""
        if self.language.unsized_array is None:
            raise self.unsupported(f"the array '{cursor.spelling}' without a size", "give it a constant size")
        return self.language.unsized_array(self, cursor, ctype)

    def module_constants(self, name: str, make: Callable[[], None]) -> None:
        """Makes a global of the module unless it is there."""
        if name not in self.symbols:
            self.symbols.add(name)
            with self.builder.at(self.module.body):
                make()

    def variables_behind(self, written: Mutated) -> list[Variable]:
        """The variables that code which assigns these names, or through them, may change; in the order of the source."""
        found: list[Variable] = []
        for declaration in sorted(written.direct | written.through, key=_position):
            variables = behind(self.binding(declaration))
            found.extend(variables if declaration in written.direct else variables[1:])
        return [variable for variable in dict.fromkeys(found) if not variable.has_ended]

    # moving code

    def is_harmless(self, filled: Filled) -> bool:
        """Whether running this code when the source would not is without effect, undefined behaviour and poison."""
        return not filled.after and all(_poisons_not(op) for op in filled.operations)

    def is_speculatable(self, filled: Filled) -> bool:
        """Whether running this code when the source would not has at worst a poisoned result."""
        return not filled.after and all(op.name in SPECULATABLE or _divides_by_a_number(op) for op in filled.operations)

    def inline(self, filled: Filled) -> ir.Value:
        """Moves filled code here; returns its scalar result."""
        assert isinstance(filled.result, Scalar) and self.builder.block is not None
        for operation in filled.operations:
            self.builder.block.append(operation)
        return filled.result.ssa


def _divides_by_a_number(operation: ir.Operation) -> bool:
    """Whether an operation is a quotient or a remainder that always exists: by a positive constant."""
    if operation.name not in ("arith.divsi", "arith.divui", "arith.remsi", "arith.remui"):
        return False
    divisor = constant_of(operation.operands[1])
    return divisor is not None and divisor > 0


def _poisons_not(operation: ir.Operation) -> bool:
    if _divides_by_a_number(operation):
        return True
    if operation.name not in HARMLESS and operation.name not in ("arith.addi", "arith.subi", "arith.muli"):
        return operation.name.endswith(("thread_id", "block_id", "block_dim", "grid_dim", "warp_size"))
    return "overflowFlags" not in operation.attributes or str(operation.attributes["overflowFlags"]) == "#arith.overflow<none>"


def behind(place: Place | None) -> list[Variable]:
    """The variables a place is made of; through a pointer known while reading, those it points to."""
    while isinstance(place, (LanePlace, LanesPlace, SwizzlePlace, FieldPlace, BitsPlace)):
        place = place.record if isinstance(place, FieldPlace) else place.place if isinstance(place, BitsPlace) else place.vector
    if not isinstance(place, VariablePlace):
        return []
    pointed = place.variable.value
    further = behind(pointed.place) if isinstance(pointed, AddressOf) else []
    if isinstance(pointed, Opaque) and hasattr(pointed.content, "captured"):
        further = [variable for inner in pointed.content.captured() for variable in behind(inner)]
    return [place.variable, *further]


def _position(declaration: Cursor) -> tuple[int, int, int, str]:
    """Where a declaration stands. Those of one statement (`int a = 0, b = 0;`) begin at one place; their names do not, but in a macro."""
    start = declaration.extent.start
    return start.line, start.offset, declaration.location.offset, declaration.spelling
