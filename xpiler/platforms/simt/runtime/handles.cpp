// Streams and events: which exist. Work in a stream that was never created is lost or crashes on a device.
#include <map>
#include <string>

#include "../include/xpiler_simt/host.h"
#include "limits.h"
#include "machine.h"

namespace xpiler_simt {

static std::map<const void *, bool> &handles() {
  static std::map<const void *, bool> table; // whether each still exists
  return table;
}

void *create_handle() {
  void *made = new char; // never given back, so that no later handle has its address
  handles()[made] = true;
  return made;
}

/// Null is the default stream; 1 and 2 are its two spellings by name.
static bool is_default_stream(const void *handle) { return reinterpret_cast<std::uintptr_t>(handle) <= 2; }

static int no_handle(HandleKind kind, const void *handle, const void *place) {
  auto known = handles().find(handle);
  if (known != handles().end() && known->second) return success;
  const std::string name = kind == HandleKind::stream ? "stream" : "event";
  record({"stream", "the " + name + (known == handles().end() ? " was never created" : " has been destroyed"), "", place});
  return remember(400); // invalid resource handle
}

int check_handle(HandleKind kind, const void *handle) {
  if (kind == HandleKind::stream && is_default_stream(handle)) return success;
  return no_handle(kind, handle, __builtin_return_address(0));
}

int destroy_handle(HandleKind kind, const void *handle) {
  if (int error = no_handle(kind, handle, __builtin_return_address(0))) return error;
  handles()[handle] = false;
  return success;
}

} // namespace xpiler_simt
