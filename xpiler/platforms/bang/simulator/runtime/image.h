// Where this shared object lies in memory.
#pragma once

namespace xpiler_sim {

/// Whether the address belongs to the image of this shared object: a file-scope variable, which is GDRAM.
bool in_image(const void *address);

/// Whether the address is one of this shared object's variables of the running thread: the task's indices, references to on-chip arrays
/// and whether they are set. The loader puts them anywhere where there are many.
bool in_thread_block(const void *address);

} // namespace xpiler_sim
