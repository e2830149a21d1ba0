"""Atomics, and loads and stores with cache hints."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.c_types import F32, Int, Vector
from xpiler.frontend.calls import Call
from xpiler.frontend.language import Handler
from xpiler.frontend.pointers import dereferenced
from xpiler.frontend.simt.dialect import Simt
from xpiler.frontend.values import Scalar, Value

ATOMICS = {"Add": "add", "Sub": "sub", "Exch": "exch", "And": "and", "Or": "or", "Xor": "xor", "Inc": "inc", "Dec": "dec"}
LOADS = ("__builtin_nontemporal_load", "__ldg", "__ldca", "__ldcg", "__ldcs", "__ldlu", "__ldcv")
STORES = ("__stcg", "__stcs", "__stwb", "__stwt")


def target(call: Call) -> tuple[ir.Value, ir.Value]:
    """The element an atomic works on: base and index."""
    pointer = call.pointer(0)
    offset = pointer.offset if pointer.offset is not None else call.reader.builder.index(0)
    return pointer.base, offset


def atomic(simt: Simt, kind: str) -> Handler:
    def read(call: Call) -> Value:
        if isinstance(call.result_type, Vector):
            raise call.refuse(f"'{call.name}' on a vector is not supported", "update its lanes one by one")
        base, index = target(call)
        value = call.value(1, call.result_type)
        return call.emit_value(simt.op("atomic"), [value, base, index], kind=simt.kind("atomic_kind", kind))

    return read


def ordered_atomic(simt: Simt, kind: str) -> Handler:
    """atomicMin and atomicMax: by the sign of the type."""

    def read(call: Call) -> Value:
        unsigned = isinstance(call.result_type, Int) and not call.result_type.signed
        return atomic(simt, f"u{kind}" if unsigned else kind)(call)

    return read


def compare_and_swap(simt: Simt) -> Handler:
    def read(call: Call) -> Value:
        base, index = target(call)
        return call.emit_value(simt.op("atomic_cas"), [call.value(1), call.value(2), base, index])

    return read


def load(call: Call) -> Value:
    return dereferenced(call.reader, call.any(0)).load(call.reader)


def store(call: Call) -> None:
    place = dereferenced(call.reader, call.any(0))
    place.store(call.reader, Scalar(call.value(1, place.ctype), place.ctype))


def store_behind(call: Call) -> None:
    """The value first, then the address."""
    place = dereferenced(call.reader, call.any(1))
    place.store(call.reader, Scalar(call.value(0, place.ctype), place.ctype))


def unsafe_add(simt: Simt) -> Handler:
    def read(call: Call) -> Value:
        base, index = target(call)
        return call.emit_value(simt.op("atomic"), [call.value(1, F32), base, index], kind=simt.kind("atomic_kind", "add"))

    return read


def builtins(simt: Simt) -> dict[str, Handler]:
    found: dict[str, Handler] = {f"atomic{name}": atomic(simt, kind) for name, kind in ATOMICS.items()}
    found |= {"atomicMin": ordered_atomic(simt, "min"), "atomicMax": ordered_atomic(simt, "max"), "atomicCAS": compare_and_swap(simt)}
    found["unsafeAtomicAdd"] = unsafe_add(simt)
    found["__builtin_nontemporal_store"] = store_behind
    found |= dict.fromkeys(LOADS, load) | dict.fromkeys(STORES, store)
    return found
