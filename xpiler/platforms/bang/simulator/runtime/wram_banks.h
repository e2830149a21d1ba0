// WRAM as 64 banks (an option; the default keeps it flat): output channel `oc` of a filter belongs to bank oc % 64, row oc / 64.
//
// An array of WRAM has the same share of each bank, and lies here bank after bank. A contiguous copy is dealt out to the banks in 64
// equal pieces, one behind the other; strides address the banks themselves, a 64th of WRAM apart.
#pragma once
#include <cstddef>
#include <vector>

#include "direction.h"
#include "memory.h"
#include "xpiler_sim/copy.h"

namespace xpiler_sim {

constexpr unsigned wram_banks = 64;

struct Piece {
  char *address;
  std::size_t bytes;
};

/// Performs a copy to or from WRAM; false, with a finding, where it may not be.
bool copy_through_banks(const Call &call, const Copy &r, const Route &route, Queue queue);

/// The weights of a builtin in order of output channels, checked as they are read.
class Weights {
public:
  Weights(const Call &call, const char *role, const void *address, std::size_t rows, std::size_t row_bytes);
  bool good() const { return good_; }
  const void *data() const { return data_; }

private:
  std::vector<char> copy_;
  const void *data_;
  bool good_;
};

} // namespace xpiler_sim
