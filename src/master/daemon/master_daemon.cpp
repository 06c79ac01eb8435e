#include "master/daemon/master_daemon.h"

#include <array>
#include <atomic>

#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/api/routes.h"
#include "master/page/served_page.h"
#include "master/storage/object_sweeper.h"
#include "master/store/mysql_copy.h"
#include "net/log_line.h"
#include "net/problem.h"
#include "net/router.h"
#include "net/server.h"
#include "net/tls.h"

namespace goetia {
namespace {

std::string own_host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

// How others name this machine, when the server listens at every address.
std::string reachable_host(const std::string& host) {
    return host == "0.0.0.0" || host == "::" ? own_host_name() : host;
}

Result<std::optional<TlsIdentity>> identity_for(const DaemonOptions& options) {
    if (options.tls.empty()) return std::optional<TlsIdentity>();
    if (options.tls == "own") {
        GOETIA_ASSIGN(TlsIdentity own,
                      own_identity(options.data / "tls",
                                   {"localhost", "127.0.0.1", "::1", own_host_name(), reachable_host(options.host)}));
        return std::optional(std::move(own));
    }
    const std::size_t comma = options.tls.find(',');
    if (comma == std::string::npos) return invalid("--tls is 'own' or 'CERT,KEY', found '{}'", options.tls);
    GOETIA_ASSIGN(TlsIdentity given, given_identity(options.tls.substr(0, comma), options.tls.substr(comma + 1)));
    return std::optional(std::move(given));
}

Status write_access(const std::filesystem::path& data, const std::string& url, const std::string& pin) {
    const Json access = {{"url", url}, {"pin", pin}, {"pid", ::getpid()}};
    return write_file_atomic(data / "master.json", json_text(access) + "\n");
}

using PageAnswer = std::function<std::optional<HttpResponse>(const HttpRequest& request)>;

Result<PageAnswer> page_of(const DaemonOptions& options) {
    auto page = std::make_shared<ServedPage>(ServedPage::missing());
    if (!options.page.empty()) {
        GOETIA_ASSIGN(PageFiles files, read_page(options.page));
        *page = ServedPage(std::move(files));
    }
    return PageAnswer([page](const HttpRequest& request) { return page->answer(request); });
}

class ServedMaster final : public MasterDaemon {
  public:
    ~ServedMaster() override { stop(0); }

    Status begin(DaemonOptions options);
    [[nodiscard]] std::string url() const override { return url_; }
    [[nodiscard]] const std::string& pin() const override { return pin_; }
    [[nodiscard]] const std::string& setup_link() const override { return setup_link_; }
    MasterServices& services() override { return *services_; }
    void stop(double grace) override;

  private:
    Reception receive(const HttpRequest& head);
    Status make_router(const DaemonOptions& options);

    std::unique_ptr<MasterServices> services_;
    std::unique_ptr<BackgroundCopy> copy_;
    std::unique_ptr<ObjectSweeper> sweeper_;
    std::atomic<std::shared_ptr<Router>> router_;  // none until the server's port is known
    std::unique_ptr<HttpServer> server_;
    std::string url_, pin_, setup_link_;
};

Reception ServedMaster::receive(const HttpRequest& head) {
    if (const std::shared_ptr<Router> router = router_.load()) return router->receive(head);
    return {.refusal = problem_response(make_error(Code::kUnavailable, "the master starts"), head, "0")};
}

Status ServedMaster::make_router(const DaemonOptions& options) {
    const auto figures = std::make_shared<RequestFigures>();
    const ApiOptions api{
        .version = options.version, .url = url_, .pin = pin_, .agent = options.agent, .requests = figures};
    RouterOptions routing{.loopback_only = is_loopback(options.host), .figures = figures, .log = options.log};
    GOETIA_ASSIGN(routing.unclaimed, page_of(options));
    routing.guard = [services = services_.get()](const HttpRequest& request, const Permission& permission) {
        return services->pool().admit(request, permission);
    };
    GOETIA_ASSIGN(const std::shared_ptr<Router> router,
                  Router::create(master_routes(*services_, api), std::move(routing)));
    router_ = router;
    return {};
}

Status ServedMaster::begin(DaemonOptions options) {
    if (options.log) {
        options.log = [log = std::move(options.log)](const std::string& line) { log(one_log_line(line)); };
    }
    GOETIA_TRY(make_folders(options.data));
    GOETIA_ASSIGN(const std::optional<TlsIdentity> tls, identity_for(options));
    if (tls) pin_ = tls->pin;
    GOETIA_ASSIGN(services_, MasterServices::open({.data = options.data,
                                                   .programs = options.programs,
                                                   .database = options.database,
                                                   .policy = options.policy,
                                                   .data_sets = options.data_sets,
                                                   .log = options.log}));
    sweeper_ = std::make_unique<ObjectSweeper>(services_->pool().store(), services_->pool().objects(), options.log);
    if (!options.copy_to.empty()) copy_ = std::make_unique<BackgroundCopy>(options.data, options.copy_to);
    ServerOptions serving{.host = options.host, .port = options.port, .threads = options.threads, .tls = tls};
    serving.receive = [this](const HttpRequest& head) { return receive(head); };
    GOETIA_ASSIGN(server_, HttpServer::start(std::move(serving)));
    ServerAddress address = server_->address();
    address.host = reachable_host(address.host);
    url_ = address.url();
    GOETIA_TRY(make_router(options));
    const std::string setup = services_->accounts().renew_setup_token();
    if (!setup.empty()) setup_link_ = url_ + "/setup?token=" + setup;
    return write_access(options.data, url_, pin_);
}

void ServedMaster::stop(double grace) {
    if (server_) server_->stop(grace);
    if (const std::shared_ptr<Router> router = router_.exchange(nullptr)) router->stop();
    copy_.reset();
    sweeper_.reset();
    if (services_) services_->stop();
    server_.reset();
}

}  // namespace

Result<std::unique_ptr<MasterDaemon>> MasterDaemon::start(DaemonOptions options) {
    auto master = std::make_unique<ServedMaster>();
    GOETIA_TRY(master->begin(std::move(options)));
    return std::unique_ptr<MasterDaemon>(std::move(master));
}

Result<MasterAccess> access_from(const std::filesystem::path& data) {
    GOETIA_ASSIGN(const std::string text, read_file(data / "master.json"));
    GOETIA_ASSIGN(const Json json, parse_json(text, (data / "master.json").string()));
    MasterAccess access{.url = json.value("url", ""), .pin = json.value("pin", "")};
    GOETIA_ASSIGN(access.token, read_file(data / "local.token"));
    while (!access.token.empty() && access.token.back() == '\n') access.token.pop_back();
    return access;
}

}  // namespace goetia
