#include "agent/session/version_floor.h"

#include "base/files.h"
#include "protocol/runtime_needs.h"

namespace goetia {
namespace {

constexpr std::string_view kName = "goetia-agent ";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Result<std::string> VersionFloor::floor() const {
    if (std::error_code code; !std::filesystem::exists(file_, code)) return std::string();
    GOETIA_ASSIGN(const std::string text, read_file(file_));
    return first_line(text);
}

Status VersionFloor::raise(const std::string& version) const {
    GOETIA_ASSIGN(const std::string before, floor());
    if (version.empty() || version_at_least(before, version)) return {};
    return write_file_atomic(file_, version + "\n");
}

Status VersionFloor::check(const std::string& said) const {
    GOETIA_ASSIGN(const std::string before, floor());
    const std::string line = first_line(said);
    if (!line.starts_with(kName))
        return make_error(Code::kDenied, "the agent's update is not an agent: it says '{}'", line);
    const std::string version = line.substr(kName.size());
    if (version_at_least(version, before)) return {};
    return make_error(Code::kDenied, "the agent's update is version {}, but this node has run {} already", version,
                      before);
}

}  // namespace goetia
