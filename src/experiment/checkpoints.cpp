#include "experiment/checkpoints.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <limits>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "manifest.json";

Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json entry_json(const CheckpointEntry& entry) {
    Json metrics = Json::object();
    for (const auto& [name, value] : entry.metrics) metrics[name] = number_or_null(value);
    return {{"file", entry.file},   {"kind", entry.kind}, {"sha256", entry.sha256}, {"bytes", entry.bytes},
            {"epoch", entry.epoch}, {"step", entry.step}, {"metrics", metrics}};
}

CheckpointEntry entry_from_json(const Json& json) {
    CheckpointEntry entry;
    entry.file = json.at("file").get<std::string>();
    entry.kind = json.at("kind").get<std::string>();
    entry.sha256 = json.at("sha256").get<std::string>();
    entry.bytes = json.at("bytes").get<std::uintmax_t>();
    entry.epoch = json.at("epoch").get<std::int64_t>();
    entry.step = json.at("step").get<std::int64_t>();
    for (const auto& [name, value] : json.at("metrics").items()) {
        entry.metrics[name] = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
    }
    return entry;
}

Result<std::vector<CheckpointEntry>> read_manifest(const fs::path& path) {
    std::error_code code;
    if (!fs::exists(path, code)) return std::vector<CheckpointEntry>();
    GOETIA_ASSIGN(const std::string text, read_file(path));
    std::vector<CheckpointEntry> entries;
    try {
        const Json document = Json::parse(text);
        for (const Json& entry : document.at("checkpoints")) entries.push_back(entry_from_json(entry));
    } catch (const Json::exception& fault) {
        return invalid("checkpoint manifest '{}' is damaged: {}", path.native(), fault.what());
    }
    return entries;
}

Status write_manifest(const fs::path& path, const std::vector<CheckpointEntry>& entries) {
    Json list = Json::array();
    for (const CheckpointEntry& entry : entries) list.push_back(entry_json(entry));
    return write_file_atomic(
        path, Json{{"format", 1}, {"checkpoints", list}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

// Files of a save that was interrupted, and checkpoints that are not in the manifest.
bool is_stray(const std::string& name, const std::vector<CheckpointEntry>& entries) {
    const bool unfinished = name.starts_with(".") || name.find(".part.") != std::string::npos;
    const bool known =
        std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return entry.file == name; });
    return !known && (unfinished || name.ends_with(".pth"));
}

void remove_strays(const fs::path& folder, const std::vector<CheckpointEntry>& entries) {
    std::vector<fs::path> strays;
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        if (is_stray(entry->path().filename().native(), entries)) strays.push_back(entry->path());
    }
    for (const fs::path& stray : strays)
        fs::remove(stray, code);  // only disk space is lost; the next publish() tries again
}

bool newer(const CheckpointEntry& a, const CheckpointEntry& b) {
    return a.step != b.step ? a.step > b.step : (a.kind == "last") > (b.kind == "last");
}

}  // namespace

Result<CheckpointManifest> CheckpointManifest::open(const fs::path& checkpoints_folder) {
    CheckpointManifest manifest;
    manifest.folder_ = checkpoints_folder;
    GOETIA_ASSIGN(manifest.entries_, read_manifest(checkpoints_folder / kManifest));
    for (const CheckpointEntry& entry : manifest.entries_) {
        // Runs from before 2026-11-30 were listed under their staged name.
        for (const fs::path& complete : {manifest.complete(entry), manifest.staged(entry.file)}) {
            std::error_code code;
            if (!fs::exists(complete, code)) continue;
            const Result<std::string> sum = sha256_file(complete);
            if (!sum || *sum != entry.sha256) continue;  // an interrupted save, or one in progress
            // ENOENT: its writer has renamed it meanwhile.
            if (::rename(complete.c_str(), (checkpoints_folder / entry.file).c_str()) != 0 && errno != ENOENT)
                return os_error("rename", complete.native(), errno);
        }
    }
    return manifest;
}

// Named for its content: what a reader renames is what it has verified, however far the writer is meanwhile.
fs::path CheckpointManifest::complete(const CheckpointEntry& entry) const {
    return folder_ / fmt::format(".{}.{}", entry.file, entry.sha256);
}

fs::path CheckpointManifest::staged(std::string_view file) const { return folder_ / fmt::format(".{}.new", file); }

Status CheckpointManifest::publish(CheckpointEntry entry) {
    const fs::path from = staged(entry.file);
    std::error_code code;
    if (!fs::exists(from, code))
        return not_found("cannot publish checkpoint '{}': '{}' was not written", entry.file, from.native());
    std::vector<CheckpointEntry> entries = entries_;
    std::erase_if(entries, [&](const CheckpointEntry& old) { return old.file == entry.file; });
    entries.push_back(std::move(entry));
    const CheckpointEntry& published = entries.back();
    const fs::path ready = complete(published);
    if (::rename(from.c_str(), ready.c_str()) != 0) return os_error("rename", from.native(), errno);
    GOETIA_TRY(write_manifest(folder_ / kManifest, entries));
    entries_ = entries;
    if (::rename(ready.c_str(), (folder_ / published.file).c_str()) != 0) {
        // A reader's open() may have renamed it between the two calls.
        const int reason = errno;
        if (reason != ENOENT || !verify(published)) return os_error("rename", ready.native(), reason);
    }
    GOETIA_TRY(sync_folder(folder_));
    remove_strays(folder_, entries_);
    return {};
}

Status CheckpointManifest::prune(int keep) {
    std::vector<CheckpointEntry> sorted = entries_;
    std::stable_sort(sorted.begin(), sorted.end(), newer);
    std::vector<CheckpointEntry> kept;
    int epochs = 0, bests = 0;
    for (const CheckpointEntry& entry : sorted) {
        // Each "best" was better than the previous ones, so the newest is the best.
        const bool goes =
            (entry.kind == "epoch" && keep >= 0 && ++epochs > keep) || (entry.kind == "best" && ++bests > 1);
        if (!goes) kept.push_back(entry);
    }
    if (kept.size() == entries_.size()) return {};
    std::reverse(kept.begin(), kept.end());  // oldest first, the order in which publish() adds them
    // The manifest drops them first: after a crash in between they are strays, which the next publish() removes.
    GOETIA_TRY(write_manifest(folder_ / kManifest, kept));
    entries_ = std::move(kept);
    remove_strays(folder_, entries_);
    return {};
}

Status CheckpointManifest::verify(const CheckpointEntry& entry) const {
    const fs::path path = folder_ / entry.file;
    std::error_code code;
    const std::uintmax_t bytes = fs::file_size(path, code);
    if (code == std::errc::no_such_file_or_directory)
        return not_found("checkpoint '{}' is missing from '{}'", entry.file, folder_.native());
    if (code) return os_error("read", path.native(), code.value());
    if (bytes != entry.bytes) {
        return invalid("checkpoint '{}' is damaged: it has {} bytes, {} were written", path.native(), bytes,
                       entry.bytes);
    }
    GOETIA_ASSIGN(const std::string sum, sha256_file(path));
    if (sum != entry.sha256) {
        return invalid("checkpoint '{}' is damaged: its SHA-256 is {}..., the manifest says {}...", path.native(),
                       sum.substr(0, 12), entry.sha256.substr(0, 12));
    }
    return {};
}

Result<CheckpointManifest::Choice> CheckpointManifest::newest_intact() const {
    std::vector<CheckpointEntry> sorted = entries_;
    std::stable_sort(sorted.begin(), sorted.end(), newer);
    Choice choice;
    for (const CheckpointEntry& entry : sorted) {
        Status intact = verify(entry);
        if (intact) {
            choice.entry = entry;
            return choice;
        }
        choice.damaged.push_back(intact.error().message);
    }
    if (choice.damaged.empty()) return not_found("there is no checkpoint in '{}' to resume from", folder_.native());
    Error error = failed("none of the {} checkpoints in '{}' is intact; the run must start over", choice.damaged.size(),
                         folder_.native());
    for (const std::string& sentence : choice.damaged) error.faults.push_back({.message = sentence});
    return error;
}

std::string best_checkpoint_name(std::string_view metric, double value, std::int64_t epoch) {
    std::string name(metric.substr(metric.rfind('/') + 1));  // npos + 1 is 0
    if (name == "accuracy_top1" || name == "accuracy") name = "acc";
    if (name.starts_with("accuracy_top")) name = "acc" + name.substr(12);
    for (char& c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!plain) c = '_';
    }
    return fmt::format("best_{}_{:.4f}_epoch_{}.pth", name, value, epoch);
}

}  // namespace goetia
