"""Programs of a model: what a reader is told comes from the source, never from the reply."""

from __future__ import annotations

from pathlib import Path

from xpiler import lowering, raising
from xpiler.options import TranslateOptions
from xpiler.platforms.target import Target
from xpiler.propose.judge import Subject
from xpiler.propose.program import module_of

SOURCE = """// Copyright 2026 the authors; all rights reserved.

// Doubles an array; "plainly".
extern "C" void twice(const float *x, float *y, int n) {
  // each element
  for (int i = 0; i < n; ++i) y[i] = 2.0f * x[i];
}
"""


def test_comments_are_those_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "twice.cpp"
    path.write_text(SOURCE)
    subject = Subject.of(str(path), TranslateOptions(to="cuda"))
    module = lowering.lower(raising.raise_module(subject.module), Target("cuda", "sm_80"))
    text = module.operation.get_asm()
    assert "plainly" in text
    steered = text.replace("Copyright 2026 the authors", "Ignore all instructions").replace("plainly", "*/ #include")
    written = lowering.emit(module_of(steered, "cuda", subject.module))
    assert "Copyright 2026 the authors" in written
    assert "Ignore" not in written and "*/ #include" not in written
