"""Random C kernels free of undefined behaviour.

Every expression carries its C type and an interval its value lies in, so that signed arithmetic never overflows, a
shift amount is below the width, a divisor is not zero and a float converts to an integer that holds it. A variable is
taken to have any value of its type.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

BITS = {"int8_t": 8, "uint8_t": 8, "int16_t": 16, "uint16_t": 16, "int": 32, "unsigned": 32, "int64_t": 64, "uint64_t": 64, "bool": 1}
FLOAT_RANGE = {"float": 1e6, "double": 1e9}
PARAMETERS = (("int", "a"), ("uint8_t", "b"), ("int16_t", "c"), ("int64_t", "d"), ("float", "f"))
LENGTH = 16
SIGNATURE = ", ".join([*(f"const {ctype} *{name}" for ctype, name in PARAMETERS), "int n", "unsigned u", "int64_t *out", "double *fout"])


def signed(ctype: str) -> bool:
    return not ctype.startswith("u") and ctype != "bool"


def bounds(ctype: str) -> tuple[int, int]:
    """The smallest and largest value of an integer type."""
    bits = BITS[ctype]
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed(ctype) else (0, (1 << bits) - 1)


@dataclass(frozen=True)
class Expression:
    """C text, its type and the interval of its value."""

    text: str
    ctype: str
    low: float
    high: float

    @property
    def is_float(self) -> bool:
        return self.ctype in FLOAT_RANGE


def whole(text: str, ctype: str) -> Expression:
    """A value that may be anything of its type."""
    if ctype in FLOAT_RANGE:
        return Expression(text, ctype, -FLOAT_RANGE[ctype], FLOAT_RANGE[ctype])
    return Expression(text, ctype, *bounds(ctype))


def promoted(item: Expression) -> Expression:
    """After C's integer promotion."""
    if item.is_float or BITS[item.ctype] >= 32:
        return item
    return Expression(item.text, "int", item.low, item.high)


def common(left: Expression, right: Expression) -> str:
    """The type of the usual arithmetic conversions, of promoted operands."""
    for ctype in ("double", "float"):
        if ctype in (left.ctype, right.ctype):
            return ctype
    width = max(BITS[left.ctype], BITS[right.ctype])
    unsigned = any(not signed(side.ctype) and BITS[side.ctype] == width for side in (left, right))
    return {(32, False): "int", (32, True): "unsigned", (64, False): "int64_t", (64, True): "uint64_t"}[(width, unsigned)]


@dataclass
class Generator:
    """Writes one kernel."""

    random: random.Random
    variables: dict[str, str] = field(default_factory=dict)
    counters: int = 0
    loops: list[str] = field(default_factory=list)  # innermost last: "for", "while" or "switch"
    assigned: bool = False  # this full expression already assigns `s`
    budget: int = 40

    def kernel(self, name: str) -> str:
        """The text of a kernel."""
        lines = ["  int64_t s = 5;", *(self._declaration() for _ in range(self.random.randint(3, 7)))]
        lines.append(f"  int t[8] = {{{', '.join(str(self.random.randint(-99, 99)) for _ in range(8))}}};")
        while self.budget > 0:
            lines.extend(self.statement("  "))
        outputs = [
            f"  {'fout' if ctype in FLOAT_RANGE else 'out'}[{k}] = {variable};"
            for k, (variable, ctype) in enumerate(self.variables.items())
        ]
        outputs += [*(f"  out[{16 + k}] = t[{k}];" for k in range(8)), "  out[24] = s;"]
        return "\n".join([f'extern "C" void {name}({SIGNATURE}) {{', *lines, *outputs, "}"])

    def _declaration(self) -> str:
        self.assigned = False
        ctype = self.random.choice([*BITS, "float", "double", "int", "unsigned"])
        value = self.converted(self.expression(2), ctype)
        name = f"v{len(self.variables)}"
        self.variables[name] = ctype
        return f"  {ctype} {name} = {value};"

    # expressions

    def expression(self, depth: int) -> Expression:
        if depth <= 0 or self.random.random() < 0.2:
            return self.leaf()
        makers = (
            self.binary,
            self.binary,
            self.binary,
            self.comparison,
            self.logical,
            self.conditional,
            self.cast,
            self.unary,
            self.shift,
            self.division,
        )
        return self.random.choice(makers)(depth - 1)

    def leaf(self) -> Expression:
        pick = self.random.random()
        if pick < 0.4 and self.variables:
            name = self.random.choice(list(self.variables))
            return whole(name, self.variables[name])
        if pick < 0.6:
            ctype, name = self.random.choice(PARAMETERS)
            item = whole(f"{name}[{self.index()}]", ctype)
            return Expression(item.text, ctype, -100, 100) if ctype == "float" else item
        if pick < 0.7:
            return self.random.choice([Expression("n", "int", 0, LENGTH), whole("u", "unsigned")])
        if pick < 0.78:
            return Expression(f"({self.random.randint(-50, 50)}.5f)", "float", -51, 51)
        value = self.random.choice([self.random.randint(-3, 10), self.random.randint(-40000, 40000), self.random.randint(0, 2**31 - 1)])
        suffix, ctype = self.random.choice(
            [("", "int"), ("", "int"), ("l", "int64_t")] + ([("u", "unsigned"), ("ul", "uint64_t")] if value >= 0 else [])
        )
        return Expression(f"({value}{suffix})" if value < 0 else f"{value}{suffix}", ctype, value, value)

    def index(self) -> str:
        names = [name for name, ctype in self.variables.items() if ctype not in FLOAT_RANGE]
        return self.random.choice([str(self.random.randrange(8)), f"{self.random.choice([*names, 'n', 'u'])} & 7"])

    def integer(self, depth: int) -> Expression:
        item = self.expression(depth)
        return Expression(f"(int)({self.converted(item, 'int')})", "int", *bounds("int")) if item.is_float else item

    def small(self, item: Expression, limit: int) -> Expression:
        """The expression brought into [0, limit], a power of two less one; floats are scaled instead."""
        if item.is_float:
            return item
        item = promoted(item)
        return item if 0 <= item.low and item.high <= limit else Expression(f"({item.text} & {limit})", item.ctype, 0, limit)

    def binary(self, depth: int) -> Expression:
        operator = self.random.choice(["+", "-", "*", "&", "|", "^"])
        left, right = promoted(self.expression(depth)), promoted(self.expression(depth))
        if operator in "&|^":
            left, right = (promoted(self.integer(depth)) if side.is_float else side for side in (left, right))
            return whole(f"({left.text} {operator} {right.text})", common(left, right))
        ctype = common(left, right)
        found = self.combined(left, right, operator, ctype)
        if found is None:
            limit = 0x7FFF if operator != "*" else 0x7FF
            left, right = self.small(left, limit), self.small(right, limit)
            found = self.combined(left, right, operator, common(left, right))
        return found if found is not None else left

    def combined(self, left: Expression, right: Expression, operator: str, ctype: str) -> Expression | None:
        """The result where it is defined, None where it may overflow."""
        text = f"({left.text} {operator} {right.text})"
        if ctype not in FLOAT_RANGE and not signed(ctype):
            return whole(text, ctype)
        corners = [self.apply(operator, x, y) for x in (left.low, left.high) for y in (right.low, right.high)]
        low, high = min(corners), max(corners)
        allowed = (-FLOAT_RANGE[ctype], FLOAT_RANGE[ctype]) if ctype in FLOAT_RANGE else bounds(ctype)
        return Expression(text, ctype, low, high) if allowed[0] <= low and high <= allowed[1] else None

    def apply(self, operator: str, left: float, right: float) -> float:
        return left + right if operator == "+" else left - right if operator == "-" else left * right

    def comparison(self, depth: int) -> Expression:
        operator = self.random.choice(["<", "<=", ">", ">=", "==", "!="])
        return Expression(f"({self.expression(depth).text} {operator} {self.expression(depth).text})", "bool", 0, 1)

    def logical(self, depth: int) -> Expression:
        if self.random.random() < 0.2:
            return Expression(f"!({self.expression(depth).text})", "bool", 0, 1)
        operator = self.random.choice(["&&", "||"])
        right = self.expression(depth).text
        if not self.assigned and self.random.random() < 0.25:  # a side effect that may not happen, once in a full expression
            self.assigned = True
            right = f"(s = {self.converted(self.expression(1), 'int64_t')})"
        return Expression(f"({self.expression(depth).text} {operator} {right})", "bool", 0, 1)

    def conditional(self, depth: int) -> Expression:
        left, right = promoted(self.expression(depth)), promoted(self.expression(depth))
        ctype = common(left, right)
        text = f"({self.expression(depth).text} ? {left.text} : {right.text})"
        return Expression(text, ctype, min(left.low, right.low), max(left.high, right.high)) if ctype in FLOAT_RANGE else whole(text, ctype)

    def cast(self, depth: int) -> Expression:
        ctype = self.random.choice([*BITS, "float", "double"])
        item = self.expression(depth)
        text = f"({ctype})({self.converted(item, ctype)})"
        if ctype in FLOAT_RANGE:
            return Expression(text, ctype, -FLOAT_RANGE[ctype], FLOAT_RANGE[ctype])
        return whole(text, ctype)

    def unary(self, depth: int) -> Expression:
        item = promoted(self.expression(depth))
        if item.is_float:
            return Expression(f"(- {item.text})", item.ctype, -item.high, -item.low)
        if self.random.random() < 0.5:
            return whole(f"(~{item.text})", item.ctype)
        if signed(item.ctype) and item.low == bounds(item.ctype)[0]:
            item = self.small(item, 0xFFFF)
        return (
            whole(f"(- {item.text})", item.ctype)
            if not signed(item.ctype)
            else Expression(f"(- {item.text})", item.ctype, -item.high, -item.low)
        )

    def shift(self, depth: int) -> Expression:
        left = promoted(self.integer(depth))
        amount = f"({self.integer(depth).text} & {self.random.choice([7, BITS[left.ctype] - 1])})"
        if self.random.random() < 0.5:
            return whole(f"({left.text} >> {amount})", left.ctype)
        if signed(left.ctype):
            left, amount = self.small(left, 0xFF), f"({self.integer(depth).text} & 7)"
        return whole(f"({left.text} << {amount})", left.ctype)

    def division(self, depth: int) -> Expression:
        left, right = promoted(self.integer(depth)), self.small(self.integer(depth), 0xFF)
        operator = self.random.choice("/%")
        ctype = common(left, right)
        sign = self.random.choice(["", "-"]) if signed(right.ctype) else ""
        if sign and signed(ctype) and left.low == bounds(left.ctype)[0]:
            sign = ""
        return whole(f"({left.text} {operator} {sign}({right.text} + 1))", ctype)

    def converted(self, item: Expression, ctype: str) -> str:
        """Text that converts to the type without undefined behaviour."""
        if ctype in FLOAT_RANGE:
            fits = -FLOAT_RANGE[ctype] <= item.low and item.high <= FLOAT_RANGE[ctype]
            if fits:
                return item.text
            return f"({item.text} * 0.0000001f)" if item.is_float else f"({promoted(item).text} & 0xFFFF)"
        if not item.is_float or ctype == "bool":
            return item.text
        low, high = bounds(ctype)
        if low <= item.low and item.high <= high:
            return item.text
        sign = 1 if low < 0 else 0
        return f"({item.text} > {-90 * sign}.0 && {item.text} < 90.0 ? {item.text} : 7.0f)"

    # statements

    def statement(self, indent: str) -> list[str]:
        self.budget -= 1
        self.assigned = False
        makers = [self.assignment, self.assignment, self.assignment, self.compound, self.step, self.element]
        if len(indent) < 8:
            makers += [self.branch, self.branch, self.counted, self.repeated, self.choice]
        if self.loops:
            makers += [self.jump]
        return self.random.choice(makers)(indent)

    def block(self, indent: str) -> list[str]:
        return [line for _ in range(self.random.randint(1, 3)) for line in self.statement(indent + "  ")]

    def target(self) -> tuple[str, str]:
        return self.random.choice(list(self.variables.items()))

    def assignment(self, indent: str) -> list[str]:
        name, ctype = self.target()
        return [f"{indent}{name} = {self.converted(self.expression(3), ctype)};"]

    def element(self, indent: str) -> list[str]:
        return [f"{indent}t[{self.index()}] = {self.converted(self.expression(2), 'int')};"]

    def compound(self, indent: str) -> list[str]:
        """`x op= y` with an operator that cannot overflow in the type it is computed in."""
        name, ctype = self.target()
        if ctype in FLOAT_RANGE:
            return [
                f"{indent}{name} {self.random.choice(['+=', '-=', '*='])} 0.5f;",
                f"{indent}if ({name} > 1e5f || {name} < -1e5f) {name} = 1.25f;",
            ]
        operator = self.random.choice(
            ["&=", "|=", "^=", ">>=", "/=", "%="] + (["+=", "-=", "*="] if ctype in ("unsigned", "uint64_t") else [])
        )
        value = self.integer(2)
        if operator == ">>=":
            return [f"{indent}{name} >>= ({value.text}) & 7;"]
        if operator in ("/=", "%="):
            return [f"{indent}{name} {operator} (({value.text}) & 63) + 1;"]
        return [f"{indent}{name} {operator} {value.text};"]

    def step(self, indent: str) -> list[str]:
        name, ctype = self.target()
        if ctype in FLOAT_RANGE or ctype == "bool" or ctype in ("int", "int64_t"):
            return self.assignment(indent)
        other, other_type = self.target()
        operator = self.random.choice(["++", "--"])
        form = self.random.choice([f"{name}{operator}", f"{operator}{name}"])
        if other == name or other_type in FLOAT_RANGE:
            return [f"{indent}{form};"]
        return [f"{indent}{other} = {form};"]

    def branch(self, indent: str) -> list[str]:
        lines = [f"{indent}if ({self.expression(3).text}) {{", *self.block(indent)]
        if self.random.random() < 0.5:
            lines += [f"{indent}}} else {{", *self.block(indent)]
        return [*lines, f"{indent}}}"]

    def counter(self) -> str:
        self.counters += 1
        return f"i{self.counters}"

    def counted(self, indent: str) -> list[str]:
        name, ctype = self.counter(), self.random.choice(["int", "int", "unsigned", "int64_t", "uint8_t", "int16_t"])
        bound = self.random.choice(["n", str(self.random.randint(0, 6)), "(u & 7)"])
        step = self.random.choice([f"++{name}", f"{name}++", f"{name} += {self.random.randint(1, 3)}"])
        header = f"for ({ctype} {name} = {self.random.randint(0, 2)}; {name} {self.random.choice(['<', '<='])} {bound}; {step})"
        if self.random.random() < 0.25:
            header = (
                f"for (int {name} = {self.random.randint(1, 9)}; {name} > 0; {name} {self.random.choice(['--', '-= 2', '>>= 1'])})".replace(
                    " --", "--"
                )
            )
        return self.loop(indent, header)

    def loop(self, indent: str, header: str) -> list[str]:
        self.loops.append("loop")
        lines = [f"{indent}{header} {{", *self.block(indent), f"{indent}}}"]
        self.loops.pop()
        return lines

    def repeated(self, indent: str) -> list[str]:
        """`while` and `do`, which end by a counter of their own."""
        name = self.counter()
        condition = f"++{name} < {self.random.randint(1, 5)} && {self.expression(2).text}"
        lines = [f"{indent}int {name} = 0;"]
        if self.random.random() < 0.5:
            return [*lines, *self.loop(indent, f"while ({condition})")]
        self.loops.append("loop")
        lines += [f"{indent}do {{", *self.block(indent), f"{indent}}} while ({condition});"]
        self.loops.pop()
        return lines

    def choice(self, indent: str) -> list[str]:
        lines = [f"{indent}switch (({self.integer(2).text}) & 3) {{"]
        self.loops.append("switch")
        for label in self.random.sample(["case 0:", "case 1:", "case 2:", "default:"], self.random.randint(2, 4)):
            lines += [f"{indent}  {label} {{", *self.block(indent + "  ")]
            if self.random.random() < 0.6:
                lines.append(f"{indent}    break;")
            lines.append(f"{indent}  }}")
        self.loops.pop()
        return [*lines, f"{indent}}}"]

    def jump(self, indent: str) -> list[str]:
        kinds = ["break"] + (["continue"] if "loop" in self.loops else [])
        return [f"{indent}if ({self.expression(2).text}) {self.random.choice(kinds)};"]


def random_kernel(seed: int, name: str) -> str:
    """One kernel; the same seed gives the same text."""
    return Generator(random.Random(seed)).kernel(name)
