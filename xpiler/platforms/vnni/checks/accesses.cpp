// Every load and store of the text: is it in bounds, has what it reads been written, does another thread meet it?
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstring>
#include <memory>
#include <unordered_map>

#include "checks.h"

namespace xpiler_checks {
namespace {

/// Who accessed a byte last, when, and with which locks; several readers are one with the locks that all held.
struct Touch {
  std::uint32_t moment = 0;
  std::uint8_t thread = 0;
  Locks locks = 0;
};
constexpr std::uint8_t several = 0xff;
struct Byte {
  Touch written, read;
};

constexpr std::size_t page = 4096, most_pages = 16384;
struct Page {
  Byte bytes[page];
};

Byte *shadow_of(const char *address) {
  static std::unordered_map<std::uintptr_t, std::unique_ptr<Page>> pages;
  static std::uintptr_t last_number = 0;
  static Page *last = nullptr;
  const std::uintptr_t number = reinterpret_cast<std::uintptr_t>(address) / page;
  if (!last || number != last_number) {
    auto found = pages.find(number);
    if (found == pages.end()) {
      if (pages.size() == most_pages) return nullptr;
      found = pages.emplace(number, std::make_unique<Page>()).first;
    }
    last = found->second.get(), last_number = number;
  }
  return &last->bytes[reinterpret_cast<std::uintptr_t>(address) % page];
}

bool meets(const Touch &earlier, const Member &thread, Locks locks) {
  return earlier.moment == thread.moment && earlier.thread != thread.number && !(earlier.locks & locks);
}

void add_reader(Touch &readers, const Member &thread, Locks locks) {
  const bool others = readers.moment == thread.moment && readers.thread != thread.number;
  readers = {thread.moment, others ? several : std::uint8_t(thread.number), Locks(others ? readers.locks & locks : locks)};
}

std::string name_at(const char *address) {
  if (Array *array = array_near(address)) return name_of(*array);
  Dl_info info;
  return dladdr(address, &info) && info.dli_sname ? info.dli_sname : "";
}

std::string offset_at(const char *address) {
  Array *array = array_near(address);
  return array ? "byte " + std::to_string(address - array->begin) + " of '" + name_of(*array) + "'" : "a variable the team shares";
}

void report_race(const char *address, Access kind, const Touch &other, bool other_wrote, const Member &thread, const void *place) {
  const std::string who = other.thread == several ? "other threads" : "thread " + std::to_string(other.thread);
  record("race",
         "thread " + std::to_string(thread.number) + (kind == Access::write ? " writes " : " reads ") + offset_at(address) + ", which " +
             who + (other_wrote ? " writes" : " reads") + " in the same parallel region",
         name_at(address), place);
}

bool is_own(const Member &thread, const char *address) { return address >= thread.stack_low && address < thread.stack_high; }

void check_race(const char *address, std::size_t bytes, Access kind, Locks locks, const void *place) {
  const Member &thread = *member();
  if (is_own(thread, address)) return;
  bool told = false;
  for (std::size_t i = 0; i < bytes; ++i) {
    Byte *byte = shadow_of(address + i);
    if (!byte) return;
    const bool written = meets(byte->written, thread, locks), read = kind == Access::write && meets(byte->read, thread, locks);
    if (!told && (written || read))
      report_race(address + i, kind, written ? byte->written : byte->read, written, thread, place), told = true;
    if (kind == Access::write) byte->written = {thread.moment, std::uint8_t(thread.number), locks};
    else add_reader(byte->read, thread, locks);
  }
}

/// Opens the guard pages, so that the run goes on behind the finding.
void out_of_bounds(Array &array, const char *address, std::size_t bytes, Access kind, const void *place) {
  const long offset = address - array.begin;
  record("out-of-bounds",
         std::string(kind == Access::write ? "write" : "read") + " of bytes " + std::to_string(offset) + " to " +
             std::to_string(offset + long(bytes)) + " of '" + name_of(array) + "', which has " + std::to_string(array.bytes),
         name_of(array), place);
  if (!array.of_heap) mprotect(array.mapped, array.mapped_bytes, PROT_READ | PROT_WRITE);
}

void check_array(Array &array, const char *address, std::size_t bytes, Access kind, const void *place) {
  if (array.freed)
    return record("use-after-free",
                  std::string(kind == Access::write ? "write to" : "read of") + " '" + name_of(array) + "', which has been freed",
                  name_of(array), place);
  if (address < array.begin || address + bytes > array.begin + array.bytes) return out_of_bounds(array, address, bytes, kind, place);
  unsigned char *written = array.written + (address - array.begin);
  if (kind == Access::write) std::memset(written, 1, bytes);
  else if (const void *hole = std::memchr(written, 0, bytes))
    record("uninitialised",
           "read of byte " + std::to_string(static_cast<const unsigned char *>(hole) - array.written) + " of '" + name_of(array) +
               "', which nothing has written",
           name_of(array), place);
}

} // namespace

void access(const void *opaque, std::size_t bytes, Access kind, Locks locks, const void *place) {
  const char *address = static_cast<const char *>(opaque);
  if (!bytes) return;
  if (Array *array = array_near(address)) check_array(*array, address, bytes, kind, place);
  if (member()) check_race(address, bytes, kind, locks | member()->locks, place);
}

} // namespace xpiler_checks
