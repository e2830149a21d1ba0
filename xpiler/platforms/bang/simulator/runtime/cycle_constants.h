// Every number of the cycle model, with where it comes from. Nothing here was measured by us: no device is at hand.
// [doc] the vendor's guide says it; [derived] computed from published figures; [assumed] a round number, chosen before any tuning.
#pragma once

namespace xpiler_sim::cost {

// Vector unit.
constexpr double vector_bytes = 128; // [doc] 5.3.4: 128 bytes a cycle and core; a shorter rest costs a whole one
constexpr double start_up = 32;      // [assumed] the guide has "a fixed start-up cost per instruction" and gives none; a pipeline's depth
// [doc] scalar addition 2 cycles, division 16, non-linear functions 6 to 18. [assumed] vectors keep these ratios (8; 3 to 9, of which 6).
constexpr double division_factor = 8, function_factor = 6;
constexpr double transpose_factor = 2; // [assumed] every element passes the crossbar once in, once out

// Tensor unit: multiply-adds a cycle and core. [derived] MLU370-X8: 32 cores at 1.3 GHz; peaks 256 / 128 TOPS (int8 / int16), 96 TFLOPS
// (half); 256e12 / 2 / 32 / 1.3e9 = 3077, 1538, 1154. Float: 24 to 32 TFLOPS give 288 to 385; a public run of 128x256x256 on one core
// took 0.061 ms = 79,300 cycles, of which 32,800 are copies at `gdram_bytes`: 180 a cycle. 256 lies between.
constexpr double macs_int8 = 3072, macs_int16 = 1536, macs_half = 1024, macs_float = 256;
constexpr unsigned column_multiple = 64, depth_bytes = 64; // [doc] N is padded to 64, a row of K to 64 bytes

// Copies.
// [derived] a core's share of the memory: MLU290 1228 GB/s over 64 cores at 1 GHz = 19.2 bytes a cycle; MLU370-X8 614 GB/s over 32 cores
// at 1.3 GHz = 14.8.
constexpr double gdram_bytes = 16;
constexpr double gdram_granule = 64;   // [doc] 5.3.3: reads of at least 64 bytes at multiples of 64; a part written is read, then written
constexpr double gdram_latency = 200;  // [assumed] 150 to 200 ns of DRAM at 1.0 to 1.3 GHz, once a copy
constexpr double segment_start = 8;    // [derived] "best at 512 bytes and more": 512 bytes are 32 cycles, and this leaves 80 % of the rate
constexpr double sram_bytes = 64;      // [assumed] half of what the vector unit takes
constexpr double on_chip_bytes = 128;  // [assumed] NRAM to NRAM and WRAM at the vector unit's rate
constexpr double on_chip_latency = 32; // [assumed] as `start_up`

// Scalar unit and meetings.
constexpr double issue = 3;          // [doc] usual scalar instructions take 1 to 3; the operands of a builtin are computed by such
constexpr double nram_access = 4;    // [assumed] a scalar load or store of NRAM
constexpr double gdram_access = 200; // [assumed] a scalar load of GDRAM waits for the memory, as `gdram_latency`
constexpr double barrier = 100;      // [assumed] a message to all cores of a union and back

} // namespace xpiler_sim::cost
