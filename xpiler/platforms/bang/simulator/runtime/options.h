// What the caller chose: the architecture's limits, strictness, seed and the readings of what bang-c.md calls uncertain.
#pragma once

/// Filled by the generated source (build.py); one instance for each shared object.
struct XpilerSimOptions {
  int arch; // 270, 290, 372, 592 ...
  unsigned nram_kb, wram_kb, sram_kb, reserved_kb;
  int clusters, cores_per_cluster;
  int strict;
  unsigned seed;
  int weights_kn;        // right operand of matmul and filter of mlp are [K][N]
  int async_at_issue;    // an async copy takes effect when issued, not at its sync
  int memory_core;       // 0 never, 1 always on Union launches, 2 where the file has __mlu_shared__
  int saturate;          // conversions out of range saturate (else wrap)
  int log_is_binary;     // __bang_log has base 2
  int check_input_range; // warn outside the documented ranges of active functions
  int active_error;      // inject the documented relative error into active functions
  int sram2sram_is_22;   // older headers number SRAM2SRAM 22
  int wram_banks;        // WRAM is 64 banks; filters have to be in their order
};
extern "C" const XpilerSimOptions xpiler_sim_options;
extern "C" const int xpiler_sim_uses_sram;
