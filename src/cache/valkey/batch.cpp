#include "cache/valkey/batch.hpp"

#include <utility>
#include <variant>

#include "cache/repeat.hpp"
#include "cache/submission_queue.hpp"

namespace chatserver::cache::valkey {
namespace {

constexpr std::size_t arguments_each = 7;

std::string micros(auto time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count());
}

void append_message(std::vector<std::string>& arguments, const Submission& submission) {
  const auto* channel = std::get_if<ChannelId>(&submission.to);
  const auto* recipient = std::get_if<User>(&submission.to);
  arguments.emplace_back(channel != nullptr ? "m" : "w");
  arguments.push_back(submission.author.id.value());
  arguments.push_back(submission.author.username);
  arguments.push_back(channel != nullptr ? std::to_string(channel->value()) : recipient->id.value());
  arguments.push_back(channel != nullptr ? "" : recipient->username);
  arguments.push_back(submission.text);
  arguments.push_back(submission.nonce);
}

// The original as the log has it: [r, kind, id, entry, fields]; without the last two it is older.
void add_repeat(const Reply& answer, const Submission& submission, Appended& appended) {
  if (answer.array().size() < 5) {
    appended.older.push_back({.submission = submission,
                              .is_public = answer.at(1).text() == "m",
                              .id = CacheId(answer.at(2).integer())});
    return;
  }
  const Reply in_log{Reply::Array{answer.at(3), answer.at(4)}};
  const auto entry = decode(in_log);
  if (!entry) throw Garbled(entry.error());
  Repeat repeat{.origin = submission.origin, .original = {}};
  if (const auto* message = std::get_if<Message>(&entry->what)) {
    repeat.original = *message;
  } else if (const auto* whisper = std::get_if<PrivateMessage>(&entry->what)) {
    repeat.original = *whisper;
  } else {
    throw Garbled("the original of a repeat is no message");
  }
  appended.answers.repeats.push_back(std::move(repeat));
}

Refusal rate_limited(const Submission& submission, const Reply& answer) {
  Refusal refused = refusal(submission, RefusalReason::rate_limited);
  refused.retry_after = std::chrono::milliseconds(answer.at(1).integer());
  return refused;
}

EntryId accepted_entry(const Reply& answer) {
  const auto id = EntryId::parse(answer.at(1).text());
  if (!id) throw Garbled("an accepted message has no place in the log");
  return *id;
}

void read_answer(const Reply& answer, const Submission& submission, Appended& appended) {
  auto& refusals = appended.answers.refusals;
  const std::string& what = answer.at(0).text();
  if (what == "a") {
    appended.last_accepted = accepted_entry(answer);
  } else if (what == "r") {
    add_repeat(answer, submission, appended);
  } else if (what == "n") {
    refusals.push_back(refusal(submission, RefusalReason::nonce_conflict));
  } else if (what == "b") {
    refusals.push_back(refusal(submission, RefusalReason::banned));
  } else if (what == "c") {
    refusals.push_back(refusal(submission, RefusalReason::unknown_channel));
  } else if (what == "l") {
    refusals.push_back(rate_limited(submission, answer));
  } else if (what == "u") {
    refusals.push_back(unavailable(submission));
  } else {
    throw Garbled("an unknown answer to a message");
  }
}

}  // namespace

std::vector<std::string> append_arguments(const AppendHead& head, std::span<const Submission> submissions,
                                          std::span<const User> newcomers) {
  std::vector<std::string> arguments{head.node,
                                     std::to_string(head.number),
                                     head.generation,
                                     head.seen.text(),
                                     std::to_string(head.ceiling.messages.value()),
                                     std::to_string(head.ceiling.private_messages.value()),
                                     std::to_string(head.backlog_max),
                                     head.time ? micros(head.time->utc) : "",
                                     head.time ? micros(head.time->monotonic) : ""};
  arguments.reserve(arguments.size() + arguments_each * submissions.size());
  for (const Submission& submission : submissions) append_message(arguments, submission);
  for (const User& user : newcomers) {
    arguments.insert(arguments.end(), {"u", user.id.value(), user.username, "", "", "", ""});
  }
  return arguments;
}

Appended read_answers(const Reply& reply, std::span<const Submission> submissions, std::size_t newcomers) {
  const Reply::Array& answers = reply.array();
  if (answers.size() != submissions.size() + newcomers) throw Garbled("not one answer a message");
  Appended appended;
  for (std::size_t i = 0; i < submissions.size(); ++i) read_answer(answers[i], submissions[i], appended);
  return appended;
}

}  // namespace chatserver::cache::valkey
