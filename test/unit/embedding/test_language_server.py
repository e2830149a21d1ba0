"""The language server knows our dialects: it says what a verifier of ours says, and what an operation is."""

from __future__ import annotations

import json
import subprocess
import sys

MODULE = """
func.func @f(%A: memref<?xf32>) {
  %i = cuda.thread_id x : i32
  %c0 = arith.constant 0 : index
  xpiler.extent %A, %c0 : memref<?xf32>
  bang.nonsense
  return
}
"""
URI = "test:///kernel.mlir"


def message(**content: object) -> str:
    text = json.dumps({"jsonrpc": "2.0", **content})
    return f"Content-Length: {len(text)}\r\n\r\n{text}"


def talk(module: str) -> list[dict]:
    """What the server answers to a client that opens a file and leaves."""
    document = {"uri": URI, "languageId": "mlir", "version": 1, "text": module}
    said = [
        message(id=0, method="initialize", params={"processId": 1, "rootUri": None, "capabilities": {}, "trace": "off"}),
        message(method="textDocument/didOpen", params={"textDocument": document}),
        message(id=1, method="shutdown"),
        message(method="exit"),
    ]
    command = [sys.executable, "-I", "-m", "xpiler.tools.lsp_server"]
    done = subprocess.run(command, input="".join(said), capture_output=True, text=True, timeout=60, check=False)
    return [json.loads(part[part.index("{") :]) for part in done.stdout.split("Content-Length:") if "{" in part]


def diagnostics(module: str) -> list[dict]:
    return next(m["params"]["diagnostics"] for m in talk(module) if m.get("method") == "textDocument/publishDiagnostics")


def test_an_unknown_operation_of_ours_is_reported_where_it_is():
    (found,) = diagnostics(MODULE)
    assert "bang.nonsense" in found["message"]
    assert found["range"]["start"] == {"line": 5, "character": 2}


def test_our_operations_are_known():
    assert diagnostics(MODULE.replace("  bang.nonsense\n", "")) == []
