#include "agent/attempts/attempt_store.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/folder.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Result<Json> json_of(const fs::path& file) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    return parse_json(text, file.native());
}

Status write_json(const fs::path& file, const Json& json) { return write_file_atomic(file, json_text(json, 2) + "\n"); }

bool is_there(const fs::path& file) {
    std::error_code code;
    return fs::exists(file, code);
}

}  // namespace

Result<AttemptStore> AttemptStore::create(const fs::path& attempts, const AcceptedAttempt& accepted) {
    AttemptStore store(attempts / std::to_string(accepted.wanted.fence));
    const ExperimentFolder experiment = store.experiment(accepted.wanted);
    GOETIA_TRY(make_folders(experiment.root()));
    GOETIA_TRY(experiment.make_parts());
    for (const fs::path& folder : {store.temporary(), store.pins()}) GOETIA_TRY(make_folders(folder));
    if (::chmod(store.pins().c_str(), 0700) != 0) return os_error("set the mode of", store.pins().native(), errno);
    GOETIA_TRY(store.write_accepted(accepted));
    GOETIA_TRY(sync_folder(attempts));
    return store;
}

Result<std::vector<AttemptStore>> AttemptStore::list(const fs::path& attempts) {
    GOETIA_TRY(make_folders(attempts));
    std::vector<AttemptStore> stores;
    std::error_code code;
    for (fs::directory_iterator entry(attempts, code), end; !code && entry != end; entry.increment(code)) {
        const std::string name = entry->path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        AttemptStore store(entry->path());
        if (is_there(store.folder_ / "wanted.json")) {
            stores.push_back(std::move(store));
            continue;
        }
        std::error_code gone;
        fs::remove_all(store.folder_, gone);
        if (gone) return os_error("remove", store.folder_.native(), gone.value());
    }
    if (code) return os_error("list", attempts.native(), code.value());
    return stores;
}

ExperimentFolder AttemptStore::experiment(const WantedAttempt& wanted) const {
    return ExperimentFolder(folder_ / wanted.experiment);
}

Result<AcceptedAttempt> AttemptStore::read_accepted() const {
    GOETIA_ASSIGN(const Json json, json_of(folder_ / "wanted.json"));
    AcceptedAttempt accepted;
    GOETIA_ASSIGN(accepted.wanted, wanted_attempt_from(json.value("wanted", Json::object())));
    accepted.wish_done = json.value("wish_done", std::uint64_t{0});
    return accepted;
}

Status AttemptStore::write_accepted(const AcceptedAttempt& accepted) const {
    return write_json(folder_ / "wanted.json",
                      {{"wish_done", accepted.wish_done}, {"wanted", to_json(accepted.wanted)}});
}

Result<StartRecord> AttemptStore::read_starts() const {
    if (!is_there(folder_ / "starts.json")) return StartRecord{};
    GOETIA_ASSIGN(const Json json, json_of(folder_ / "starts.json"));
    return StartRecord{.starts = json.value("starts", 0),
                       .memory_kills = json.value("memory_kills", std::int64_t{0}),
                       .hung_for = json.value("hung_for", 0.0),
                       .limit_broken = json.value("limit_broken", "")};
}

Status AttemptStore::write_starts(const StartRecord& starts) const {
    return write_json(folder_ / "starts.json", {{"starts", starts.starts},
                                                {"memory_kills", starts.memory_kills},
                                                {"hung_for", starts.hung_for},
                                                {"limit_broken", starts.limit_broken}});
}

// As the status of the attempt, which holds its exit and has its own reader and writer.
Result<std::optional<AttemptExit>> AttemptStore::read_exit() const {
    if (!is_there(folder_ / "exit.json")) return std::optional<AttemptExit>();
    GOETIA_ASSIGN(const Json json, json_of(folder_ / "exit.json"));
    GOETIA_ASSIGN(const AttemptStatus status, attempt_status_from(json));
    return status.exit;
}

Status AttemptStore::write_exit(Fence fence, const AttemptExit& exit) const {
    AttemptStatus status{.fence = fence, .phase = AttemptPhase::kExited};
    GOETIA_ASSIGN(const AcceptedAttempt accepted, read_accepted());
    status.task = accepted.wanted.task;
    status.exit = exit;
    return write_json(folder_ / "exit.json", to_json(status));
}

Status AttemptStore::purge() const {
    const fs::path wanted = folder_ / "wanted.json";
    if (::unlink(wanted.c_str()) != 0 && errno != ENOENT) return os_error("remove", wanted.native(), errno);
    std::error_code code;
    fs::remove_all(folder_, code);
    if (code) return os_error("remove", folder_.native(), code.value());
    return {};
}

Status share_with_user(const AttemptStore& store, const ExperimentFolder& experiment, std::uint32_t user) {
    std::vector<fs::path> folders = {experiment.root(), store.temporary()};
    std::error_code code;
    for (fs::recursive_directory_iterator entry(experiment.root(), code), end; !code && entry != end;
         entry.increment(code)) {
        if (entry->is_directory(code) && !entry->is_symlink(code)) folders.push_back(entry->path());
    }
    if (code) return os_error("list", experiment.root().native(), code.value());
    for (const fs::path& folder : folders) {
        if (::lchown(folder.c_str(), static_cast<uid_t>(-1), user) != 0 || ::chmod(folder.c_str(), 01770) != 0)
            return os_error("share", folder.native(), errno);
    }
    return {};
}

}  // namespace goetia
