#include "launch/programs.h"

#include <cstdlib>
#include <unistd.h>

#include "base/process.h"

namespace goetia {
namespace {

Result<std::filesystem::path> find(const std::string& program, const char* variable) {
    if (const char* named = std::getenv(variable); named != nullptr && *named != '\0') {
        // Absolute: it may be started from another folder.
        if (::access(named, X_OK) == 0) return std::filesystem::absolute(named);
        return not_found("{} names '{}', which is not a program", variable, named);
    }
    std::filesystem::path beside = own_folder() / program;
    if (::access(beside.c_str(), X_OK) == 0) return beside;
    std::error_code code;
    return not_found("no '{}' beside '{}'; build it with './goetia build', or name one with {}", program,
                     std::filesystem::read_symlink("/proc/self/exe", code).native(), variable);
}

}  // namespace

Result<std::filesystem::path> find_runtime() { return find("goetia-runtime", "GOETIA_RUNTIME"); }
Result<std::filesystem::path> find_supervisor() { return find("goetia-supervisor", "GOETIA_SUPERVISOR"); }

}  // namespace goetia
