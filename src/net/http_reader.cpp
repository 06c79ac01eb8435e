// The only file that knows Beast's HTTP parser.
#include "net/http_reader.h"

#include <optional>
#include <variant>

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/head_check.h"

namespace goetia {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

// Passes a body on to the caller's sink, up to the limit.
struct SinkBody {
    struct value_type {
        BodySink* sink = nullptr;
        std::uint64_t limit = 0;
        std::uint64_t taken = 0;
        std::optional<Error> fault;
    };

    class reader {
      public:
        template <bool kIsRequest, class Fields>
        reader(http::header<kIsRequest, Fields>&, value_type& value) : value_(value) {}

        void init(const boost::optional<std::uint64_t>&, error_code& error) { error = {}; }
        void finish(error_code& error) { error = {}; }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, error_code& error) {
            std::size_t count = 0;
            error = {};
            for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
                value_.taken += buffer.size();
                if (value_.taken > value_.limit) return error = http::error::body_limit, count;
                Status written = value_.sink->write({static_cast<const char*>(buffer.data()), buffer.size()});
                if (!written) {
                    value_.fault = std::move(written).error();
                    return error = http::error::unexpected_body, count;
                }
                count += buffer.size();
            }
            return count;
        }

      private:
        value_type& value_;
    };
};

using RequestParser = http::request_parser<SinkBody>;
using ResponseParser = http::response_parser<SinkBody>;

HttpHeaders headers_of(const http::fields& fields) {
    HttpHeaders headers;
    for (const auto& field : fields) {
        headers.add({field.name_string().data(), field.name_string().size()},
                    std::string(field.value().data(), field.value().size()));
    }
    return headers;
}

Status put_head(auto& parser, std::string_view bytes) {
    error_code error;
    parser.header_limit(static_cast<std::uint32_t>(bytes.size()) + 1);
    parser.body_limit(boost::none);  // SinkBody counts
    const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error && error != http::error::need_more) return invalid("the head cannot be read: {}", error.message());
    if (!parser.is_header_done() || used != bytes.size()) return invalid("the head is not complete");
    parser.eager(true);
    return {};
}

}  // namespace

struct HttpReader::Parser {
    std::variant<std::monostate, RequestParser, ResponseParser> parser;
    bool over_limit = false;

    auto with(auto&& function) {
        if (auto* request = std::get_if<RequestParser>(&parser)) return function(*request);
        return function(std::get<ResponseParser>(parser));
    }
};

HttpReader::HttpReader(Kind kind) : parser_(std::make_unique<Parser>()) {
    if (kind == Kind::kRequest) parser_->parser.emplace<RequestParser>();
    if (kind == Kind::kResponse) parser_->parser.emplace<ResponseParser>();
}
HttpReader::~HttpReader() = default;
HttpReader::HttpReader(HttpReader&&) noexcept = default;
HttpReader& HttpReader::operator=(HttpReader&&) noexcept = default;

Result<HttpRequest> HttpReader::request_head(std::string_view bytes) {
    GOETIA_TRY(check_request_head(bytes));
    auto& parser = std::get<RequestParser>(parser_->parser);
    GOETIA_TRY(put_head(parser, bytes));
    const auto& message = parser.get();
    HttpRequest request;
    request.method.assign(message.method_string().data(), message.method_string().size());
    request.target.assign(message.target().data(), message.target().size());
    request.headers = headers_of(message);
    return request;
}

Result<HttpResponse> HttpReader::response_head(std::string_view bytes, bool bodiless) {
    auto& parser = std::get<ResponseParser>(parser_->parser);
    parser.skip(bodiless);
    GOETIA_TRY(put_head(parser, bytes));
    HttpResponse response;
    response.status = static_cast<int>(parser.get().result_int());
    response.headers = headers_of(parser.get());
    return response;
}

Status HttpReader::begin_body(BodySink& sink, std::uint64_t limit) {
    return parser_->with([&](auto& parser) -> Status {
        parser.get().body() = {.sink = &sink, .limit = limit};
        const auto length = parser.content_length();
        if (!length) parser.body_limit(limit);  // a chunk that is announced larger is refused at once
        if (!length || *length <= limit) return {};
        parser_->over_limit = true;
        return invalid("the body has {} bytes, at most {} are allowed here", *length, limit);
    });
}

Result<std::size_t> HttpReader::body(std::string_view bytes) {
    return parser_->with([&](auto& parser) -> Result<std::size_t> {
        error_code error;
        const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
        auto& body = parser.get().body();
        if (!error || error == http::error::need_more) return used;
        if (body.fault) return std::move(*body.fault);
        if (error == http::error::body_limit) {
            parser_->over_limit = true;
            return invalid("the body has more than the {} bytes that are allowed here", body.limit);
        }
        return invalid("the body cannot be read: {}", error.message());
    });
}

Status HttpReader::end_of_stream() {
    return parser_->with([&](auto& parser) -> Status {
        error_code error;
        if (parser.is_done()) return {};
        parser.put_eof(error);
        if (error) return make_error(Code::kUnavailable, "the connection ended within a message");
        return {};
    });
}

bool HttpReader::done() const {
    return parser_->with([](auto& parser) { return parser.is_done(); });
}

bool HttpReader::keep_alive() const {
    return parser_->with([](auto& parser) { return parser.keep_alive(); });
}

bool HttpReader::over_limit() const { return parser_->over_limit; }

bool HttpReader::awaits_100() const {
    return parser_->with([](auto& parser) {
        const auto expect = parser.get()[http::field::expect];
        return same_word({expect.data(), expect.size()}, "100-continue");
    });
}

}  // namespace goetia
