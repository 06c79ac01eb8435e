#include "agent/session/node_identity.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {

Result<std::optional<NodeIdentity>> read_identity(const std::filesystem::path& file) {
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) return std::optional<NodeIdentity>();
    if ((info.st_mode & 077) != 0)
        return make_error(Code::kDenied, "'{}' may be read by others; set its mode to 0600", file.native());
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(const Json json, parse_json(text, file.native()));
    if (!json.is_object() || !json.contains("node") || !json.contains("secret") || !json["node"].is_string() ||
        !json["secret"].is_string())
        return invalid("'{}' must contain 'node' and 'secret'; remove it and enrol the node again", file.native());
    return std::optional(NodeIdentity{json["node"].get<std::string>(), json["secret"].get<std::string>(),
                                      json.value("signing_key", "")});
}

// Never readable by others, not even for a moment.
Status write_identity(const std::filesystem::path& file, const NodeIdentity& identity) {
    const std::filesystem::path temporary = file.native() + ".new";
    ::unlink(temporary.c_str());
    {
        const FileDescriptor opened(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!opened.valid()) return os_error("write", temporary.native(), errno);
        const Json json = {{"node", identity.node}, {"secret", identity.secret}, {"signing_key", identity.signing_key}};
        GOETIA_TRY(write_all(opened.get(), json_text(json) + "\n", temporary));
        if (::fsync(opened.get()) != 0) return os_error("sync", temporary.native(), errno);
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0) return os_error("rename", file.native(), errno);
    return sync_folder(file.parent_path());
}

}  // namespace goetia
