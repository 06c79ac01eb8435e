#include "learn/dist/meeting_wire.h"

#include <array>
#include <cerrno>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/hash.h"

namespace goetia {
namespace {

constexpr std::size_t kBlock = 64;  // of SHA-256
constexpr std::size_t kProof = 64;  // hexadecimal digits
constexpr std::size_t kMostTexts = 4;
constexpr std::uint32_t kLongestText = 64U << 20U;

Status send_bytes(int socket, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t count = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return os_error("send to", "a rank", errno);
        sent += static_cast<std::size_t>(count);
    }
    return {};
}

Result<std::string> receive_bytes(int socket, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t got = 0; got < size;) {
        const ssize_t count = ::recv(socket, bytes.data() + got, size - got, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return os_error("receive from", "a rank", errno);
        if (count == 0) return make_error(Code::kUnavailable, "the connection to a rank has ended");
        got += static_cast<std::size_t>(count);
    }
    return bytes;
}

std::string digest(std::string_view text) {
    const std::string hex = sha256_hex(text);
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

Result<std::string> nonce() {
    std::array<char, kProof> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != std::ssize(bytes)) return os_error("read", "random bytes", errno);
    return std::string(bytes.data(), bytes.size());
}

std::string length_bytes(std::size_t length) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>((length >> shift) & 255U);
    return bytes;
}

std::uint32_t length_of(const std::string& bytes) {
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i)
        length |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return length;
}

}  // namespace

std::string hmac_sha256(const std::string& key, const std::string& text) {
    std::string block = key.size() > kBlock ? digest(key) : key;
    block.resize(kBlock, '\0');
    std::string inner = block, outer = block;
    for (char& letter : inner) letter = static_cast<char>(letter ^ 0x36);
    for (char& letter : outer) letter = static_cast<char>(letter ^ 0x5c);
    return sha256_hex(outer + digest(inner + text));
}

bool is_same_proof(const std::string& one, const std::string& other) {
    unsigned difference = one.size() == other.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i)
        difference |= static_cast<unsigned char>(one[i] ^ other[i]);
    return difference == 0;
}

Status prove_as_server(int socket, const std::string& secret) {
    GOETIA_ASSIGN(const std::string ours, nonce());
    GOETIA_TRY(send_bytes(socket, ours));
    GOETIA_ASSIGN(const std::string answer, receive_bytes(socket, 2 * kProof));
    const std::string both = ours + answer.substr(0, kProof);
    if (!is_same_proof(answer.substr(kProof), hmac_sha256(secret, "rank" + both)))
        return make_error(Code::kDenied, "somebody who does not know the attempt's secret tried to join");
    return send_bytes(socket, hmac_sha256(secret, "meeting" + both));
}

Status prove_as_client(int socket, const std::string& secret) {
    GOETIA_ASSIGN(const std::string theirs, receive_bytes(socket, kProof));
    GOETIA_ASSIGN(const std::string ours, nonce());
    GOETIA_TRY(send_bytes(socket, ours + hmac_sha256(secret, "rank" + theirs + ours)));
    const auto proof = receive_bytes(socket, kProof);
    if (!proof && proof.error().code == Code::kUnavailable)
        return make_error(Code::kDenied, "rank 0 refused this rank: it has another secret");
    if (!proof) return proof.error();
    if (is_same_proof(*proof, hmac_sha256(secret, "meeting" + theirs + ours))) return {};
    return make_error(Code::kDenied, "what answers in the place of rank 0 does not know the attempt's secret");
}

Status send_texts(int socket, char what, const std::vector<std::string>& texts) {
    std::string bytes{what, static_cast<char>(texts.size())};
    for (const std::string& text : texts) bytes += length_bytes(text.size()) + text;
    return send_bytes(socket, bytes);
}

Result<MeetingMessage> receive_texts(int socket) {
    GOETIA_ASSIGN(const std::string head, receive_bytes(socket, 2));
    const auto count = static_cast<std::size_t>(static_cast<unsigned char>(head[1]));
    if (count > kMostTexts) return invalid("a rank sent {} texts at once; at most {} are allowed", count, kMostTexts);
    MeetingMessage message{.what = head[0], .texts = {}};
    for (std::size_t i = 0; i < count; ++i) {
        GOETIA_ASSIGN(const std::string length, receive_bytes(socket, 4));
        if (length_of(length) > kLongestText) return invalid("a rank sent a text of {} bytes", length_of(length));
        GOETIA_ASSIGN(std::string text, receive_bytes(socket, length_of(length)));
        message.texts.push_back(std::move(text));
    }
    return message;
}

}  // namespace goetia
