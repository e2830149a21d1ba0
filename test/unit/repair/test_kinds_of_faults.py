"""Faults past a block of threads, arrays too long for their memory, launchers, solved bounds, counts of bytes; what a search leaves out."""

from __future__ import annotations

import re

from mlir import ir

from xpiler.dialects import context
from xpiler.repair.diagnosis import diagnose
from xpiler.repair.numbers import byte_edits
from xpiler.repair.observation import Bench, Suspect, numbers
from xpiler.repair.program import Facts, function_of, name_of, suspected
from xpiler.repair.search import Search
from xpiler.repair.statements import space_edits

PAST_A_BLOCK = {"rows": 1, "cols": 257}


def found(search: Search) -> tuple[str, ...] | None:
    with search.module.context, ir.Location.unknown():
        edits = search.found()
    return None if edits is None else tuple(e.what for e in edits)


def longer(text: str, length: int) -> str:
    """The kernel with a step and arrays of another length than its block has threads."""
    kernel, launcher, rest = text.partition("xpiler.launcher")
    return re.sub(r"(?<=memref<)256(?=x)|(?<=arith\.constant )256(?= : index)", str(length), kernel) + launcher + rest


def test_a_step_that_is_no_block_shows_past_the_block_and_is_mended_there(translated) -> None:
    subject, text = translated("row_sum", "hip")
    module = ir.Module.parse(longer(text, 8192), subject.module.context)
    near, far = Bench(subject.module, {"rows": 1, "cols": 5}), Bench(subject.module, PAST_A_BLOCK, contents=numbers)
    assert near.observe(Suspect(module)).right and not far.observe(Suspect(module)).right
    changes = found(Search(module, [far], lambda edits: True, seconds=60.0, symptom="strides"))
    assert changes == ("pieces of 8192 elements become pieces of 256",)


def test_numbers_for_inputs_tell_programs_apart_as_symbols_do(translated) -> None:
    subject, text = translated("row_sum", "hip")
    bench = Bench(subject.module, PAST_A_BLOCK, contents=numbers)
    assert bench.observe(Suspect(ir.Module.parse(text, subject.module.context))).right
    seen = bench.observe(Suspect(ir.Module.parse(text.replace("arith.addf", "arith.mulf", 1), subject.module.context)))
    assert not seen.right and seen.mismatches == 1


def test_what_only_a_memory_is_too_small_for_is_nearer_than_what_computes_wrongly(translated) -> None:
    subject, text = translated("row_sum", "hip")
    module = ir.Module.parse(text.replace("256xf32, #hip.space<shared>", "32768xf32"), subject.module.context)
    looking = Search(module, [Bench(subject.module, {"rows": 2, "cols": 5})], lambda edits: True, suspect=Suspect(module))
    with module.context, ir.Location.unknown():
        wrong = looking._observe()
        facts = Facts(module, subject.module)
        shared = next(e for op in suspected(module, looking.suspect.ran) for e in space_edits(op, facts))
        seen = looking._with((shared,))
    assert "bytes of shared" in seen.too_long and not seen.right and diagnose(seen).symptom == "invalid"
    assert seen.distance < wrong.distance


def test_what_did_not_run_and_what_only_says_what_holds_is_no_suspect(translated) -> None:
    subject, text = translated("row_sum", "hip")
    module = ir.Module.parse(text, subject.module.context)
    suspect = Suspect(module)
    assert Bench(subject.module, {"rows": 1, "cols": 5}).observe(suspect).right
    operations = suspected(module, suspect.ran)
    assert operations and {name_of(function_of(op)) for op in operations} == {"row_sum", "row_sum_kernel"}
    assert not suspected(module, frozenset({"another"}))
    assert not [op for op in operations if op.name == "arith.cmpi" and all(u.owner.name == "xpiler.assume" for u in op.results[0].uses)]


def test_a_launcher_that_starts_too_few_blocks_is_mended(translated) -> None:
    subject, text = translated("add", "hip")
    kernel, host, launcher = text.partition('xpiler.launcher = "host"')
    wrong = kernel + host + launcher.replace("arith.constant 255 : index", "arith.constant 0 : index", 1)
    assert wrong != text
    module = ir.Module.parse(wrong, subject.module.context)
    benches = [Bench(subject.module, {"n": n}) for n in (5, 45)]
    looking = Search(module, benches, lambda edits: True, seconds=60.0)
    assert found(looking) and looking.diagnosis.symptom == "launch"


def test_a_number_in_a_static_bound_is_solved() -> None:
    text = """
    module attributes {xpiler.target = #xpiler.target<"vnni", arch = "icelake-server">} {
      func.func @k(%A: memref<?xf32> {xpiler.name = "A"}, %B: memref<?xf32> {xpiler.name = "B"}) attributes {xpiler.kernel} {
        scf.forall (%i) in (37) {
          %x = memref.load %A[%i] : memref<?xf32>
          memref.store %x, %B[%i] : memref<?xf32>
        }
        return
      }
    }
    """
    ctx = context()
    right, wrong = ir.Module.parse(text, ctx), ir.Module.parse(text.replace("(37)", "(90)"), ctx)
    changes = found(Search(wrong, [Bench(right, {})], lambda edits: True, seconds=60.0))
    assert changes and changes[0].endswith("90 becomes 37")


def test_all_copies_of_one_count_become_counts_of_bytes_at_once(translated) -> None:
    subject, text = translated("add", "bang")
    module = ir.Module.parse(text, subject.module.context)
    copies = [op for op in suspected(module, frozenset()) if op.name == "bang.memcpy"]
    counts = [op.operands[2] for op in copies]
    with module.context, ir.Location.unknown():
        (twice,) = [e for e in byte_edits(copies[0], Facts(module, subject.module)) if "all copies" in e.what and "times" in e.what]
        with twice.done():
            assert [op.operands[2] for op in copies] != counts
            assert all(op.operands[2].owner.name == "arith.muli" for op in copies)
    assert [op.operands[2] for op in copies] == counts and str(module) == str(ir.Module.parse(text, subject.module.context))
