#include "agent/session/net_channel.h"

#include <mutex>

#include "agent/session/node_identity.h"
#include "base/json.h"
#include "base/json_text.h"
#include "net/client.h"
#include "protocol/agent_paths.h"
#include "protocol/names.h"

namespace goetia {
namespace {

constexpr double kGreetingSeconds = 10;
constexpr double kSilenceSeconds = 30;

std::string path_text(std::string_view path) { return std::string(path); }

HttpHeaders authorized(const NodeIdentity& identity) {
    HttpHeaders headers;
    headers.set("Authorization", "Bearer " + identity.node + "." + identity.secret);
    return headers;
}

// What an answer that is no success means for us.
Error refusal(const HttpResponse& response, std::string_view what) {
    const bool denied = response.status == 401 || response.status == 403;
    const Json problem = Json::parse(response.body, nullptr, false);
    const std::string detail = problem.is_object() ? problem.value("detail", "") : "";
    return make_error(denied ? Code::kDenied : Code::kUnavailable, "the master answers {} to {}{}{}", response.status,
                      what, detail.empty() ? "" : ": ", detail);
}

Result<Json> body_json(const HttpResponse& response) {
    Json json = Json::parse(response.body, nullptr, false);
    if (json.is_discarded()) return make_error(Code::kUnavailable, "the master's answer is not JSON");
    return json;
}

class NetLink final : public MasterLink {
  public:
    NetLink(std::unique_ptr<HttpClient> client, NodeIdentity identity)
        : client_(std::move(client)), identity_(std::move(identity)) {}

    Result<AppendAnswer> append(const AppendRequest& request, std::string_view bytes) override {
        GOETIA_ASSIGN(const Json answer, post(kStreamsPath, to_json(request), bytes));
        return append_answer_from(answer);
    }
    Result<ObjectAnswer> put(const ObjectChunk& chunk, std::string_view bytes) override {
        GOETIA_ASSIGN(const Json answer, post(kObjectsPath, to_json(chunk), bytes));
        return object_answer_from(answer);
    }
    Result<std::string> get(const std::string& sha256, std::int64_t begin, std::int64_t end) override {
        if (!is_sha256(sha256)) return invalid("'{}' is no hash", sha256);
        HttpRequest request{.target = path_text(kObjectsPath) + "/" + sha256, .headers = authorized(identity_)};
        request.headers.set("Range", fmt::format("bytes={}-{}", begin, end - 1));
        GOETIA_ASSIGN(HttpResponse response, client_->send(request));
        const bool all = response.status == 200 && begin == 0;
        if (response.status != 206 && !all) return refusal(response, "a request for an object");
        return std::move(response.body);
    }

  private:
    // Repeating a request does no harm: the master's answer says where it is.
    Result<Json> post(std::string_view path, const Json& document, std::string_view bytes) {
        HttpRequest request{.method = "POST", .target = path_text(path), .headers = authorized(identity_)};
        request.headers.set(kRequestHeader, json_text(document));
        request.headers.set("Content-Type", "application/octet-stream");
        request.body = bytes;
        GOETIA_ASSIGN(const HttpResponse response, client_->send(request, {.repeatable = true}));
        if (response.status != 200) return refusal(response, "bytes of an attempt");
        return body_json(response);
    }

    std::unique_ptr<HttpClient> client_;
    NodeIdentity identity_;
};

class NetChannel final : public MasterChannel {
  public:
    NetChannel(NetChannelOptions options, ClientOptions client)
        : options_(std::move(options)), client_(std::move(client)) {}

    Result<std::uint64_t> connect() override {
        GOETIA_ASSIGN(const NodeIdentity identity, who_we_are());
        GOETIA_ASSIGN(socket_,
                      WebSocketClient::open(client_, path_text(kSessionPath), authorized(identity), kSilenceSeconds));
        GOETIA_ASSIGN(const std::optional<std::string> greeting, socket_->receive(kGreetingSeconds));
        const Json json = greeting ? Json::parse(*greeting, nullptr, false) : Json();
        if (!json.is_object() || !json.value("session", Json()).is_number_unsigned()) {
            socket_.reset();
            return make_error(Code::kUnavailable, "the master at '{}' does not greet as one", options_.master);
        }
        const std::scoped_lock lock(mutex_);
        identity_ = identity;
        return json["session"].get<std::uint64_t>();
    }

    Status send(const NodeStatus& status) override { return socket_->send(json_text(to_json(status))); }

    Result<std::optional<NodeDesired>> receive(double seconds) override {
        GOETIA_ASSIGN(const std::optional<std::string> message, socket_->receive(seconds));
        if (!message) return std::optional<NodeDesired>();
        GOETIA_ASSIGN(const Json json, parse_json(*message, "the master's document"));
        GOETIA_ASSIGN(NodeDesired desired, node_desired_from(json));
        return std::optional(std::move(desired));
    }

    // The socket watches for silence itself, by pings, and ends then.
    bool heard() override { return socket_ != nullptr; }

    void close() override {
        if (socket_ != nullptr) socket_->close();
        socket_.reset();
        const std::scoped_lock lock(mutex_);
        identity_.reset();
    }

    std::string signing_key() override {
        const std::scoped_lock lock(mutex_);
        return identity_ ? identity_->signing_key : "";
    }

    std::unique_ptr<MasterLink> open_link() override {
        std::optional<NodeIdentity> identity;
        {
            const std::scoped_lock lock(mutex_);
            identity = identity_;
        }
        if (!identity) return nullptr;
        auto client = HttpClient::create(client_);
        if (!client) return nullptr;
        return std::make_unique<NetLink>(*std::move(client), *identity);
    }

  private:
    // Enrols at the first connection. The identity is on the disk before it is used; a kill before that costs the
    // token.
    Result<NodeIdentity> who_we_are() {
        GOETIA_ASSIGN(std::optional<NodeIdentity> known, read_identity(options_.identity));
        if (known) return *std::move(known);
        if (options_.token.empty())
            return make_error(Code::kDenied,
                              "this node has not enrolled at '{}': give a token with --token ('goetia node token "
                              "create' prints one)",
                              options_.master);
        GOETIA_ASSIGN(const auto client, HttpClient::create(client_));
        HttpRequest request{.method = "POST", .target = path_text(kEnrolPath)};
        request.headers.set("Content-Type", "application/json");
        request.body = json_text({{"token", options_.token}, {"name", options_.name}});
        GOETIA_ASSIGN(const HttpResponse response, client->send(request));
        if (response.status != 200) return refusal(response, "the enrolment");
        GOETIA_ASSIGN(const Json json, body_json(response));
        NodeIdentity identity{json.value("node", ""), json.value("secret", ""), json.value("signing_key", "")};
        if (!is_identifier(identity.node) || identity.secret.empty())
            return make_error(Code::kUnavailable, "the master at '{}' does not enrol as one", options_.master);
        GOETIA_TRY(write_identity(options_.identity, identity));
        return identity;
    }

    NetChannelOptions options_;
    ClientOptions client_;
    std::unique_ptr<WebSocketClient> socket_;
    std::mutex mutex_;
    std::optional<NodeIdentity> identity_;  // while there is a session
};

}  // namespace

Result<std::unique_ptr<MasterChannel>> net_channel(NetChannelOptions options) {
    GOETIA_ASSIGN(ServerAddress address, ServerAddress::parse(options.master));
    if (!address.tls && !is_loopback(address.host))
        return invalid("'{}' is not encrypted and not on this machine: use https", options.master);
    ClientOptions client{.server = std::move(address), .pins = options.pins};
    return std::unique_ptr<MasterChannel>(std::make_unique<NetChannel>(std::move(options), std::move(client)));
}

}  // namespace goetia
