// Barriers between cores, and waits for a core's own queues.
#pragma once

void __sync_cluster();
void __sync_all();
void __sync_all_ipu();
void __sync_all_ipu_within_cluster();
void __sync_all_mpu();

void __sync();
void __sync_io();
void __sync_move();
void __sync_compute();
void __sync_io_move_compute(bool io_p = true, bool move_p = true, bool compute_p = true, bool io_c = true, bool move_c = true,
                            bool compute_c = true);

void __sync_copy_dram_to_nram();
void __sync_copy_nram_to_dram();
void __sync_copy_dram_to_wram();
void __sync_copy_wram_to_dram();
void __sync_copy_dram_to_sram();
void __sync_copy_sram_to_dram();
void __sync_copy_nram_to_sram();
void __sync_copy_sram_to_nram();
void __sync_copy_wram_to_sram();
void __sync_copy_sram_to_wram();
void __sync_copy_nram_to_nram();
void __sync_copy_sram_to_sram();
