// Requests and responses from bytes, without sockets: first the head, then the body in any pieces, plain or chunked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace goetia {

// Takes a body as it arrives.
class BodySink {
  public:
    virtual ~BodySink() = default;
    virtual Status write(std::string_view bytes) = 0;
};

class TextSink final : public BodySink {
  public:
    Status write(std::string_view bytes) override { return text.append(bytes), Status(); }
    std::string text;
};

// Reads one message of either kind.
class HttpReader {
  public:
    enum class Kind { kRequest, kResponse };

    explicit HttpReader(Kind kind);
    ~HttpReader();
    HttpReader(HttpReader&&) noexcept;
    HttpReader& operator=(HttpReader&&) noexcept;

    // `bytes` are a whole head with its empty line. For a response `bodiless` says that none follows whatever the head
    // says (to HEAD).
    Result<HttpRequest> request_head(std::string_view bytes);
    Result<HttpResponse> response_head(std::string_view bytes, bool bodiless);

    // Where the body goes, and how large it may be; call between the head and the body.
    Status begin_body(BodySink& sink, std::uint64_t limit);
    // Takes what it can of `bytes` and answers how much that was; the rest must come again, with more behind it.
    Result<std::size_t> body(std::string_view bytes);
    // The other side has closed: the end of a body without length, otherwise an error.
    Status end_of_stream();

    [[nodiscard]] bool done() const;
    [[nodiscard]] bool keep_alive() const;  // the connection may carry another message
    [[nodiscard]] bool over_limit() const;  // why body() failed
    [[nodiscard]] bool awaits_100() const;  // the client waits for "100 Continue"

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace goetia
