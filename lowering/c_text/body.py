"""The body of a function: walks blocks, folds values into expressions, declares variables, keeps memory order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.buffer import Buffer
from xpiler.lowering.c_text.ctype import BOOL, INT, INT64, CType, scalar_type
from xpiler.lowering.c_text.expression import Expr, leaf
from xpiler.lowering.c_text.integers import as_signed, as_unsigned
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.c_text.names import Names, source_name
from xpiler.lowering.c_text.uses import enters_loop, owners, sign_by_uses, starts_loop, unused_after
from xpiler.lowering.c_text.words import word_for
from xpiler.lowering.c_text.written import tell

if TYPE_CHECKING:
    from xpiler.lowering.c_text.language import Language
    from xpiler.lowering.c_text.source_file import SourceFile

_LONGEST_FOLDED = 90
_CHEAP_OPERATORS = 4


class Body:
    """Writes operations as statements. `values` holds what each SSA value is written as; `pending` those expressions that still have to be
    written before memory or a variable they read changes; `holders` the values that live in each mutable variable, `variables` the type
    and block of each, `pointers` the memory that those lead to which are pointers; `given` the operations that the header of a loop
    stands for; `threads` the parameter of a kernel's template that gives the threads of its block."""

    def __init__(self, language: Language, file: SourceFile, function: ir.Operation):
        self.language = language
        self.file = file
        self.function = function
        self.names = Names(language.reserved | file.global_names)
        self.values: dict[ir.Value, Expr | Buffer] = {}
        self.pending: dict[ir.Value, Expr] = {}
        self.holders: dict[str, list[ir.Value]] = {}
        self.destinations: dict[ir.Value, str] = {}
        self.variables: dict[str, tuple[CType, ir.Block]] = {}
        self.pointers: dict[str, Buffer] = {}
        self.private_arrays: dict[ir.Operation, list[ir.Operation]] = {}
        self.loop_names: list[str] = []
        self.entered: list[ir.Operation] = []
        self.lines: list[str] = []
        self.given: set[ir.Operation] = set()
        self.writing: ir.Operation | None = None
        self.threads: Expr | None = None
        self.handlers = language.handlers

    # Walking

    def block(self, block: ir.Block) -> None:
        """Writes the operations of a block, its terminator included."""
        for op in block.operations:
            self.operation(op.operation)

    def operation(self, op: ir.Operation) -> None:
        """Writes one operation, or remembers its expression; what a loop's header computes already is left out."""
        if op in self.given:
            return
        handler = self.handlers.get(op.name)
        if handler is None:
            raise Unsupported(f"'{op.name}' has no spelling in {self.language.name}", place_of(op.location))
        around, self.writing = self.writing, op
        written = handler(self, op)
        if written is not None:
            self.bind(op.results[0], written)
        self.writing = around

    # Statements

    def line(self, text: str) -> None:
        """Writes one line as it is, below what the source says of it."""
        self.lines.append("\n".join((*self.file.comments.above(self.writing, self.function), text)))
        tell(text, self.writing)

    def rewrite(self, number: int, text: str) -> None:
        """Another text for a line, below the same comments."""
        comments, newline, _ = self.lines[number].rpartition("\n")
        self.lines[number] = f"{comments}{newline}{text}"

    def statement(self, text: str) -> None:
        """Writes a statement that changes memory or meets other threads: what was read before it is computed before it."""
        self.flush()
        self.line(text)

    def flush(self, variables: frozenset[str] | None = None) -> None:
        """Declares pending values: all that are impure or, given `variables`, those that read one of them."""
        for value, expr in list(self.pending.items()):
            if (expr.impure and variables is None) or (variables and expr.variables & variables):
                del self.pending[value]
                self.declare(value, expr)

    def flush_all(self) -> None:
        """Declares every pending value: before control flow."""
        for value, expr in list(self.pending.items()):
            del self.pending[value]
            self.declare(value, expr)

    def scope(self, header: str) -> _Scope:
        """`with body.scope("if (x)"):` writes the header, a brace, the block and the closing brace."""
        return _Scope(self, header)

    # Values

    def value(self, value: ir.Value) -> Expr:
        """The expression of an operand; a pending one is consumed."""
        if value in self.pending:
            return self.pending.pop(value)
        return self.values[value]

    def signed(self, value: ir.Value) -> Expr:
        """The operand with the C value of its signed reading."""
        return as_signed(self.value(value), self.width(value))

    def unsigned(self, value: ir.Value) -> Expr:
        """The operand with the C value of its unsigned reading."""
        return as_unsigned(self.value(value), self.width(value))

    def indices(self, values: object) -> tuple[Expr, ...]:
        """Subscripts."""
        return tuple(self.signed(v) for v in values)

    def width(self, value: ir.Value) -> int:
        """Bits of an integer or index value."""
        ctype = scalar_type(value.type)
        return 8 if ctype == BOOL else ctype.bits

    def buffer(self, value: ir.Value) -> Buffer:
        """The memory a memref value stands for."""
        return self.values[value]

    def bind(self, value: ir.Value, expr: Expr | Buffer) -> None:
        """Decides between folding an expression into its uses and declaring a variable."""
        users = [op for op in owners(value) if not self.language.is_absorbed(op)]
        if isinstance(expr, Buffer):
            self.values[value] = expr
        elif not users:
            return
        elif self._is_alias(expr):
            self.values[value] = expr
            for name in expr.variables:
                self.holders.setdefault(name, []).append(value)
        elif self._folds_anywhere(value, expr, users):
            self.values[value] = expr
        elif self._folds_once(value, expr, users):
            self.pending[value] = expr
        else:
            self.declare(value, expr)

    def _is_alias(self, expr: Expr) -> bool:
        return expr.operators == 0 and not expr.impure

    def _folds_anywhere(self, value: ir.Value, expr: Expr, users: list[ir.Operation]) -> bool:
        """Pure and reading nothing that changes: may be written at any use."""
        if value.owner.operation.name in ("arith.constant", "ub.poison"):
            return True
        if expr.impure or expr.variables or len(expr.text) > _LONGEST_FOLDED or self._keeps_name(value):
            return False
        divides = "/" in expr.text or "%" in expr.text or "(" in expr.text.replace("(int64_t)", "")
        cheap = expr.ctype.is_integer and expr.ctype is not BOOL and expr.operators <= _CHEAP_OPERATORS and not (divides and len(users) > 1)
        return cheap if len(users) > 1 else cheap or not enters_loop(users[0], _block_of(value))

    def _folds_once(self, value: ir.Value, expr: Expr, users: list[ir.Operation]) -> bool:
        """Used once and in the same block: may be written there if nothing it reads has changed."""
        if len(users) != 1 or self._keeps_name(value) or (len(expr.text) > _LONGEST_FOLDED and not self._takes_long(users[0], value)):
            return False
        return users[0].block == _block_of(value)

    def _takes_long(self, user: ir.Operation, value: ir.Value) -> bool:
        """Whether what uses a value is a statement of its own, or one instruction with what makes the value."""
        return user.name in ("scf.yield", "memref.store") or self.language.is_joined(value.owner.operation, user)

    def source_word(self, location: ir.Location) -> str | None:
        """The source's name for a value; passes give what they make of a loop the loop's name, which is then the variable's alone."""
        name = source_name(location)
        return None if name in self.loop_names else name

    def _keeps_name(self, value: ir.Value) -> bool:
        """A variable of the source stays one, unless it only starts or continues a variable that a loop carries."""
        word, users = self.source_word(value.owner.location), owners(value)
        if str(value.type) == "index" or word is None or (len(users) == 1 and self.names.taken(word)):
            return False
        return not (len(users) == 1 and users[0].name in ("scf.yield", "scf.condition", "scf.for", "scf.while"))

    # Variables

    def declare(self, value: ir.Value, expr: Expr) -> Expr:
        """Declares a variable for a value and binds the value to it."""
        ctype = self.variable_type(value, expr)
        wishes = word_for(self, value, expr)
        if self.may_reuse(wishes[0], ctype, value.owner.operation):
            self.flush(frozenset((wishes[0],)))
            self.line(f"{wishes[0]} = {expr.text};")
            return self.writable(value, wishes[0], ctype)
        name = self.names.claim(*wishes)
        self.line(f"{self.spell(ctype)} {name} = {expr.initial(ctype)};")
        if ctype.kind == "vector" and starts_loop(value):
            self.variables[name] = (ctype, value.owner.operation.block)
            return self.writable(value, name, ctype)
        fits = ctype.is_integer and ctype.holds(expr.low, expr.high)
        self.values[value] = leaf(name, ctype, *((expr.low, expr.high) if fits else ()))
        return self.values[value]

    def may_reuse(self, name: str, ctype: CType, op: ir.Operation) -> bool:
        """Whether a variable of this block may take the result of `op`: the source assigned it again, and its old value is not read any
        more."""
        return self.variables.get(name) == (ctype, op.block) and all(unused_after(v, op, inside=False) for v in self.holders[name])

    def variable_type(self, value: ir.Value, expr: Expr | None = None) -> CType:
        """The C type of a variable that holds `value`."""
        if str(value.type) == "index":
            return INT if expr is not None and INT.holds(expr.low, expr.high) else INT64
        signed = sign_by_uses(value)
        if signed is None:
            signed = expr is None or expr.ctype.kind != "uint"
        ctype = scalar_type(value.type, signed=signed)
        return ctype if ctype is not None else self.language.opaque_type(self, value.type)

    def spell(self, ctype: CType) -> str:
        """The platform's spelling of a type; notes the header it needs."""
        return self.file.spell(ctype)

    def constant_value(self, value: ir.Value) -> int | None:
        """The value of an integer operand that is a literal."""
        expr = self.values.get(value)
        return expr.constant if isinstance(expr, Expr) else None

    def address(self, value: ir.Value) -> Expr:
        """The expression that a variable for a value is given: memory is where it begins."""
        written = self.value(value)
        return written.pointer() if isinstance(written, Buffer) else written

    def lives_in(self, value: ir.Value, name: str) -> None:
        """Binds a value to the mutable variable of that name, which may be a pointer."""
        if name in self.pointers:
            self.values[value] = self.pointers[name]
            self.holders.setdefault(name, []).append(value)
        else:
            self.writable(value, name, self.variable_type(value))

    def writable(self, value: ir.Value, name: str, ctype: CType) -> Expr:
        """Binds a value to a mutable variable."""
        expr = replace(leaf(name, ctype, mutable=True))
        self.values[value] = expr
        self.holders.setdefault(name, []).append(value)
        return expr


class _Scope:
    """A braced block of the text and its names."""

    def __init__(self, body: Body, header: str):
        self.body, self.header = body, header

    def __enter__(self) -> None:
        self.body.line(f"{self.header} {{".lstrip())
        self.body.names.push()

    def __exit__(self, *_: object) -> None:
        self.body.names.pop()
        self.body.line("}")


def _block_of(value: ir.Value) -> ir.Block:
    return value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block
