#include "apps/goetia/live_names.h"

#include <csignal>
#include <cstdlib>
#include <set>
#include <sys/time.h>
#include <unistd.h>

#include "apps/goetia/master_call.h"
#include "base/json.h"
#include "experiment/folder.h"

namespace goetia::cli {
namespace {

struct LiveKind {
    std::string_view metavar, kind, target, field;
};
constexpr LiveKind kLiveKinds[] = {
    {"TASK", "task", "/api/tasks?limit=200&sort=-created_at&fields=id", "id"},
    {"NODE", "node", "/api/nodes?limit=200&fields=name", "name"},
    {"EXP", "experiment", "/api/experiments?limit=200&sort=-created_at&fields=experiment", "experiment"},
    {"USER", "user", "/api/users?limit=200&fields=name", "name"},
};
constexpr suseconds_t kPatience = 300'000;  // microseconds

void end_in_time() {
    std::signal(SIGALRM, [](int) { ::_exit(0); });
    const itimerval once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = kPatience}};
    ::setitimer(ITIMER_REAL, &once, nullptr);
}

// Those of this machine's folder: there at once, so they are printed before anything is waited for.
std::vector<std::string> local_experiments() {
    const char* folder = std::getenv("GOETIA_EXPERIMENTS");
    const auto found = list_experiments(folder ? folder : "experiments");
    std::vector<std::string> names;
    if (!found) return names;
    for (const ExperimentFolder& one : *found) names.push_back(one.id());
    return names;
}

void ask_for_names(const LiveKind& kind, std::set<std::string>& names) {
    Result<MasterCall> master = MasterCall::open({});
    if (!master) return;
    const Result<Json> page = master->ask("GET", std::string(kind.target));
    if (!page || !page->contains("items")) return;
    for (const Json& item : (*page)["items"]) names.insert(item.value(std::string(kind.field), ""));
}

}  // namespace

std::vector<std::string> live_kinds() {
    std::vector<std::string> kinds;
    for (const LiveKind& one : kLiveKinds) kinds.emplace_back(one.kind);
    return kinds;
}

std::string live_kind(std::string_view metavar) {
    for (const LiveKind& one : kLiveKinds) {
        if (one.metavar == metavar) return std::string(one.kind);
    }
    return {};
}

std::vector<std::string> live_names(const std::string& kind) {
    end_in_time();
    std::set<std::string> names;
    for (const LiveKind& one : kLiveKinds) {
        if (one.kind != kind) continue;
        if (kind == "experiment") {
            for (const std::string& name : local_experiments()) fmt::print("{}\n", name);
            std::fflush(stdout);
        }
        ask_for_names(one, names);
    }
    return {names.begin(), names.end()};
}

}  // namespace goetia::cli
