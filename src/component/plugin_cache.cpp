#include "component/plugin_cache.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <sys/file.h>
#include <sys/stat.h>

namespace goetia {
namespace fs = std::filesystem;
namespace {

// The lock comes last: its holder knows that nobody else works on the other files.
constexpr std::array<std::string_view, 5> kEndings{".so", ".log", ".d", ".part", ".lock"};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

Result<double> bound_from(const char* name, double otherwise) {
    const std::string text = variable(name);
    if (text.empty()) return otherwise;
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault == std::errc{} && end == text.data() + text.size() && value >= 0 && value <= 1e9) return value;
    return invalid("{} is '{}'; allowed: a number from 0 to 1000000000; correct it or unset it", name, text);
}

double seconds_of(const struct stat& info) {
    return static_cast<double>(info.st_mtim.tv_sec) + 1e-9 * static_cast<double>(info.st_mtim.tv_nsec);
}

bool is_locked(const std::string& name) {
    const FileDescriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    return file.valid() && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0;
}

// False if it came into use after it was listed.
Result<bool> remove_plugin(const fs::path& cache, const CachedPlugin& plugin) {
    const fs::path stem = cache / plugin.stem;
    const fs::path lock_file = stem.native() + ".lock", library = stem.native() + ".so";
    GOETIA_ASSIGN(const FileDescriptor lock, try_lock_plugin(lock_file));
    if (!lock.valid()) return false;
    const FileDescriptor file(::open(library.c_str(), O_RDONLY | O_CLOEXEC));
    // Locked exclusively until it has no name: whoever opened it meanwhile notices that its name is gone.
    if (file.valid() && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
    for (const std::string_view ending : kEndings) {
        const fs::path part = stem.native() + std::string(ending);
        std::error_code fault;
        fs::remove(part, fault);
        if (fault) return os_error("remove", part.native(), fault.value());
    }
    return true;
}

}  // namespace

Result<fs::path> plugin_cache() {
    if (const std::string own = variable("GOETIA_CACHE"); !own.empty()) return fs::absolute(own) / "plugins";
    if (const std::string base = variable("XDG_CACHE_HOME"); !base.empty())
        return fs::path(base) / "goetia" / "plugins";
    if (const std::string home = variable("HOME"); !home.empty())
        return fs::path(home) / ".cache" / "goetia" / "plugins";
    return not_found("there is no folder for compiled plug-ins; set GOETIA_CACHE or HOME");
}

Result<PluginCacheBounds> plugin_cache_bounds() {
    PluginCacheBounds bounds;
    GOETIA_ASSIGN(const double megabytes,
                  bound_from("GOETIA_PLUGIN_CACHE_MEGABYTES", static_cast<double>(bounds.bytes) / (1 << 20)));
    GOETIA_ASSIGN(const double days, bound_from("GOETIA_PLUGIN_CACHE_DAYS", bounds.age_seconds / 86400));
    bounds.bytes = static_cast<std::int64_t>(megabytes * (1 << 20));
    bounds.age_seconds = days * 86400;
    return bounds;
}

Result<std::vector<CachedPlugin>> list_plugin_cache(const fs::path& cache) {
    std::map<std::string, CachedPlugin> found;
    std::error_code fault;
    for (const fs::directory_entry& entry : fs::directory_iterator(cache, fault)) {
        const fs::path& file = entry.path();
        if (std::ranges::find(kEndings, file.extension().native()) == kEndings.end()) continue;
        struct stat info{};
        if (::lstat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
            continue;  // removed meanwhile, or not one of ours
        CachedPlugin& plugin = found[file.stem()];
        plugin.stem = file.stem();
        plugin.bytes += static_cast<std::int64_t>(info.st_blocks) * 512;
        plugin.used = std::max(plugin.used, seconds_of(info));
    }
    if (fault && fault != std::errc::no_such_file_or_directory)
        return os_error("read the folder", cache.native(), fault.value());
    std::vector<CachedPlugin> list;
    for (auto& [stem, plugin] : found) {
        const std::string path = (cache / stem).native();
        plugin.in_use = is_locked(path + ".lock") || is_locked(path + ".so");
        list.push_back(std::move(plugin));
    }
    return list;
}

std::vector<CachedPlugin> plugins_to_remove(std::vector<CachedPlugin> plugins, const PluginCacheBounds& bounds,
                                            double now) {
    std::ranges::sort(plugins, {}, &CachedPlugin::used);
    std::int64_t bytes = 0;
    for (const CachedPlugin& plugin : plugins) bytes += plugin.bytes;
    std::vector<CachedPlugin> chosen;
    for (const CachedPlugin& plugin : plugins) {
        if (plugin.in_use || (bytes <= bounds.bytes && now - plugin.used <= bounds.age_seconds)) continue;
        bytes -= plugin.bytes;
        chosen.push_back(plugin);
    }
    return chosen;
}

Result<std::vector<CachedPlugin>> trim_plugin_cache(const fs::path& cache, const PluginCacheBounds& bounds,
                                                    WallTime now) {
    GOETIA_ASSIGN(std::vector<CachedPlugin> plugins, list_plugin_cache(cache));
    std::vector<CachedPlugin> removed;
    for (const CachedPlugin& plugin : plugins_to_remove(std::move(plugins), bounds, to_seconds(now))) {
        GOETIA_ASSIGN(const bool gone, remove_plugin(cache, plugin));
        if (gone) removed.push_back(plugin);
    }
    return removed;
}

}  // namespace goetia
