// What the functions of OpenMP (openmp.cpp) ask of a team: turns, and where they are given away.
#pragma once
#include <algorithm>

#include "checks.h"

namespace xpiler_checks {

struct Region {
  void (*body)(void *);
  void *data;
};

/// The body of a region, in one thread of its team.
void run_member(void *region);
/// A team is about to be made.
void begin_region();
void take_turn();
void give_turn();
// A prime: parts of a static loop then begin at odd and even iterations, whatever the loop's length.
constexpr unsigned team_size = 13;

/// Runs `start(body, data)`, a call of libgomp's that makes a team, with a body that takes turns.
template <class Start>
void in_team(void (*body)(void *), void *data, Start start) {
  Region region{body, data};
  begin_region();
  start(run_member, &region);
}

inline unsigned size_of_team(unsigned asked) { return asked ? asked : team_size; }

/// Something that may wait for others.
template <class Wait>
auto waiting(Wait wait) {
  if (!member()) return wait();
  give_turn();
  struct Back {
    ~Back() { take_turn(); }
  } back;
  return wait();
}

/// A part of a loop; the others have their turn before it is run, so that all get parts.
template <class Next>
auto dealt(Next next) {
  auto part = next();
  if (member()) give_turn(), take_turn();
  return part;
}

template <class Wait>
void meeting(Wait wait) {
  waiting(wait);
  if (member()) ++member()->moment;
}

} // namespace xpiler_checks
