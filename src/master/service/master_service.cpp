#include "master/service/master_service.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/packages/package_inspector.h"
#include "net/tls.h"

namespace goetia {
namespace {

constexpr int kFileThreads = 2;
constexpr std::size_t kLongestFileQueue = 100'000;

Status write_secret_file(const std::filesystem::path& path, const std::string& secret) {
    const mode_t mask = ::umask(0077);
    Status written = write_file_atomic(path, secret + "\n");
    ::umask(mask);
    return written;
}

Result<std::string> secret_in(const std::filesystem::path& path) {
    if (std::error_code none; !std::filesystem::exists(path, none)) {
        const std::string secret = random_secret();
        GOETIA_TRY(write_secret_file(path, secret));
        return secret;
    }
    GOETIA_ASSIGN(std::string text, read_file(path));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.size() < 32) return invalid("'{}' has no secret; remove it, and start again", path.string());
    return text;
}

}  // namespace

MasterService::MasterService(ServiceOptions options)
    : options_(std::move(options)),
      objects_(options_.data),
      progress_({.wants = [this](const std::string& experiment) { return monitor_.wants("metrics/" + experiment); },
                 .on_points =
                     [this](const std::string& experiment, std::vector<LivePoint> points) {
                         monitor_.publish_points(experiment, std::move(points), owner_of_experiment(experiment));
                     },
                 .on_gap =
                     [this](const std::string& experiment) {
                         monitor_.publish_gap("metrics/" + experiment, owner_of_experiment(experiment));
                     }}),
      pool_(kFileThreads, kLongestFileQueue) {}

MasterService::~MasterService() { stop(); }

void MasterService::stop() {
    monitor_.close_all();
    if (inspector_) inspector_->stop();
    if (bundle_) bundle_->stop();
    pool_.stop();
    if (keeper_) keeper_->stop();
}

Result<std::unique_ptr<MasterService>> MasterService::open(ServiceOptions options) {
    std::unique_ptr<MasterService> service(new MasterService(std::move(options)));
    GOETIA_TRY(service->start());
    return service;
}

Status MasterService::start() {
    GOETIA_TRY(make_folders(options_.data / "experiments"));
    GOETIA_ASSIGN(store_, Store::open({.data = options_.data, .url = options_.database}));
    if (store_->origin() != StoreOrigin::kNew && store_->origin() != StoreOrigin::kSame && options_.log) {
        options_.log(std::string(store_origin_sentence(store_->origin())));
    }
    monitor_.begin(static_cast<std::uint64_t>(store_->generation()),
                   [this](std::string_view topic) { return owner_of_topic(topic); });
    GOETIA_ASSIGN(const std::string local, secret_in(options_.data / "local.token"));
    credentials_.add(sha256_hex(local), {.id = "1", .name = "local", .role = "super_admin"});
    GOETIA_TRY(load_credentials());
    GOETIA_ASSIGN(const std::string secret, secret_in(options_.data / "ranks.secret"));
    GOETIA_ASSIGN(SigningKey key, SigningKey::open(options_.data / "signing.key"));
    key_ = std::make_shared<const SigningKey>(std::move(key));
    inspector_ = std::make_unique<PackageInspector>(objects_);
    bundle_ = std::make_unique<OwnBundle>(objects_, OwnBundleOptions{.data = options_.data,
                                                                     .programs = options_.programs,
                                                                     .log = options_.log,
                                                                     .on_ready = [this] { renew_brought(); }});
    KeeperOptions keeping{.policy = options_.policy, .secret = secret, .key = key_, .log = options_.log};
    keeping.runtime_for = [this](const std::string& libtorch, const std::vector<std::string>& own) {
        return bundle_->runtime_for(libtorch, own);
    };
    keeper_ = std::make_unique<PoolKeeper>(*store_, monitor_, std::move(keeping));
    return keeper_->start();
}

Status MasterService::load_credentials() {
    return store_->read([this](SqlConnection& database) -> Status {
        GOETIA_TRY(each_row<NodeSecretRow>(database, " WHERE revoked_at = 0", {}, [this](const NodeSecretRow& row) {
            credentials_.add(row.hash, {.id = row.node, .name = "node " + row.node, .role = "node"});
        }));
        return each_row<TokenRow>(database, " WHERE kind = 'join' AND used_at = 0 AND revoked_at = 0", {},
                                  [this](const TokenRow& row) { join_tokens_.add(row.hash, row.expires_at); });
    });
}

std::filesystem::path MasterService::experiment_folder(const std::string& id) const {
    return options_.data / "experiments" / id;
}

bool MasterService::is_join_token(const std::string& token) const {
    return join_tokens_.contains(sha256_hex(token), to_seconds(now()));
}

std::filesystem::path MasterService::object_path(const std::string& sha256) const {
    return options_.data / "objects" / sha256.substr(0, 2) / sha256.substr(2, 2) / sha256.substr(4);
}

}  // namespace goetia
