// RUN: %not %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=bang xpiler-opt=/no/such/xpiler-opt})' 2>&1 | %FileCheck %s --check-prefix=MISSING
// RUN: %not env XPILER_OPT=/no/such/xpiler-opt %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=bang})' 2>&1 | %FileCheck %s --check-prefix=MISSING
// RUN: %not %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=bang xpiler-opt=%S/Inputs/endless.sh timeout=1})' 2>&1 | %FileCheck %s --check-prefix=TIME
// RUN: %not %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=bang xpiler-opt=%S/Inputs/failing.sh})' 2>&1 | %FileCheck %s --check-prefix=FAILED
// RUN: %not %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile)' 2>&1 | %FileCheck %s --check-prefix=OPTION

// The program that the pass runs: not there, endless, failing without a word of why; and a pass without a platform.
// MISSING: error: cannot run '/no/such/xpiler-opt': No such file or directory. Install it with 'pip install xpiler'
// TIME: endless.sh' did not end within 1 seconds; the pass's option 'timeout' gives it more
// FAILED: remark: out of luck
// FAILED: error: '{{.*}}failing.sh' failed with exit code 3
// OPTION: error: the pass 'xpile' needs a platform: xpile{to=bang}
func.func @empty() {
  return
}
