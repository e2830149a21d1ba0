"""How the operations of the SIMT base are written; `cuda.` and `hip.` alike."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.buffer import Buffer
from xpiler.lowering.c_text.ctype import FLOAT, INT, INTS, UINT, CType, scalar_type
from xpiler.lowering.c_text.expression import Expr, call, leaf
from xpiler.lowering.c_text.handlers import Handler
from xpiler.lowering.c_text.memory_ops import place, row_major

_INDEX = {
    "thread_id": ("threadIdx", 0, 1023),
    "block_id": ("blockIdx", 0, (1 << 31) - 2),
    "block_dim": ("blockDim", 1, 1024),
    "grid_dim": ("gridDim", 1, (1 << 31) - 1),
}
_ATOMIC = {
    "add": "Add",
    "sub": "Sub",
    "min": "Min",
    "max": "Max",
    "umin": "Min",
    "umax": "Max",
    "exch": "Exch",
    "and": "And",
    "or": "Or",
    "xor": "Xor",
    "inc": "Inc",
    "dec": "Dec",
}
_APPROX = {
    "exp": "__expf",
    "exp10": "__exp10f",
    "log": "__logf",
    "log2": "__log2f",
    "log10": "__log10f",
    "sin": "__sinf",
    "cos": "__cosf",
    "tan": "__tanf",
    "rcp": "__frcp_rn",
    "div": "__fdividef",
    "pow": "__powf",
}


def index(body: Body, op: ir.Operation) -> Expr:
    """`threadIdx.x` and its kin; in a template over the threads of a block, its parameter."""
    if body.threads is not None and op.name.endswith(".block_dim"):
        return body.threads
    name, low, high = _INDEX[op.name.split(".")[1]]
    axis = keyword(op, "dimension", "dim")
    return leaf(f"{name}.{axis}", UINT, low, high if axis == "x" else min(high, 65535))


def warp_size(body: Body, op: ir.Operation) -> Expr:
    """The builtin variable."""
    return leaf("warpSize", INT, 32, 64)


def barrier(body: Body, op: ir.Operation) -> None:
    """`__syncthreads();`"""
    body.flush_all()
    body.line("__syncthreads();")


def barrier_reduce(body: Body, op: ir.Operation) -> Expr:
    """`__syncthreads_count(x)`, always in a variable of its own."""
    expr = call(f"__syncthreads_{keyword(op, 'kind')}", (body.value(op.operands[0]),), INT)
    return _effect(body, op, expr)


def _effect(body: Body, op: ir.Operation, expr: Expr) -> None:
    """A call that changes something: a statement, with a variable for a result that is read."""
    body.flush()
    if list(op.results[0].uses):
        body.declare(op.results[0], expr)
    else:
        body.line(f"{expr.text};")


def warp_barrier(body: Body, op: ir.Operation) -> None:
    """`__syncwarp(mask);`, without the mask where it is full."""
    mask = body.value(op.operands[0])
    body.flush_all()
    body.line("__syncwarp();" if mask.constant == -1 else f"__syncwarp({mask.text});")


def atomic(body: Body, op: ir.Operation) -> None:
    """`atomicAdd(&A[i], x)`."""
    value, base, *indices = op.operands
    operand, target = body.value(value), place(body, base, indices)
    reference = body.buffer(base).pointer(body.indices(indices)).text if _is_first(body, indices) else f"&{target.text}"
    kind = keyword(op, "kind")
    ctype = target.ctype
    if ctype.is_integer and ctype.bits == 64:
        address = f"(unsigned long long *){reference}"
    elif kind in ("umin", "umax", "inc", "dec"):
        address = f"(unsigned *){reference}"
    else:
        address = reference
    pointer = Expr(address, ctype, variables=target.variables)
    _effect(body, op, call(f"atomic{_ATOMIC[kind]}", (pointer, operand), ctype, impure=True))


def _is_first(body: Body, indices: list[ir.Value]) -> bool:
    """Whether subscripts name the first element of a pointer."""
    return len(indices) == 1 and body.constant_value(indices[0]) == 0


def atomic_cas(body: Body, op: ir.Operation) -> None:
    """`atomicCAS(&A[i], expected, value)`."""
    expected, value, base, *indices = op.operands
    old, new, target = body.value(expected), body.value(value), place(body, base, indices)
    pointer = Expr(f"&{target.text}", target.ctype, variables=target.variables)
    _effect(body, op, call("atomicCAS", (pointer, old, new), target.ctype, impure=True))


def dynamic_shared(body: Body, op: ir.Operation) -> Buffer:
    """`extern __shared__ char shared_bytes[];`"""
    name = "shared_bytes"
    if not body.names.taken(name):
        body.names.claim(name)
        body.line(f"extern __shared__ __align__(16) unsigned char {name}[];")
    return Buffer(leaf(name, CType("pointer", 64, "uint8_t *")), INTS[8], row_major([1]), space="shared")


def approx(body: Body, op: ir.Operation) -> Expr:
    """The fast builtin."""
    operands = tuple(body.value(v) for v in op.operands)
    kind = keyword(op, "kind")
    if kind in ("exp2", "rsqrt", "sqrt", "tanh"):
        name = {"exp2": "exp2f", "rsqrt": "rsqrtf", "sqrt": "sqrtf", "tanh": "tanhf"}[kind]
        return call(name, operands, FLOAT)
    return call(_APPROX[kind], operands, scalar_type(op.results[0].type))


def table(dialect: str) -> dict[str, Handler]:
    """The handlers of the operations that both dialects have."""
    handlers: dict[str, Handler] = {
        **dict.fromkeys(_INDEX, index),
        "warp_size": warp_size,
        "barrier": barrier,
        "barrier_reduce": barrier_reduce,
        "warp_barrier": warp_barrier,
        "atomic": atomic,
        "atomic_cas": atomic_cas,
        "dynamic_shared": dynamic_shared,
        "approx": approx,
        "approx_binary": approx,
    }
    return {f"{dialect}.{name}": handler for name, handler in handlers.items()}
