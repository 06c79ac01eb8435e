// goetia component cache: lists and removes the compiled plug-ins of this machine. Nothing is lost: a removed one is
// compiled again when needed.
#include "apps/goetia/command.h"
#include "component/plugin_cache.h"
#include "fetch/catalogue/amounts.h"

namespace goetia::cli {
namespace {

struct CleanWords {
    std::string older, keep;
};

Json to_json(const CachedPlugin& plugin) {
    return {{"name", plugin.stem},
            {"bytes", plugin.bytes},
            {"in_use", plugin.in_use},
            {"used", iso_time(WallTime(std::chrono::seconds(static_cast<std::int64_t>(plugin.used))))}};
}

std::string text_of(const CachedPlugin& plugin) {
    const WallTime used(std::chrono::seconds(static_cast<std::int64_t>(plugin.used)));
    return fmt::format("{:<48}{:>10}  used {}{}\n", plugin.stem, bytes_text(plugin.bytes), readable_local_time(used),
                       plugin.in_use ? ", in use" : "");
}

Outcome outcome_of(const std::filesystem::path& cache, const char* key, const std::vector<CachedPlugin>& plugins) {
    Outcome outcome{.json = {{"cache", cache.native()}, {key, Json::array()}, {"bytes", 0}}};
    std::int64_t bytes = 0;
    for (const CachedPlugin& plugin : plugins) {
        outcome.json[key].push_back(to_json(plugin));
        outcome.text += text_of(plugin);
        bytes += plugin.bytes;
    }
    outcome.json["bytes"] = bytes;
    return outcome;
}

Result<Outcome> list() {
    GOETIA_ASSIGN(const std::filesystem::path cache, plugin_cache());
    GOETIA_ASSIGN(const PluginCacheBounds bounds, plugin_cache_bounds());
    GOETIA_ASSIGN(const std::vector<CachedPlugin> plugins, list_plugin_cache(cache));
    Outcome outcome = outcome_of(cache, "plugins", plugins);
    outcome.text += fmt::format("{} in {} plug-ins below {}; the limits are {} and {:g} days without use\n",
                                bytes_text(outcome.json["bytes"].get<std::int64_t>()), plugins.size(), cache.native(),
                                bytes_text(bounds.bytes), bounds.age_seconds / 86400);
    return outcome;
}

// Without options everything is removed.
Result<PluginCacheBounds> bounds_of(const CleanWords& words) {
    if (words.older.empty() && words.keep.empty()) return PluginCacheBounds{.bytes = 0, .age_seconds = 0};
    GOETIA_ASSIGN(PluginCacheBounds bounds, plugin_cache_bounds());
    if (!words.older.empty()) {
        GOETIA_ASSIGN(bounds.age_seconds, parse_age(words.older));
    }
    if (!words.keep.empty()) {
        GOETIA_ASSIGN(bounds.bytes, parse_bytes(words.keep));
    }
    return bounds;
}

Result<Outcome> clean(const CleanWords& words) {
    GOETIA_ASSIGN(const std::filesystem::path cache, plugin_cache());
    GOETIA_ASSIGN(const PluginCacheBounds bounds, bounds_of(words));
    GOETIA_ASSIGN(const std::vector<CachedPlugin> removed, trim_plugin_cache(cache, bounds, now()));
    Outcome outcome = outcome_of(cache, "removed", removed);
    outcome.text += fmt::format("{} were freed\n", bytes_text(outcome.json["bytes"].get<std::int64_t>()));
    return outcome;
}

}  // namespace

void add_component_cache_command(Command& component, Context& context) {
    const auto words = std::make_shared<CleanWords>();
    Command& cache = component.command("cache", "Lists and removes the compiled plug-ins of this machine");
    cache.needs_command();
    Command& list_command = cache.command("list", "What is cached, how large it is, when it was last used");
    Command& clean_command = cache.command("clean", "Removes everything, or what the options select");
    clean_command.option("--older", words->older, "Only what was not used for so long: 30d, 12h");
    clean_command.option("--keep", words->keep, "So much may stay, the latest used first: 500MB");
    clean_command.footer("A plug-in in use is never removed; a removed one is compiled again when it is needed.");
    context.on(list_command, [] { return list(); });
    context.on(clean_command, [words] { return clean(*words); });
}

}  // namespace goetia::cli
