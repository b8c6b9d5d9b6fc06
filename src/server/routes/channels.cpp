#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "server/routes/routes.hpp"

namespace chatserver::server {
namespace {

Response list_channels(const RouteContext& context) {
  boost::json::array channels;
  for (const Channel& channel : *context.services.chat.directory().channels()) {
    boost::json::object object{{"id", channel.id.value()}, {"name", channel.name}};
    if (channel.description) object["description"] = *channel.description;
    object["sort_order"] = channel.sort_order;
    channels.push_back(std::move(object));
  }
  return {.body = boost::json::serialize(boost::json::object{{"channels", std::move(channels)}})};
}

}  // namespace

std::vector<Route> channel_routes() {
  return {{"GET", "/channels", Access::everybody, at_once(list_channels)}};
}

}  // namespace chatserver::server
