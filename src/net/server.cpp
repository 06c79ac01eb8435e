#include "net/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/server_core.h"

namespace goetia {

struct Responder::State {
    explicit State(std::function<void(HttpResponse)> answer) : answer(std::move(answer)) {}
    ~State() {
        if (!used.exchange(true)) answer(plain_response(500, "the request was not answered"));
    }
    std::function<void(HttpResponse)> answer;
    std::atomic<bool> used{false};
};

Responder::Responder(std::function<void(HttpResponse)> answer) : state_(std::make_shared<State>(std::move(answer))) {}

void Responder::operator()(HttpResponse response) const {
    if (!state_->used.exchange(true)) state_->answer(std::move(response));
}

void ServerCore::leave() {
    const std::scoped_lock lock(mutex);
    connections.fetch_sub(1);
    ended.notify_all();
}

std::shared_ptr<void> take_place(const std::shared_ptr<ServerCore>& core, const std::string& address) {
    const std::scoped_lock lock(core->mutex);
    std::size_t& count = core->addresses[address];
    if (count >= core->options.limits.connections_of_one) return nullptr;
    ++count;
    return {core.get(), [core, address](void*) {
                const std::scoped_lock lock(core->mutex);
                const auto found = core->addresses.find(address);
                if (--found->second == 0) core->addresses.erase(found);
            }};
}

Presence::Presence(ServerCore& core, NetWorker& worker, LiveConnection* connection)
    : core_(core), worker_(worker), connection_(connection) {
    core_.connections.fetch_add(1);
    worker_.live.insert(connection_);
}

Presence::~Presence() {
    worker_.live.erase(connection_);
    core_.leave();
}

namespace {

constexpr double kLongestEnd = 5;  // seconds for connections that were closed to notice it

class ThreadedServer final : public HttpServer {
  public:
    explicit ThreadedServer(ServerOptions options) : core_(std::make_shared<ServerCore>()) {
        core_->options = std::move(options);
    }
    ~ThreadedServer() override { stop(0); }

    Status listen();
    [[nodiscard]] const ServerAddress& address() const override { return address_; }
    [[nodiscard]] ServerCounts counts() const override {
        return {core_->connections, core_->websockets, core_->requests, core_->refused};
    }
    void stop(double grace) override;

  private:
    Status bind();
    void start_threads();
    asio::awaitable<void> accept_all();
    void on_every_connection(void (LiveConnection::*action)());
    bool wait_until_empty(double seconds);

    SharedCore core_;
    std::vector<SharedWorker> workers_;
    std::optional<Tcp::acceptor> acceptor_;
    ServerAddress address_;
    bool stopped_ = false;
};

Status ThreadedServer::listen() {
    const ServerOptions& options = core_->options;
    if (!options.tls && !is_loopback(options.host)) {
        return invalid(
            "'{}' is not this machine alone: a server that others reach needs TLS; use --tls own, or --host "
            "127.0.0.1",
            options.host);
    }
    if (options.tls) {
        GOETIA_ASSIGN(core_->tls, server_context(*options.tls));
    }
    for (int i = 0; i < std::max(1, options.threads); ++i) workers_.push_back(std::make_shared<NetWorker>());
    GOETIA_TRY(bind());
    start_threads();
    return {};
}

Status ThreadedServer::bind() {
    const ServerOptions& options = core_->options;
    error_code error;
    Tcp::resolver resolver(workers_[0]->io);
    const auto found = resolver.resolve(options.host, std::to_string(options.port), Tcp::resolver::passive, error);
    if (error || found.empty()) return invalid("there is no address '{}' to listen on", options.host);
    const Tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.emplace(workers_[0]->io);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(4096, error);
    if (error == asio::error::address_in_use) {
        return make_error(Code::kUnavailable, "the port {} of '{}' is in use; give another with --port", options.port,
                          options.host);
    }
    if (error) return failed("cannot listen on port {} of '{}': {}", options.port, options.host, error.message());
    address_ = {.tls = options.tls.has_value(), .host = options.host, .port = acceptor_->local_endpoint().port()};
    return {};
}

void ThreadedServer::start_threads() {
    for (const SharedWorker& worker : workers_) {
        worker->work.emplace(worker->io.get_executor());
        worker->thread = std::thread([worker] { worker->io.run(); });
    }
    asio::co_spawn(workers_[0]->io, accept_all(), asio::detached);
}

asio::awaitable<void> ThreadedServer::accept_all() {
    asio::steady_timer pause(workers_[0]->io);
    for (std::size_t turn = 0;; ++turn) {
        const SharedWorker worker = workers_[turn % workers_.size()];
        error_code error;
        Tcp::socket socket(worker->io);
        co_await acceptor_->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || !acceptor_->is_open()) co_return;
        if (error) {  // out of descriptors: those that end give theirs back
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        if (core_->connections >= core_->options.limits.connections) {
            core_->refused.fetch_add(1);
            continue;  // closes it
        }
        const auto peer = socket.remote_endpoint(error);
        std::shared_ptr<void> place = error ? nullptr : take_place(core_, peer.address().to_string());
        if (!place) {
            core_->refused.fetch_add(1);
            continue;
        }
        asio::post(worker->io, [core = core_, weak = std::weak_ptr(worker), socket = std::move(socket),
                                place = std::move(place)]() mutable {
            if (const auto worker = weak.lock()) serve_http(core, worker, std::move(socket), std::move(place));
        });
    }
}

void ThreadedServer::on_every_connection(void (LiveConnection::*action)()) {
    for (const SharedWorker& worker : workers_) {
        asio::post(worker->io, [raw = worker.get(), action] {
            const std::vector<LiveConnection*> now(raw->live.begin(), raw->live.end());
            for (LiveConnection* connection : now) {
                if (raw->live.contains(connection)) (connection->*action)();
            }
        });
    }
}

bool ThreadedServer::wait_until_empty(double seconds) {
    std::unique_lock lock(core_->mutex);
    return core_->ended.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return core_->connections == 0; });
}

void ThreadedServer::stop(double grace) {
    if (stopped_ || workers_.empty() || !workers_[0]->thread.joinable()) return;
    stopped_ = true;
    core_->stopping = true;
    asio::post(workers_[0]->io, [this] {
        error_code ignored;  // it is closed either way
        acceptor_->close(ignored);
    });
    on_every_connection(&LiveConnection::begin_stop);
    if (!wait_until_empty(grace)) on_every_connection(&LiveConnection::end_now);
    if (!wait_until_empty(kLongestEnd)) on_every_connection(&LiveConnection::end_now);  // came in meanwhile
    for (const SharedWorker& worker : workers_) asio::post(worker->io, [raw = worker.get()] { raw->io.stop(); });
    for (const SharedWorker& worker : workers_) {
        worker->thread.join();
        worker->work.reset();
        worker->io.restart();
        worker->io.poll();  // what is left to be cleaned up; a socket that somebody holds may still have timers
    }
    acceptor_.reset();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(ServerOptions options) {
    auto server = std::make_unique<ThreadedServer>(std::move(options));
    GOETIA_TRY(server->listen());
    return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace goetia
