#include "processes.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "device_memory.h"
#include "machine.h"
#include "parts.h"

namespace xpiler_simt {

constexpr unsigned most_processes = 8;
constexpr double shortest_rest_s = 0.4; // less is not worth the copies
static bool communicates = false;
static SharedPart *own_part = nullptr; // in a process that runs a part of a grid

[[noreturn]] static void give_up() {
  own_part->queue->given_up = true;
  _exit(1);
}

void note_communication() {
  communicates = true;
  if (own_part) give_up();
}

void note_finding() {
  if (own_part) give_up();
}

// --- when -------------------------------------------------------------------------------------

static double number_from_environment(const char *name, double otherwise) {
  const char *text = std::getenv(name);
  return text && *text ? std::atof(text) : otherwise;
}

static unsigned processes_to_use() {
  cpu_set_t here;
  unsigned cores = sched_getaffinity(0, sizeof here, &here) ? 1 : unsigned(CPU_COUNT(&here));
  return unsigned(number_from_environment("XPILER_SIM_PROCESSES", std::min(cores, most_processes)));
}

Spread::Spread(std::size_t blocks) : blocks_(blocks), processes_(processes_to_use()), start_(std::clock()) { communicates = false; }

bool Spread::worth(std::size_t done) {
  if (asked_ || own_part || processes_ < 2 || !done || blocks_ - done < 2) return false;
  static const double patience_s = number_from_environment("XPILER_SIM_SPREAD_AFTER", 0.2);
  double spent_s = double(std::clock() - start_) / CLOCKS_PER_SEC;
  if (spent_s < patience_s) return false;
  asked_ = true;
  bool long_enough = patience_s == 0 || spent_s / double(done) * double(blocks_ - done) > shortest_rest_s;
  return long_enough && !communicates && !tracing && !block.shape.cooperative;
}

// --- a process with a part ---------------------------------------------------------------------

/// What a kernel prints has its place in the order of blocks: it is caught, and then the grid runs here.
static void catch_output(int file) {
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
}

[[noreturn]] static void run_part(SharedPart &part, const std::vector<std::uint64_t> &order, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  own_part = &part;
  catch_output(output);
  const std::vector<char> before = user_data();
  const std::uint32_t since = ++now;
  for (std::size_t i; (i = part.queue->next++) < order.size();) {
    if (part.queue->given_up) _exit(1);
    run_block_at(order[i]);
    if (launch_failed) give_up();
  }
  std::fflush(nullptr);
  if (lseek(output, 0, SEEK_END) > 0 || user_data() != before || !part.publish(since)) give_up();
  part.complete = true;
  _exit(0);
}

static bool wait_for(const std::vector<pid_t> &children, const std::vector<SharedPart *> &parts) {
  for (pid_t child : children) waitpid(child, nullptr, 0);
  return std::all_of(parts.begin(), parts.end(), [](const SharedPart *part) { return part->complete; });
}

/// Starts a process for each part; fewer than that where the system refuses.
static std::vector<pid_t> start(const std::vector<SharedPart *> &parts, const std::vector<std::uint64_t> &order, int output) {
  std::vector<pid_t> children;
  const pid_t parent = getpid();
  for (SharedPart *part : parts) {
    pid_t child = fork();
    if (child == 0) run_part(*part, order, output, parent);
    if (child < 0) {
      part->queue->given_up = true;
      break;
    }
    children.push_back(child);
  }
  return children;
}

bool run_in_processes(const std::vector<std::uint64_t> &order, std::size_t first) {
  const unsigned count = unsigned(std::min<std::size_t>(processes_to_use(), order.size() - first));
  Parts parts(count, first);
  std::FILE *output = parts.ready() ? std::tmpfile() : nullptr;
  if (!output) return false;
  std::fflush(nullptr);
  bool done = wait_for(start(parts.each(), order, fileno(output)), parts.each());
  std::fclose(output);
  return done && parts.put_together();
}

} // namespace xpiler_simt
