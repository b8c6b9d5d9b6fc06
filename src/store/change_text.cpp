#include "store/change_text.hpp"

#include <exception>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "store/store.hpp"

namespace chatserver::store {
namespace {

namespace json = boost::json;

// --- what is written ----------------------------------------------------------

json::value to_json(const Channel& channel);
json::value to_json(const Tombstone& tombstone);
json::value to_json(const PurgedChannel& purged);

json::value to_json(const std::string& text) {
  return json::string(text);
}
json::value to_json(Timestamp time) {
  return time.time_since_epoch().count();
}
template <class Tag, class Value>
json::value to_json(const StrongId<Tag, Value>& id) {
  return json::value(id.value());
}
template <class Value>
json::value to_json(const std::optional<Value>& value) {
  return value ? to_json(*value) : json::value(nullptr);
}
json::value to_json(const Channel& channel) {
  return json::object{{"id", to_json(channel.id)},
                      {"name", to_json(channel.name)},
                      {"description", to_json(channel.description)},
                      {"sort_order", channel.sort_order}};
}
json::value to_json(const Tombstone& tombstone) {
  return json::object{{"id", to_json(tombstone.cache_id)}, {"channel", to_json(tombstone.channel_id)}};
}
template <class Value>
json::value to_json(const std::vector<Value>& values) {
  json::array array;
  for (const Value& value : values) array.push_back(to_json(value));
  return array;
}
json::value to_json(const PurgedChannel& purged) {
  return json::object{
      {"id", to_json(purged.id)}, {"name", to_json(purged.name)}, {"newest", to_json(purged.newest)}};
}

json::object object_of(const CreateChannel& edit) {
  return {{"edit", "create"}, {"name", to_json(edit.name)}, {"description", to_json(edit.description)}};
}
json::object object_of(const EditChannel& edit) {
  return {{"edit", "edit"},
          {"id", to_json(edit.id)},
          {"name", to_json(edit.name)},
          {"description", to_json(edit.description)}};
}
json::object object_of(const MoveChannel& edit) {
  return {{"edit", "move"}, {"id", to_json(edit.id)}, {"before", to_json(edit.before)}};
}
json::object object_of(const DeleteChannel& edit) {
  return {{"edit", "delete"}, {"id", to_json(edit.id)}, {"purge", edit.purge == Purge::yes}};
}

json::object object_of(const UserBanned& change) {
  const Ban& ban = change.ban;
  return {{"change", "ban"},
          {"id", to_json(ban.id)},
          {"owner", to_json(ban.owner)},
          {"banished", to_json(ban.banished)},
          {"reason", to_json(ban.reason)},
          {"start", to_json(ban.start)},
          {"end", to_json(ban.end)},
          {"pardoned", ban.pardoned}};
}
json::object object_of(const BanPardoned& change) {
  return {{"change", "pardon"}, {"id", to_json(change.id)}, {"by", to_json(change.by)}};
}
json::object object_of(const MessagesDeleted& change) {
  return {{"change", "deletion"}, {"ids", to_json(change.ids)}, {"tombstones", to_json(change.tombstones)}};
}
json::object object_of(const RateLimitChanged& change) {
  return {{"change", "rate_limit"},
          {"messages", change.limit.messages},
          {"window_seconds", std::int64_t{change.limit.window.count()}}};
}
json::object object_of(const ChannelsChanged& change) {
  json::object object = std::visit([](const auto& edit) { return object_of(edit); }, change.edit);
  object["change"] = "channels";
  object["channels"] = to_json(change.channels);
  object["purged"] = to_json(change.purged);
  return object;
}

// --- what is read; at() and as_…() throw where it is anything else ----------------

template <class Value>
struct Read;

template <class Value>
Value read(const json::value& value) {
  return Read<Value>::from(value);
}

template <>
struct Read<std::string> {
  static std::string from(const json::value& value) { return std::string(value.as_string()); }
};
template <>
struct Read<Timestamp> {
  static Timestamp from(const json::value& value) { return Timestamp(Timestamp::duration(value.as_int64())); }
};
template <class Tag>
struct Read<StrongId<Tag, std::int64_t>> {
  static StrongId<Tag, std::int64_t> from(const json::value& value) {
    return StrongId<Tag, std::int64_t>(value.as_int64());
  }
};
template <>
struct Read<UserId> {
  static UserId from(const json::value& value) { return UserId(read<std::string>(value)); }
};
template <class Value>
struct Read<std::optional<Value>> {
  static std::optional<Value> from(const json::value& value) {
    return value.is_null() ? std::nullopt : std::optional(read<Value>(value));
  }
};
template <class Value>
struct Read<std::vector<Value>> {
  static std::vector<Value> from(const json::value& value) {
    std::vector<Value> values;
    for (const json::value& one : value.as_array()) values.push_back(read<Value>(one));
    return values;
  }
};

template <class Value>
Value member(const json::object& object, std::string_view name) {
  return read<Value>(object.at(name));
}

template <>
struct Read<Channel> {
  static Channel from(const json::value& value) {
    const json::object& object = value.as_object();
    return {.id = member<ChannelId>(object, "id"),
            .name = member<std::string>(object, "name"),
            .description = member<std::optional<std::string>>(object, "description"),
            .sort_order = static_cast<int>(object.at("sort_order").as_int64())};
  }
};
template <>
struct Read<Tombstone> {
  static Tombstone from(const json::value& value) {
    const json::object& object = value.as_object();
    return {.cache_id = member<CacheId>(object, "id"), .channel_id = member<ChannelId>(object, "channel")};
  }
};
template <>
struct Read<PurgedChannel> {
  static PurgedChannel from(const json::value& value) {
    const json::object& object = value.as_object();
    return {.id = member<ChannelId>(object, "id"),
            .name = member<std::string>(object, "name"),
            .newest = member<std::vector<CacheId>>(object, "newest")};
  }
};

std::optional<ChannelEdit> edit_of(const json::object& object) {
  const auto kind = member<std::string>(object, "edit");
  if (kind == "create") {
    return CreateChannel{.name = member<std::string>(object, "name"),
                         .description = member<std::optional<std::string>>(object, "description")};
  }
  const auto id = member<ChannelId>(object, "id");
  if (kind == "edit") {
    return EditChannel{.id = id,
                       .name = member<std::optional<std::string>>(object, "name"),
                       .description = member<std::optional<std::string>>(object, "description")};
  }
  if (kind == "move") {
    return MoveChannel{.id = id, .before = member<std::optional<ChannelId>>(object, "before")};
  }
  if (kind == "delete") {
    return DeleteChannel{.id = id, .purge = object.at("purge").as_bool() ? Purge::yes : Purge::no};
  }
  return std::nullopt;
}

Ban ban_of(const json::object& object) {
  return {.id = member<BanId>(object, "id"),
          .owner = member<UserId>(object, "owner"),
          .banished = member<UserId>(object, "banished"),
          .reason = member<std::string>(object, "reason"),
          .start = member<Timestamp>(object, "start"),
          .end = member<std::optional<Timestamp>>(object, "end"),
          .pardoned = object.at("pardoned").as_bool()};
}

BanPardoned pardon_of(const json::object& object) {
  BanPardoned pardon{.id = member<BanId>(object, "id"), .by = {}};
  if (object.contains("by")) pardon.by = member<UserId>(object, "by");
  return pardon;
}

std::optional<Change> change_of(const json::object& object) {
  const auto kind = member<std::string>(object, "change");
  if (kind == "ban") return UserBanned{ban_of(object)};
  if (kind == "pardon") return pardon_of(object);
  if (kind == "deletion") {
    return MessagesDeleted{.ids = member<std::vector<CacheId>>(object, "ids"),
                           .tombstones = member<std::vector<Tombstone>>(object, "tombstones")};
  }
  if (kind == "rate_limit") {
    const std::chrono::seconds window(object.at("window_seconds").as_int64());
    return RateLimitChanged{{.messages = object.at("messages").as_int64(), .window = window}};
  }
  if (kind != "channels") return std::nullopt;
  auto edit = edit_of(object);
  if (!edit) return std::nullopt;
  return ChannelsChanged{.edit = *std::move(edit),
                         .channels = member<std::vector<Channel>>(object, "channels"),
                         .purged = member<std::optional<PurgedChannel>>(object, "purged")};
}

}  // namespace

std::string to_text(const Change& change) {
  return json::serialize(std::visit([](const auto& one) { return object_of(one); }, change));
}

std::optional<Change> change_from_text(std::string_view text) {
  try {
    return change_of(json::parse(json::string_view(text.data(), text.size())).as_object());
  } catch (const std::exception&) {  // whichever of the library's: it is not such a text
    return std::nullopt;
  }
}

CommittedChange committed_change(std::int64_t id, std::string_view text) {
  auto change = change_from_text(text);
  if (!change) throw Unavailable("store: row " + std::to_string(id) + " of the outbox cannot be read");
  return {.id = ChangeId(id), .change = *std::move(change)};
}

}  // namespace chatserver::store
