// The host side of the runtime under neutral names. Errors are the numbers CUDA and HIP share.
#pragma once
#include <cstddef>

namespace xpiler_simt {

enum class CopyKind { host_to_host, host_to_device, device_to_host, device_to_device, any };

int allocate(void **result, std::size_t bytes, bool host_visible = false);
/// Findings call the next allocation by this name.
void name_next_allocation(const char *name);
int release(void *address);
int copy(void *destination, const void *source, std::size_t bytes, CopyKind kind);
int fill(void *destination, int value, std::size_t bytes);
int take_last_error(bool clear);
int remember(int error);

/// Streams and events that exist; using any other, but for the default stream, is a finding. 0, or the runtime's error code.
enum class HandleKind { stream, event };
void *create_handle();
int check_handle(HandleKind kind, const void *handle);
int destroy_handle(HandleKind kind, const void *handle);

/// Raises (or lowers) the dynamic shared memory a kernel may ask for.
void set_dynamic_limit(const void *function, std::size_t bytes);

} // namespace xpiler_simt
