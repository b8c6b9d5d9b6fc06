// Search in many messages, on both stores: see README.md.

#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <stdlib.h>

#include "load/histogram.hpp"
#include "load/interrupt.hpp"
#include "load/program.hpp"
#include "load/zipf_text.hpp"
#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/postgres_server.hpp"

namespace chatserver::bench {
namespace {

constexpr std::uint64_t seed = 1;
constexpr std::size_t authors_count = 5'000;
constexpr std::size_t channels_count = 20;
constexpr std::int64_t append_batch = 2'000;
constexpr std::size_t index_batch = 500;
constexpr std::size_t page = 50;
constexpr std::size_t page_100 = 99 * page;

struct Options {
  std::int64_t messages = 1'000'000;
  int searches = 300;
  std::filesystem::path data_parent = ".";
  std::vector<std::string> backends{"sqlite", "postgres"};
  std::string postgres_url;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string author(std::size_t number) {
  return fmt::format("00000000-0000-4000-8000-{:012}", number);
}
std::string channel(std::size_t number) {
  return number == 0 ? "General" : fmt::format("channel {}", number);
}

// What was said, by whom and where, the same on each store.
class Talk {
 public:
  [[nodiscard]] store::Batch next(std::int64_t count) {
    store::Batch batch;
    for (; count > 0; --count) {
      const std::size_t who = authors_.draw(random_);
      const std::size_t where = channels_.draw(random_);
      batch.messages.push_back({.cache_id = CacheId(++last_),
                                .author = {.id = UserId(author(who)), .username = "somebody"},
                                .channel_id = ChannelId(static_cast<std::int64_t>(where) + 1),
                                .channel = channel(where),
                                .text = text_.message(),
                                .authored_at = Timestamp(std::chrono::seconds(last_)),
                                .nonce = {}});
    }
    return batch;
  }

 private:
  ZipfText text_{seed};
  Zipf authors_{authors_count};
  Zipf channels_{channels_count};
  std::mt19937_64 random_{seed};
  std::int64_t last_ = 0;
};

// A kind of search: makes one after the other.
struct Kind {
  const char* name;
  store::MessageQuery (*make)(std::mt19937_64& random);
};

// Words as they are in messages, so the common ones most of the time.
std::string some_word(std::mt19937_64& random) {
  static const Zipf words(ZipfText::word_count);
  return ZipfText::word(words.draw(random));
}
std::string word_of_rank(std::mt19937_64& random, std::size_t least, std::size_t most) {
  return ZipfText::word(std::uniform_int_distribution<std::size_t>(least, most)(random));
}
store::MessageQuery for_keyword(std::string keyword) {
  return {.keyword = std::move(keyword),
          .channels = {},
          .author = std::nullopt,
          .before = std::nullopt,
          .offset = 0,
          .limit = page};
}

constexpr Kind kinds[] = {
    {"one word", [](std::mt19937_64& random) { return for_keyword(some_word(random)); }},
    {"one of the 20 commonest",
     [](std::mt19937_64& random) { return for_keyword(word_of_rank(random, 0, 19)); }},
    {"one in 200 to 2,000 messages",
     [](std::mt19937_64& random) { return for_keyword(word_of_rank(random, 200, 2'000)); }},
    {"one rare word",
     [](std::mt19937_64& random) { return for_keyword(word_of_rank(random, 50'000, 99'999)); }},
    {"two words",
     [](std::mt19937_64& random) { return for_keyword(some_word(random) + ' ' + some_word(random)); }},
    {"three of the 20 commonest",
     [](std::mt19937_64& random) {
       return for_keyword(word_of_rank(random, 0, 19) + ' ' + word_of_rank(random, 0, 19) + ' ' +
                          word_of_rank(random, 0, 19));
     }},
    {"no such word", [](std::mt19937_64& random) { return for_keyword("xx" + some_word(random)); }},
    {"one word, of an author",
     [](std::mt19937_64& random) {
       auto query = for_keyword(some_word(random));
       query.author = UserId(author(Zipf(authors_count).draw(random)));
       return query;
     }},
    {"one word, in two channels",
     [](std::mt19937_64& random) {
       auto query = for_keyword(some_word(random));
       query.channels = {channel(random() % channels_count), channel(random() % channels_count)};
       return query;
     }},
    {"everything of an author",
     [](std::mt19937_64& random) {
       auto query = for_keyword({});
       query.keyword.reset();
       query.author = UserId(author(Zipf(authors_count).draw(random)));
       return query;
     }},
    {"everything",
     [](std::mt19937_64&) {
       auto query = for_keyword({});
       query.keyword.reset();
       return query;
     }},
};

void measure(store::Store& store, const Kind& kind, std::size_t offset, int searches) {
  std::mt19937_64 random(seed);
  LatencyHistogram times;
  std::size_t hits = 0;
  for (int i = 0; i < searches; ++i) {
    throw_if_interrupted();
    auto query = kind.make(random);
    query.offset = offset;
    const auto start = std::chrono::steady_clock::now();
    hits += store.search_messages(query).messages.size();
    times.record(static_cast<std::uint64_t>(seconds_since(start) * 1e9));
  }
  fmt::print("{:<30} {:>8} {:>8.1f} {:>8.2f} {:>8.2f} {:>8.2f}\n", kind.name, offset / page + 1,
             static_cast<double>(hits) / searches, static_cast<double>(times.quantile(0.5)) / 1e6,
             static_cast<double>(times.quantile(0.99)) / 1e6, static_cast<double>(times.max()) / 1e6);
  std::fflush(stdout);
}

void measure_all(store::Store& store, const char* state, int searches) {
  fmt::print("\n{:<30} {:>8} {:>8} {:>8} {:>8} {:>8}\n", state, "page", "hits", "p50 ms", "p99 ms", "max ms");
  for (const std::size_t offset : {std::size_t{0}, page_100}) {
    for (const Kind& kind : kinds) measure(store, kind, offset, searches);
  }
}

// General is there already. Ids of a new database ascend from 1, as Talk has them.
void make_channels(store::Store& store) {
  for (std::size_t number = 1; number < channels_count; ++number) {
    const store::CreateChannel creation{.name = channel(number), .description = std::nullopt};
    const auto made =
        store.commit(store::ChannelsChanged{.edit = creation, .channels = {}, .purged = {}}, {});
    if (!made) throw std::runtime_error("the database is not empty");
  }
}

void fill(store::Store& store, Talk& talk, std::int64_t messages) {
  double appending = 0;
  for (std::int64_t done = 0; done < messages; done += append_batch) {
    throw_if_interrupted();
    const auto said = talk.next(std::min(append_batch, messages - done));
    const auto start = std::chrono::steady_clock::now();
    store.append(said);
    appending += seconds_since(start);
  }
  fmt::print("{:.0f} messages/s appended, {} a batch\n", static_cast<double>(messages) / appending,
             append_batch);
}

void index(store::Store& store, std::int64_t messages) {
  LatencyHistogram times;
  const auto start = std::chrono::steady_clock::now();
  for (bool more = true; more;) {
    throw_if_interrupted();
    const auto batch_start = std::chrono::steady_clock::now();
    more = store.index_messages(index_batch).more;
    times.record(static_cast<std::uint64_t>(seconds_since(batch_start) * 1e9));
  }
  fmt::print("{:.0f} messages/s indexed, {} a batch, which takes {:.1f} ms (p50), {:.1f} ms (p99)\n",
             static_cast<double>(messages) / seconds_since(start), index_batch,
             static_cast<double>(times.quantile(0.5)) / 1e6, static_cast<double>(times.quantile(0.99)) / 1e6);
}

void measure(store::Store& store, const char* backend, const Options& options) {
  fmt::print("\n== {}, {} messages\n", backend, options.messages);
  make_channels(store);
  Talk talk;
  fill(store, talk, options.messages);
  index(store, options.messages);
  measure_all(store, "all indexed", options.searches);
  store.append(talk.next(append_batch));
  measure_all(store, "2,000 not indexed yet", options.searches / 3);
}

// Removed with all in it.
class Directory {
 public:
  explicit Directory(const std::filesystem::path& parent) {
    std::string name = (parent / "bench-search-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory below " + parent.string());
    path_ = name;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void measure_sqlite(const Options& options) {
  const Directory directory(std::filesystem::absolute(options.data_parent));
  const auto file = directory.path() / "chat.db";
  const auto store = store::open_sqlite({.path = file, .initial_rate_limit = {}});
  if (!store) throw std::runtime_error(store.error().detail);
  measure(**store, "SQLite", options);
  fmt::print("\nthe database has {:.0f} MB\n", static_cast<double>(std::filesystem::file_size(file)) / 1e6);
}

void measure_postgres_at(const std::string& url, const Options& options) {
  Log log(LogLevel::error, LogFormat::text);
  const auto store = store::open_postgres({.url = url, .initial_rate_limit = {}}, log);
  if (!store) throw std::runtime_error(store.error().detail);
  measure(**store, "PostgreSQL", options);
}

void measure_postgres(const Options& options) {
  if (!options.postgres_url.empty()) return measure_postgres_at(options.postgres_url, options);
  // As on a machine of its own: a quarter of a small one's memory.
  const test::PostgresServer server({"-c", "shared_buffers=512MB"});
  measure_postgres_at(server.url("postgres"), options);
}

void measure_each(const Options& options) {
  catch_interrupts();
  for (const std::string& backend : options.backends) {
    backend == "sqlite" ? measure_sqlite(options) : measure_postgres(options);
  }
}

}  // namespace
}  // namespace chatserver::bench

int main(int argc, char** argv) {
  using namespace chatserver::bench;
  Options options;
  CLI::App app("How long a search takes in many messages", "bench_search");
  app.add_option("--messages", options.messages)->capture_default_str()->check(CLI::Range(1, 100'000'000));
  app.add_option("--searches", options.searches, "of each kind and page")
      ->capture_default_str()
      ->check(CLI::Range(3, 1'000'000));
  app.add_option("--backend", options.backends)
      ->capture_default_str()
      ->check(CLI::IsMember({"sqlite", "postgres"}));
  app.add_option("--postgres-url", options.postgres_url,
                 "an empty database to fill, instead of a server of its own");
  app.add_option("--data-parent", options.data_parent, "SQLite's data is put below this directory, on a disk")
      ->capture_default_str();
  return run_benchmark(app, argc, argv, [&] { measure_each(options); });
}
