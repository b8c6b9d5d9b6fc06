// What the port Secrets promises, over PostgreSQL and over what other tests have in its place.
#include "store/secrets.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/postgres_support.hpp"
#include "support/memory_secrets.hpp"

namespace chatserver::store::conformance {
namespace {

// One place with secrets, as several processes see it.
class Place {
 public:
  virtual ~Place() = default;
  virtual Secrets& of_another_process() = 0;
};

class InMemory final : public Place {
 public:
  Secrets& of_another_process() override { return secrets_; }

 private:
  test::MemorySecrets secrets_;
};

class InPostgres final : public Place {
 public:
  Secrets& of_another_process() override {
    nodes_.push_back(open_or_throw(database_.options(Access::node)));
    return *nodes_.back()->secrets();
  }

 private:
  PostgresDatabase database_;
  std::vector<std::unique_ptr<Store>> nodes_;
};

struct Backend {
  std::string name;
  std::function<std::unique_ptr<Place>()> make;
};

class SecretsConformance : public testing::TestWithParam<Backend> {
 protected:
  const std::unique_ptr<Place> place_ = GetParam().make();
  Secrets& here_ = place_->of_another_process();
  Secrets& there_ = place_->of_another_process();
};

TEST_P(SecretsConformance, ThereIsNoneAtFirst) {
  EXPECT_EQ(here_.find_secret("key"), std::nullopt);
  EXPECT_EQ(here_.secret_version("key"), 0);
}

TEST_P(SecretsConformance, WhatIsPutHereIsFoundThere) {
  const std::string content = "line\nanother {\"json\":\"\\u0000\"} \xc3\xa9";
  EXPECT_TRUE(here_.replace_secret("key", 0, content));
  const auto found = there_.find_secret("key");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->content, content);
  EXPECT_GT(found->version, 0);
  EXPECT_EQ(there_.secret_version("key"), found->version);
  EXPECT_EQ(there_.find_secret("another"), std::nullopt);
}

TEST_P(SecretsConformance, OnlyTheVersionThatIsThereIsReplaced) {
  ASSERT_TRUE(here_.replace_secret("key", 0, "first"));
  const auto first = here_.secret_version("key");
  EXPECT_FALSE(there_.replace_secret("key", 0, "too late"));
  EXPECT_FALSE(there_.replace_secret("key", first + 1000, "never there"));
  EXPECT_TRUE(there_.replace_secret("key", first, "second"));
  EXPECT_FALSE(here_.replace_secret("key", first, "too late"));
  EXPECT_EQ(here_.find_secret("key")->content, "second");
  EXPECT_GT(here_.secret_version("key"), first);
}

TEST_P(SecretsConformance, ASecretThatIsNotThereIsNotReplaced) {
  EXPECT_FALSE(here_.replace_secret("key", 1, "x"));
  EXPECT_EQ(here_.find_secret("key"), std::nullopt);
}

TEST_P(SecretsConformance, OfSeveralAtOnceExactlyOneWins) {
  for (int round = 0; round < 5; ++round) {
    const auto version = here_.secret_version("key");
    std::vector<int> won(2);
    std::vector<std::thread> threads;
    for (const int i : {0, 1}) {
      threads.emplace_back([&, i] {
        Secrets& secrets = i == 0 ? here_ : there_;
        won.at(static_cast<std::size_t>(i)) =
            static_cast<int>(secrets.replace_secret("key", version, "by " + std::to_string(i)));
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(won[0] + won[1], 1);
    EXPECT_EQ(here_.find_secret("key")->content, won[0] == 1 ? "by 0" : "by 1");
  }
}

INSTANTIATE_TEST_SUITE_P(Backend, SecretsConformance,
                         testing::Values(Backend{"Memory", [] { return std::make_unique<InMemory>(); }},
                                         Backend{"Postgres", [] { return std::make_unique<InPostgres>(); }}),
                         [](const auto& test) { return test.param.name; });

// Who could bring a version back could have a change overlooked.
TEST(PostgresSecrets, NoVersionComesTwiceThoughARowIsRemoved) {
  PostgresDatabase database;
  const auto store = open_or_throw(database.options());
  Secrets& secrets = *store->secrets();
  ASSERT_TRUE(secrets.replace_secret("key", 0, "first"));
  const auto first = secrets.secret_version("key");
  database.psql().run("DELETE FROM chatserver.secrets");
  EXPECT_EQ(secrets.secret_version("key"), 0);
  ASSERT_TRUE(secrets.replace_secret("key", 0, "second"));
  EXPECT_GT(secrets.secret_version("key"), first);
}

}  // namespace
}  // namespace chatserver::store::conformance
