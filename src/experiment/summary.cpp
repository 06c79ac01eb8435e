#include "experiment/summary.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fcntl.h>
#include <set>
#include <unistd.h>

#include "base/files.h"
#include "config/config.h"

namespace goetia {
namespace {

template <class T>
T value_of(const Json& body, const char* key, T fallback) {
    const auto found = body.find(key);
    if (found == body.end()) return fallback;
    if constexpr (std::is_same_v<T, std::string>) return found->is_string() ? found->template get<T>() : fallback;
    else return found->is_number() ? found->template get<T>() : fallback;
}

void take_epoch(RunSummary& summary, const EpochRecord& epoch, bool watched_lower) {
    summary.epochs_done = std::max(summary.epochs_done, epoch.epoch);
    summary.steps_done = std::max(summary.steps_done, epoch.step);
    summary.seconds += epoch.seconds;
    summary.seconds_waiting += epoch.seconds_waiting;
    for (const auto& [name, value] : epoch.metrics) {
        summary.final_metrics[name] = value;
        if (std::isnan(value)) continue;
        const bool lower = name == summary.watched ? watched_lower : lower_is_better(name);
        const auto [best, first] = summary.best_metrics.try_emplace(name, value);
        const bool better = first || (lower ? value < best->second : value > best->second);
        if (!better) continue;
        best->second = value;
        if (name == summary.watched) summary.best = value, summary.best_epoch = epoch.epoch;
    }
}

template <class R>
void take_times(RunSummary& summary, const std::vector<R>& records) {
    for (const R& record : records) {
        if (record.time > 0 && (summary.started == 0 || record.time < summary.started)) summary.started = record.time;
        summary.updated = std::max(summary.updated, record.time);
    }
}

// The same sample is skipped, and noted, in every epoch.
void take_notes(RunSummary& summary, const std::vector<NoteRecord>& notes) {
    std::set<std::pair<std::string, std::string>> samples;
    for (const NoteRecord& note : notes) {
        if (const auto* skipped = std::get_if<SkippedSampleNote>(&note))
            samples.emplace(skipped->split, skipped->sample);
    }
    summary.skipped_samples = static_cast<std::int64_t>(samples.size());
}

void take_checkpoints(RunSummary& summary, const RunHistory& history) {
    std::int64_t newest = -1, newest_best = -1;
    for (const CheckpointRecord& one : history.checkpoints) {
        const bool best = one.kind == "best";
        if (best && one.step >= newest_best) newest_best = one.step, summary.best_checkpoint = one.path;
        if (!best && one.step >= newest) newest = one.step, summary.last_checkpoint = one.path;
        summary.steps_done = std::max(summary.steps_done, one.step);
    }
    if (summary.last_checkpoint.empty()) summary.last_checkpoint = summary.best_checkpoint;
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

template <class T>
std::optional<T> optional_of(const Json& body, const char* key) {
    const auto found = body.find(key);
    return found != body.end() && found->is_number() ? std::optional<T>(found->get<T>()) : std::nullopt;
}

// The stored summary, if nothing was journaled since.
std::optional<RunSummary> stored_summary(const ExperimentFolder& folder) {
    const auto text = read_file(folder.summary());
    if (!text) return std::nullopt;
    const Json kept = Json::parse(*text, nullptr, false);
    if (!kept.is_object() || !kept.contains("summary")) return std::nullopt;
    if (!is_up_to_date(folder, position_from_json(kept))) return std::nullopt;
    return summary_from_json(kept["summary"]);
}

}  // namespace

bool lower_is_better(std::string_view metric) {
    for (const std::string_view part : {"loss", "error", "mae", "mse", "seconds", "perplexity"}) {
        if (metric.find(part) != std::string_view::npos) return true;
    }
    return false;
}

RunSettings run_settings(const Json& document) {
    RunSettings settings;
    const auto section = [&document](const char* name) {
        const auto found = document.find(name);
        return found != document.end() && found->is_object() ? *found : Json::object();
    };
    const Json experiment = section("experiment"), training = section("training"), checkpoint = section("checkpoint");
    settings.name = value_of<std::string>(experiment, "name", "");
    settings.seed = optional_of<std::int64_t>(experiment, "seed");
    settings.epochs = optional_of<std::int64_t>(training, "epochs");
    settings.watched = value_of<std::string>(checkpoint, "best_metric", "");
    if (const auto mode = value_of<std::string>(checkpoint, "best_mode", ""); mode == "min" || mode == "max")
        settings.lower_is_better = mode == "min";
    return settings;
}

RunSettings with_attempt(RunSettings settings, const RunHistory& history) {
    if (settings.watched == "auto") settings.watched = "";
    if (history.attempts.empty()) return settings;
    const AttemptRecord& newest = history.attempts.back();
    if (settings.watched.empty()) settings.watched = newest.best_metric;
    if (!settings.lower_is_better && settings.watched == newest.best_metric && !newest.best_mode.empty())
        settings.lower_is_better = newest.best_mode == "min";
    return settings;
}

RunSettings read_run_settings(const ExperimentFolder& folder) {
    const auto text = read_file(folder.config());
    if (!text) return {};
    const auto document = parse_yaml(*text, folder.config().native());
    return document && document->is_object() ? run_settings(*document) : RunSettings();
}

RunSummary summarise(const std::string& id, const RunSettings& asked, const RunHistory& history) {
    const RunSettings settings = with_attempt(asked, history);
    RunSummary summary{
        .id = id, .name = settings.name, .seed = settings.seed, .epochs = settings.epochs, .watched = settings.watched};
    summary.attempts = static_cast<int>(history.attempts.size());
    if (!history.attempts.empty()) summary.state = ExperimentState::kRunning;
    if (history.states.size() > history.earlier_states) {
        summary.state = history.states.back().state;
        summary.reason = history.states.back().reason;
    }
    const bool watched_lower = settings.lower_is_better.value_or(lower_is_better(settings.watched));
    double images = 0;
    for (const EpochRecord& epoch : history.epochs) {
        take_epoch(summary, epoch, watched_lower);
        images += epoch.images;
    }
    if (summary.seconds > 0) summary.images_per_second = images / summary.seconds;
    take_times(summary, history.attempts);
    take_times(summary, history.states);
    take_times(summary, history.epochs);
    summary.updated = std::max(summary.updated, history.last_time);
    summary.steps_done = std::max(summary.steps_done, history.last_step);
    take_checkpoints(summary, history);
    take_notes(summary, history.notes);
    return summary;
}

Json to_json(const RunSummary& s) {
    return {{"id", s.id},
            {"name", s.name},
            {"state", state_name(s.state)},
            {"reason", s.reason},
            {"seed", or_null(s.seed)},
            {"attempts", s.attempts},
            {"epochs_done", s.epochs_done},
            {"epochs", or_null(s.epochs)},
            {"steps_done", s.steps_done},
            {"started", s.started},
            {"updated", s.updated},
            {"seconds", s.seconds},
            {"seconds_waiting", s.seconds_waiting},
            {"images_per_second", s.images_per_second},
            {"skipped_samples", s.skipped_samples},
            {"watched", s.watched},
            {"best", or_null(s.best)},
            {"best_epoch", or_null(s.best_epoch)},
            {"final_metrics", metrics_to_json(s.final_metrics)},
            {"best_metrics", metrics_to_json(s.best_metrics)},
            {"last_checkpoint", s.last_checkpoint},
            {"best_checkpoint", s.best_checkpoint}};
}

std::optional<RunSummary> summary_from_json(const Json& json) {
    const auto state = json.is_object() ? state_from_name(value_of<std::string>(json, "state", "")) : std::nullopt;
    if (!state || !json.contains("final_metrics") || !json.contains("best_metrics")) return std::nullopt;
    RunSummary s;
    s.id = value_of<std::string>(json, "id", "");
    s.name = value_of<std::string>(json, "name", "");
    s.state = *state;
    s.reason = value_of<std::string>(json, "reason", "");
    s.seed = optional_of<std::int64_t>(json, "seed");
    s.attempts = value_of<int>(json, "attempts", 0);
    s.epochs_done = value_of<std::int64_t>(json, "epochs_done", 0);
    s.epochs = optional_of<std::int64_t>(json, "epochs");
    s.steps_done = value_of<std::int64_t>(json, "steps_done", 0);
    s.started = value_of<double>(json, "started", 0);
    s.updated = value_of<double>(json, "updated", 0);
    s.seconds = value_of<double>(json, "seconds", 0);
    s.seconds_waiting = value_of<double>(json, "seconds_waiting", 0);
    s.images_per_second = value_of<double>(json, "images_per_second", 0);
    s.skipped_samples = value_of<std::int64_t>(json, "skipped_samples", 0);
    s.watched = value_of<std::string>(json, "watched", "");
    s.best = optional_of<double>(json, "best");
    s.best_epoch = optional_of<std::int64_t>(json, "best_epoch");
    s.final_metrics = metrics_from_json(json["final_metrics"]);
    s.best_metrics = metrics_from_json(json["best_metrics"]);
    s.last_checkpoint = value_of<std::string>(json, "last_checkpoint", "");
    s.best_checkpoint = value_of<std::string>(json, "best_checkpoint", "");
    return s;
}

Status write_summary(const ExperimentFolder& folder, const RunSummary& summary, const JournalPosition& read) {
    Json kept = to_json(read);
    kept["format"] = 1;
    kept["summary"] = to_json(summary);
    // Replaced atomically but not fsynced: one damaged by a power failure does not parse and is computed again.
    const std::filesystem::path temporary = folder.summary().native() + ".part." + std::to_string(::getpid());
    const FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", folder.summary().native(), errno);
    Status written =
        write_all(file.get(), kept.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", folder.summary());
    if (written && ::rename(temporary.c_str(), folder.summary().c_str()) != 0)
        written = os_error("rename", temporary.native(), errno);
    if (!written) ::unlink(temporary.c_str());
    return written;
}

Result<RunSummary> read_summary(const ExperimentFolder& folder) {
    const bool alive = is_alive(folder);
    std::optional<RunSummary> summary = stored_summary(folder);
    if (!summary) {
        HistoryFollower follower(folder);
        GOETIA_TRY(follower.update());
        summary = summarise(folder.id(), read_run_settings(folder), follower.history());
        const JournalPosition read = follower.position();
        const bool over = read.attempt > 0 && !journal_has_writer(folder.journal(read.attempt));
        // Only a cache for the next list: a read-only folder is not an error.
        if (over) [[maybe_unused]]
            const Status kept = write_summary(folder, *summary, read);
    }
    summary->id = folder.id();  // the folder may have been renamed
    summary->state = current_state(summary->state, alive);
    return *std::move(summary);
}

Json train_json(const ExperimentFolder& folder, const RunSummary& summary) {
    std::error_code code;
    const std::filesystem::path root = std::filesystem::absolute(folder.root(), code);
    const auto path_or_null = [&root](const std::string& path) {
        return path.empty() ? Json(nullptr) : Json((root / path).string());
    };
    return {{"experiment", summary.id},
            {"dir", root.string()},
            {"name", summary.name},
            {"state", state_name(summary.state)},
            {"reason", summary.reason},
            {"attempts", summary.attempts},
            {"epochs_done", summary.epochs_done},
            {"epochs", or_null(summary.epochs)},
            {"steps_done", summary.steps_done},
            {"seed", or_null(summary.seed)},
            {"metrics",
             {{"final", metrics_to_json(summary.final_metrics)}, {"best", metrics_to_json(summary.best_metrics)}}},
            {"checkpoints",
             {{"last", path_or_null(summary.last_checkpoint)}, {"best", path_or_null(summary.best_checkpoint)}}},
            {"seconds", summary.seconds},
            {"seconds_waiting", summary.seconds_waiting},
            {"images_per_second", summary.images_per_second},
            {"skipped_samples", summary.skipped_samples},
            {"started", summary.started},
            {"updated", summary.updated}};
}

}  // namespace goetia
