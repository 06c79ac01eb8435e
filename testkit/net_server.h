// A server of net/ with a few plain behaviours, for the tests of the server and of its clients.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "net/client.h"
#include "net/file_response.h"
#include "net/server.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

class CountingSink final : public BodySink {
  public:
    explicit CountingSink(std::atomic<std::uint64_t>& bytes) : bytes_(bytes) {}
    Status write(std::string_view bytes) override {
        if (bytes.find("full") != std::string_view::npos) return failed("no space left");
        bytes_ += bytes.size();
        return {};
    }

  private:
    std::atomic<std::uint64_t>& bytes_;
};

class NetServer {
  public:
    explicit NetServer(ServerOptions options = {}) {
        options.receive = [this](const HttpRequest& head) { return receive(head); };
        Result<std::unique_ptr<HttpServer>> started = HttpServer::start(std::move(options));
        if (!started) throw std::runtime_error(to_string(started.error()));
        server_ = std::move(*started);
    }
    ~NetServer() {
        server_.reset();
        for (std::thread& thread : threads_) thread.join();
    }

    HttpServer& server() { return *server_; }
    [[nodiscard]] const ServerAddress& address() const { return server_->address(); }
    std::unique_ptr<HttpClient> client(std::vector<std::string> pins = {}) const {
        return std::move(*HttpClient::create({.server = address(), .pins = std::move(pins)}));
    }
    [[nodiscard]] TemporaryFolder& folder() { return folder_; }

    std::atomic<std::uint64_t> sunk{0};
    std::atomic<int> handled{0}, drained{0}, closed{0};
    std::shared_ptr<WebSocket> last_socket;  // of /ws and /mute; read after a message came back
    std::mutex mutex;

  private:
    static HttpResponse text(std::string body, int status = 200) { return {.status = status, .body = std::move(body)}; }

    Reception receive(const HttpRequest& head) {
        const std::string path(head.path());
        if (path == "/refused") return {.refusal = text("no", 403)};
        if (path == "/ws" || path == "/mute") {
            return {
                .body_limit = 64 * 1024,
                .open = [this, path](const HttpRequest&, std::shared_ptr<WebSocket> socket) { open(path, socket); }};
        }
        Reception reception{.body_limit = path == "/small" ? 10U : 16U * 1024 * 1024};
        if (path == "/sink") {
            reception.body_limit = std::uint64_t{1} << 40U;
            reception.sink = std::make_shared<CountingSink>(sunk);
        }
        reception.handle = [this, path](HttpRequest request, const Responder& respond) {
            handle(path, request, respond);
        };
        return reception;
    }

    void handle(const std::string& path, const HttpRequest& request, const Responder& respond) {
        ++handled;
        if (path == "/never") return;
        if (path == "/later") {
            const std::scoped_lock lock(mutex);
            threads_.emplace_back([respond] { respond({.body = "from another thread"}); });
            return;
        }
        if (path == "/sink") return respond(text(std::to_string(sunk)));
        if (path == "/file") return respond(std::move(*file_response(request, folder_ / "file", "hash", "text/plain")));
        if (path == "/parts") {
            HttpResponse response;
            response.next_part = [left = 3]() mutable { return left-- > 0 ? std::string("part;") : std::string(); };
            return respond(std::move(response));
        }
        respond(text(request.method + " " + request.target + " " + request.body));
    }

    void open(const std::string& path, const std::shared_ptr<WebSocket>& socket) {
        const std::scoped_lock lock(mutex);
        last_socket = socket;
        WebSocket* raw = socket.get();
        if (path == "/ws") {
            socket->on_message = [raw](std::string message) {
                if (message == "bye") return raw->close(1000, "bye");
                raw->send("echo " + message);
            };
        }
        socket->on_drained = [this] { ++drained; };
        socket->on_closed = [this] { ++closed; };
    }

    TemporaryFolder folder_;
    std::vector<std::thread> threads_;
    std::unique_ptr<HttpServer> server_;
};

// Waits for what another thread does; false after ten seconds.
template <class Condition>
bool eventually(const Condition& condition) {
    for (int i = 0; i < 10000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

}  // namespace goetia::testkit
