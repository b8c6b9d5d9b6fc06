#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/channel.hpp"
#include "model/ids.hpp"

// What administrators do to the list of channels. Names and descriptions are within
// the limits of model/channel.hpp.
namespace chatserver::store {

// Comes last.
struct CreateChannel {
  std::string name;
  std::optional<std::string> description;

  friend bool operator==(const CreateChannel&, const CreateChannel&) = default;
};

// What is not given stays; an empty description takes it away.
struct EditChannel {
  ChannelId id;
  std::optional<std::string> name;
  std::optional<std::string> description;

  friend bool operator==(const EditChannel&, const EditChannel&) = default;
};

// `before`: the channel that it is to stand before; none: to the end.
struct MoveChannel {
  ChannelId id;
  std::optional<ChannelId> before;

  friend bool operator==(const MoveChannel&, const MoveChannel&) = default;
};

// What becomes of a deleted channel's messages: they stay under its last name, or go with it.
enum class Purge : std::uint8_t { no, yes };

struct DeleteChannel {
  ChannelId id;
  Purge purge = Purge::no;

  friend bool operator==(const DeleteChannel&, const DeleteChannel&) = default;
};

using ChannelEdit = std::variant<CreateChannel, EditChannel, MoveChannel, DeleteChannel>;

// Why a change was not made. Nothing has changed.
enum class ChangeRefusal : std::uint8_t {
  not_found,          // no such channel or ban, none of the messages
  name_taken,         // by another channel
  last_channel,       // there is always one
  too_many_channels,  // channels_max
  last_admin,         // nobody would be left who can take a ban back
};

// The list as it is after `edit`: ordered, numbered 1…n. A new channel has the id 0.
// Threading: pure.
[[nodiscard]] std::expected<std::vector<Channel>, ChangeRefusal> edited(std::span<const Channel> channels,
                                                                        const ChannelEdit& edit);

}  // namespace chatserver::store
