"""Our passes in a user's own pass manager and context, beside upstream's."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir
from mlir.passmanager import PassManager

import xpiler
from xpiler import embedding
from xpiler.execution import jit
from xpiler.verify.verdict import Verdict

SCALE = """
func.func @scale(%A: memref<4x96xf32>, %B: memref<4x96xf32>) {
  linalg.add ins(%A, %A : memref<4x96xf32>, memref<4x96xf32>) outs(%B : memref<4x96xf32>)
  return
}
"""
TENSOR = """
func.func @tensor(%B: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %a = tensor.empty() : tensor<4xf32>
  %x = tensor.extract %a[%c0] : tensor<4xf32>
  memref.store %x, %B[%c0] : memref<4xf32>
  return
}
"""


@pytest.fixture
def ctx():
    context = ir.Context()  # the user's own: several threads, no dialect of ours loaded by anyone else
    xpiler.register_dialects(context)
    return context


def manager(ctx: ir.Context) -> PassManager:
    return PassManager("builtin.module", ctx)


def test_passes_mix_with_upstream(ctx):
    module = ir.Module.parse(SCALE, ctx)
    passes = manager(ctx)
    passes.add("func.func(convert-linalg-to-loops)")
    embedding.add_pipeline(passes, "func.func(canonicalize),loop-normalize,func.func(cse)")
    embedding.add_xpile(passes, "shared")
    passes.add("canonicalize")
    passes.run(module.operation)
    assert "xpiler.kernel" in str(module)
    assert "linalg" not in str(module)


def test_text_comes_with_the_module(ctx):
    module, texts = ir.Module.parse(SCALE, ctx), []
    passes = manager(ctx)
    embedding.add_xpile(passes, "bang", arch="mtp_372", source=texts.append)
    passes.run(module.operation)
    assert 'arch = "mtp_372"' in str(module)
    assert "__bang_add" in texts[0]


def test_a_refusal_is_an_error_at_the_operation(ctx):
    module = ir.Module.parse(TENSOR, ctx)
    passes = manager(ctx)
    embedding.add_xpile(passes, "bang")
    with pytest.raises(ir.MLIRError) as failure:
        passes.run(module.operation)
    assert "'tensor.empty' works on tensors" in str(failure.value)
    assert '"-":4:8' in str(failure.value)


def test_a_context_without_our_dialects_is_told_so():
    ctx = ir.Context()
    passes = manager(ctx)
    embedding.add_pipeline(passes, "loop-normalize")
    with pytest.raises(ir.MLIRError, match=r"call xpiler\.register_dialects"):
        passes.run(ir.Module.parse(SCALE, ctx).operation)


def test_a_verdict_on_upstream_ir(ctx):
    module, texts = ir.Module.parse(SCALE, ctx), []
    passes = manager(ctx)
    embedding.add_xpile(passes, "vnni", source=texts.append)
    source = ir.Module.parse(SCALE, ctx)
    passes.run(module.operation)
    assert embedding.check(source, texts[0], "vnni").verdict is Verdict.PROVED


def test_a_wrong_text_is_refuted(ctx):
    wrong = 'extern "C" void scale(const float *A, float *B) { for (int i = 0; i < 384; ++i) B[i] = 3.0f * A[i]; }\n'
    wrong += 'extern "C" void scale_kernel(const float *A, float *B) { scale(A, B); }\n'
    answer = embedding.check(ir.Module.parse(SCALE, ctx), wrong, "vnni")
    assert answer.verdict is Verdict.REFUTED
    assert "B[0]" in answer.counterexample


def test_a_cuda_kernel_runs_through_upstream_passes_alone(tmp_path):
    from xpiler import frontend
    from xpiler.tools.xpile import xpile

    source = tmp_path / "reverse.cu"
    source.write_text(
        "__global__ void reverse(const float *A, float *B) {\n"
        "  __shared__ float tile[64];\n"
        "  tile[threadIdx.x] = A[blockIdx.x * 64 + threadIdx.x];\n"
        "  __syncthreads();\n"
        "  B[blockIdx.x * 64 + threadIdx.x] = tile[63 - threadIdx.x] * 2.0f;\n"
        "}\n"
        "void launch(const float *A, float *B) { reverse<<<4, 64>>>(A, B); }\n"
    )
    module = xpile(frontend.read(source, "cuda", frontend.ReadOptions(arch="sm_90")), "upstream")
    assert "xpiler" not in str(module)
    plain = ir.Module.parse(str(module), ir.Context())  # a context that has never heard of us
    a, b = np.arange(256, dtype=np.float32), np.zeros(256, np.float32)
    jit.run(plain, "reverse", [a, b])
    np.testing.assert_array_equal(b, a.reshape(4, 64)[:, ::-1].reshape(-1) * 2)
