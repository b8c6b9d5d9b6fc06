#include "cache/valkey/socket.hpp"

#include <atomic>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Plain = asio::generic::stream_protocol::socket;
using Tls = asio::ssl::stream<Plain&>;

}  // namespace

struct Socket::Impl {
  asio::io_context io{1};
  Plain plain{io};
  std::optional<asio::ssl::context> tls_context;
  std::optional<Tls> tls;
  std::atomic<bool> interrupted = false;

  // Runs one operation: `begin` is given the handler to call with an error and a number.
  template <class Begin>
  std::size_t run(const char* doing, Deadline deadline, Begin begin) {
    std::optional<error_code> outcome;
    std::size_t count = 0;
    begin([&](error_code error, std::size_t n) {
      outcome = error;
      count = n;
    });
    io.restart();
    while (!outcome && !interrupted && io.run_one_until(deadline) > 0) {
    }
    if (!outcome) {
      drop();
      io.restart();
      io.run();  // the handler refers to this frame
      if (interrupted) throw Lost(Trouble::away, "interrupted");
      throw Lost(Trouble::slow, std::string(doing) + ": no answer in time");
    }
    if (*outcome) {
      drop();
      throw Lost(Trouble::away, std::string(doing) + ": " + outcome->message());
    }
    return count;
  }

  void drop() {
    error_code ignored;
    plain.close(ignored);
  }

  void connect_tcp(const Target& target, Deadline deadline) {
    asio::ip::tcp::resolver resolver(io);
    asio::ip::tcp::resolver::results_type found;
    run("resolving the name", deadline, [&](auto done) {
      resolver.async_resolve(target.host, std::to_string(target.port),
                             [&found, done](error_code error, auto results) mutable {
                               found = std::move(results);
                               done(error, 0);
                             });
    });
    for (auto one = found.begin(); one != found.end(); ++one) {
      try {
        connect_to(one->endpoint(), deadline);
        plain.set_option(asio::ip::tcp::no_delay(true));
        return;
      } catch (const Lost&) {
        if (std::next(one) == found.end()) throw;
      }
    }
    throw Lost(Trouble::away, "the name has no address");
  }

  void connect_to(const Plain::endpoint_type& endpoint, Deadline deadline) {
    run("connecting", deadline, [&](auto done) {
      plain.async_connect(endpoint, [done](error_code error) mutable { done(error, 0); });
    });
  }

  void begin_tls(const Target& target, Deadline deadline) {
    tls_context.emplace(asio::ssl::context::tls_client);
    if (target.ca_file.empty()) {
      tls_context->set_default_verify_paths();
    } else {
      tls_context->load_verify_file(target.ca_file);
    }
    tls_context->set_verify_mode(asio::ssl::verify_peer);
    tls.emplace(plain, *tls_context);
    tls->set_verify_callback(asio::ssl::host_name_verification(target.host));
    SSL_set_tlsext_host_name(tls->native_handle(), target.host.c_str());
    run("TLS handshake", deadline, [&](auto done) {
      tls->async_handshake(Tls::client, [done](error_code error) mutable { done(error, 0); });
    });
  }
};

Socket::Socket() : impl_(std::make_unique<Impl>()) {}

Socket::~Socket() = default;

void Socket::connect(const Target& target, Deadline deadline) {
  try {
    if (target.host.empty()) {
      impl_->connect_to(asio::local::stream_protocol::endpoint(target.socket), deadline);
    } else {
      impl_->connect_tcp(target, deadline);
    }
    if (target.tls) impl_->begin_tls(target, deadline);
  } catch (const boost::system::system_error& error) {
    throw Lost(Trouble::away, error.what());
  }
}

void Socket::write(std::string_view bytes, Deadline deadline) {
  impl_->run("sending", deadline, [&](auto done) {
    const auto buffer = asio::buffer(bytes);
    if (impl_->tls) {
      asio::async_write(*impl_->tls, buffer, done);
    } else {
      asio::async_write(impl_->plain, buffer, done);
    }
  });
}

std::size_t Socket::read(std::span<char> into, Deadline deadline) {
  return impl_->run("receiving", deadline, [&](auto done) {
    const auto buffer = asio::buffer(into.data(), into.size());
    if (impl_->tls) {
      impl_->tls->async_read_some(buffer, done);
    } else {
      impl_->plain.async_read_some(buffer, done);
    }
  });
}

void Socket::interrupt() {
  impl_->interrupted = true;
  asio::post(impl_->io, [] {});  // so that a wait notices
}

}  // namespace chatserver::cache::valkey
