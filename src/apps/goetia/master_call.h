// Commands that ask a master: where it is, who asks, and the answers as results.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "apps/goetia/options.h"
#include "base/json_fwd.h"
#include "master/daemon/master_daemon.h"
#include "net/client.h"

namespace goetia::cli {

struct MasterOptions {
    std::filesystem::path data;  // of a master on this machine
};

// --data, or the variables: GOETIA_MASTER and GOETIA_TOKEN (and GOETIA_PIN for a master with a key of its own),
// GOETIA_DATA; without them what 'goetia login' kept, or else a master on this machine.
void add_master_options(Command& command, MasterOptions& options);

// Where a master of this user keeps its data, unless another folder is given.
std::filesystem::path default_master_data();

// A client of the master that is meant; its key is the pinned one, if there is a pin.
Result<std::unique_ptr<HttpClient>> client_of(const MasterAccess& access);

class MasterCall {
  public:
    static Result<MasterCall> open(const MasterOptions& options);

    // The document that is answered; a problem becomes the Error that the master has.
    Result<Json> ask(const std::string& method, const std::string& target);
    Result<Json> ask(const std::string& method, const std::string& target, const Json& body);
    // The same with If-Match: only if it is still what its ETag says.
    Result<Json> change(const std::string& target, const Json& body, const std::string& etag);
    Result<std::string> bytes(const std::string& target);
    Result<std::string> bytes(const std::string& target, std::int64_t offset, std::int64_t count);  // a part of a file
    // Sends a file in pieces, as an object by its hash; what is there already is not sent again. Answers {sha256,
    // bytes}.
    Result<Json> upload(const std::filesystem::path& file);
    Result<Json> upload(const std::string& bytes, const std::string& sha256, const std::string& what);

  private:
    MasterCall(std::unique_ptr<HttpClient> client, std::string token)
        : client_(std::move(client)), token_(std::move(token)) {}
    Result<HttpResponse> send(const std::string& method, const std::string& target, std::string body,
                              const std::string& type, HttpHeaders headers = {});

    // At most so many bytes from an offset on; fewer only at the end.
    using ReadPiece = std::function<Result<std::string>(std::int64_t offset, std::int64_t bytes)>;
    Result<Json> upload_pieces(const std::string& what, const std::string& sha256, std::int64_t size,
                               const ReadPiece& read);

    std::unique_ptr<HttpClient> client_;
    std::string token_;
};

}  // namespace goetia::cli
