#include "exporters/runtimes/runtime_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>

namespace goetia {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder, const std::string& stem) {
    std::vector<fs::path> found;
    std::error_code code;
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
        const std::string name = at->path().filename().native();
        if (name.starts_with(stem + ".so")) found.push_back(at->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

// What is tried, in this order. A variable that is set is the only answer.
std::vector<fs::path> places_of(const char* variable, const std::string& stem) {
    if (const char* named = std::getenv(variable); named != nullptr && *named != '\0') {
        std::error_code code;
        return fs::is_directory(named, code) ? files_in(named, stem) : std::vector<fs::path>{named};
    }
    std::error_code code;
    const fs::path program = fs::read_symlink("/proc/self/exe", code);
    std::vector<fs::path> places = files_in(program.parent_path().parent_path() / "lib", stem);
    places.emplace_back(stem + ".so");
    return places;
}

}  // namespace

Result<RuntimeLibrary> RuntimeLibrary::find(const char* variable, const std::string& stem, const std::string& product) {
    std::string reason;
    for (const fs::path& place : places_of(variable, stem)) {
        RuntimeLibrary library;
        library.handle_ = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
        library.file_ = place;
        if (library.handle_ != nullptr) return library;
        reason = fmt::format(": {}", ::dlerror());
    }
    return not_found("{} is not on this machine{}; set {} to its library '{}.so' or the folder that holds it", product,
                     reason, variable, stem);
}

void* RuntimeLibrary::address(const char* name) const { return ::dlsym(handle_, name); }

}  // namespace goetia
