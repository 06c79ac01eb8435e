// Bytes between the ranks where they meet: the proof of the secret, and texts with their lengths.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// HMAC-SHA256 as 64 hexadecimal digits.
std::string hmac_sha256(const std::string& key, const std::string& text);
// Both take the same time wherever the first difference is.
bool is_same_proof(const std::string& one, const std::string& other);

// kDenied when the other side does not prove that it knows the secret; the socket is to be closed then.
Status prove_as_server(int socket, const std::string& secret);
Status prove_as_client(int socket, const std::string& secret);

Status send_texts(int socket, char what, const std::vector<std::string>& texts);
struct MeetingMessage {
    char what = 0;
    std::vector<std::string> texts;
};
Result<MeetingMessage> receive_texts(int socket);

}  // namespace goetia
