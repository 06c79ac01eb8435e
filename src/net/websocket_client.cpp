#include <deque>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "net/client_wire.h"
#include "net/websocket_stream.h"

namespace goetia {
namespace {

constexpr std::uint64_t kMostMessage = std::uint64_t{16} * 1024 * 1024;

class OwnedSocket final : public WebSocketClient {
  public:
    explicit OwnedSocket(std::unique_ptr<ClientWire> wire) : wire_(std::move(wire)) {}
    ~OwnedSocket() override;

    Status open(const HttpRequest& request, double silence);
    Status send(const std::string& message) override;
    Result<std::optional<std::string>> receive(double seconds) override;
    void wake() override;
    void close() override;

  private:
    asio::awaitable<void> open_step(const HttpRequest& request, HttpResponse& refusal, error_code& error);
    asio::awaitable<void> read_all();
    asio::awaitable<void> write_step(const std::string& message, error_code& error);
    asio::awaitable<void> close_step();

    std::unique_ptr<ClientWire> wire_;
    std::optional<WebSocketStream> stream_;
    std::deque<std::string> inbox_;
    std::optional<error_code> ended_;
    bool reading_ = false;
    bool woken_ = false;
    double silence_ = 30;
};

OwnedSocket::~OwnedSocket() {
    if (!stream_) return;
    stream_->next_layer().close();
    wire_->io().restart();
    while (reading_ && wire_->io().run_one_for(std::chrono::seconds(1)) > 0) continue;
}

asio::awaitable<void> OwnedSocket::open_step(const HttpRequest& request, HttpResponse& refusal, error_code& error) {
    co_await open_websocket(*stream_, wire_->options().server.authority(), request, refusal, error);
}

Status OwnedSocket::open(const HttpRequest& request, double silence) {
    GOETIA_TRY(wire_->connect());
    silence_ = silence;
    stream_.emplace(wire_->take_wire());
    wire_->close_taken = [this] { stream_->next_layer().close(); };
    prepare_websocket(*stream_, silence, kMostMessage);
    HttpResponse refusal;
    error_code error;
    GOETIA_TRY(wire_->run(open_step(request, refusal, error), wire_->options().connect_seconds));
    if (error) {
        if (refusal.status == 200) return wire_->ended(error);
        const Code code = refusal.status == 401 || refusal.status == 403 ? Code::kDenied
                          : refusal.status == 404                        ? Code::kNotFound
                                                                         : Code::kUnavailable;
        return make_error(code, "'{}{}' is refused with {}: {}", wire_->options().server.url(), request.path(),
                          refusal.status, refusal.body);
    }
    reading_ = true;
    asio::co_spawn(wire_->io(), read_all(), [this](const std::exception_ptr&) { reading_ = false; });
    return {};
}

asio::awaitable<void> OwnedSocket::read_all() {
    while (true) {
        std::string message;
        error_code error;
        co_await read_message(*stream_, message, error);
        if (error) {
            ended_ = error;
            co_return;
        }
        inbox_.push_back(std::move(message));
    }
}

asio::awaitable<void> OwnedSocket::write_step(const std::string& message, error_code& error) {
    co_await write_message(*stream_, message, error);
}

Status OwnedSocket::send(const std::string& message) {
    if (ended_) return wire_->ended(*ended_);
    error_code error;
    GOETIA_TRY(wire_->run(write_step(message, error), silence_));
    if (error) return wire_->ended(ended_.value_or(error));
    return {};
}

Result<std::optional<std::string>> OwnedSocket::receive(double seconds) {
    const auto until =
        std::chrono::steady_clock::now() +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
    wire_->io().restart();
    while (inbox_.empty() && !ended_ && !woken_) {
        if (wire_->options().stop.stop_requested()) {
            return make_error(Code::kCancelled, "the connection to '{}' was given up", wire_->options().server.url());
        }
        const auto left = until - std::chrono::steady_clock::now();
        if (left.count() <= 0) break;
        wire_->io().run_one_for(std::min<std::chrono::steady_clock::duration>(left, std::chrono::milliseconds(50)));
    }
    woken_ = false;
    if (inbox_.empty() && ended_) return wire_->ended(*ended_);
    if (inbox_.empty()) return std::optional<std::string>();
    std::optional<std::string> message = std::move(inbox_.front());
    inbox_.pop_front();
    return message;
}

void OwnedSocket::wake() {
    asio::post(wire_->io(), [this] { woken_ = true; });
}

asio::awaitable<void> OwnedSocket::close_step() {
    error_code error;
    co_await close_websocket(*stream_, 1000, "", error);
}

void OwnedSocket::close() {
    if (!stream_ || ended_) return;
    const Status closed = wire_->run(close_step(), 1);
    if (!closed) stream_->next_layer().close();
}

}  // namespace

Result<std::unique_ptr<WebSocketClient>> WebSocketClient::open(const ClientOptions& options, const std::string& path,
                                                               const HttpHeaders& headers, double silence_seconds) {
    GOETIA_ASSIGN(std::unique_ptr<ClientWire> wire, ClientWire::create(options));
    auto socket = std::make_unique<OwnedSocket>(std::move(wire));
    GOETIA_TRY(socket->open({.target = path, .headers = headers}, silence_seconds));
    return std::unique_ptr<WebSocketClient>(std::move(socket));
}

}  // namespace goetia
