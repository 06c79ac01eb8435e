#include "apps/goetia/experiment_on_master.h"

#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/comparison_text.h"
#include "apps/goetia/experiment_text.h"
#include "apps/goetia/train_run.h"
#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json_text.h"
#include "net/http.h"
#include "protocol/names.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPieceBytes = 8 << 20;

std::string address_of(const std::string& id, const std::string& rest = "") {
    return "/api/experiments/" + percent_encoded(id) + rest;
}

std::string when_text(const Json& seconds) {
    if (!seconds.is_number()) return "";
    const std::chrono::duration<double> since(seconds.get<double>());
    return readable_local_time(WallTime(std::chrono::duration_cast<WallTime::duration>(since)));
}

std::string tags_text(const Json& tags) {
    std::string text;
    for (const Json& tag : tags) text += (text.empty() ? "" : " ") + tag.get<std::string>();
    return text;
}

std::string some_metric(const Json& metrics) {
    for (const char* name : {"val/accuracy_top1", "val/mAP", "val/miou", "val/loss", "train/loss"}) {
        if (metrics.contains(name) && metrics[name]["best"].is_number())
            return fmt::format("{} {:.4f}", name, metrics[name]["best"].get<double>());
    }
    return "";
}

// The id, or the only one that begins like this.
Result<std::string> whole_id(MasterCall& master, const std::string& name) {
    if (!is_identifier(name)) return not_found("the master has no experiment '{}'", name);
    GOETIA_ASSIGN(const Json page, master.ask("GET", "/api/experiments?limit=1000&fields=id&q=" +
                                                         percent_encoded("archived=any id~\"" + name + "\"")));
    std::vector<std::string> found;
    for (const Json& item : page["items"]) {
        const auto id = item["id"].get<std::string>();
        if (id == name) return id;
        if (id.starts_with(name)) found.push_back(id);
    }
    if (found.empty()) return not_found("the master has no experiment '{}'", name);
    if (found.size() == 1) return found[0];
    return invalid("'{}' matches {} experiments of the master, such as '{}' and '{}'; write more of the id", name,
                   found.size(), found[0], found[1]);
}

struct AskedExperiment {
    MasterCall master;
    std::string id;
};

Result<AskedExperiment> asked_experiment(const ExperimentOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    GOETIA_ASSIGN(std::string id, whole_id(master, options.names.at(0)));
    return AskedExperiment{std::move(master), std::move(id)};
}

std::string metric_rows(const Json& metrics) {
    if (metrics.empty()) return "";
    std::vector<std::vector<std::string>> rows{{"  metric", "last", "best"}};
    const auto number = [](const Json& value) {
        return value.is_number() ? fmt::format("{:.6g}", value.get<double>()) : "";
    };
    for (const auto& [name, metric] : metrics.items())
        rows.push_back({"  " + name, number(metric["last"]), number(metric["best"])});
    return "\nmetrics\n" + table_text(rows);
}

std::string file_rows(const Json& artifacts) {
    if (artifacts.empty()) return "";
    std::vector<std::vector<std::string>> rows{{"  file", "kind", "size"}};
    for (const Json& file : artifacts)
        rows.push_back({"  " + file.value("path", ""), file.value("kind", ""),
                        readable_bytes(file.value("bytes", std::uintmax_t{0}))});
    return "\nfiles\n" + table_text(rows);
}

std::string experiment_text(const Json& shown) {
    std::vector<std::vector<std::string>> rows{
        {"  state", shown.value("state", "")},
        {"  task", shown["task"].is_null() ? "" : shown["task"].get<std::string>()},
        {"  owner", shown.value("owner", "")},
        {"  created", when_text(shown["created_at"])},
        {"  changed", when_text(shown["updated_at"])}};
    const Json& took = shown["resources"];
    if (took.contains("seconds"))
        rows.push_back(
            {"  trained", fmt::format("{}, {} epochs, {} steps", readable_duration(took["seconds"].get<double>()),
                                      took.value("epochs", 0), took.value("steps", 0))});
    if (!shown["tags"].empty()) rows.push_back({"  tags", tags_text(shown["tags"])});
    if (!shown["ancestor"].is_null())
        rows.push_back({"  from", fmt::format("{} ({})", shown["ancestor"].value("experiment", ""),
                                              shown["ancestor"].value("relation", ""))});
    if (shown.value("archived", false)) rows.push_back({"  archived", "yes"});
    std::string text = fmt::format("{}  {}\n", shown.value("id", ""), shown.value("name", "")) + table_text(rows);
    if (const auto notes = shown.value("notes", ""); !notes.empty()) text += "\n" + notes + "\n";
    return text;
}

// Verified by its hash; a file that is here already is not fetched again.
Status fetch_artifact(AskedExperiment& asked, const Json& artifact, const fs::path& target) {
    const auto bytes = artifact["bytes"].get<std::int64_t>();
    const auto wanted = artifact["sha256"].get<std::string>();
    std::error_code code;
    if (fs::exists(target, code)) {
        const Result<std::string> here = sha256_file(target);
        if (here && *here == wanted) return {};
    }
    GOETIA_TRY(make_folders(target.parent_path()));
    const fs::path part = target.native() + ".part";
    {
        const FileDescriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file.valid()) return os_error("write", part.string(), errno);
        const std::string address = address_of(asked.id, "/artifacts/" + artifact["id"].get<std::string>());
        Sha256 sum;
        for (std::int64_t offset = 0; offset < bytes;) {
            GOETIA_ASSIGN(const std::string piece,
                          asked.master.bytes(address, offset, std::min(bytes - offset, kPieceBytes)));
            if (piece.empty()) return failed("'{}' ended at {} of {} bytes", artifact.value("path", ""), offset, bytes);
            sum.add(piece);
            GOETIA_TRY(write_all(file.get(), piece, part));
            offset += std::ssize(piece);
        }
        if (const std::string hash = sum.hex(); hash != wanted) {
            fs::remove(part, code);
            return failed("'{}' came with the hash {}, not {}; it was replaced meanwhile, so ask again",
                          artifact.value("path", ""), hash, wanted);
        }
    }
    fs::rename(part, target, code);
    if (code) return os_error("rename", part.string(), code.value());
    return {};
}

// A path that the master names becomes one of this machine only where it stays below the folder.
bool is_safe_path(const fs::path& path) {
    if (path.empty() || path.is_absolute()) return false;
    return std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".." || part == "."; });
}

}  // namespace

bool asks_master(const ExperimentOptions& options) {
    if (options.on_master || !options.master.data.empty()) return true;
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value == nullptr ? "" : value);
    };
    const std::string usual = variable("GOETIA_EXPERIMENTS");
    const bool names_their_folder =
        options.experiments != (usual.empty() ? ExperimentOptions().experiments : fs::path(usual));
    const bool names_a_folder =
        !options.names.empty() && (options.names[0].find('/') != std::string::npos || options.names[0] == ".");
    return !names_their_folder && !names_a_folder &&
           (!variable("GOETIA_MASTER").empty() || !variable("GOETIA_DATA").empty());
}

void add_experiment_place(Command& command, ExperimentOptions& options) {
    add_experiments_option(command, options.experiments);
    command.flag("--on-master", options.on_master, "Ask a master, not folders of this machine");
    add_master_options(command, options.master);
}

Result<Outcome> list_on_master(const ExperimentOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    const std::string filter = options.filter + (options.all ? " archived=any" : "");
    GOETIA_ASSIGN(Json page, master.ask("GET", fmt::format("/api/experiments?limit={}&sort={}&q={}", options.limit,
                                                           percent_encoded(options.sort), percent_encoded(filter))));
    std::vector<std::vector<std::string>> rows{{"ID", "NAME", "STATE", "BEST", "TAGS", "CREATED"}};
    for (const Json& item : page["items"])
        rows.push_back({item.value("id", ""), item.value("name", ""), item.value("state", ""),
                        some_metric(item["metrics"]), tags_text(item["tags"]), when_text(item["created_at"])});
    const std::size_t shown = page["items"].size();
    const auto total = page["total"].get<std::size_t>();
    std::string text = shown == 0 ? "the master has no such experiments\n" : table_text(rows);
    if (shown < total) text += fmt::format("{} of {}; --limit shows more\n", shown, total);
    return Outcome{.json = {{"experiments", page["items"]}, {"total", total}, {"next", page["next"]}}, .text = text};
}

Result<Outcome> show_on_master(const ExperimentOptions& options) {
    GOETIA_ASSIGN(AskedExperiment asked, asked_experiment(options));
    GOETIA_ASSIGN(Json shown, asked.master.ask("GET", address_of(asked.id)));
    GOETIA_ASSIGN(const Json files, asked.master.ask("GET", address_of(asked.id, "/artifacts")));
    shown["artifacts"] = files["items"];
    const std::string text = experiment_text(shown) + metric_rows(shown["metrics"]) + file_rows(files["items"]);
    return Outcome{.json = std::move(shown), .text = text};
}

Result<Outcome> compare_on_master(const ExperimentOptions& options) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    std::string ids;
    for (const std::string& name : options.names) {
        GOETIA_ASSIGN(const std::string id, whole_id(master, name));
        ids += (ids.empty() ? "" : ",") + percent_encoded(id);
    }
    GOETIA_ASSIGN(Json compared,
                  master.ask("GET", fmt::format("/api/experiments/compare?ids={}&all={}", ids, options.all)));
    const std::string text = comparison_text(compared);
    return Outcome{.json = std::move(compared), .text = text};
}

Result<Outcome> lineage_on_master(const ExperimentOptions& options) {
    GOETIA_ASSIGN(AskedExperiment asked, asked_experiment(options));
    GOETIA_ASSIGN(Json lineage, asked.master.ask("GET", address_of(asked.id, "/lineage")));
    const std::string text = lineage_text(lineage);
    return Outcome{.json = std::move(lineage), .text = text};
}

Result<Outcome> export_csv_on_master(const ExperimentOptions& options) {
    if (options.names.size() > 1) return invalid("a master exports the history of one experiment at a time");
    if (options.epochs) return invalid("--epochs is for folders of this machine; a master exports every point");
    std::string csv;
    Json ids = Json::array();
    if (options.names.empty()) {
        GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
        GOETIA_ASSIGN(csv, master.bytes("/api/experiments?format=csv&sort=" + percent_encoded(options.sort) +
                                        "&q=" + percent_encoded(options.filter)));
    } else {
        GOETIA_ASSIGN(AskedExperiment asked, asked_experiment(options));
        GOETIA_ASSIGN(csv, asked.master.bytes(address_of(asked.id, "/history.csv")));
        ids.push_back(asked.id);
    }
    if (options.output.empty()) return Outcome{.json = {{"experiments", ids}, {"csv", csv}}, .text = std::move(csv)};
    GOETIA_TRY(write_file_atomic(options.output, csv));
    return Outcome{.json = {{"experiments", ids}, {"output", fs::absolute(options.output).string()}},
                   .text = fmt::format("wrote '{}'\n", options.output.string())};
}

Result<Outcome> download_from_master(const ExperimentOptions& options) {
    GOETIA_ASSIGN(AskedExperiment asked, asked_experiment(options));
    GOETIA_ASSIGN(const Json files, asked.master.ask("GET", address_of(asked.id, "/artifacts")));
    const fs::path folder = options.output.empty() ? fs::path(asked.id) : options.output;
    Json written = Json::array();
    for (const Json& file : files["items"]) {
        const auto path = file.value("path", "");
        const bool is_chosen = options.best           ? file.value("kind", "") == "best_model"
                               : options.text.empty() ? true
                                                      : path == options.text || file.value("name", "") == options.text;
        if (!is_chosen) continue;
        if (!is_safe_path(path)) return failed("the master names a file '{}', which is no path below a folder", path);
        GOETIA_TRY(fetch_artifact(asked, file, folder / path));
        written.push_back((folder / path).string());
    }
    if (written.empty())
        return not_found("experiment '{}' has no such file; 'goetia experiment show' lists them", asked.id);
    const std::string text =
        fmt::format("fetched {} {} to '{}'\n", written.size(), written.size() == 1 ? "file" : "files", folder.string());
    return Outcome{.json = {{"experiment", asked.id}, {"files", std::move(written)}}, .text = text};
}

Result<Outcome> delete_on_master(const Context& context, const ExperimentOptions& options) {
    if (context.json && !options.yes)
        return invalid("'experiment delete' with --json does not ask; add --yes to delete");
    if (!options.yes) return invalid("deleting on a master needs --yes");
    GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
    Outcome outcome{.json = {{"deleted", Json::array()}, {"bytes", 0}}, .text = ""};
    std::vector<std::string> ids;
    for (const std::string& name : options.names) {
        GOETIA_ASSIGN(std::string id, whole_id(master, name));
        ids.push_back(std::move(id));
    }
    for (const std::string& id : ids) {
        GOETIA_ASSIGN(const Json deleted, master.ask("DELETE", address_of(id)));
        const auto bytes = deleted["bytes"].get<std::uintmax_t>();
        outcome.json["deleted"].push_back(id);
        outcome.json["bytes"] = outcome.json["bytes"].get<std::uintmax_t>() + bytes;
        outcome.text += fmt::format("deleted '{}', {} freed\n", id, readable_bytes(bytes));
    }
    return outcome;
}

Result<Outcome> change_on_master(const ExperimentOptions& options, const ExperimentEdit& edit) {
    GOETIA_ASSIGN(AskedExperiment asked, asked_experiment(options));
    GOETIA_ASSIGN(const Json shown, asked.master.ask("GET", address_of(asked.id)));
    const Json change = edit(shown);
    if (change.empty()) return Outcome{.json = shown, .text = experiment_text(shown)};
    GOETIA_ASSIGN(Json changed,
                  asked.master.change(address_of(asked.id), change, "\"" + shown["etag"].get<std::string>() + "\""));
    const std::string text = experiment_text(changed);
    return Outcome{.json = std::move(changed), .text = text};
}

}  // namespace goetia::cli
