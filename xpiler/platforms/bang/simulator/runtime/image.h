// Where this shared object lies in memory.
#pragma once

namespace xpiler_sim {

/// Whether the address belongs to the image of this shared object: a file-scope variable, which is GDRAM.
bool in_image(const void *address);

} // namespace xpiler_sim
