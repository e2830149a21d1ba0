// The memory of the simulated device: objects in their spaces, what was written, who touched what.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "xpiler_sim/call.h"
#include "xpiler_sim/kernel.h"

namespace xpiler_sim {

constexpr int red_zone = 256;

/// One array of the program: a qualified variable of one core or cluster, or an allocation of device memory.
struct Object {
  char *base;
  std::size_t size;
  Space space;
  std::string name;
  int zone = 0;   // bytes around it that are ours and must not be touched
  int owner = -1; // core slot, or cluster for SRAM
  bool live = true;
  std::vector<std::uint8_t> written; // one byte a byte; empty: not tracked
  std::vector<char> initial;
  std::unique_ptr<std::uint32_t[]> writers, readers; // stamp of the last access, byte by byte
  const void *key = nullptr;                         // the declaration it stands for
  std::uint64_t touched_in = 0;                      // the task (or job) that last used it

  char *end() const { return base + size; }
};

/// An address as an object sees it; `offset` may lie in the red zone behind (or before) it. No object: unknown memory.
struct Place {
  Object *object = nullptr;
  std::ptrdiff_t offset = 0;
  bool inside() const { return object && offset >= 0 && std::size_t(offset) < object->size; }
};
Place locate(const void *address);
/// The name of the object there, else `otherwise`.
std::string buffer_at(const void *address, const char *otherwise = "");
const char *name_of(Space space);

enum class Access : std::uint8_t { read, write };
constexpr unsigned in(Space space) { return 1u << int(space); }
constexpr unsigned any_space = 0xff;

/// One operand of a builtin: the role names it in messages.
struct Operand {
  const char *role;
  const void *address;
  std::size_t bytes;
  Access access;
  unsigned spaces = in(Space::nram);
  const char *space_fault = "wrong-space";
};

/// Checks and marks a range: space, bounds, initialisation, races, async ownership. False: it must not be touched.
bool check(const Call &call, const Operand &operand, Queue queue = Queue::compute);
/// The part of `check` that holds when an async copy is issued: what it touches must exist and be free.
bool check_issue(const Call &call, const Operand &operand, Queue queue);
/// Space and bounds alone, for ranges whose segments are checked one by one.
bool check_bounds(const Call &call, const Operand &operand);

/// Checks operands in order (list reads before writes); false if any may not be touched.
template <class... Operands>
bool check_all(const Call &call, const Operands &...operands) {
  bool good = true;
  ((good = check(call, operands) && good), ...);
  return good;
}

/// Reports ranges that overlap although the builtin forbids it; `same_is_fine`: starting at one address is allowed.
bool apart(const Call &call, const void *dst, std::size_t dst_bytes, const void *src, std::size_t src_bytes, const char *role,
           bool same_is_fine = false);

void touch(const Call &call, Object &object);
void begin_task_memory(int slot);
void begin_job_memory();
bool foreign_allowed();

/// Keeps freed memory recognisable for a while.
void retire(Object &object);
/// The same variable in another cluster's SRAM.
Object *sibling(const Object &object, int cluster);
/// What is allocated on the device now, by address.
std::vector<Object *> device_objects();
Object *allocate_device(std::size_t bytes, const std::string &name);

} // namespace xpiler_sim
