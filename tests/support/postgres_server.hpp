#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace chatserver::test {

// A PostgreSQL server of this program, by tests/support/postgres.sh: ends with it,
// however it ends. Threading: one thread.
class PostgresServer {
 public:
  // `options`: of the program `postgres`.
  explicit PostgresServer(std::vector<std::string> options = {}) {
    int in[2];
    int out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::string script = this_script();
    std::vector<char*> arguments{script.data()};
    for (std::string& option : options) arguments.push_back(option.data());
    arguments.push_back(nullptr);
    const int failed = ::posix_spawn(&process_, script.c_str(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    commands_.reset(::fdopen(in[1], "w"));
    answers_.reset(::fdopen(out[0], "r"));
    if (failed != 0) throw std::runtime_error(script + " cannot be run");
    directory_ = read_line();
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() {
    commands_.reset();
    int status = 0;
    ::waitpid(process_, &status, 0);
  }

  // start, stop, kill, freeze, thaw.
  void command(const char* line) {
    std::fprintf(commands_.get(), "%s\n", line);
    std::fflush(commands_.get());
    if (read_line() != "ok") throw std::runtime_error("the PostgreSQL server did not obey");
  }

  // As its superuser, who needs no password.
  [[nodiscard]] std::string url(const std::string& database) const {
    return "host=" + directory_ + " port=5432 user=chat dbname=" + database;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  // The program lies somewhere below the repository.
  static std::string this_script() {
    for (auto folder = std::filesystem::read_symlink("/proc/self/exe"); folder.has_relative_path();) {
      folder = folder.parent_path();
      const auto script = folder / "tests/support/postgres.sh";
      if (std::filesystem::exists(script)) return script.string();
    }
    throw std::runtime_error("tests/support/postgres.sh is not above this program");
  }

  std::string read_line() {
    std::string line;
    for (int c = std::fgetc(answers_.get()); c != '\n'; c = std::fgetc(answers_.get())) {
      if (c == EOF) throw std::runtime_error("no PostgreSQL server: see above");
      line += static_cast<char>(c);
    }
    return line;
  }

  pid_t process_ = 0;
  std::unique_ptr<std::FILE, Close> commands_;
  std::unique_ptr<std::FILE, Close> answers_;
  std::string directory_;
};

}  // namespace chatserver::test
