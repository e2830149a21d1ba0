// What each direction of mluMemcpyDirection_t joins.
#pragma once
#include "xpiler_sim/copy.h"

namespace xpiler_sim {

struct Route {
  Space from, to;
};
/// False for a number that is no direction.
bool route_of(int direction, Route &route);
Queue queue_of(const Route &route, int dimensions);
/// Copies that the memory core of a cluster executes by itself.
bool is_memory_core_route(const Route &route);

} // namespace xpiler_sim
