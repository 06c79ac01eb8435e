#include "apps/goetia/master_call.h"

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "apps/goetia/kept_login.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/daemon/master_daemon.h"
#include "net/problem.h"
#include "net/tls.h"
#include "protocol/requests.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

constexpr std::uint64_t kLongestAnswer = std::uint64_t{8} << 30;  // the history of a run with 10^8 points

constexpr const char* kRemedy =
    "start one with 'goetia master', or say where it is: 'goetia login --master https://HOST:8470', or "
    "GOETIA_DATA=DIR for one on this machine";

Result<MasterAccess> access(const MasterOptions& options) {
    const std::string url = variable("GOETIA_MASTER"), token = variable("GOETIA_TOKEN"), data = variable("GOETIA_DATA");
    if (options.data.empty() && !url.empty() && !token.empty()) {
        return MasterAccess{.url = url, .pin = variable("GOETIA_PIN"), .token = token};
    }
    if (options.data.empty() && (data.empty() || !url.empty())) {
        GOETIA_ASSIGN(const std::optional<KeptLogin> kept, kept_login());
        if (kept && (url.empty() || kept->access.url == url)) return kept->access;
        if (!url.empty()) {
            return make_error(Code::kDenied,
                              "GOETIA_MASTER is set, GOETIA_TOKEN is not; set it to a token of that master, or sign in "
                              "with 'goetia login'");
        }
    }
    const fs::path folder = !options.data.empty() ? options.data
                            : !data.empty()       ? fs::path(data)
                                                  : default_master_data();
    Result<MasterAccess> found = access_from(folder);
    if (found) return found;
    const Code code = found.error().code == Code::kNotFound ? Code::kUnavailable : found.error().code;
    return make_error(code, "no master has its data in '{}' ({}); {}", folder.string(), found.error().message, kRemedy);
}

}  // namespace

fs::path default_master_data() {
    const std::string base = variable("XDG_DATA_HOME"), home = variable("HOME");
    if (!base.empty()) return fs::path(base) / "goetia" / "master";
    return fs::path(home.empty() ? "." : home) / ".local" / "share" / "goetia" / "master";
}

void add_master_options(Command& command, MasterOptions& options) {
    command.option("--data", options.data, "Data folder of a master on this machine").metavar("DIR");
}

Result<std::unique_ptr<HttpClient>> client_of(const MasterAccess& access) {
    ClientOptions client{.connect_seconds = 10};
    GOETIA_ASSIGN(client.server, ServerAddress::parse(access.url));
    if (!access.pin.empty()) {
        if (!is_pin(access.pin)) return invalid("'{}' is not a pin: 'sha256//' and 44 letters", access.pin);
        client.pins = {access.pin};
    }
    return HttpClient::create(std::move(client));
}

Result<MasterCall> MasterCall::open(const MasterOptions& options) {
    GOETIA_ASSIGN(const MasterAccess found, access(options));
    GOETIA_ASSIGN(std::unique_ptr<HttpClient> made, client_of(found));
    return MasterCall(std::move(made), found.token);
}

Result<HttpResponse> MasterCall::send(const std::string& method, const std::string& target, std::string body,
                                      const std::string& type, HttpHeaders headers) {
    HttpRequest request{.method = method, .target = target, .headers = std::move(headers), .body = std::move(body)};
    request.headers.set("Authorization", "Bearer " + token_);
    if (!request.body.empty()) request.headers.set("Content-Type", type);
    if (method == "POST") request.headers.set("Idempotency-Key", random_secret());
    Result<HttpResponse> response = client_->send(request, {.body_limit = kLongestAnswer, .repeatable = true});
    if (!response && response.error().code == Code::kUnavailable) {
        return make_error(Code::kUnavailable, "{}; {}", response.error().message, kRemedy);
    }
    if (response && response->status >= 400) return error_from_problem(*response);
    return response;
}

Result<Json> MasterCall::ask(const std::string& method, const std::string& target) {
    GOETIA_ASSIGN(const HttpResponse response, send(method, target, "", ""));
    return parse_json(response.body, "the master's answer");
}

Result<Json> MasterCall::ask(const std::string& method, const std::string& target, const Json& body) {
    GOETIA_ASSIGN(const HttpResponse response, send(method, target, json_text(body), "application/json"));
    return parse_json(response.body, "the master's answer");
}

Result<Json> MasterCall::change(const std::string& target, const Json& body, const std::string& etag) {
    HttpHeaders headers;
    headers.set("If-Match", etag);
    GOETIA_ASSIGN(const HttpResponse response,
                  send("PATCH", target, json_text(body), "application/json", std::move(headers)));
    return parse_json(response.body, "the master's answer");
}

Result<std::string> MasterCall::bytes(const std::string& target) {
    GOETIA_ASSIGN(HttpResponse response, send("GET", target, "", ""));
    return std::move(response.body);
}

Result<std::string> MasterCall::bytes(const std::string& target, std::int64_t offset, std::int64_t count) {
    HttpHeaders headers;
    headers.set("Range", fmt::format("bytes={}-{}", offset, offset + count - 1));
    GOETIA_ASSIGN(HttpResponse response, send("GET", target, "", "", std::move(headers)));
    return std::move(response.body);
}

Result<Json> MasterCall::upload_pieces(const std::string& what, const std::string& sha256, std::int64_t size,
                                       const ReadPiece& read) {
    std::string piece;  // the first one is a question: what is there already?
    std::int64_t offset = 0;
    while (true) {
        const std::string target = fmt::format("/api/objects/{}?bytes={}&offset={}", sha256, size, offset);
        GOETIA_ASSIGN(const HttpResponse response, send("PUT", target, piece, "application/octet-stream"));
        GOETIA_ASSIGN(const Json json, parse_json(response.body, "the master's answer"));
        GOETIA_ASSIGN(const ObjectAnswer answer, object_answer_from(json));
        if (answer.outcome == ObjectOutcome::kWhole) return Json{{"sha256", sha256}, {"bytes", size}};
        if (answer.outcome != ObjectOutcome::kPart)
            return failed("the master did not take {}: {}", what, name_of(answer.outcome));
        offset = answer.length;
        GOETIA_ASSIGN(piece, read(offset, std::min(size - offset, kLargestChunk)));
    }
}

Result<Json> MasterCall::upload(const std::string& bytes, const std::string& sha256, const std::string& what) {
    return upload_pieces(what, sha256, std::ssize(bytes), [&](std::int64_t offset, std::int64_t count) {
        return Result<std::string>(bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(count)));
    });
}

Result<Json> MasterCall::upload(const fs::path& file) {
    GOETIA_ASSIGN(const std::string sha256, sha256_file(file));
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.valid()) return os_error("open", file.string(), errno);
    std::error_code fault;
    const auto size = static_cast<std::int64_t>(fs::file_size(file, fault));
    if (fault) return failed("cannot look at '{}': {}", file.string(), fault.message());
    const auto read = [&](std::int64_t offset, std::int64_t bytes) -> Result<std::string> {
        std::string piece(static_cast<std::size_t>(bytes), '\0');
        const ssize_t count = ::pread(opened.get(), piece.data(), piece.size(), static_cast<off_t>(offset));
        if (count <= 0 && size > offset) return failed("'{}' changed while it was sent", file.string());
        piece.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return piece;
    };
    return upload_pieces("'" + file.string() + "'", sha256, size, read);
}

}  // namespace goetia::cli
