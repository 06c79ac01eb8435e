// HTTP as plain values: what a request and a response consist of. No sockets here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

class Standing;

// Names in any case, in the order in which they came.
class HttpHeaders {
  public:
    void set(std::string_view name, std::string value);  // in place of every earlier one of that name
    void add(std::string_view name, std::string value);
    [[nodiscard]] const std::string* find(std::string_view name) const;  // the first; null when there is none
    [[nodiscard]] std::string value(std::string_view name) const;        // empty when there is none
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

  private:
    std::vector<std::pair<std::string, std::string>> all_;
};

// Whether two header names, or two values that are words, are the same in any case.
bool same_word(std::string_view a, std::string_view b);

struct HttpRequest {
    std::string method = "GET";
    std::string target = "/";  // as it is sent: "/api/tasks?limit=5"
    HttpHeaders headers;
    std::string body;
    std::string peer;     // the address it came from
    bool secure = false;  // it came through TLS

    [[nodiscard]] std::string_view path() const;   // what is before '?', still percent-encoded
    [[nodiscard]] std::string_view query() const;  // what is after it
};

// A part of an open file, sent in place of a body.
struct FileSlice {
    std::shared_ptr<const FileDescriptor> file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct HttpResponse {
    int status = 200;
    HttpHeaders headers;
    std::string body;
    std::optional<FileSlice> file;
    // For bodies that are made while they are sent: called until it answers an empty text.
    std::function<std::string()> next_part;
    std::shared_ptr<Standing> standing;  // what is not sent yet when it ends is not sent
};

std::string_view status_text(int status);  // "Not Found"

// The bytes of a head, with its empty line. Line breaks within a value become spaces: no value can begin another
// header.
std::string head_of(const HttpRequest& request);
std::string head_of(const HttpResponse& response);

// "a%20b" -> "a b"; empty where an escape is not one, or where it hides a NUL. `plus`: '+' is a space, as in queries.
std::optional<std::string> percent_decoded(std::string_view text, bool plus = false);
std::string percent_encoded(std::string_view text);  // all but letters, digits and -._~

// "a=1&b=x%20y" as pairs, in order; kInvalid where an escape is not one.
Result<std::vector<std::pair<std::string, std::string>>> query_pairs(std::string_view query);

}  // namespace goetia
