#include "component/plugin_library.h"

#include <dlfcn.h>

#include "base/files.h"

namespace goetia {
namespace {

// What the loader says, without the path that the message already names.
std::string loader_reason(const std::filesystem::path& library) {
    const char* said = ::dlerror();
    std::string_view reason = said == nullptr ? "the loader gives no reason" : said;
    if (reason.starts_with(library.native() + ": ")) reason.remove_prefix(library.native().size() + 2);
    return std::string(reason);
}

}  // namespace

std::string plugin_abi_of(std::string_view bytes) {
    const std::size_t mark = bytes.find(kPluginMark);
    if (mark == std::string_view::npos) return {};
    const std::string_view rest = bytes.substr(mark + kPluginMark.size());
    return std::string(rest.substr(0, rest.find('\0')));
}

Result<void*> open_plugin(const std::filesystem::path& library, const std::string& name, std::string_view abi) {
    GOETIA_ASSIGN(const std::string bytes, read_file(library));
    const std::string found = plugin_abi_of(bytes);
    if (found.empty()) {
        return invalid(
            "'{}' is no plug-in: it exports no components; write 'GOETIA_COMPONENTS(registry) {{ ... }}' in it, once",
            name);
    }
    if (found != abi) {
        return invalid(
            "the plug-in '{}' was built for another goetia: found '{}', this one is '{}'; build it again, or name its "
            "source",
            name, found, abi);
    }
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        return invalid("cannot load the plug-in '{}': {}; it uses something that this goetia-runtime does not have",
                       name, loader_reason(library));
    }
    void* function = ::dlsym(handle, kPluginFunction);
    if (function == nullptr)
        return invalid("the plug-in '{}' does not export '{}'; write GOETIA_COMPONENTS in it, once", name,
                       kPluginFunction);
    return function;
}

}  // namespace goetia
