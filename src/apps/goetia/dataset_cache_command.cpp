// goetia dataset cache: what `setup` keeps, and getting rid of it.
#include <cstdio>
#include <iostream>

#include <unistd.h>

#include "apps/goetia/command.h"
#include "fetch/cache/cache.h"
#include "fetch/catalogue/amounts.h"

namespace goetia::cli {
namespace {

struct CacheOptions {
    std::string cache = default_cache().native();
    std::string older, keep;
    bool yes = false;
};

Json to_json(const CachedSet& set) {
    return {{"name", set.name},
            {"title", set.title},
            {"dir", set.folder.native()},
            {"bytes", set.bytes},
            {"download_bytes", set.downloads},
            {"ready", set.ready},
            {"in_use", set.in_use},
            {"used", iso_time(WallTime(std::chrono::seconds(static_cast<std::int64_t>(set.used))))}};
}

std::string text_of(const CachedSet& set) {
    const WallTime used(std::chrono::seconds(static_cast<std::int64_t>(set.used)));
    return fmt::format("{:<16}{:>10}  used {}  {}{}\n", set.name, bytes_text(set.bytes), readable_local_time(used),
                       set.ready ? "ready" : "interrupted; 'setup' resumes it", set.in_use ? ", in use" : "");
}

Result<Outcome> list(const CacheOptions& options) {
    GOETIA_ASSIGN(const std::vector<CachedSet> sets, list_cache(options.cache));
    GOETIA_ASSIGN(const std::int64_t free, free_bytes(options.cache));
    Outcome outcome{.json = {{"cache", options.cache}, {"sets", Json::array()}, {"bytes", 0}, {"free", free}}};
    std::int64_t bytes = 0;
    for (const CachedSet& set : sets) {
        outcome.json["sets"].push_back(to_json(set));
        outcome.text += text_of(set);
        bytes += set.bytes;
    }
    outcome.json["bytes"] = bytes;
    outcome.text += fmt::format("{} in {} sets below {}; {} free there\n", bytes_text(bytes), sets.size(),
                                options.cache, bytes_text(free));
    return outcome;
}

// On a terminal the user is asked; otherwise --yes is required.
Status confirm(const std::vector<CachedSet>& chosen, const CacheOptions& options) {
    if (options.yes || chosen.empty()) return {};
    std::string what;
    for (const CachedSet& set : chosen) what += "  " + text_of(set);
    if (::isatty(STDIN_FILENO) != 1)
        return make_error(Code::kWrongState, "{} sets would be removed; use --yes to do it:\n{}", chosen.size(), what);
    std::fputs(fmt::format("these will be removed:\n{}remove them? [y/N] ", what).c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "y" || answer == "yes") return {};
    return make_error(Code::kCancelled, "nothing was removed");
}

Result<Outcome> clean(const CacheOptions& options) {
    CleanOptions rules;
    if (!options.older.empty()) {
        GOETIA_ASSIGN(rules.older_seconds, parse_age(options.older));
    }
    if (!options.keep.empty()) {
        GOETIA_ASSIGN(rules.keep_bytes, parse_bytes(options.keep));
    }
    GOETIA_ASSIGN(const std::vector<CachedSet> sets, list_cache(options.cache));
    const std::vector<CachedSet> chosen = choose_to_remove(sets, rules, to_seconds(now()));
    GOETIA_TRY(confirm(chosen, options));
    Outcome outcome{
        .json = {{"cache", options.cache}, {"removed", Json::array()}, {"in_use", Json::array()}, {"bytes", 0}}};
    std::int64_t bytes = 0;
    for (const CachedSet& set : chosen) {
        GOETIA_TRY(remove_cached(options.cache, set.name));
        outcome.json["removed"].push_back(set.name);
        outcome.text += fmt::format("removed {} ({})\n", set.name, bytes_text(set.bytes));
        bytes += set.bytes;
    }
    for (const CachedSet& set : sets) {
        if (!set.in_use) continue;
        outcome.json["in_use"].push_back(set.name);
        outcome.text += fmt::format("kept {}: it is in use\n", set.name);
    }
    outcome.json["bytes"] = bytes;
    outcome.text += fmt::format("{} were freed\n", bytes_text(bytes));
    return outcome;
}

}  // namespace

void add_dataset_cache(Command& dataset, Context& context) {
    const auto options = std::make_shared<CacheOptions>();
    Command& cache = dataset.command("cache", "Lists and removes the sets that setup keeps");
    cache.needs_command();
    Command& list_command = cache.command("list", "What is kept, how large it is, when it was last used");
    Command& clean_command = cache.command("clean", "Removes everything, or what the options select");
    for (Command* command : {&list_command, &clean_command})
        command->option("--cache", options->cache, "Where the sets are kept").show_default();
    clean_command.option("--older", options->older, "Only what was not used for so long: 30d, 12h");
    clean_command.option("--keep", options->keep, "So much may stay, the latest used first: 10GB");
    clean_command.flag("--yes", options->yes, "Do not ask");
    clean_command.footer("A set in use is never removed.");
    context.on(list_command, [options] { return list(*options); });
    context.on(clean_command, [options] { return clean(*options); });
}

}  // namespace goetia::cli
