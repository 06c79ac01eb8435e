// The server's end of a WebSocket.
#include "net/server_core.h"

#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/websocket_stream.h"

namespace goetia {
namespace {

class ServerSocket final : public WebSocket, public LiveConnection, public std::enable_shared_from_this<ServerSocket> {
  public:
    ServerSocket(SharedCore core, SharedWorker worker, Wire wire, std::uint64_t message_limit)
        : core_(std::move(core)),
          worker_(std::move(worker)),
          stream_(std::move(wire)),
          deadline_(stream_.get_executor(), [this] { stream_.next_layer().close(); }) {
        prepare_websocket(stream_, core_->options.limits.websocket_seconds, message_limit);
    }

    using WebSocket::send;
    bool send(SharedText message) override;
    void close(int code, std::string reason) override;
    void post(std::function<void()> work) override;

    void begin_stop() override { close(1001, "the server stops"); }
    void end_now() override { stream_.next_layer().close(); }

    asio::awaitable<void> run(std::shared_ptr<ServerSocket> self, HttpRequest request,
                              std::function<void(HttpRequest, std::shared_ptr<WebSocket>)> open);

  private:
    asio::awaitable<void> read_messages();
    asio::awaitable<void> write_queue(std::shared_ptr<ServerSocket> self);
    void wake_writer();  // with the mutex held
    SharedText next_message(std::optional<std::pair<int, std::string>>& closing, bool& drained);
    void end();

    SharedCore core_;
    SharedWorker worker_;
    WebSocketStream stream_;
    Deadline deadline_;  // of a write

    std::mutex mutex_;
    std::deque<SharedText> queue_;
    std::size_t queued_ = 0;  // bytes
    bool writing_ = false;
    bool refused_ = false;  // a message, since the queue was empty
    bool open_ = false;
    bool ended_ = false;
    std::optional<std::pair<int, std::string>> closing_;
};

bool ServerSocket::send(SharedText message) {
    const std::scoped_lock lock(mutex_);
    if (ended_ || closing_) return false;
    const bool full = !queue_.empty() && queued_ + message->size() > core_->options.limits.websocket_queue_bytes;
    if (full) return refused_ = true, false;
    queued_ += message->size();
    queue_.push_back(std::move(message));
    wake_writer();
    return true;
}

void ServerSocket::close(int code, std::string reason) {
    const std::scoped_lock lock(mutex_);
    if (ended_ || closing_) return;
    closing_.emplace(code, std::move(reason));
    wake_writer();
}

void ServerSocket::post(std::function<void()> work) {
    const std::scoped_lock lock(mutex_);
    if (ended_) return;
    asio::post(worker_->io, [self = shared_from_this(), work = std::move(work)] { work(); });
}

void ServerSocket::wake_writer() {
    if (writing_ || !open_) return;
    writing_ = true;
    asio::post(worker_->io, [self = shared_from_this()] {
        asio::co_spawn(self->worker_->io, self->write_queue(self), asio::detached);
    });
}

asio::awaitable<void> ServerSocket::run(std::shared_ptr<ServerSocket> self, HttpRequest request,
                                        std::function<void(HttpRequest, std::shared_ptr<WebSocket>)> open) {
    const Presence presence(*core_, *worker_, this);
    deadline_.after(core_->options.limits.head_seconds);
    error_code error;
    co_await accept_websocket(stream_, request, error);
    deadline_.cancel();
    if (!error) {
        open(std::move(request), self);
        open = nullptr;
        core_->websockets.fetch_add(1);
        {
            const std::scoped_lock lock(mutex_);
            open_ = true;
            if (!queue_.empty() || closing_) wake_writer();
        }
        co_await read_messages();
        core_->websockets.fetch_sub(1);
    }
    end();
}

asio::awaitable<void> ServerSocket::read_messages() {
    while (true) {
        std::string message;
        error_code error;
        co_await read_message(stream_, message, error);
        if (error) co_return;
        if (on_message) on_message(std::move(message));
    }
}

SharedText ServerSocket::next_message(std::optional<std::pair<int, std::string>>& closing, bool& drained) {
    const std::scoped_lock lock(mutex_);
    if (!queue_.empty()) {
        SharedText message = std::move(queue_.front());
        queue_.pop_front();
        queued_ -= message->size();
        return message;
    }
    drained = refused_;
    refused_ = false;
    closing = closing_;
    if (!drained) writing_ = false;
    return nullptr;
}

asio::awaitable<void> ServerSocket::write_queue(std::shared_ptr<ServerSocket> /*self: lives as long as this*/) {
    const double patience = core_->options.limits.write_seconds;
    while (true) {
        std::optional<std::pair<int, std::string>> closing;
        bool drained = false;
        const SharedText message = next_message(closing, drained);
        error_code error;
        if (message) {
            deadline_.after(patience);
            co_await write_message(stream_, *message, error);
            deadline_.cancel();
            if (error) co_return stream_.next_layer().close();
            continue;
        }
        if (closing) {
            deadline_.after(patience);
            co_await close_websocket(stream_, closing->first, closing->second, error);
            co_return stream_.next_layer().close();
        }
        if (!drained) co_return;
        if (on_drained) on_drained();
    }
}

void ServerSocket::end() {
    deadline_.cancel();
    stream_.next_layer().close();
    {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
        queue_.clear();
        queued_ = 0;
    }
    if (on_closed) on_closed();
    on_message = nullptr, on_drained = nullptr, on_closed = nullptr;  // they may hold this socket
}

}  // namespace

asio::awaitable<void> serve_websocket(SharedCore core, SharedWorker worker, Wire wire, HttpRequest request,
                                      Reception reception) {
    auto socket = std::make_shared<ServerSocket>(core, worker, std::move(wire), reception.body_limit);
    co_await socket->run(socket, std::move(request), std::move(reception.open));
}

}  // namespace goetia
