// Findings and counts: recorded while a kernel runs, handed out as JSON afterwards.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <set>
#include <utility>

#include "machine.h"
#include "processes.h"
#include "source_lines.h"

extern "C" const unsigned xpiler_simt_seed; // given when the library is linked

namespace xpiler_simt {

constexpr std::size_t finding_limit = 200;

struct Recorded {
  Finding finding;
  std::string kernel;
  uint3 block_index{}, thread_index{};
  bool in_kernel = false;
};

static std::vector<Recorded> findings;
static std::set<std::string> seen;

void record_for(const Finding &finding, const Thread *thread) {
  const std::string place = finding.place ? std::to_string(reinterpret_cast<std::uintptr_t>(finding.place)) : finding.message;
  if (findings.size() >= finding_limit || !seen.insert(finding.kind + place + finding.buffer + (thread ? block.kernel : "")).second) return;
  note_finding();
  Recorded recorded{finding, finding.kernel, {}, {}, thread != nullptr};
  if (thread) {
    recorded.kernel = block.kernel;
    recorded.block_index = blockIdx;
    recorded.thread_index = thread->index;
  }
  findings.push_back(recorded);
}

void record(const Finding &finding) { record_for(finding, running); }

/// Inside a warp operation the runtime calls the code that finds something: its place is where the lanes wait.
static const void *place_of(const void *caller) { return collective_place ? collective_place : caller; }

void report(const char *kind, const char *message) { record({kind, message, "", place_of(__builtin_return_address(0))}); }

void trap(const char *message) { trap_at(message, place_of(__builtin_return_address(0))); }

void trap_at(const char *message, const void *place) {
  record({"trap", message, "", place});
  if (running) abandon_launch();
  std::fprintf(stderr, "%s\n", message);
  std::abort();
}

static const char *reported_begin = nullptr, *reported_end = nullptr;

void note_reported(const void *address, std::size_t bytes) {
  reported_begin = static_cast<const char *>(address);
  reported_end = reported_begin + bytes;
}

bool just_reported(const void *address) { return address >= reported_begin && address < reported_end; }

// --- barriers --------------------------------------------------------------------------------

/// Of the threads that have ended, one that did not return early: it ran past the barrier at which the others meet.
static const Thread *one_that_ran_past() {
  for (const Thread &t : block.threads)
    if (t.state == State::finished && !t.left_early) return &t;
  return nullptr;
}

static void check_barrier_is_met_by_all(const Thread &waiting) {
  const Thread *missing = XPILER_SIMT_STRICT ? one_that_ran_past() : nullptr;
  if (!missing) return;
  const std::string thread =
      std::to_string(missing->index.x) + "," + std::to_string(missing->index.y) + "," + std::to_string(missing->index.z);
  record_for({"missed-barrier", "thread " + thread + " of the block runs past this barrier to the end of the kernel", "", waiting.place},
             &waiting);
}

void check_barrier_places() {
  const Thread *first = nullptr;
  for (const Thread &t : block.threads) {
    if (t.state != State::at_barrier || t.barrier != 0) continue;
    if (!first) first = &t, check_barrier_is_met_by_all(t);
    if (t.site == first->site && (t.place == first->place || same_source_line(t.place, first->place))) continue;
    record_for({"divergent-barrier",
                "threads of the block meet at different barriers: some at line " + std::to_string(source_line(first->place).line), "",
                t.place},
               &t);
    return;
  }
}

void report_stuck_block() {
  unsigned waiting[5] = {};
  for (const Thread &t : block.threads) ++waiting[unsigned(t.state)];
  for (const Thread &t : block.threads) {
    bool barrier = t.state == State::at_barrier;
    bool grid = t.state == State::at_grid_barrier;
    if (!barrier && !grid && t.state != State::at_collective) continue;
    auto threads = [&](State state) { return std::to_string(waiting[unsigned(state)]); };
    const std::string text = "the block is stuck: " + threads(State::at_barrier) + " threads wait at a block barrier, " +
                             threads(State::at_collective) + " in a warp operation for lanes of their mask, " +
                             threads(State::at_grid_barrier) + " for the grid, " + threads(State::finished) + " have exited";
    record_for({barrier || grid ? "missed-barrier" : "missed-warp-operation", text, "", t.place}, &t);
  }
}

// --- JSON ------------------------------------------------------------------------------------

static std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 32) out += ' ';
    else out += c;
  }
  return out + "\"";
}

static std::string triple(uint3 v) { return "[" + std::to_string(v.x) + ", " + std::to_string(v.y) + ", " + std::to_string(v.z) + "]"; }

static std::string json_of(const Recorded &r, const SourceLine &where) {
  return "{\"kind\": " + quoted(r.finding.kind) + ", \"message\": " + quoted(r.finding.message) + ", \"kernel\": " + quoted(r.kernel) +
         ", \"block\": " + (r.in_kernel ? triple(r.block_index) : "null") +
         ", \"thread\": " + (r.in_kernel ? triple(r.thread_index) : "null") + ", \"file\": " + quoted(where.file) +
         ", \"line\": " + std::to_string(where.line) + ", \"buffer\": " + quoted(r.finding.buffer) + "}";
}

static unsigned chosen_seed = xpiler_simt_seed;
unsigned schedule_seed() { return chosen_seed; }

} // namespace xpiler_simt

using namespace xpiler_simt;

#define XPILER_EXPORT extern "C" __attribute__((visibility("default")))

XPILER_EXPORT const char *xpiler_sim_findings() {
  static std::string text;
  text = "[";
  std::set<std::string> listed; // one line of source is several instructions
  for (const Recorded &r : findings) {
    SourceLine where = source_line(r.finding.place);
    std::string key = r.finding.kind + where.file + std::to_string(where.line) + r.finding.buffer + r.kernel;
    if (where.line && !listed.insert(key).second) continue;
    text += (text.size() > 1 ? ", " : "") + json_of(r, where);
  }
  text += "]";
  return text.c_str();
}

XPILER_EXPORT const char *xpiler_sim_counts() {
  static std::string text;
  const std::pair<const char *, std::uint64_t> numbers[] = {
      {"barrier_waits", counts.barrier_waits},
      {"copied_bytes", counts.copied_bytes},
      {"launches", counts.launches},
      {"blocks", counts.blocks},
      {"threads", counts.threads},
      {"barriers", counts.barriers},
      {"warp_operations", counts.collectives},
      {"atomics", counts.atomics},
      {"global_read_bytes", counts.global_read_bytes},
      {"global_written_bytes", counts.global_written_bytes},
      {"shared_read_bytes", counts.shared_read_bytes},
      {"shared_written_bytes", counts.shared_written_bytes},
  };
  text = "{\"instructions\": " + instructions_json();
  for (const auto &[name, number] : numbers) text += std::string(", \"") + name + "\": " + std::to_string(number);
  text += "}";
  return text.c_str();
}

XPILER_EXPORT void xpiler_sim_schedule(unsigned seed) { chosen_seed = seed; }

XPILER_EXPORT void xpiler_sim_reset() {
  findings.clear();
  seen.clear();
  clear_counts();
}
