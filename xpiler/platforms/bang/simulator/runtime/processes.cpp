#include "processes.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "findings.h"
#include "options.h"
#include "parts.h"
#include "stamps.h"
#include "trace.h"

namespace xpiler_sim {
namespace {

constexpr unsigned most_processes = 8;
constexpr double shortest_rest_s = 0.4; // less is not worth the copies
bool communicates = false;
SharedPart *own_part = nullptr; // in a process that runs a part of a launch

[[noreturn]] void give_up() {
  own_part->queue->given_up = true;
  _exit(1);
}

double number_from_environment(const char *name, double otherwise) {
  const char *text = std::getenv(name);
  return text && *text ? std::atof(text) : otherwise;
}

unsigned processes_to_use() {
  cpu_set_t here;
  unsigned cores = sched_getaffinity(0, sizeof here, &here) ? 1 : unsigned(CPU_COUNT(&here));
  return unsigned(number_from_environment("XPILER_SIM_PROCESSES", std::min(cores, most_processes)));
}

/// What a kernel prints has its place in the order of tasks: it is caught, and then the launch runs in one process.
[[noreturn]] void run_part(SharedPart &part, std::size_t jobs, const RunJob &run, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  own_part = &part;
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  const std::uint32_t since = next_stamp();
  for (std::size_t i; (i = part.queue->next++) < jobs;) {
    if (part.queue->given_up) _exit(1);
    if (!run(i, part.costs[i])) give_up();
  }
  std::fflush(nullptr);
  if (lseek(output, 0, SEEK_END) > 0 || !part.publish(since)) give_up();
  part.complete = true;
  _exit(0);
}

/// Starts a process for each part; fewer than that where the system refuses.
std::vector<pid_t> start(const std::vector<SharedPart *> &parts, std::size_t jobs, const RunJob &run, int output) {
  std::vector<pid_t> children;
  const pid_t parent = getpid();
  for (SharedPart *part : parts) {
    pid_t child = fork();
    if (child == 0) run_part(*part, jobs, run, output, parent);
    if (child < 0) {
      part->queue->given_up = true;
      break;
    }
    children.push_back(child);
  }
  return children;
}

bool all_complete(const std::vector<pid_t> &children, const std::vector<SharedPart *> &parts) {
  for (pid_t child : children) waitpid(child, nullptr, 0);
  return std::all_of(parts.begin(), parts.end(), [](const SharedPart *part) { return part->complete; });
}

} // namespace

void note_communication() {
  communicates = true;
  if (own_part) give_up();
}

void note_finding() {
  if (own_part) give_up();
}

Spread::Spread(std::size_t jobs) : jobs_(jobs), processes_(processes_to_use()), start_(std::clock()) { communicates = false; }

bool Spread::worth(std::size_t done) {
  // Without checks nothing would tell which bytes a job reads and writes.
  if (asked_ || processes_ < 2 || !done || jobs_ - done < 2 || !xpiler_sim_options.strict) return false;
  static const double patience_s = number_from_environment("XPILER_SIM_SPREAD_AFTER", 0.2);
  const double spent_s = double(std::clock() - start_) / CLOCKS_PER_SEC;
  if (spent_s < patience_s) return false;
  asked_ = true;
  const bool long_enough = patience_s == 0 || spent_s / double(done) * double(jobs_ - done) > shortest_rest_s;
  return long_enough && !communicates && !tracing && !anything_found();
}

bool run_in_processes(std::size_t first, std::size_t jobs, const RunJob &run, const std::function<void(const JobCost &)> &charge) {
  Parts parts(unsigned(std::min<std::size_t>(processes_to_use(), jobs - first)), first, jobs);
  std::FILE *output = parts.ready() ? std::tmpfile() : nullptr;
  if (!output) return false;
  std::fflush(nullptr);
  const bool done = all_complete(start(parts.each(), jobs, run, fileno(output)), parts.each());
  std::fclose(output);
  if (!done || !parts.put_together()) return false;
  for (std::size_t i = first; i < jobs; ++i) charge(parts.cost(i));
  return true;
}

} // namespace xpiler_sim
