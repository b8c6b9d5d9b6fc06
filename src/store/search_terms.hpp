#pragma once

#include <string>

#include "model/ids.hpp"
#include "model/message.hpp"
#include "search/analyzer.hpp"

// What a message is indexed under besides the terms of its text, so that a filter is one
// more term and not a look at every hit. They begin with '_', as no term of a text does, and
// have letters, digits and '.' behind it.
namespace chatserver::store {

[[nodiscard]] std::string author_term(const UserId& author);
[[nodiscard]] std::string channel_term(ChannelId channel);

// All the terms of a message, each followed by a space.
[[nodiscard]] std::string index_terms(search::Analyzer& analyzer, const Message& message);

}  // namespace chatserver::store
