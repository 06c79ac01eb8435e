#include "launch/programs.h"

#include <cstdlib>
#include <unistd.h>

#include "base/process.h"

namespace goetia {
namespace {

Result<std::filesystem::path> find(const std::string& program, const char* variable) {
    if (const char* named = std::getenv(variable); named != nullptr && *named != '\0') {
        // Absolute, since it may be started from another folder.
        if (::access(named, X_OK) == 0) return std::filesystem::absolute(named);
        return not_found("{} names '{}', which is not an executable program", variable, named);
    }
    std::filesystem::path candidate = own_folder() / program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    std::error_code code;
    return not_found("no '{}' next to '{}'; build it with './goetia build', or name one with {}", program,
                     std::filesystem::read_symlink("/proc/self/exe", code).native(), variable);
}

}  // namespace

Result<std::filesystem::path> find_runtime() { return find("goetia-runtime", "GOETIA_RUNTIME"); }
Result<std::filesystem::path> find_supervisor() { return find("goetia-supervisor", "GOETIA_SUPERVISOR"); }

}  // namespace goetia
