"""Uniformity: which values are the same for all threads of a group (a block, or a warp).

A value is uniform when it is computed from uniform values by operations without effects. A load from a uniform
address counts too, as long as nothing in the same barrier-free phase wrote to that memory before: it then equals the
load at the phase's start. The analysis goes through the code in program order, as the splitting into phases does, and
starts a new phase at the same places.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.simt.platform_ops import holds, is_collective, is_pure, loaded_memory, reads_only, simt_name, written_memory
from xpiler.raising.structure import captures, operations


class Uniformity:
    """`values` is the set of uniform values after `analyse` has gone through the operations in order."""

    def __init__(self, collectives: frozenset[str], uniform: set[ir.Value], lane_rules=None):
        self.collectives = collectives
        self.values = set(uniform)
        self.dirty: set[ir.Value] = set()
        self.lane_rules = lane_rules

    def analyse(self, ops: list[ir.Operation], divergent: bool = False) -> None:
        """Classify the results of `ops`; `divergent`: not all threads of the group are here."""
        for op in ops:
            if not holds(op, self.collectives):
                self._local(op, divergent)
            elif is_collective(op, self.collectives):
                self._collective(op)
            else:
                self.dirty.clear()
                getattr(self, f"_{op.name.replace('.', '_')}")(op, divergent)
                self.dirty.clear()

    def _local(self, op: ir.Operation, divergent: bool) -> None:
        if self.lane_rules is not None and self.lane_rules.classify(op, self.values):
            self.values.update(op.results)
        elif all(value in self.values for value in captures(op)) and self._same_for_all(op, divergent):
            self.values.update(op.results)
        else:
            self.dirty |= written_memory(op)

    def _same_for_all(self, op: ir.Operation, divergent: bool) -> bool:
        if is_pure(op):
            return True
        if op.name == "memref.alloca" or divergent or not reads_only(op):
            return False
        return not any(may_alias(loaded, written) for loaded in loaded_memory(op) for written in self.dirty)

    def _collective(self, op: ir.Operation) -> None:
        self.dirty.clear()
        name = simt_name(op)
        if name in ("barrier_reduce", "vote", "active_mask") or (name == "shuffle" and op.operands[0] in self.values):
            self.values.update(op.results)

    def _yielded(self, block: ir.Block) -> list[bool]:
        return [value in self.values for value in operations(block)[-1].operands]

    def _scf_if(self, op: ir.Operation, divergent: bool) -> None:
        same = op.operands[0] in self.values
        yields = []
        for region in op.regions:
            for block in region.blocks:
                self.analyse(operations(block)[:-1], divergent or not same)
                self.dirty.clear()
                yields.append(self._yielded(block))
        for position, result in enumerate(op.results):
            if same and all(each[position] for each in yields):
                self.values.add(result)

    def _scf_for(self, op: ir.Operation, divergent: bool) -> None:
        body = op.regions[0].blocks[0]
        variable, *carried = list(body.arguments)
        bounds = all(value in self.values for value in list(op.operands)[:3])
        uniform = [value in self.values for value in list(op.operands)[3:]]
        before = set(self.values)
        while True:
            self.values = set(before) | ({variable} if bounds else set())
            self.values.update(value for value, same in zip(carried, uniform, strict=True) if same)
            self.analyse(operations(body)[:-1], divergent or not bounds)
            after = [was and now for was, now in zip(uniform, self._yielded(body), strict=True)]
            if after == uniform:
                break
            uniform = after
        self.values.update(value for value, same in zip(op.results, uniform, strict=True) if same and bounds)

    def _scf_while(self, op: ir.Operation, divergent: bool) -> None:
        test, body = (region.blocks[0] for region in op.regions)
        uniform = [value in self.values for value in op.operands]
        before = set(self.values)
        while True:
            self.values = set(before)
            self.values.update(value for value, same in zip(test.arguments, uniform, strict=True) if same)
            self.analyse(operations(test)[:-1], divergent)
            condition, *passed = self._yielded(test)
            self.values.update(value for value, same in zip(body.arguments, passed, strict=True) if same)
            self.dirty.clear()
            self.analyse(operations(body)[:-1], divergent or not condition)
            after = [was and now for was, now in zip(uniform, self._yielded(body), strict=True)]
            if after == uniform:
                break
            uniform = after
        self.values.update(value for value, same in zip(op.results, passed, strict=True) if same and condition)


def may_alias(left: ir.Value, right: ir.Value) -> bool:
    """Two buffers may overlap only where they are the same one or both come from the caller."""
    return left == right or (isinstance(left, ir.BlockArgument) and isinstance(right, ir.BlockArgument))
