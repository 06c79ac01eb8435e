#include "component/plugin_library.h"

#include <dlfcn.h>

#include "base/files.h"

namespace goetia {
namespace {

// The loader's message, without the path that our message already contains.
std::string loader_reason(const std::filesystem::path& library) {
    const char* message = ::dlerror();
    std::string_view reason = message == nullptr ? "the loader gives no reason" : message;
    if (reason.starts_with(library.native() + ": ")) reason.remove_prefix(library.native().size() + 2);
    return std::string(reason);
}

}  // namespace

std::string plugin_abi_of(std::string_view bytes) {
    const std::size_t mark = bytes.find(kPluginAbiPrefix);
    if (mark == std::string_view::npos) return {};
    const std::string_view rest = bytes.substr(mark + kPluginAbiPrefix.size());
    return std::string(rest.substr(0, rest.find('\0')));
}

Result<void*> open_plugin(const std::filesystem::path& library, const std::string& name, std::string_view abi) {
    GOETIA_ASSIGN(const std::string bytes, read_file(library));
    const std::string found = plugin_abi_of(bytes);
    if (found.empty()) {
        return invalid(
            "'{}' is not a plug-in: it exports no components; write 'GOETIA_COMPONENTS(registry) {{ ... }}' in it, "
            "once",
            name);
    }
    if (found != abi) {
        return invalid(
            "the plug-in '{}' was built for another goetia: found '{}', this one is '{}'; rebuild it, or name its "
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
