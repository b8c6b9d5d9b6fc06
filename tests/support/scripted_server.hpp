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

// A server of this program, by one of the scripts of tests/support: ends with the program,
// however that ends. Threading: one thread.
class ScriptedServer {
 public:
  // `script`: its file name; `arguments`: what it is called with.
  explicit ScriptedServer(const std::string& script, std::vector<std::string> arguments = {}) {
    int in[2];
    int out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    const std::string path = path_of(script);
    arguments.insert(arguments.begin(), path);
    std::vector<char*> raw;
    for (std::string& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    const int failed = ::posix_spawn(&process_, path.c_str(), &actions, nullptr, raw.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    commands_.reset(::fdopen(in[1], "w"));
    answers_.reset(::fdopen(out[0], "r"));
    if (failed != 0) throw std::runtime_error(path + " cannot be run");
    directory_ = read_line();
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    commands_.reset();
    int status = 0;
    ::waitpid(process_, &status, 0);
  }

  // What its script obeys: start, stop, kill, freeze, thaw …
  void command(const char* line) {
    std::fprintf(commands_.get(), "%s\n", line);
    std::fflush(commands_.get());
    if (read_line() != "ok") throw std::runtime_error("the server did not obey");
  }

  // Where its data and its sockets are.
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  // The program lies somewhere below the repository.
  static std::string path_of(const std::string& name) {
    for (auto folder = std::filesystem::read_symlink("/proc/self/exe"); folder.has_relative_path();) {
      folder = folder.parent_path();
      const auto script = folder / "tests/support" / name;
      if (std::filesystem::exists(script)) return script.string();
    }
    throw std::runtime_error("tests/support/" + name + " is not above this program");
  }

  std::string read_line() {
    std::string line;
    for (int c = std::fgetc(answers_.get()); c != '\n'; c = std::fgetc(answers_.get())) {
      if (c == EOF) throw std::runtime_error("no server: see above");
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
