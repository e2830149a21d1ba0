// Copies between the host and the device, watched: a caller learns how much of each array a launcher takes.
#pragma once
#include <cstddef>

namespace xpiler_simt {

/// Whether copies only tell what they are of, and launches do nothing.
bool watching_transfers();
void note_transfer(const void *address, std::size_t bytes);

} // namespace xpiler_simt
