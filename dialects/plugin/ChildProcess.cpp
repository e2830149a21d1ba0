#include "plugin/ChildProcess.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char **environ;

namespace xpiler {

namespace {
using File = std::unique_ptr<std::FILE, int (*)(std::FILE *)>;

/// An unnamed file: unlike a pipe it takes any amount without a reader, so that only standard output needs attention.
File temporaryFile(llvm::StringRef content) {
  File file(std::tmpfile(), std::fclose);
  if (!file || std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() || std::fflush(file.get()) != 0)
    return File(nullptr, std::fclose);
  std::rewind(file.get());
  return file;
}

std::string contentOf(std::FILE *file) {
  std::string content;
  char buffer[4096];
  std::rewind(file);
  while (size_t count = std::fread(buffer, 1, sizeof(buffer), file)) content.append(buffer, count);
  return content;
}

/// 0 and the process, or the error number of starting it. The child leads a process group, which `kill(-pid)` reaches.
int spawn(pid_t &pid, const std::string &program, llvm::ArrayRef<std::string> arguments, int input, int output, int errors) {
  std::vector<char *> argv = {const_cast<char *>(program.c_str())};
  for (const std::string &argument : arguments) argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  int error = posix_spawnp(&pid, program.c_str(), &files, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

/// Reads until every writer has closed; false where the time is over first.
bool readAll(int descriptor, std::string &content, std::chrono::steady_clock::time_point deadline) {
  char buffer[1 << 16];
  while (true) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd waiting = {descriptor, POLLIN, 0};
    int ready = left > 0 ? poll(&waiting, 1, static_cast<int>(left)) : 0;
    if (ready == 0) return false;
    ssize_t count = ready < 0 ? -1 : read(descriptor, buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    content.append(buffer, count);
  }
}

int waitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
} // namespace

ChildResult runChild(const std::string &program, llvm::ArrayRef<std::string> arguments, llvm::StringRef input, unsigned seconds) {
  File standardInput = temporaryFile(input), standardError = temporaryFile("");
  int pipe[2];
  if (!standardInput || !standardError || pipe2(pipe, O_CLOEXEC) != 0)
    return {ChildResult::End::notStarted, 0, "", std::string("no temporary file or pipe: ") + std::strerror(errno)};
  pid_t pid = 0;
  int error = spawn(pid, program, arguments, fileno(standardInput.get()), pipe[1], fileno(standardError.get()));
  close(pipe[1]);
  ChildResult result;
  if (error == 0) {
    bool finished = readAll(pipe[0], result.output, std::chrono::steady_clock::now() + std::chrono::seconds(seconds));
    if (!finished) kill(-pid, SIGKILL);
    result.code = waitFor(pid);
    result.errors = contentOf(standardError.get());
    result.end = finished ? ChildResult::End::exited : ChildResult::End::timedOut;
  } else {
    result = {ChildResult::End::notStarted, 0, "", std::strerror(error)};
  }
  close(pipe[0]);
  return result;
}

} // namespace xpiler
