#pragma once

#include <string_view>

namespace chatserver::server {

// Where the pages lie. The first two are Keycloak's, and in the discovery document.
inline constexpr std::string_view authorization_path = "/realms/chat/protocol/openid-connect/auth";
inline constexpr std::string_view logout_path = "/realms/chat/protocol/openid-connect/logout";
inline constexpr std::string_view sign_in_path = "/realms/chat/login";
inline constexpr std::string_view continue_path = "/realms/chat/continue";
inline constexpr std::string_view sign_up_path = "/realms/chat/register";
inline constexpr std::string_view invite_path = "/realms/chat/invite";
inline constexpr std::string_view set_up_path = "/realms/chat/setup";
inline constexpr std::string_view account_path = "/realms/chat/account";
inline constexpr std::string_view password_path = "/realms/chat/account/password";
inline constexpr std::string_view sign_out_path = "/realms/chat/account/sign-out";
inline constexpr std::string_view signed_out_path = "/realms/chat/signed-out";
inline constexpr std::string_view any_other_path = "/realms/chat/{...}";

}  // namespace chatserver::server
