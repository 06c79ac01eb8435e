// One connection of the server: requests one after the other, until one of the two ends it.
#include "net/server_core.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "net/problem.h"
#include "net/standing.h"

namespace goetia {

namespace {

constexpr std::size_t kHeadPiece = 4 * 1024;
constexpr std::size_t kBodyPiece = 64 * 1024;
constexpr std::size_t kFilePiece = 256 * 1024;

class HttpConnection final : public LiveConnection, public std::enable_shared_from_this<HttpConnection> {
  public:
    HttpConnection(SharedCore core, SharedWorker worker, Tcp::socket socket, std::shared_ptr<void> place)
        : core_(std::move(core)),
          worker_(worker.get()),
          wire_(core_->tls ? Wire(std::move(socket), *core_->tls) : Wire(std::move(socket))),
          deadline_(wire_->get_executor(), [this] { wire_->close(); }),
          answered_(wire_->get_executor()) {
        wire_->keep(std::move(place));
        error_code ignored;  // an unknown peer is an empty text
        const auto peer = wire_->socket().remote_endpoint(ignored);
        if (!ignored) peer_ = peer.address().to_string();
        wire_->socket().set_option(Tcp::no_delay(true), ignored);
    }

    asio::awaitable<void> run(SharedWorker worker);

    void begin_stop() override {
        if (idle_) end_now();
    }
    void end_now() override {
        if (!wire_) return;
        wire_->close();
        take_answer(request_number_, plain_response(503, "the server stops"));
    }

  private:
    enum class Next { kAnother, kClose, kUpgraded };

    asio::awaitable<Next> one_request(const SharedWorker& worker);
    asio::awaitable<bool> read_head(std::string_view& head);
    asio::awaitable<std::optional<HttpResponse>> read_body(HttpReader& reader, BodySink& sink, std::uint64_t limit);
    void ask(HttpRequest request, const Reception& reception, const SharedWorker& worker);
    asio::awaitable<HttpResponse> answer();
    std::shared_ptr<void> hold(const HttpResponse& response, const SharedWorker& worker);
    asio::awaitable<bool> send(HttpResponse response, bool bodiless, bool keep);
    asio::awaitable<bool> send_file(const FileSlice& slice);
    asio::awaitable<bool> send_parts(const std::function<std::string()>& next_part);
    asio::awaitable<bool> write(std::string_view first, std::string_view second = {});
    asio::awaitable<void> refuse(int status, std::string_view sentence);
    asio::awaitable<void> linger();
    asio::awaitable<std::size_t> read_more(std::size_t piece);
    void take_answer(std::uint64_t number, HttpResponse response);

    SharedCore core_;
    NetWorker* worker_;
    std::optional<Wire> wire_;  // none once a WebSocket has it
    Deadline deadline_;
    asio::steady_timer answered_;
    std::optional<HttpResponse> answer_;
    std::uint64_t request_number_ = 0;
    std::string in_;  // what has arrived and is not used yet
    std::string peer_;
    bool idle_ = false;
};

asio::awaitable<void> HttpConnection::run(SharedWorker worker) {
    const Presence presence(*core_, *worker, this);
    if (wire_->tls()) {
        error_code error;
        deadline_.after(core_->options.limits.head_seconds);
        co_await shake_hands(*wire_, asio::ssl::stream_base::server, error);
        if (error) co_return wire_->close();
    }
    Next next = Next::kAnother;
    while (next == Next::kAnother) next = co_await one_request(worker);
    deadline_.cancel();
    if (wire_) wire_->close();
}

asio::awaitable<HttpConnection::Next> HttpConnection::one_request(const SharedWorker& worker) {
    std::string_view head;
    const bool arrived = co_await read_head(head);
    if (!arrived) co_return Next::kClose;
    HttpReader reader(HttpReader::Kind::kRequest);
    Result<HttpRequest> request = reader.request_head(head);
    in_.erase(0, head.size());
    if (!request) {
        const int status = request.error().code == Code::kUnsupported ? 501 : 400;
        co_await refuse(status, request.error().message);
        co_return Next::kClose;
    }
    core_->requests.fetch_add(1, std::memory_order_relaxed);
    request->peer = peer_;
    request->secure = wire_->tls() != nullptr;
    Reception reception = core_->options.receive(*request);
    const bool bodiless = request->method == "HEAD";
    if (reception.refusal) {
        const bool keep = reader.done() && reader.keep_alive() && !core_->stopping;
        const bool sent = co_await send(std::move(*reception.refusal), bodiless, keep);
        if (sent && keep) co_return Next::kAnother;
        if (sent) co_await linger();
        co_return Next::kClose;
    }
    if (reception.open) {
        if (!reader.done() || !in_.empty()) {
            co_await refuse(400, "nothing may follow the request for a WebSocket before it is answered");
            co_return Next::kClose;
        }
        deadline_.cancel();
        Wire wire = std::move(*wire_);
        wire_.reset();
        asio::co_spawn(worker->io,
                       serve_websocket(core_, worker, std::move(wire), std::move(*request), std::move(reception)),
                       asio::detached);
        co_return Next::kUpgraded;
    }
    TextSink text;
    BodySink& sink = reception.sink ? *reception.sink : text;
    std::optional<HttpResponse> unread = co_await read_body(reader, sink, reception.body_limit);
    if (unread) {
        core_->refused.fetch_add(1, std::memory_order_relaxed);
        const bool sent = co_await send(std::move(*unread), bodiless, false);
        if (sent) co_await linger();
        co_return Next::kClose;
    }
    request->body = std::move(text.text);
    deadline_.cancel();  // the answer takes the time that it takes
    ask(std::move(*request), reception, worker);
    HttpResponse response = co_await answer();
    const std::shared_ptr<void> held = hold(response, worker);
    const bool keep = reader.keep_alive() && !core_->stopping;
    const bool sent = co_await send(std::move(response), bodiless, keep);
    co_return sent&& keep ? Next::kAnother : Next::kClose;
}

asio::awaitable<bool> HttpConnection::read_head(std::string_view& head) {
    const ServerLimits& limits = core_->options.limits;
    if (in_.empty()) {
        if (in_.capacity() > 2 * kHeadPiece) std::string().swap(in_);
        if (core_->stopping) co_return false;
        idle_ = true;
        deadline_.after(request_number_ == 0 ? limits.head_seconds : limits.idle_seconds);
        const std::size_t count = co_await read_more(kHeadPiece);
        idle_ = false;
        if (count == 0) co_return false;
    }
    deadline_.after(limits.head_seconds);
    ++request_number_;
    for (std::size_t searched = 0;;) {
        const std::size_t end = in_.find("\r\n\r\n", searched);
        const bool whole = end != std::string::npos;
        if ((whole ? end + 4 : in_.size()) > limits.head_bytes) {
            co_await refuse(431, fmt::format("the head of a request may have {} bytes", limits.head_bytes));
            co_return false;
        }
        if (whole) {
            head = std::string_view(in_).substr(0, end + 4);
            co_return true;
        }
        searched = in_.size() < 3 ? 0 : in_.size() - 3;
        const std::size_t count = co_await read_more(kHeadPiece);
        if (count == 0) co_return false;
    }
}

// An answer when the body is not what it may be or cannot be kept.
asio::awaitable<std::optional<HttpResponse>> HttpConnection::read_body(HttpReader& reader, BodySink& sink,
                                                                       std::uint64_t limit) {
    const ServerLimits& limits = core_->options.limits;
    Status begun = reader.begin_body(sink, limit);
    if (!begun) co_return plain_response(413, begun.error().message);
    if (reader.done()) co_return std::nullopt;
    if (reader.awaits_100() && in_.empty()) {
        const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!sent) co_return plain_response(408, "the body did not come");
    }
    deadline_.after(limits.body_seconds);
    const auto begin = std::chrono::steady_clock::now();
    double received = 0;
    while (true) {
        const Result<std::size_t> used = reader.body(in_);
        if (!used) {
            const bool own_fault = used.error().code != Code::kInvalid;
            const int status = reader.over_limit() ? 413 : own_fault ? 507 : 400;
            co_return plain_response(status, own_fault ? "the body could not be kept" : used.error().message);
        }
        in_.erase(0, *used);
        if (reader.done()) co_return std::nullopt;
        if (*used > 0 && !in_.empty()) continue;
        if (in_.size() >= kBodyPiece) co_return plain_response(400, "the body's parts have no end");
        const std::size_t count = co_await read_more(kBodyPiece);
        if (count == 0) co_return plain_response(408, "the body did not come");
        received += static_cast<double>(count);
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
        const double left = limits.body_seconds + received / limits.slowest_bytes - passed.count();
        if (left <= 0) co_return plain_response(408, "the body came too slowly");
        deadline_.after(left);
    }
}

void HttpConnection::ask(HttpRequest request, const Reception& reception, const SharedWorker& worker) {
    answer_.reset();
    const std::uint64_t number = request_number_;
    // What is posted does not hold the worker: the worker's own queue may be where it is destroyed.
    const Responder responder([weak = weak_from_this(), worker, number](HttpResponse response) {
        if (worker->io.get_executor().running_in_this_thread()) {
            if (const auto self = weak.lock()) self->take_answer(number, std::move(response));
            return;
        }
        asio::post(worker->io, [weak, number, response = std::move(response)]() mutable {
            if (const auto self = weak.lock()) self->take_answer(number, std::move(response));
        });
    });
    reception.handle(std::move(request), responder);
}

asio::awaitable<HttpResponse> HttpConnection::answer() {
    if (!answer_) {
        error_code cancelled;
        answered_.expires_at(std::chrono::steady_clock::time_point::max());
        co_await answered_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    HttpResponse response = answer_ ? std::move(*answer_) : plain_response(500, "no answer");
    answer_.reset();
    co_return response;
}

// While the result lives, the connection is closed when what let the caller in ends. Short answers are sent anyhow:
// they may be what tells him that.
std::shared_ptr<void> HttpConnection::hold(const HttpResponse& response, const SharedWorker& worker) {
    if (!response.standing || (!response.file && !response.next_part)) return nullptr;
    auto sending = std::make_shared<char>();
    response.standing->hold(sending, [weak = weak_from_this(), worker] {
        asio::post(worker->io, [weak] {
            if (const auto self = weak.lock(); self && self->wire_) self->wire_->close();
        });
    });
    return sending;
}

void HttpConnection::take_answer(std::uint64_t number, HttpResponse response) {
    if (number != request_number_ || answer_) return;
    answer_ = std::move(response);
    answered_.cancel();
}

asio::awaitable<bool> HttpConnection::send(HttpResponse response, bool bodiless, bool keep) {
    const bool without = response.status == 204 || response.status == 304;
    response.headers.set("Connection", keep ? "keep-alive" : "close");
    if (response.next_part && !without) response.headers.set("Transfer-Encoding", "chunked");
    if (!response.next_part && !without) {
        const std::uint64_t length = response.file ? response.file->length : response.body.size();
        response.headers.set("Content-Length", std::to_string(length));
    }
    const std::string head = head_of(response);
    if (without || bodiless) {
        const bool sent = co_await write(head);
        co_return sent;
    }
    const bool begun = co_await write(head, response.file || response.next_part ? std::string_view() : response.body);
    bool sent = begun;
    if (begun && response.file) sent = co_await send_file(*response.file);
    if (begun && response.next_part) sent = co_await send_parts(response.next_part);
    co_return sent;
}

asio::awaitable<bool> HttpConnection::send_file(const FileSlice& slice) {
    std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(slice.length, kFilePiece)), '\0');
    for (std::uint64_t done = 0; done < slice.length;) {
        const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(slice.length - done, piece.size()));
        const ssize_t count = ::pread(slice.file->get(), piece.data(), wanted, static_cast<off_t>(slice.offset + done));
        if (count <= 0) co_return false;  // the file is shorter than it was: the client sees a short body
        const bool sent = co_await write({piece.data(), static_cast<std::size_t>(count)});
        if (!sent) co_return false;
        done += static_cast<std::uint64_t>(count);
    }
    co_return true;
}

asio::awaitable<bool> HttpConnection::send_parts(const std::function<std::string()>& next_part) {
    while (true) {
        std::string part = next_part();
        const bool last = part.empty();
        part = fmt::format("{:x}\r\n{}\r\n", part.size(), part);
        const bool sent = co_await write(part);
        if (!sent || last) co_return sent;
    }
}

asio::awaitable<bool> HttpConnection::write(std::string_view first, std::string_view second) {
    error_code error;
    deadline_.after(core_->options.limits.write_seconds);
    co_await write_both(*wire_, asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size()),
                        error);
    deadline_.cancel();
    co_return !error;
}

asio::awaitable<void> HttpConnection::refuse(int status, std::string_view sentence) {
    core_->refused.fetch_add(1, std::memory_order_relaxed);
    const bool sent = co_await send(plain_response(status, sentence), false, false);
    if (sent) co_await linger();
}

// A close with unread bytes resets the connection, and the client might not see the answer: reads a while what still
// comes.
asio::awaitable<void> HttpConnection::linger() {
    error_code error;
    wire_->socket().shutdown(Tcp::socket::shutdown_send, error);
    deadline_.after(2);
    for (std::size_t total = 0; total < 4 * 1024 * 1024;) {
        in_.clear();
        const std::size_t count = co_await read_more(kBodyPiece);
        if (count == 0) break;
        total += count;
    }
}

// Zero at the end, for whatever reason.
asio::awaitable<std::size_t> HttpConnection::read_more(std::size_t piece) {
    const std::size_t size = in_.size();
    in_.resize(size + piece);
    error_code error;
    const std::size_t count = co_await read_some(*wire_, asio::buffer(in_.data() + size, piece), error);
    in_.resize(size + (error ? 0 : count));
    co_return error ? 0 : count;
}

asio::awaitable<void> serve_connection(std::shared_ptr<HttpConnection> connection, SharedWorker worker) {
    co_await connection->run(std::move(worker));
}

}  // namespace

void serve_http(const SharedCore& core, const SharedWorker& worker, Tcp::socket socket, std::shared_ptr<void> place) {
    auto connection = std::make_shared<HttpConnection>(core, worker, std::move(socket), std::move(place));
    asio::co_spawn(worker->io, serve_connection(std::move(connection), worker), asio::detached);
}

HttpResponse plain_response(int status, std::string_view sentence) {
    const Code code = status == 501   ? Code::kUnsupported
                      : status == 500 ? Code::kFailed
                      : status > 500  ? Code::kUnavailable
                                      : Code::kInvalid;
    return problem_response(make_error(code, "{}", sentence), HttpRequest(), "0", status);
}

}  // namespace goetia
