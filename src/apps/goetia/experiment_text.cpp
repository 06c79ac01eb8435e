#include "apps/goetia/experiment_text.h"

#include <cmath>
#include <set>

#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "experiment/derived.h"

namespace goetia::cli {
namespace {

using Row = std::vector<std::string>;

std::string at_time(double seconds) {
    if (seconds <= 0) return "";
    return readable_local_time(
        WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(seconds))));
}

std::string epochs_of(const RunSummary& summary) {
    return summary.epochs ? fmt::format("{}/{}", summary.epochs_done, *summary.epochs)
                          : fmt::format("{}", summary.epochs_done);
}

// The metric that the run follows, else the first of the common ones.
std::string best_of(const RunSummary& summary) {
    if (summary.best) return fmt::format("{} {:.4f}", summary.watched, *summary.best);
    for (const char* name : {"val/accuracy_top1", "val/mAP", "val/miou", "val/loss", "train/loss"}) {
        if (const auto found = summary.best_metrics.find(name); found != summary.best_metrics.end())
            return fmt::format("{} {:.4f}", name, found->second);
    }
    return "";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "nan"; }

template <class T>
std::string number(const std::optional<T>& value) {
    return value ? fmt::format("{}", *value) : "";
}

std::string cell(const std::map<std::string, double>& metrics, const std::string& name) {
    const auto found = metrics.find(name);
    return found != metrics.end() ? number(found->second) : "";
}

std::string csv_line(const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += (i > 0 ? "," : "") + csv_field(row[i]);
    return line + "\r\n";
}

std::string metrics_text(const RunSummary& summary) {
    if (summary.final_metrics.empty()) return "";
    std::vector<Row> rows{{"  metric", "last", "best"}};
    for (const auto& [name, value] : summary.final_metrics) {
        const auto best = summary.best_metrics.find(name);
        rows.push_back({"  " + name, fmt::format("{:.6g}", value),
                        best != summary.best_metrics.end() ? fmt::format("{:.6g}", best->second) : ""});
    }
    return "\nmetrics\n" + table_text(rows);
}

std::string checkpoints_text(const Shown& shown) {
    if (shown.checkpoints.empty()) return "";
    std::vector<Row> rows{{"  file", "kind", "epoch", "step", "size"}};
    for (const CheckpointEntry& entry : shown.checkpoints) {
        rows.push_back({"  " + (shown.folder.checkpoints().filename() / entry.file).string(), entry.kind,
                        fmt::format("{}", entry.epoch), fmt::format("{}", entry.step), readable_bytes(entry.bytes)});
    }
    return "\ncheckpoints\n" + table_text(rows);
}

std::string attempts_text(const RunHistory& history) {
    if (history.attempts.size() < 2) return "";
    std::string text = "\nattempts\n";
    for (std::size_t i = 0; i < history.attempts.size(); ++i) {
        const AttemptRecord& attempt = history.attempts[i];
        text +=
            fmt::format("  {}  {}  {}\n", i + 1, at_time(attempt.time),
                        attempt.resumed_from_step > 0 ? fmt::format("resumed from step {}", attempt.resumed_from_step)
                                                      : "from the beginning");
    }
    return text;
}

std::vector<std::pair<std::string, std::filesystem::path>> files_of(const ExperimentFolder& folder) {
    return {{"config", folder.config()},           {"record", folder.record()},
            {"environment", folder.environment()}, {"reproduce", folder.reproduce_script()},
            {"best model", folder.best_model()},   {"curves", folder.curves()},
            {"metrics", folder.metrics()},         {"history", folder.history()},
            {"metrics CSV", folder.metrics_csv()}, {"log", folder.train_log()},
            {"tensorboard", folder.tensorboard()}, {"visualizations", folder.visualizations()},
            {"exports", folder.exports()}};
}

bool is_there(const std::filesystem::path& path) {
    std::error_code code;
    return std::filesystem::is_directory(path, code) ? !std::filesystem::is_empty(path, code) && !code
                                                     : std::filesystem::exists(path, code);
}

template <class R>
Json list_of(const std::vector<R>& records) {
    Json list = Json::array();
    for (const R& record : records) list.push_back(to_json(record));
    return list;
}

std::string files_text(const ExperimentFolder& folder) {
    std::vector<Row> rows;
    for (const auto& [what, path] : files_of(folder)) {
        if (is_there(path)) rows.push_back({"  " + what, path.lexically_relative(folder.root()).string()});
    }
    return rows.empty() ? "" : "\nfiles\n" + table_text(rows);
}

}  // namespace

std::string readable_bytes(std::uintmax_t bytes) {
    if (bytes < 1024) return fmt::format("{} B", bytes);
    double size = static_cast<double>(bytes) / 1024;
    const char* unit = "KiB";
    for (const char* next : {"MiB", "GiB", "TiB"}) {
        if (size < 1023.95) break;
        size /= 1024, unit = next;
    }
    return fmt::format("{:.1f} {}", size, unit);
}

std::string list_text(const std::vector<Listed>& experiments) {
    if (experiments.empty()) return "no experiments yet; 'goetia train --config FILE' creates one\n";
    std::vector<Row> rows{{"ID", "NAME", "STATE", "EPOCHS", "BEST", "DURATION", "SIZE"}};
    std::uintmax_t bytes = 0;
    for (const Listed& one : experiments) {
        const RunSummary& summary = one.summary;
        bytes += one.bytes;
        if (!one.fault.empty()) {
            rows.push_back({summary.id, "", "unreadable", "", one.fault, "", readable_bytes(one.bytes)});
            continue;
        }
        rows.push_back({summary.id, summary.name, std::string(state_name(summary.state)), epochs_of(summary),
                        best_of(summary), readable_duration(summary.seconds), readable_bytes(one.bytes)});
    }
    return table_text(rows) + fmt::format("{} {}, {}\n", experiments.size(),
                                          experiments.size() == 1 ? "experiment" : "experiments",
                                          readable_bytes(bytes));
}

std::string show_text(const Shown& shown) {
    const RunSummary& summary = shown.summary;
    std::string text = fmt::format("{}{}\n{}: {}{}\n\n", summary.id, summary.name.empty() ? "" : "  " + summary.name,
                                   state_name(summary.state), state_info(summary.state).sentence,
                                   summary.reason.empty() ? "" : fmt::format(" ({})", summary.reason));
    std::vector<Row> rows{{"  folder", shown.folder.root().string()}, {"  size", readable_bytes(shown.bytes)}};
    if (summary.started > 0) rows.push_back({"  started", at_time(summary.started)});
    rows.push_back({"  trained", fmt::format("{}, {} steps", readable_duration(summary.seconds), summary.steps_done)});
    rows.push_back({"  epochs", epochs_of(summary)});
    if (summary.images_per_second > 0)
        rows.push_back({"  speed", fmt::format("{:.1f} images/s, {:.1f} % of the time waiting for data",
                                               summary.images_per_second, 100 * summary.share_waiting())});
    if (summary.skipped_samples > 0)
        rows.push_back({"  skipped", fmt::format("{} samples that could not be read", summary.skipped_samples)});
    if (summary.seed) rows.push_back({"  seed", fmt::format("{}", *summary.seed)});
    if (summary.best)
        rows.push_back(
            {"  best", fmt::format("{}{}", best_of(summary),
                                   summary.best_epoch ? fmt::format(" in epoch {}", *summary.best_epoch) : "")});
    text += table_text(rows) + metrics_text(summary) + checkpoints_text(shown) + attempts_text(shown.history) +
            files_text(shown.folder);
    for (const std::string& sentence : shown.history.damage) text += fmt::format("\ndamaged: {}\n", sentence);
    if (state_info(summary.state).resumable)
        text += fmt::format("\nresume it with 'goetia train --resume {}'\n", summary.id);
    return text;
}

Json show_json(const Shown& shown) {
    Json json = train_json(shown.folder, shown.summary);
    json["bytes"] = shown.bytes;
    json["watched"] = shown.summary.watched;
    json["best"] = shown.summary.best ? Json(*shown.summary.best) : Json(nullptr);
    json["best_epoch"] = shown.summary.best_epoch ? Json(*shown.summary.best_epoch) : Json(nullptr);
    Json all = Json::array();
    for (const CheckpointEntry& entry : shown.checkpoints) {
        all.push_back({{"path", (shown.folder.checkpoints() / entry.file).string()},
                       {"kind", entry.kind},
                       {"epoch", entry.epoch},
                       {"step", entry.step},
                       {"bytes", entry.bytes},
                       {"sha256", entry.sha256}});
    }
    json["all_checkpoints"] = std::move(all);
    json["attempt_records"] = list_of(shown.history.attempts);
    json["states"] = list_of(shown.history.states);
    json["pictures"] = list_of(shown.plots);
    json["damage"] = shown.history.damage;
    Json files = Json::object();
    for (const auto& [what, path] : files_of(shown.folder)) {
        if (is_there(path)) files[what] = path.string();
    }
    json["files"] = std::move(files);
    return json;
}

std::string experiments_csv(const std::vector<Listed>& experiments) {
    std::set<std::string> finals, bests;
    for (const Listed& one : experiments) {
        for (const auto& [name, value] : one.summary.final_metrics) finals.insert(name);
        for (const auto& [name, value] : one.summary.best_metrics) bests.insert(name);
    }
    Row heading{"experiment", "name",     "state",   "reason",  "epochs_done",       "epochs", "steps_done",
                "seed",       "attempts", "started", "seconds", "images_per_second", "bytes"};
    for (const std::string& name : finals) heading.push_back("final " + name);
    for (const std::string& name : bests) heading.push_back("best " + name);
    std::string text = csv_line(heading);
    for (const Listed& one : experiments) {
        const RunSummary& s = one.summary;
        const bool read = one.fault.empty();
        Row row{s.id,
                s.name,
                read ? std::string(state_name(s.state)) : "unreadable",
                read ? s.reason : one.fault,
                number(std::optional(s.epochs_done)),
                number(s.epochs),
                number(std::optional(s.steps_done)),
                number(s.seed),
                fmt::format("{}", s.attempts),
                at_time(s.started),
                number(s.seconds),
                number(s.images_per_second),
                fmt::format("{}", one.bytes)};
        for (const std::string& name : finals) row.push_back(cell(s.final_metrics, name));
        for (const std::string& name : bests) row.push_back(cell(s.best_metrics, name));
        text += csv_line(row);
    }
    return text;
}

std::string epochs_csv(const std::vector<std::pair<std::string, RunHistory>>& experiments) {
    std::set<std::string> names;
    for (const auto& [id, history] : experiments) {
        for (const EpochRecord& epoch : history.epochs) {
            for (const auto& [name, value] : epoch.metrics) names.insert(name);
        }
    }
    Row heading{"experiment", "epoch", "step", "time"};
    heading.insert(heading.end(), names.begin(), names.end());
    std::string text = csv_line(heading);
    for (const auto& [id, history] : experiments) {
        for (const EpochRecord& epoch : history.epochs) {
            Row row{id, fmt::format("{}", epoch.epoch), fmt::format("{}", epoch.step), number(epoch.time)};
            for (const std::string& name : names) row.push_back(cell(epoch.metrics, name));
            text += csv_line(row);
        }
    }
    return text;
}

}  // namespace goetia::cli
