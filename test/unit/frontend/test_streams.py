"""Streams and queues: none is used before it is made, and nothing depends on an order that nobody asked for."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import InvalidInput, Unsupported, collecting

CUDA = """#include <cuda_runtime.h>
__global__ void k(float *x) { x[threadIdx.x] += 1.0f; }
extern "C" void go(float *X) {
  float *x; cudaMalloc(&x, 128); cudaMemcpy(x, X, 128, cudaMemcpyHostToDevice);
  cudaStream_t s, r;
  BODY
  cudaMemcpy(X, x, 128, cudaMemcpyDeviceToHost);
}
"""
BANG = """#include <bang.h>
#include <cnrt.h>
__mlu_global__ void k(float *x) { x[0] += 1.0f; }
extern "C" void go(float *X) {
  float *x; cnrtMalloc((void **)&x, 128); cnrtMemcpy(x, X, 128, cnrtMemcpyHostToDev);
  cnrtQueue_t q; cnrtDim3_t dim = {1, 1, 1};
  BODY
  cnrtMemcpy(X, x, 128, cnrtMemcpyDevToHost);
}
"""
ON_S, ON_R, ON_Q = "k<<<1, 32, 0, s>>>(x);", "k<<<1, 32, 0, r>>>(x);", "k<<<dim, cnrtFuncTypeBlock, q>>>(x);"
MADE = "cudaStreamCreate(&s); cudaStreamCreate(&r);"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (CUDA, MADE + ON_S + "cudaStreamSynchronize(s);" + ON_R),
        (CUDA, MADE + ON_S + "k<<<1, 32>>>(x);" + ON_R),  # the default stream waits for all, and they for it
        (CUDA, MADE + ON_S + ON_S + "cudaStreamDestroy(s);"),
        (BANG, "cnrtQueueCreate(&q);" + ON_Q + "cnrtQueueSync(q); cnrtQueueDestroy(q);"),
        (BANG, "cnrtQueueCreate(&q);" + ON_Q + "cnrtSyncDevice();"),
    ],
)
def test_work_in_order_is_read(read, text: str, body: str) -> None:
    assert "xpiler.launch @k" in read(text.replace("BODY", body), "cuda" if text is CUDA else "bang")


@pytest.mark.parametrize(
    ("text", "body", "error", "message"),
    [
        (CUDA, ON_S, InvalidInput, "before it is created"),
        (CUDA, MADE + "cudaStreamDestroy(s);" + ON_S, InvalidInput, "after it is destroyed"),
        (CUDA, MADE + ON_S + ON_R, Unsupported, "another stream or queue"),
        (BANG, ON_Q, InvalidInput, "before it is created"),
        (BANG, "cnrtQueue_t o; cnrtQueueCreate(&q); cnrtQueueCreate(&o);" + ON_Q + ON_Q.replace("q>", "o>"), Unsupported, "another stream"),
    ],
)
def test_work_out_of_order_is_refused(read, text: str, body: str, error: type, message: str) -> None:
    with pytest.raises(error) as caught:
        read(text.replace("BODY", body), "cuda" if text is CUDA else "bang")
    found = caught.value.diagnostics[0]
    assert message in found.message
    assert found.place.line in (6, 7, 8)


@pytest.mark.parametrize(("wait", "count"), [("", 1), ("cnrtQueueSync(q);", 0)])
def test_a_copy_to_the_host_before_the_queue_is_waited_for_is_a_warning(read, wait: str, count: int) -> None:
    with collecting() as found:
        read(BANG.replace("BODY", f"cnrtQueueCreate(&q); {ON_Q} {wait}"), "bang")
    assert len([diagnostic for diagnostic in found if "before the work in the queue has ended" in diagnostic.message]) == count
