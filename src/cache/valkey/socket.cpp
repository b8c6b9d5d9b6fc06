#include "cache/valkey/socket.hpp"

#include <atomic>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "cache/valkey/trouble.hpp"

namespace chatserver::cache::valkey {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Plain = asio::generic::stream_protocol::socket;
using Tls = asio::ssl::stream<Plain&>;

// What is wrong with the server's certificate, and what to do about it.
std::string complaint(long verified, const std::string& host) {
  const std::string what = X509_verify_cert_error_string(verified);
  if (verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return what + ": the server needs a certificate for " + host;
  return what + ": an authority that the system does not know is named by ?ca=FILE in cache.url";
}

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
    trust(target.ca_file);
    tls_context->set_verify_mode(asio::ssl::verify_peer);
    tls.emplace(plain, *tls_context);
    expect_name(target.host);
    try {
      run("TLS handshake", deadline, [&](auto done) {
        tls->async_handshake(Tls::client, [done](error_code error) mutable { done(error, 0); });
      });
    } catch (const Lost& lost) {
      const long verified = SSL_get_verify_result(tls->native_handle());
      if (verified == X509_V_OK) throw;
      throw Lost(lost.trouble(), lost.what() + (": " + complaint(verified, target.host)));
    }
  }

  void trust(const std::string& ca_file) {
    if (ca_file.empty()) return tls_context->set_default_verify_paths();
    error_code error;
    tls_context->load_verify_file(ca_file, error);
    if (error)
      throw Lost(Trouble::away, "no authorities in " + ca_file + ", which ?ca= names: " + error.message());
  }

  // OpenSSL's own check, since it says what is wrong. An address is an address in the certificate too, and no
  // server is asked for by one (RFC 6066 §3).
  void expect_name(const std::string& host) {
    SSL* const ssl = tls->native_handle();
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    error_code not_an_address;
    static_cast<void>(asio::ip::make_address(host, not_an_address));
    const int done = not_an_address
                         ? SSL_set1_host(ssl, host.c_str()) & SSL_set_tlsext_host_name(ssl, host.c_str())
                         : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    if (done != 1) throw Lost(Trouble::away, "no certificate can be for " + host);
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
