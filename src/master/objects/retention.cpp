#include "master/objects/retention.h"

#include <algorithm>

#include <sys/stat.h>

#include "protocol/names.h"

namespace goetia {
namespace {

bool holds_any(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return std::ranges::any_of(some, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
}

void plan_checkpoints(const RetentionRule& rule, const RetainedExperiment& experiment,
                      std::vector<RetentionStep>& steps) {
    if (rule.kept_checkpoints < 0 || !experiment.has_ended) return;
    std::vector<RetainedFile> files;
    for (const RetainedFile& file : experiment.files) {
        if (file.path.starts_with("checkpoints/checkpoint_epoch_")) files.push_back(file);
    }
    std::ranges::sort(files, [](const RetainedFile& a, const RetainedFile& b) {
        return a.created_at != b.created_at ? a.created_at > b.created_at : a.path > b.path;
    });
    for (auto i = static_cast<std::size_t>(rule.kept_checkpoints); i < files.size(); ++i)
        steps.push_back({experiment.id, files[i].path, files[i].bytes,
                         fmt::format("{} newer checkpoints are kept", rule.kept_checkpoints)});
}

constexpr std::string_view kDeletedSuffix = ".deleted";

// What is free when the folder goes: files with another name elsewhere stay.
std::int64_t sole_bytes(const std::filesystem::path& folder) {
    std::int64_t bytes = 0;
    std::error_code code;
    for (std::filesystem::recursive_directory_iterator entry(folder, code), end; !code && entry != end;
         entry.increment(code)) {
        struct stat info{};
        if (::lstat(entry->path().c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1)
            bytes += static_cast<std::int64_t>(info.st_blocks) * 512;
    }
    return bytes;
}

}  // namespace

std::vector<RetentionStep> plan_retention(const RetentionRule& rule, std::vector<RetainedExperiment> experiments,
                                          double now) {
    std::ranges::sort(experiments, [](const RetainedExperiment& a, const RetainedExperiment& b) {
        return a.updated_at != b.updated_at ? a.updated_at > b.updated_at : a.id > b.id;
    });
    std::vector<RetentionStep> steps;
    for (std::size_t i = 0; i < experiments.size(); ++i) {
        const RetainedExperiment& one = experiments[i];
        const double days = (now - one.updated_at) / 86'400;
        const bool is_old = rule.days > 0 && days > rule.days;
        const bool is_chosen = rule.states.empty() || std::ranges::find(rule.states, one.state) != rule.states.end();
        if (one.has_ended && is_old && is_chosen && i >= rule.kept_newest && !holds_any(one.tags, rule.kept_tags))
            steps.push_back(
                {one.id, "", one.bytes,
                 fmt::format("it has been {} for {:.0f} days, {:g} are allowed", one.state, days, rule.days)});
        else plan_checkpoints(rule, one, steps);
    }
    return steps;
}

Result<std::int64_t> delete_experiment_files(const std::filesystem::path& data, const std::string& id) {
    if (!is_identifier(id)) return not_found("no experiment '{}'", id);
    std::int64_t bytes = 0;
    bool is_there = false;
    for (const std::filesystem::path& folder : {data / "experiments" / id, data / "series" / id}) {
        std::error_code code;
        if (!std::filesystem::exists(folder, code)) continue;
        is_there = true;
        bytes += sole_bytes(folder);
        // Renamed first, so that a partly deleted experiment never looks complete.
        const std::filesystem::path away = folder.parent_path() / ("." + id + std::string(kDeletedSuffix));
        std::filesystem::remove_all(away, code);
        if (!code) std::filesystem::rename(folder, away, code);
        if (!code) std::filesystem::remove_all(away, code);
        if (code) return os_error("remove", folder.native(), code.value());
    }
    if (!is_there) return not_found("no experiment '{}'", id);
    return bytes;
}

Result<std::int64_t> delete_leftovers(const std::filesystem::path& data, bool is_dry) {
    std::int64_t bytes = 0;
    for (const std::filesystem::path& parent : {data / "experiments", data / "series"}) {
        std::vector<std::filesystem::path> leftovers;
        std::error_code code;
        for (std::filesystem::directory_iterator entry(parent, code), end; !code && entry != end;
             entry.increment(code)) {
            const std::string name = entry->path().filename().string();
            if (name.starts_with(".") && name.ends_with(kDeletedSuffix)) leftovers.push_back(entry->path());
        }
        for (const std::filesystem::path& leftover : leftovers) {
            bytes += sole_bytes(leftover);
            if (!is_dry) std::filesystem::remove_all(leftover, code);
            if (!is_dry && code) return os_error("remove", leftover.native(), code.value());
        }
    }
    return bytes;
}

}  // namespace goetia
