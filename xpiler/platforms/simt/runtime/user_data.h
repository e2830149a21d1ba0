// What the user's file keeps in variables that are not device memory, found by what is linked on either side of it, and
// what its text says about its blocks.
#pragma once

extern "C" __attribute__((visibility("hidden"))) char xpiler_simt_data_begin[], xpiler_simt_data_end[], xpiler_simt_bss_begin[],
    xpiler_simt_bss_end[];
extern "C" const int xpiler_simt_blocks_talk; // given when the library is linked: atomics and polling that the runtime does not see
