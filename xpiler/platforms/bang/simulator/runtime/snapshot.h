// Sources that overlap the destination are read as if all elements were read first.
#pragma once
#include <cstddef>
#include <vector>

namespace xpiler_sim {

/// `source` itself where it cannot be overwritten early (apart from dst, or exactly dst), else a copy of it.
class Snapshot {
public:
  Snapshot(const void *source, std::size_t bytes, const void *dst, std::size_t dst_bytes) : data_(source) {
    const char *s = static_cast<const char *>(source), *d = static_cast<const char *>(dst);
    if (s == d || s + bytes <= d || d + dst_bytes <= s) return;
    copy_.assign(s, s + bytes);
    data_ = copy_.data();
  }
  template <class T>
  const T *as() const {
    return static_cast<const T *>(data_);
  }

private:
  std::vector<char> copy_;
  const void *data_;
};

} // namespace xpiler_sim
