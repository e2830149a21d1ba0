"""How `vector` operations are written: whole registers, masks, lanes."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.attributes import word
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT, CType, scalar_type
from xpiler.lowering.c_text.expression import UNARY, Expr, call, integer, merged
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.vnni.lanes_ops import lane, low_lanes, part, set_lanes, shuffled, splat, with_part
from xpiler.lowering.vnni.registers import Lanes, is_mask, mask_type

VECTORS = Handlers()
_REDUCTIONS = {
    "add": "add",
    "mul": "mul",
    "maxnumf": "max",
    "maximumf": "max",
    "maxsi": "max",
    "maxui": "max",
    "minnumf": "min",
    "minimumf": "min",
    "minsi": "min",
    "minui": "min",
    "and": "and",
    "or": "or",
}


def address(body: Body, base: ir.Value, indices: list[ir.Value]) -> Expr:
    """The address of an access."""
    return body.buffer(base).pointer(body.indices(indices))


@VECTORS.writes("vector.load")
def _load(body: Body, op: ir.Operation) -> Expr:
    base, *indices = op.operands
    lanes, pointer = Lanes.of(op.results[0].type), address(body, base, indices)
    if lanes.bits * lanes.count < 128:
        bits = lanes.bits * lanes.count
        name = {64: "_mm_loadu_si64", 32: "_mm_loadu_si32"}.get(bits)
        if name is None or lanes.is_float:
            raise Unsupported(f"a vector load of {bits} bits", place_of(op.location))
        return call(name, (pointer,), lanes.ctype, impure=True)
    if not lanes.is_float and lanes.width < 512:
        pointer = Expr(f"(const {lanes.ctype.name} *){pointer.within(UNARY)}", pointer.ctype, UNARY, **merged((pointer,)))
    return call(f"{lanes.prefix}_loadu_{lanes.whole}", (pointer,), lanes.ctype, impure=True)


@VECTORS.writes("vector.store")
def _store(body: Body, op: ir.Operation) -> None:
    value, base, *indices = op.operands
    lanes, source, pointer = Lanes.of(value.type), body.value(value), address(body, base, indices)
    text = pointer.text
    if lanes.bits * lanes.count < 128:
        body.statement(f"_mm_storeu_si{lanes.bits * lanes.count}({text}, {source.text});")
        return
    if not lanes.is_float and lanes.width < 512:
        text = f"({lanes.ctype.name} *){pointer.within(UNARY)}"
    body.statement(f"{lanes.prefix}_storeu_{lanes.whole}({text}, {source.text});")


@VECTORS.writes("vector.maskedload")
def _masked_load(body: Body, op: ir.Operation) -> Expr:
    base, *indices, mask, otherwise = op.operands
    lanes, pointer = Lanes.of(op.results[0].type), address(body, base, indices)
    selector, rest = body.value(mask), body.value(otherwise)
    if "setzero" in rest.text:
        return call(f"{lanes.prefix}_maskz_loadu_{lanes.suffix}", (selector, pointer), lanes.ctype, impure=True)
    return call(f"{lanes.prefix}_mask_loadu_{lanes.suffix}", (rest, selector, pointer), lanes.ctype, impure=True)


@VECTORS.writes("vector.maskedstore")
def _masked_store(body: Body, op: ir.Operation) -> None:
    base, *indices, mask, value = op.operands
    lanes, pointer = Lanes.of(value.type), address(body, base, indices)
    selector, source = body.value(mask), body.value(value)
    body.statement(f"{lanes.prefix}_mask_storeu_{lanes.suffix}({pointer.text}, {selector.text}, {source.text});")


@VECTORS.writes("vector.broadcast", "vector.splat")
def _broadcast(body: Body, op: ir.Operation) -> Expr:
    source, result = op.operands[0], op.results[0]
    if str(result.type).startswith("vector<1x"):
        return body.value(source)
    if scalar_type(source.type) is None:
        raise Unsupported("a broadcast of a vector", place_of(op.location))
    return splat(body, Lanes.of(result.type), body.value(source))


@VECTORS.writes("vector.from_elements")
def _from_elements(body: Body, op: ir.Operation) -> Expr:
    if len(op.operands) == 1:
        return body.value(op.operands[0])
    return set_lanes(body, Lanes.of(op.results[0].type), [body.value(v) for v in op.operands])


@VECTORS.writes("vector.bitcast")
def _bitcast(body: Body, op: ir.Operation) -> Expr:
    source, result = op.operands[0], op.results[0]
    value = body.value(source)
    if is_mask(source.type) or is_mask(result.type) or "vector<1x" in f"{source.type} {result.type}":
        return value
    old, new = Lanes.of(source.type), Lanes.of(result.type)
    if old.whole == new.whole:
        return value
    return Expr(f"{new.prefix}_cast{old.whole}_{new.whole}({value.text})", new.ctype, **merged((value,)))


@VECTORS.writes("vector.extract")
def _extract(body: Body, op: ir.Operation) -> Expr:
    source = op.operands[0]
    value = body.value(source)
    if "vector<1x" in str(source.type):
        return value
    position = next(iter(ir.DenseI64ArrayAttr(op.attributes["static_position"])))
    if is_mask(source.type):
        return call("", (value,), INT) if position < 0 else _mask_bit(value, position)
    if position < 0:
        raise Unsupported("a lane chosen at run time", place_of(op.location))
    return lane(Lanes.of(source.type), value, position)


def _mask_bit(mask: Expr, position: int) -> Expr:
    shifted = f"({mask.text} >> {position} & 1)" if position else f"({mask.text} & 1)"
    return Expr(f"{shifted} != 0", CType("bool", 1, "bool"), 8, 0, 1, **merged((mask,)))


@VECTORS.writes("vector.extract_strided_slice")
def _slice(body: Body, op: ir.Operation) -> Expr:
    source, result = op.operands[0], op.results[0]
    value = body.value(source)
    offset = ir.IntegerAttr(next(iter(ir.ArrayAttr(op.attributes["offsets"])))).value
    if is_mask(source.type):
        if offset:
            raise Unsupported("the upper part of a mask", place_of(op.location))
        return low_lanes(value, ir.VectorType(result.type).shape[0])
    return part(Lanes.of(source.type), Lanes.of(result.type), value, offset, op)


@VECTORS.writes("vector.insert_strided_slice")
def _insert(body: Body, op: ir.Operation) -> Expr:
    small, big = op.operands
    value, rest = body.value(small), body.value(big)
    if is_mask(big.type):
        return value
    offset = ir.IntegerAttr(next(iter(ir.ArrayAttr(op.attributes["offsets"])))).value
    return with_part(Lanes.of(small.type), Lanes.of(big.type), value, rest, offset, op)


@VECTORS.writes("vector.shuffle")
def _shuffle(body: Body, op: ir.Operation) -> Expr:
    a, b = (body.value(v) for v in op.operands)
    lanes = [int(i) for i in ir.DenseI64ArrayAttr(op.attributes["mask"])]
    source, result = Lanes.of(op.operands[0].type), Lanes.of(op.results[0].type)
    if source.bits * source.count == 32 and lanes == [i % source.count for i in range(result.count)]:
        return call(f"{result.prefix}_broadcastd_epi32", (a,), result.ctype)
    return shuffled(body, source, result, a, b, lanes, op)


@VECTORS.writes("vector.reduction")
def _reduction(body: Body, op: ir.Operation) -> Expr:
    lanes, kind = Lanes.of(op.operands[0].type), word(op.attributes["kind"])
    operand = body.value(op.operands[0])
    suffix = lanes.suffix.replace("epi", "epu") if kind.endswith("ui") else lanes.suffix
    ctype = scalar_type(op.results[0].type)
    if lanes.width != 512 or kind not in _REDUCTIONS or lanes.bits < 32:
        raise Unsupported(f"a reduction of {lanes.count} lanes of {lanes.element}", place_of(op.location))
    total = call(f"_mm512_reduce_{_REDUCTIONS[kind]}_{suffix}", (operand,), ctype)
    if len(op.operands) == 1:
        return total
    return _accumulated(body, op, kind, total, ctype)


def _accumulated(body: Body, op: ir.Operation, kind: str, total: Expr, ctype: CType) -> Expr:
    """The reduction with its initial value."""
    start = body.value(op.operands[1])
    if kind in ("add", "mul"):
        symbol = "+" if kind == "add" else "*"
        return Expr(f"{start.text} {symbol} {total.text}", ctype, 11 if kind == "add" else 12, **merged((start, total)))
    function = body.file.use("f" + _REDUCTIONS[kind] if ctype.kind == "float" else _REDUCTIONS[kind])
    return call(function + ("f" if ctype.name == "float" else ""), (start, total), ctype)


@VECTORS.writes("vector.create_mask")
def _create_mask(body: Body, op: ir.Operation) -> Expr:
    """The first n lanes."""
    count = ir.VectorType(op.results[0].type).shape[0]
    n = body.signed(op.operands[0])
    body.file.use(f"first_lanes{count}")
    return call(f"first_lanes{count}", (n,), mask_type(count))


@VECTORS.writes("vector.constant_mask")
def _constant_mask(body: Body, op: ir.Operation) -> Expr:
    count = ir.VectorType(op.results[0].type).shape[0]
    size = next(iter(ir.DenseI64ArrayAttr(op.attributes["mask_dim_sizes"])))
    return integer((1 << size) - 1, mask_type(count))
