#include "launch/attempt_files.h"

#include <charconv>

#include "base/error_json.h"
#include "base/files.h"

namespace goetia {
namespace {

constexpr std::string_view kBegin = "attempt_";
constexpr std::string_view kRanks = ".ranks.json";
constexpr std::string_view kEnd = ".end.json";

std::filesystem::path file_of(const ExperimentFolder& folder, int attempt, std::string_view kind) {
    return folder.journal_folder() / fmt::format("{}{}{}", kBegin, attempt, kind);
}

// N of "attempt_N.ranks.json", or 0.
int attempt_in(std::string_view name) {
    if (!name.starts_with(kBegin) || !name.ends_with(kRanks)) return 0;
    name = name.substr(kBegin.size(), name.size() - kBegin.size() - kRanks.size());
    int number = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
    return fault == std::errc() && end == name.data() + name.size() ? number : 0;
}

Result<Json> read_json(const std::filesystem::path& file) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    Json json = Json::parse(text, nullptr, false);
    if (!json.is_object())
        return invalid("'{}' must contain a JSON object, found '{}'", file.native(), text.substr(0, 200));
    return json;
}

}  // namespace

std::filesystem::path processes_file(const ExperimentFolder& folder, int attempt) {
    return file_of(folder, attempt, kRanks);
}

std::filesystem::path end_file(const ExperimentFolder& folder, int attempt) { return file_of(folder, attempt, kEnd); }

std::filesystem::path supervisor_log(const ExperimentFolder& folder) { return folder.logs() / "supervisor.log"; }

Status write_processes(const ExperimentFolder& folder, const AttemptProcesses& processes) {
    Json ranks = Json::array();
    for (const ProcessIdentity& rank : processes.ranks) ranks.push_back(to_json(rank));
    const Json json = {
        {"attempt", processes.attempt}, {"supervisor", to_json(processes.supervisor)}, {"ranks", std::move(ranks)}};
    return write_file_atomic(processes_file(folder, processes.attempt), json.dump(2) + "\n");
}

Result<std::optional<AttemptProcesses>> read_processes(const ExperimentFolder& folder, int attempt) {
    const std::filesystem::path file = processes_file(folder, attempt);
    std::error_code code;
    if (!std::filesystem::exists(file, code)) return std::optional<AttemptProcesses>();
    GOETIA_ASSIGN(const Json json, read_json(file));
    const auto supervisor = process_identity_from_json(json.value("supervisor", Json()));
    AttemptProcesses processes{.attempt = attempt, .supervisor = supervisor.value_or(ProcessIdentity{}), .ranks = {}};
    bool complete = supervisor.has_value();
    for (const Json& one : json.value("ranks", Json::array())) {
        const auto rank = process_identity_from_json(one);
        complete = complete && rank;
        processes.ranks.push_back(rank.value_or(ProcessIdentity{}));
    }
    if (!complete)
        return invalid("'{}' must name the processes of an attempt by 'pid', 'start_time' and 'boot_id', found {}",
                       file.native(), json.dump().substr(0, 200));
    return std::optional(std::move(processes));
}

int newest_supervised(const ExperimentFolder& folder) {
    int newest = 0;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(folder.journal_folder(), code), end; !code && entry != end;
         entry.increment(code))
        newest = std::max(newest, attempt_in(entry->path().filename().native()));
    return newest;
}

Status write_end(const ExperimentFolder& folder, int attempt, const Result<LaunchEnd>& end,
                 const std::vector<RankEnd>& ranks) {
    Json json = end ? Json{{"end", launch_end_name(*end)}} : to_json(end.error());
    json["ranks"] = Json::array();
    for (const RankEnd& rank : ranks)
        json["ranks"].push_back({{"rank", rank.rank}, {"exit_code", rank.exit_code}, {"signal", rank.signal}});
    return write_file_atomic(end_file(folder, attempt),
                             json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<Result<LaunchEnd>> read_end(const ExperimentFolder& folder, int attempt) {
    const std::filesystem::path file = end_file(folder, attempt);
    std::error_code code;
    if (!std::filesystem::exists(file, code)) return std::nullopt;
    const Result<Json> json = read_json(file);
    if (!json) return json.error();
    if (std::optional<Error> error = error_from_json(*json)) return *std::move(error);
    const std::optional<LaunchEnd> end = launch_end_from_name(json->value("end", ""));
    if (end) return *end;
    return invalid("'{}' must contain 'end' (completed, stopped, terminated or killed) or 'error', found {}",
                   file.native(), json->dump().substr(0, 200));
}

std::vector<RankEnd> read_rank_ends(const ExperimentFolder& folder, int attempt) {
    std::vector<RankEnd> ends;
    const Result<Json> json = read_json(end_file(folder, attempt));
    if (!json) return ends;
    for (const Json& rank : json->value("ranks", Json::array()))
        ends.push_back({.rank = rank.value("rank", -1),
                        .exit_code = rank.value("exit_code", 0),
                        .signal = rank.value("signal", 0),
                        .output_tail = {}});
    return ends;
}

}  // namespace goetia
