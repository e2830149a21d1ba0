"""Faults put into right programs, as text: a model's slips in twelve classes. Knows MLIR's text, and nothing of the repair.

Each class yields changed texts; which class a text is of is known to the table of the benchmark alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Fault = Callable[[list[str], Random], "list[str] | None"]

UNARY = ("exp", "active_exphp", "neg", "recip", "sqrt", "rsqrt", "abs", "square", "sin", "active_sigmoid")
BINARY = ("add", "sub", "mul", "maxequal", "minequal")


def bound(lines: list[str], random: Random) -> list[str] | None:
    """A loop ends one early."""
    return _before(lines, random, r"(\s*)(.*scf\.for %\w+ = %\w+ to )%(\w+)( step .*)", _one_less)


def _one_less(match: re.Match[str]) -> list[str]:
    kind = "i32" if match[4].rstrip().endswith(": i32 {") else "index"
    space = match[1]
    return [
        f"{space}%slip_one = arith.constant 1 : {kind}",
        f"{space}%slip_end = arith.subi %{match[3]}, %slip_one : {kind}",
        f"{space}{match[2]}%slip_end{match[4]}",
    ]


def remainder(lines: list[str], random: Random) -> list[str] | None:
    """The last, shorter piece is taken for a whole one, or left out."""
    pieces = [k for k, line in enumerate(lines) if re.search(r"arith\.minsi %\w+, %c\d+\w* : index", line)]
    tails = [k for k, line in enumerate(lines) if "vector.maskedstore" in line]
    if pieces:
        k = random.choice(pieces)
        return [*lines[:k], re.sub(r"arith\.minsi %\w+, (%c\w+) : index", r"arith.maxsi \1, \1 : index", lines[k]), *lines[k + 1 :]]
    if not tails:
        return None
    k = random.choice(tails)
    return [*lines[:k], *lines[k + 1 :]]


def subscripts(lines: list[str], random: Random) -> list[str] | None:
    """Row and column change places in an address."""
    products = {m[1]: (k, m[2], m[3]) for k, line in enumerate(lines) if (m := re.match(r"\s*%(\w+) = arith\.muli %(\w+), %(\w+)", line))}
    sums = [
        (k, m) for k, line in enumerate(lines) if (m := re.match(r"(\s*%\w+ = arith\.addi )%(\w+), %(\w+)(.*)", line)) and m[2] in products
    ]
    random.shuffle(sums)
    for k, match in sums:
        at, row, stride = products[match[2]]
        if row == match[3] or not _defined_before(lines, match[3], at):
            continue
        changed = list(lines)
        changed[at] = lines[at].replace(f"%{row}, %{stride}", f"%{match[3]}, %{stride}")
        changed[k] = f"{match[1]}%{match[2]}, %{row}{match[4]}"
        return changed
    return None


def stride(lines: list[str], random: Random) -> list[str] | None:
    """A byte count or a stride is off by a factor, or by some."""
    found = [(k, m) for k, line in enumerate(lines) if (m := re.match(r"(\s*)(%\w+ = arith\.muli %\w+, )%c(\d+)(\w*)( .*: (\w+))$", line))]
    if not found:
        return None
    k, match = random.choice(found)
    number = int(match[3])
    wrong = random.choice([n for n in (number * 2, number // 2, number - 1, number + 1, 1) if n > 0 and n != number])
    constant = f"{match[1]}%slip_by = arith.constant {wrong} : {match[6]}"
    return [*lines[:k], constant, f"{match[1]}{match[2]}%slip_by{match[5]}", *lines[k + 1 :]]


def space(lines: list[str], random: Random) -> list[str] | None:
    """An array lies in the wrong memory."""
    found = [(k, m[1]) for k, line in enumerate(lines) if (m := re.match(r"\s*%(\w+) = memref\.alloca\(\) : memref<.*space<\w+>>", line))]
    if not found:
        return None
    k, name = random.choice(found)
    if "bang" in lines[k]:
        return [re.sub(r"space<nram>", "space<wram>", line) if n == k else line for n, line in enumerate(lines)]
    bare = re.sub(r", #\w+\.space<shared>", "", lines[k])
    kind = re.search(r"memref<[^>]*>>", lines[k])[0]
    plain = re.search(r"memref<[^>]*>", bare)[0]
    return [bare if n == k else line.replace(kind, plain) if f"%{name}[" in line else line for n, line in enumerate(lines)]


def builtin(lines: list[str], random: Random) -> list[str] | None:
    """Another builtin, or another function."""
    return _replaced(
        lines,
        random,
        [
            (r"bang\.unary<(\w+)>", lambda m: f"bang.unary<{_other(UNARY, m[1], random)}>"),
            (r"bang\.(binary|binary_scalar)<(\w+)>", lambda m: f"bang.{m[1]}<{_other(BINARY, m[2], random)}>"),
            (r"bang\.pool<(\w+)>", lambda m: f"bang.pool<{_other(('sum', 'max', 'min'), m[1], random)}>"),
            (r"math\.(exp|tanh|sqrt|rsqrt)", lambda m: f"math.{_other(('exp', 'tanh', 'sqrt', 'rsqrt'), m[1], random)}"),
            (r"arith\.(maxnumf|minnumf|mulf|addf)", lambda m: f"arith.{_other(('maxnumf', 'minnumf', 'mulf', 'addf'), m[1], random)}"),
        ],
    )


def order(lines: list[str], random: Random) -> list[str] | None:
    """Operands of a difference or a quotient change places."""
    return _replaced(
        lines,
        random,
        [
            (r"(arith\.(?:subf|divf)) (%\w+), (%\w+)", lambda m: f"{m[1]} {m[3]}, {m[2]}"),
            (r"(arith\.subi) (%(?!c\d)\w+), (%(?!c\d)\w+)", lambda m: f"{m[1]} {m[3]}, {m[2]}"),
            (r"(bang\.binary<(?:sub|div)> %\w+), (%\w+), (%\w+)", lambda m: f"{m[1]}, {m[3]}, {m[2]}"),
        ],
    )


def constant(lines: list[str], random: Random) -> list[str] | None:
    """A coefficient is wrong."""

    def changed(match: re.Match[str]) -> str:
        value = float(match[1])
        return f"arith.constant {random.choice([value * 10, value * 1.5, value + 0.25, -value]):e} :"

    return _replaced(lines, random, [(r"arith\.constant (-?[0-9.]+e[-+]\d+) :(?= f32)", changed)], but=r"0\.0+e\+00|3\.40\d*E")


def sync(lines: list[str], random: Random) -> list[str] | None:
    """A barrier is missing."""
    found = [k for k, line in enumerate(lines) if re.match(r"\s*(?:cuda|hip)\.barrier\s*$|\s*bang\.sync", line)]
    if not found:
        return None
    k = random.choice(found)
    return [*lines[:k], *lines[k + 1 :]]


def capacity(lines: list[str], random: Random) -> list[str] | None:
    """Arrays, and the pieces that fill them, are longer than the memory."""
    lengths = sorted({int(n) for line in lines for n in re.findall(r"memref<(\d+)xf32, #", line) if int(n) >= 64})
    if not lengths:
        return None
    old, new = lengths[-1], lengths[-1] * 32
    return [re.sub(rf"(?<=memref<){old}(?=x)|(?<=arith\.constant ){old}(?= :)", str(new), line) for line in lines]


def reorder(lines: list[str], random: Random) -> list[str] | None:
    """Two statements change places."""
    effects = r"\s*(?:bang\.(?:memcpy|unary|binary|fill|pool)|memref\.store|(?:cuda|hip)\.barrier|vector\.store)"
    found = [k for k in range(len(lines) - 1) if re.match(effects, lines[k])]
    random.shuffle(found)
    for k in found:
        for later in range(k + 1, min(k + 4, len(lines))):
            if re.match(effects, lines[later]) and all(
                re.match(r"\s*%\w+ = (?:arith|xpiler\.view)", line) for line in lines[k + 1 : later]
            ):
                return [*lines[:k], *lines[k + 1 : later + 1], lines[k], *lines[later + 1 :]]
    return None


def identity(lines: list[str], random: Random) -> list[str] | None:
    """A sum or a maximum begins at the wrong number."""
    return _before(lines, random, r"(\s*)(.*scf\.for .*iter_args\(%\w+ = )%(\w+)(\) -> \(f32\).*)", lambda m: _started(m, random))


def _started(match: re.Match[str], random: Random) -> list[str]:
    start = random.choice(("1.000000e+00", "5.000000e-01"))
    return [f"{match[1]}%slip_start = arith.constant {start} : f32", f"{match[1]}{match[2]}%slip_start{match[4]}"]


CLASSES: dict[str, Fault] = {
    "bound": bound,
    "remainder": remainder,
    "subscripts": subscripts,
    "stride": stride,
    "space": space,
    "builtin": builtin,
    "order": order,
    "constant": constant,
    "sync": sync,
    "capacity": capacity,
    "reorder": reorder,
    "identity": identity,
}


def _kernel(lines: list[str]) -> int:
    """Where the launchers begin: faults are put into the kernel."""
    return next((k for k, line in enumerate(lines) if "xpiler.launcher" in line), len(lines))


def faulty(text: str, names: list[str], random: Random) -> str | None:
    """The program with one fault of each class named; None where a class has no place in it."""
    lines = text.split("\n")
    for number, name in enumerate(names):
        cut = _kernel(lines)
        changed = CLASSES[name](lines[:cut], random)
        if changed is None or changed == lines[:cut]:
            return None
        lines = [*_unlabelled(changed, number), *lines[cut:]]
    return "\n".join(lines)


def _unlabelled(lines: list[str], number: int) -> list[str]:
    """Values that a fault brought in get names that say nothing."""
    names = {"one": "a", "end": "b", "by": "c", "start": "d"}
    return [re.sub(r"%slip_(\w+)", lambda m: f"%t{number}{names[m[1]]}", line) for line in lines]


def _before(lines: list[str], random: Random, pattern: str, made: Callable[[re.Match[str]], list[str]]) -> list[str] | None:
    found = [(k, m) for k, line in enumerate(lines) if (m := re.match(pattern, line))]
    if not found:
        return None
    k, match = random.choice(found)
    return [*lines[:k], *made(match), *lines[k + 1 :]]


def _replaced(lines: list[str], random: Random, rules: list[tuple[str, Callable]], but: str = "") -> list[str] | None:
    found = [(k, p, f) for k, line in enumerate(lines) for p, f in rules if re.search(p, line) and not (but and re.search(but, line))]
    if not found:
        return None
    k, pattern, change = random.choice(found)
    return [*lines[:k], re.sub(pattern, change, lines[k], count=1), *lines[k + 1 :]]


def _other(words: tuple[str, ...], old: str, random: Random) -> str:
    return random.choice([w for w in words if w != old])


def _defined_before(lines: list[str], name: str, at: int) -> bool:
    return any(re.match(rf"\s*(?:%{name} =|.*scf\.for %{name} =|.*scf\.forall \(.*%{name})", line) for line in lines[:at])
