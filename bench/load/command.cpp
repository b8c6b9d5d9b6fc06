#include "load/command.hpp"

#include <array>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load/machine.hpp"

namespace chatserver::bench {

void execute(const CommandLine& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.arguments.size() + 1);
  for (const std::string& argument : command.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  for (const std::string& entry : command.environment)
    environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);
  ::execve(arguments[0], arguments.data(), environment.data());
}

std::string run_command(const CommandLine& command, std::string_view input) {
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  if (::pipe2(to_child.data(), O_CLOEXEC) != 0 || ::pipe2(from_child.data(), O_CLOEXEC) != 0)
    throw_errno("pipe");
  const pid_t child = ::fork();
  if (child < 0) throw_errno("fork");
  if (child == 0) {
    ::dup2(to_child[0], STDIN_FILENO);
    ::dup2(from_child[1], STDOUT_FILENO);
    execute(command);
    ::_exit(127);
  }
  ::close(to_child[0]);
  ::close(from_child[1]);
  const bool written = ::write(to_child[1], input.data(), input.size()) == static_cast<ssize_t>(input.size());
  ::close(to_child[1]);
  std::string output;
  std::array<char, 4096> part{};
  for (ssize_t bytes = 0; (bytes = ::read(from_child[0], part.data(), part.size())) > 0;) {
    output.append(part.data(), static_cast<std::size_t>(bytes));
  }
  ::close(from_child[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!written || status != 0) {
    std::string line;
    for (const std::string& argument : command.arguments) line += argument + ' ';
    throw std::runtime_error("this command failed: " + line);
  }
  return output;
}

}  // namespace chatserver::bench
