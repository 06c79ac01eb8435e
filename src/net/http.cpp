#include "net/http.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace goetia {
namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; }

int hex_digit(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    const char small = lower(letter);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

void append_headers(const HttpHeaders& headers, std::string& text) {
    for (const auto& [name, value] : headers.all()) {
        text.append(name).append(": ");
        for (const char letter : value) text += letter == '\r' || letter == '\n' || letter == '\0' ? ' ' : letter;
        text += "\r\n";
    }
    text += "\r\n";
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

void HttpHeaders::set(std::string_view name, std::string value) {
    std::erase_if(all_, [&](const auto& header) { return same_word(header.first, name); });
    add(name, std::move(value));
}

void HttpHeaders::add(std::string_view name, std::string value) { all_.emplace_back(name, std::move(value)); }

const std::string* HttpHeaders::find(std::string_view name) const {
    for (const auto& [known, value] : all_) {
        if (same_word(known, name)) return &value;
    }
    return nullptr;
}

std::string HttpHeaders::value(std::string_view name) const {
    const std::string* found = find(name);
    return found ? *found : std::string();
}

std::string_view HttpRequest::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view HttpRequest::query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::string_view status_text(int status) {
    static constexpr std::array<std::pair<int, std::string_view>, 30> kTexts{{
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    }};
    for (const auto& [known, text] : kTexts) {
        if (known == status) return text;
    }
    return "Unknown";
}

std::string head_of(const HttpRequest& request) {
    std::string text = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
    append_headers(request.headers, text);
    return text;
}

std::string head_of(const HttpResponse& response) {
    std::string text = fmt::format("HTTP/1.1 {} {}\r\n", response.status, status_text(response.status));
    append_headers(response.headers, text);
    return text;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += plus && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char letter : text) {
        const char small = lower(letter);
        const bool plain = (small >= 'a' && small <= 'z') || (letter >= '0' && letter <= '9') ||
                           std::string_view("-._~").find(letter) != std::string_view::npos;
        encoded += plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return encoded;
}

Result<std::vector<std::pair<std::string, std::string>>> query_pairs(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t mark = std::min(pair.find('='), pair.size());
        const std::optional<std::string> name = percent_decoded(pair.substr(0, mark), true);
        const std::optional<std::string> value =
            percent_decoded(mark < pair.size() ? pair.substr(mark + 1) : std::string_view(), true);
        if (!name || !value) {
            return invalid("the query's '{}' has an escape that is not '%' and two hexadecimal digits", pair);
        }
        pairs.emplace_back(*name, *value);
    }
    return pairs;
}

}  // namespace goetia
