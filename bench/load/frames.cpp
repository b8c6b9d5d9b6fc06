#include "load/frames.hpp"

#include <array>

namespace chatserver::bench {
namespace {

void append_header(std::string& out, Opcode opcode, std::size_t payload_bytes, unsigned mask_bit) {
  out.push_back(static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
  if (payload_bytes < 126) {
    out.push_back(static_cast<char>(mask_bit | payload_bytes));
  } else if (payload_bytes <= 0xFFFF) {
    out.push_back(static_cast<char>(mask_bit | 126U));
    for (const int shift : {8, 0}) out.push_back(static_cast<char>(payload_bytes >> shift));
  } else {
    out.push_back(static_cast<char>(mask_bit | 127U));
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(payload_bytes >> shift));
  }
}

}  // namespace

void append_server_header(std::string& out, Opcode opcode, std::size_t payload_bytes) {
  append_header(out, opcode, payload_bytes, 0);
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
  constexpr std::array<char, 4> key = {0x37, 0x5A, 0x21, 0x4D};
  append_header(out, opcode, payload.size(), 0x80);
  out.append(key.data(), key.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out.push_back(static_cast<char>(payload[i] ^ key[i % key.size()]));
  }
}

}  // namespace chatserver::bench
