#include <boost/asio/awaitable.hpp>
#include <fmt/format.h>

#include "net/client_wire.h"

namespace goetia {
namespace {

constexpr std::size_t kMostHead = 64 * 1024;
constexpr std::size_t kPiece = 64 * 1024;

class KeptClient final : public HttpClient {
  public:
    explicit KeptClient(std::unique_ptr<ClientWire> wire) : wire_(std::move(wire)) {}

    using HttpClient::send;
    Result<HttpResponse> send(const HttpRequest& request, const Exchange& exchange) override;

  private:
    asio::awaitable<void> exchange_step(std::string head, const HttpRequest& request, const Exchange& exchange);
    asio::awaitable<bool> read_more();
    Status fill_head(const HttpRequest& request, const Exchange& exchange);
    asio::awaitable<void> read_body(BodySink& sink, std::uint64_t limit);
    Result<HttpResponse> send_once(const HttpRequest& request, const Exchange& exchange);

    std::unique_ptr<ClientWire> wire_;
    std::string in_;
    bool begun_ = false;  // a byte of the answer has come
    std::optional<HttpReader> reader_;
    HttpResponse response_;
    Status done_;
};

Result<HttpResponse> KeptClient::send(const HttpRequest& request, const Exchange& exchange) {
    const bool kept = wire_->connected();
    Result<HttpResponse> answer = send_once(request, exchange);
    const bool repeatable = exchange.repeatable || request.method == "GET" || request.method == "HEAD";
    if (answer || !kept || !repeatable || begun_ || answer.error().code != Code::kUnavailable) return answer;
    return send_once(request, exchange);
}

Result<HttpResponse> KeptClient::send_once(const HttpRequest& request, const Exchange& exchange) {
    begun_ = false;
    if (!wire_->connected()) GOETIA_TRY(wire_->connect());
    HttpRequest complete{.method = request.method, .target = request.target, .headers = request.headers};
    if (!complete.headers.find("Host")) complete.headers.set("Host", wire_->options().server.authority());
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
        complete.headers.set("Content-Length", std::to_string(request.body.size()));
    }
    in_.clear();
    response_ = {};
    done_ = {};
    reader_.emplace(HttpReader::Kind::kResponse);
    Status ran = wire_->run(exchange_step(head_of(complete), request, exchange), exchange.silence_seconds);
    const bool keep = ran.ok() && done_.ok() && reader_->keep_alive() && in_.empty();
    if (!keep) wire_->drop();
    GOETIA_TRY(std::move(ran));
    GOETIA_TRY(std::move(done_));
    return std::move(response_);
}

asio::awaitable<bool> KeptClient::read_more() {
    const std::size_t size = in_.size();
    in_.resize(size + kPiece);
    error_code error;
    const std::size_t count = co_await read_some(wire_->wire(), asio::buffer(in_.data() + size, kPiece), error);
    in_.resize(size + (error ? 0 : count));
    begun_ = begun_ || count > 0;
    wire_->progress();
    if (error && (!reader_ || begun_)) {
        Status end = reader_->end_of_stream();
        done_ = end ? Status() : Status(wire_->ended(error));
    } else if (error) {
        done_ = wire_->ended(error);
    }
    co_return !error;
}

asio::awaitable<void> KeptClient::exchange_step(std::string head, const HttpRequest& request,
                                                const Exchange& exchange) {
    error_code error;
    co_await write_both(wire_->wire(), asio::buffer(head), asio::buffer(request.body), error);
    wire_->progress();
    // A server that refuses a body closes while it comes, and its answer is there all the same.
    std::size_t end = std::string::npos;
    while (end == std::string::npos) {
        const bool more = co_await read_more();
        if (!more) {
            done_ = wire_->ended(error ? error : asio::error::eof);
            co_return;
        }
        end = in_.find("\r\n\r\n");
        if (end != std::string::npos && in_.starts_with("HTTP/1.1 100")) {
            in_.erase(0, end + 4);
            end = in_.find("\r\n\r\n");
        }
        if (end == std::string::npos && in_.size() > kMostHead) {
            done_ = failed("'{}' answers with a head of more than {} bytes", wire_->options().server.url(), kMostHead);
            co_return;
        }
    }
    Result<HttpResponse> answer =
        reader_->response_head(std::string_view(in_).substr(0, end + 4), request.method == "HEAD");
    in_.erase(0, end + 4);
    if (!answer) {
        done_ = std::move(answer).error();
        co_return;
    }
    response_ = std::move(*answer);
    const bool to_sink = exchange.sink && response_.status / 100 == 2;
    TextSink text;
    co_await read_body(to_sink ? *exchange.sink : text, exchange.body_limit);
    response_.body = std::move(text.text);
}

asio::awaitable<void> KeptClient::read_body(BodySink& sink, std::uint64_t limit) {
    done_ = reader_->begin_body(sink, limit);
    while (done_ && !reader_->done()) {
        Result<std::size_t> used = reader_->body(in_);
        if (!used) {
            done_ = std::move(used).error();
            co_return;
        }
        in_.erase(0, *used);
        if (reader_->done() || (*used > 0 && !in_.empty())) continue;
        const bool more = co_await read_more();
        if (!more) co_return;
    }
}

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::create(ClientOptions options) {
    GOETIA_ASSIGN(std::unique_ptr<ClientWire> wire, ClientWire::create(std::move(options)));
    return std::unique_ptr<HttpClient>(std::make_unique<KeptClient>(std::move(wire)));
}

}  // namespace goetia
