// Device allocations: each between guard pages in one reserved region, so that an address is
// looked up in constant time, with a byte of "has been written" for every byte of it.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "shadow.h"

namespace xpiler_simt {

struct Allocation {
  char *begin = nullptr;
  std::size_t bytes = 0;
  char *mapped = nullptr; // pages it lies in, guards not counted
  std::size_t mapped_bytes = 0;
  unsigned char *written = nullptr;
  WordShadow shadow; // for races; none where the allocation is too large for it
  bool freed = false;
  bool host_visible = false;
  unsigned number = 0;
  std::string name; // the variable the program keeps its address in
};

/// The allocation whose pages (or guard pages) hold `address`; null where there is none.
Allocation *allocation_near(const void *address);
bool in_device_region(const void *address);
/// Those that have not been freed, in the order they were made.
std::vector<const Allocation *> live_allocations();
/// Its name in a trace: the variable's, or its number.
std::string name_of(const Allocation &allocation);
std::string describe(const Allocation &allocation, const void *address);

/// The file's `__device__` variables, which lie side by side.
char *device_variables();
char *device_variables_end();

void *device_allocate(std::size_t bytes, bool host_visible);
int device_release(void *address);
void mark_written(void *address, std::size_t bytes);

} // namespace xpiler_simt
