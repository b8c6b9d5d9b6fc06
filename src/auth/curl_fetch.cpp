#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "auth/fetch.hpp"
#include "base/check.hpp"

namespace chatserver::auth {
namespace {

constexpr int poll_ms = 100;  // how long a stop may go unnoticed

using Easy = std::unique_ptr<CURL, void (*)(CURL*)>;
using Multi = std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)>;

struct Body {
  std::string text;
  std::size_t bytes_max;
};

std::size_t append(const char* data, std::size_t, std::size_t size, void* target) {
  auto& body = *static_cast<Body*>(target);
  if (size > body.bytes_max - body.text.size()) return 0;  // ends the transfer
  body.text.append(data, size);
  return size;
}

// One of the parts that curl itself will use: a second opinion on what the host
// is would be a hole.
std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> owner(text, &curl_free);
  return text;
}

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

void set_options(CURL* easy, const std::string& url, const FetchLimits& limits, Body& body) {
  const auto set = [easy](CURLoption option, auto value) {
    check(curl_easy_setopt(easy, option, value) == CURLE_OK, "curl knows the option");
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!limits.ca_file.empty()) set(CURLOPT_CAINFO, limits.ca_file.c_str());
  if (url.starts_with("http:")) set(CURLOPT_PROXY, "");  // loopback is not to be left
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total_timeout.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a name that does not resolve must not hold up the end
  set(CURLOPT_USERAGENT, "chatserver");
  set(CURLOPT_WRITEFUNCTION, &append);
  set(CURLOPT_WRITEDATA, &body);
}

// None: stopped.
std::optional<CURLcode> transfer(CURLM* multi, const std::atomic<bool>& stop) {
  int running = 1;
  while (true) {
    if (stop) return std::nullopt;
    if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    if (running == 0) break;
    if (curl_multi_poll(multi, nullptr, 0, poll_ms, nullptr) != CURLM_OK) return CURLE_FAILED_INIT;
  }
  int left = 0;
  const auto* message = curl_multi_info_read(multi, &left);
  return message ? message->data.result : CURLE_FAILED_INIT;
}

std::expected<std::string, FetchError> get(const std::string& url, const FetchLimits& limits,
                                           const std::atomic<bool>& stop) {
  const auto error = [&url](const std::string& what) {
    return std::unexpected(FetchError{"cannot get " + url + ": " + what});
  };
  if (!is_acceptable_url(url)) return error("neither https nor http to a loopback host");
  const Easy easy(curl_easy_init(), &curl_easy_cleanup);
  const Multi multi(curl_multi_init(), &curl_multi_cleanup);
  check(easy && multi, "curl has memory");

  Body body{.text = {}, .bytes_max = limits.bytes_max};
  set_options(easy.get(), url, limits, body);
  std::array<char, CURL_ERROR_SIZE> detail{};
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail.data());

  curl_multi_add_handle(multi.get(), easy.get());
  const auto result = transfer(multi.get(), stop);
  curl_multi_remove_handle(multi.get(), easy.get());

  if (!result) return error("the server is stopping");
  if (*result == CURLE_WRITE_ERROR) return error("more than " + std::to_string(limits.bytes_max) + " bytes");
  if (*result != CURLE_OK) return error(detail[0] != '\0' ? detail.data() : curl_easy_strerror(*result));
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return error("HTTP status " + std::to_string(status));
  return std::move(body.text);
}

}  // namespace

bool is_acceptable_url(std::string_view url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), &curl_url_cleanup);
  check(parsed != nullptr, "curl has memory");
  const std::string text(url);
  if (url.find('\0') != std::string_view::npos) return false;
  if (curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) return false;
  if (!url_part(parsed.get(), CURLUPART_FRAGMENT).empty()) return false;
  const auto scheme = url_part(parsed.get(), CURLUPART_SCHEME);
  return scheme == "https" || (scheme == "http" && is_loopback(url_part(parsed.get(), CURLUPART_HOST)));
}

Fetch curl_fetch(FetchLimits limits) {
  // Once a process, before the thread that fetches.
  static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  check(initialised == CURLE_OK, "curl starts");
  return [limits = std::move(limits)](const std::string& url, const std::atomic<bool>& stop) {
    return get(url, limits, stop);
  };
}

}  // namespace chatserver::auth
