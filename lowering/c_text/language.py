"""The base of the target languages: what C++ compilers agree on. Each target overrides what it spells differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.arith_ops import ARITH
from xpiler.lowering.c_text.control import CONTROL
from xpiler.lowering.c_text.ctype import BOOL, DOUBLE, FLOAT, INT, UINTS, CType, scalar_type
from xpiler.lowering.c_text.expression import MULTIPLY, Expr, call, infix, integer, leaf
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.integers import cast
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.math_ops import MATH
from xpiler.lowering.c_text.memory_ops import MEMORY
from xpiler.lowering.c_text.while_loop import WHILE

if TYPE_CHECKING:
    from xpiler.lowering.c_text.body import Body
    from xpiler.lowering.c_text.source_file import SourceFile

_MATH_H = "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh asin acos atan atan2 erf erfc sqrt cbrt floor ceil trunc round rint fabs pow fma copysign rsqrt asinh acosh atanh fmax fmin fmod isnan isinf isfinite INFINITY".split()  # noqa: E501


class Language:
    """One target language: spellings, headers, qualifiers, and the table of operation handlers."""

    name: ClassVar[str]
    suffix: ClassVar[str]
    types: ClassVar[dict[str, str]] = {}
    functions: ClassVar[dict[str, str]] = {}
    headers: ClassVar[dict[str, str]] = dict.fromkeys(_MATH_H, "<cmath>")
    build_notes: ClassVar[list[str]] = []
    base_headers: ClassVar[tuple[str, ...]] = ()
    vector_header: ClassVar[str | None] = None
    integer_header: ClassVar[str | None] = "<cstdint>"
    reserved: ClassVar[frozenset[str]] = frozenset()
    spaces: ClassVar[dict[str, str]] = {}
    library_qualifier: ClassVar[str] = "static inline"
    restrict: ClassVar[str] = "__restrict__"
    unused: ClassVar[str] = "[[maybe_unused]] "  # before a parameter that stays for the callers' sake
    unroll: ClassVar[str] = ""  # the line before a loop of so many iterations that is to be unrolled
    runtime: ClassVar[object] = None
    handlers: ClassVar[Handlers] = Handlers({**ARITH, **MATH, **MEMORY, **CONTROL, **WHILE})

    # Functions

    def kernel_head(self, body: Body, op: ir.Operation, parameters: str) -> str:
        """The first line of a kernel, up to the brace."""
        raise NotImplementedError

    def launcher_text(self, file: SourceFile, function: ir.Operation) -> str:
        """The text of a host launcher."""
        from xpiler.lowering.c_text.host_text import launcher_text

        return launcher_text(self, file, function)

    @property
    def host_handlers(self) -> Handlers:
        """How operations are written in launchers."""
        from xpiler.lowering.c_text.host_text import HOST

        return Handlers({**self.handlers, **HOST})

    def global_qualifier(self, constant: bool) -> str:
        """The qualifier of a file-scope array in default memory."""
        return "static "

    # Floats

    def math_call(self, body: Body, function: str, op: ir.Operation, ctype: CType) -> Expr:
        """A C math function of the operand's width; half precision computes in float."""
        wide = FLOAT if ctype.bits == 16 else ctype
        operands = tuple(self.float_cast(body, body.value(v), wide) for v in op.operands)
        result = self.math_function(body, function, operands, wide)
        return self.float_cast(body, result, ctype)

    def math_function(self, body: Body, function: str, operands: tuple[Expr, ...], ctype: CType) -> Expr:
        """`function` on operands of one of C's float types."""
        if function == "rsqrt" and not self.has_rsqrt:
            root = self.math_function(body, "sqrt", operands, ctype)
            one = leaf("1.0" if ctype == DOUBLE else "1.0f", ctype)
            return Expr(
                f"{one.text} / {root.text}", ctype, MULTIPLY, variables=root.variables, impure=root.impure, operators=root.operators + 1
            )
        spelled = body.file.use(function) + ("" if ctype == DOUBLE else "f")
        return call(spelled, tuple(self.explicit_if_needed(body, e, ctype) for e in operands), ctype)

    has_rsqrt: ClassVar[bool] = False

    def classify(self, body: Body, function: str, expr: Expr) -> Expr:
        """`isnan`, `isinf` or `isfinite` of a float."""
        return call(body.file.use(function), (self.as_c_float(body, expr),), BOOL, low=0, high=1)

    def as_c_float(self, body: Body, expr: Expr) -> Expr:
        """A 16-bit float as the float that C's functions take."""
        return self.explicit_cast(body, expr, FLOAT) if expr.ctype.bits == 16 else expr

    def explicit_if_needed(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """An argument of a function that has one overload for each type."""
        return expr

    def float_cast(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """A conversion between float types; a widening of a native type happens by itself where it is used."""
        if expr.ctype == ctype:
            return expr
        if expr.ctype.kind == "float" and expr.ctype.bits < ctype.bits and self.widens_by_itself(expr.ctype):
            return expr
        return self.explicit_cast(body, expr, ctype)

    def widens_by_itself(self, ctype: CType) -> bool:
        """Whether a float type takes part in C's usual conversions."""
        return True

    def explicit_cast(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """A conversion that must be written."""
        return cast(ctype, expr, body.spell(ctype))

    def operand(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """An operand of an operator computed in `ctype`, whose other operand has that type."""
        return expr

    def float_from_integer(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """`(float)i`."""
        return cast(ctype, expr, body.spell(ctype))

    def as_arithmetic_float(self, body: Body, expr: Expr) -> Expr:
        """A float that can be cast to an integer."""
        return expr

    def bitcast(self, body: Body, op: ir.Operation) -> Expr:
        """The same bits as another type, through a union-free library function."""
        return self.bits_of(body, self.as_wide_as(body.value(op.operands[0]), op), body.variable_type(op.results[0]))

    def as_wide_as(self, source: Expr, op: ir.Operation) -> Expr:
        """An operand whose bits are taken: integers that C promotes have the width of their type again."""
        width = scalar_type(op.operands[0].type).bits
        return cast(UINTS[width], source) if source.ctype.is_integer and source.ctype.bits != width else source

    def bits_of(self, body: Body, source: Expr, target: CType) -> Expr:
        """The bits of an expression as a type."""
        if source.ctype.kind == target.kind or (source.ctype.is_integer and target.is_integer):
            return source
        body.file.include("<cstring>")
        body.file.define("bit_cast", BIT_CAST.format(qualifier=self.library_qualifier))
        return call(f"bits_as<{body.spell(target)}>", (source,), target)

    # Integers

    def bit_count(self, body: Body, kind: str, expr: Expr, width: int) -> Expr:
        """Population count, leading and trailing zeros; what counts zeros is undefined for 0, the operation is not."""
        count = self.counted_bits(kind, expr, 64 if width > 32 else 32)
        if kind == "ctlz" and width < 32:
            count = infix("-", count, integer(32 - width, INT), INT, 0, width)
        if kind == "ctpop" or expr.low > 0:
            return count
        return Expr(
            f"{expr.within(MULTIPLY)} == 0 ? {width} : {count.text}", INT, 1, 0, width, expr.variables, expr.impure, expr.operators + 2
        )

    def counted_bits(self, kind: str, expr: Expr, width: int) -> Expr:
        """The same for a number of 32 or 64 bits that is not zero, by the compiler's builtins."""
        builtin = {"ctpop": "__builtin_popcount", "ctlz": "__builtin_clz", "cttz": "__builtin_ctz"}[kind] + ("ll" if width == 64 else "")
        return call(builtin, (expr,), INT, low=0, high=width)

    # Memory

    def store(self, body: Body, target: Expr, value: Expr) -> None:
        """`target = value;`, or a compound assignment when the value updates the target."""
        if value.parts and value.parts[1].text == target.text and value.parts[0] in "+-*/" and value.ctype == target.ctype:
            body.statement(f"{target.text} {value.parts[0]}= {value.parts[2].text};")
        else:
            body.statement(f"{target.text} = {value.text};")

    has_run_time_arrays: ClassVar[bool] = False  # std::vector

    def alignment(self, op: ir.Operation) -> str:
        """The alignment specifier of an array, with a space."""
        if "alignment" not in op.attributes:
            return ""
        return f"alignas({ir.IntegerAttr(op.attributes['alignment']).value}) "

    def pointee(self, body: Body, space: str) -> str:
        """The qualifier of what a pointer into a memory space points to."""
        return ""

    # Vectors

    def is_absorbed(self, op: ir.Operation) -> bool:
        """Whether an operation is never written itself, since those that use it say it too."""
        return False

    def is_joined(self, op: ir.Operation, user: ir.Operation) -> bool:
        """Whether an operation and the only one that uses it are one instruction, however long its operands are."""
        return False

    def opaque_type(self, body: Body, mlir_type: ir.Type) -> CType:
        """The C type of anything that is no scalar."""
        if "stream" in str(mlir_type):
            return CType("opaque", 64, self.runtime.stream_type)
        raise Unsupported(f"a value of type '{mlir_type}' has no spelling in {self.name}")

    def constant(self, body: Body, op: ir.Operation) -> Expr:
        """A constant that is no scalar."""
        return self._no_vector(op)

    def vector_binary(self, body: Body, op: ir.Operation) -> Expr:
        """Arithmetic on vectors."""
        return self._no_vector(op)

    vector_unary = vector_compare = vector_select = vector_convert = vector_binary

    def vector_math(self, body: Body, op: ir.Operation, function: str) -> Expr:
        """A math function of vectors."""
        return self._no_vector(op)

    def _no_vector(self, op: ir.Operation) -> Expr:
        raise Unsupported(f"'{op.name}' on vectors has no spelling in {self.name}", place_of(op.location))


BIT_CAST = """// The bits of a value as another type of the same size.
template <typename To, typename From> {qualifier} To bits_as(From from) {{
  static_assert(sizeof(To) == sizeof(From), "sizes differ");
  To to;
  memcpy(&to, &from, sizeof(to));
  return to;
}}"""
