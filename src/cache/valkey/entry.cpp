#include "cache/valkey/entry.hpp"

#include <algorithm>
#include <charconv>

#include "store/change_text.hpp"

namespace chatserver::cache::valkey {
namespace {

// The fields of an entry, which are few.
struct Named {
  const Reply::Array& flat;  // names and values

  [[nodiscard]] const std::string* find(std::string_view name) const {
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
      if (flat[i].text() == name) return &flat[i + 1].text();
    }
    return nullptr;
  }
};

// What is wrong with an entry; stays inside this file.
struct Malformed {
  std::string what;
};

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const std::string& text_of(const Named& fields, const char* name) {
  const std::string* found = fields.find(name);
  if (found == nullptr) throw Malformed(std::string("it has no ") + name);
  return *found;
}

std::int64_t number_of(const Named& fields, const char* name) {
  const auto number = number_in<std::int64_t>(text_of(fields, name));
  if (!number || *number < 0) throw Malformed(std::string("its ") + name + " is no number");
  return *number;
}

EntryId entry_id_of(const std::string& text) {
  const auto id = EntryId::parse(text);
  if (!id) throw Malformed("it has no id");
  return *id;
}

Timestamp time_of(const Named& fields, const char* name) {
  return Timestamp(std::chrono::microseconds(number_of(fields, name)));
}

std::string number(std::int64_t value) {
  return std::to_string(value);
}
std::string number(Timestamp time) {
  return std::to_string(time.time_since_epoch().count());
}

Message message_from(const Named& fields) {
  return {.cache_id = CacheId(number_of(fields, "i")),
          .author = {.id = UserId(text_of(fields, "u")), .username = text_of(fields, "n")},
          .channel_id = ChannelId(number_of(fields, "d")),
          .channel = text_of(fields, "r"),
          .text = text_of(fields, "x"),
          .authored_at = time_of(fields, "t"),
          .nonce = text_of(fields, "o")};
}

PrivateMessage private_message_from(const Named& fields) {
  return {.cache_id = CacheId(number_of(fields, "i")),
          .author = {.id = UserId(text_of(fields, "u")), .username = text_of(fields, "n")},
          .recipient = {.id = UserId(text_of(fields, "d")), .username = text_of(fields, "r")},
          .text = text_of(fields, "x"),
          .authored_at = time_of(fields, "t"),
          .nonce = text_of(fields, "o")};
}

Change change_from(const Named& fields) {
  auto change = store::change_from_text(text_of(fields, "change"));
  if (!change) throw Malformed("its change is none");
  return *std::move(change);
}

std::variant<Message, PrivateMessage, Change, User> what_from(const Named& fields) {
  const std::string& kind = text_of(fields, "k");
  if (kind == "m") return message_from(fields);
  if (kind == "w") return private_message_from(fields);
  if (kind == "c") return change_from(fields);
  if (kind == "u") return User{.id = UserId(text_of(fields, "u")), .username = text_of(fields, "n")};
  throw Malformed("it is of an unknown kind");
}

struct OwnFields {
  Fields operator()(const Message& message) const {
    return of("m", message, number(message.channel_id.value()), message.channel);
  }
  Fields operator()(const PrivateMessage& message) const {
    return of("w", message, message.recipient.id.value(), message.recipient.username);
  }
  Fields operator()(const Change& change) const {
    Fields fields = encode(change);
    fields.insert(fields.begin(), {"k", "c"});
    return fields;
  }

  Fields operator()(const User& newcomer) const {
    return {"k", "u", "u", newcomer.id.value(), "n", newcomer.username};
  }

  template <class AnyMessage>
  static Fields of(const char* kind, const AnyMessage& message, std::string to, std::string to_name) {
    return {"k", kind,
            "i", number(message.cache_id.value()),
            "t", number(message.authored_at),
            "u", message.author.id.value(),
            "n", message.author.username,
            "d", std::move(to),
            "r", std::move(to_name),
            "x", message.text,
            "o", message.nonce};
  }
};

}  // namespace

std::optional<EntryId> EntryId::parse(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number_in<std::uint64_t>(text.substr(0, dash));
  const auto second = number_in<std::uint64_t>(text.substr(dash + 1));
  if (!first || !second) return std::nullopt;
  return EntryId{.first = *first, .second = *second};
}

std::string EntryId::text() const {
  return std::to_string(first) + "-" + std::to_string(second);
}

store::IdMarks Entry::marks() const {
  const auto* whisper = std::get_if<PrivateMessage>(&what);
  return {.messages = CacheId(static_cast<std::int64_t>(id.first)),
          .private_messages = whisper != nullptr ? whisper->cache_id : private_before};
}

std::expected<Entry, std::string> decode(const Reply& reply) {
  std::string id = "an entry";
  try {
    id = reply.at(0).text();
    const Named fields{reply.at(1).array()};
    return Entry{.id = entry_id_of(id),
                 .previous = entry_id_of(text_of(fields, "p")),
                 .private_before = CacheId(number_of(fields, "w")),
                 .what = what_from(fields)};
  } catch (const Malformed& malformed) {
    return std::unexpected(id + " of the log: " + malformed.what);
  } catch (const Garbled& garbled) {
    return std::unexpected(id + " of the log: " + garbled.what());
  }
}

Fields encode(const Entry& entry) {
  Fields fields{"p", entry.previous.text(), "w", number(entry.private_before.value())};
  const Fields own = std::visit(OwnFields{}, entry.what);
  fields.insert(fields.end(), own.begin(), own.end());
  return fields;
}

Fields encode(const Change& change) {
  return {"change", store::to_text(change)};
}

}  // namespace chatserver::cache::valkey
