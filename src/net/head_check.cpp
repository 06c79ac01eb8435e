#include "net/head_check.h"

#include <algorithm>

#include "net/http.h"

namespace goetia {
namespace {

constexpr int kMostHeaders = 100;

bool is_token(std::string_view text) {
    const auto part_of_token = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(letter) != std::string::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), part_of_token);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

Status check_request_line(std::string_view line) {
    const std::size_t first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last || line.find(' ', first + 1) != last) {
        return invalid("the request line is not 'METHOD TARGET HTTP/1.1'");
    }
    if (!is_token(line.substr(0, first))) return invalid("the method is not a word");
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return make_error(Code::kUnsupported, "the version is not one of HTTP/1.1, HTTP/1.0");
    }
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const bool plain = std::all_of(target.begin(), target.end(),
                                   [](char letter) { return letter > 0x20 && letter < 0x7f && letter != '#'; });
    if (target.empty() || target[0] != '/' || !plain) return invalid("the target is not a path");
    return {};
}

// How often the headers that decide about the message's limits came.
struct Framing {
    int hosts = 0;
    int lengths = 0;
    int encodings = 0;
};

Status check_header_line(std::string_view line, Framing& framing) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return invalid("a header is not 'Name: value'");
    }
    const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (!is_printable(value)) return invalid("a header's value has control characters");
    if (same_word(name, "Host")) ++framing.hosts;
    if (same_word(name, "Content-Length")) {
        ++framing.lengths;
        const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (value.empty() || value.size() > 18 || !digits) return invalid("Content-Length is not a number of bytes");
    }
    if (same_word(name, "Transfer-Encoding")) {
        ++framing.encodings;
        if (!same_word(value, "chunked")) return make_error(Code::kUnsupported, "Transfer-Encoding is not 'chunked'");
    }
    return {};
}

}  // namespace

Status check_request_head(std::string_view head) {
    std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return invalid("the request has no line");
    const std::string_view first = head.substr(0, end);
    GOETIA_TRY(check_request_line(first));
    Framing framing;
    int headers = 0;
    for (head.remove_prefix(end + 2); (end = head.find("\r\n")) != 0; head.remove_prefix(end + 2)) {
        if (end == std::string_view::npos) return invalid("the head does not end with an empty line");
        if (++headers > kMostHeaders) return invalid("more than {} headers", kMostHeaders);
        GOETIA_TRY(check_header_line(head.substr(0, end), framing));
    }
    const bool newer = first.ends_with("1.1");
    if (framing.hosts > 1 || (newer && framing.hosts == 0)) return invalid("the header Host is needed once");
    if (framing.lengths > 1) return invalid("Content-Length is given more than once");
    if (framing.encodings > 1) return invalid("Transfer-Encoding is given more than once");
    if (framing.encodings > 0 && framing.lengths > 0) return invalid("Content-Length and Transfer-Encoding together");
    if (framing.encodings > 0 && !newer) return invalid("Transfer-Encoding needs HTTP/1.1");
    return {};
}

}  // namespace goetia
