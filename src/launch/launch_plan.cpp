#include "launch/launch_plan.h"

#include <array>
#include <utility>

namespace goetia {
namespace {

constexpr std::array<std::pair<LaunchEnd, std::string_view>, 4> kEnds{{{LaunchEnd::kCompleted, "completed"},
                                                                       {LaunchEnd::kStopped, "stopped"},
                                                                       {LaunchEnd::kTerminated, "terminated"},
                                                                       {LaunchEnd::kKilled, "killed"}}};

}  // namespace

std::string_view launch_end_name(LaunchEnd end) {
    for (const auto& [one, name] : kEnds) {
        if (one == end) return name;
    }
    return "killed";
}

std::optional<LaunchEnd> launch_end_from_name(std::string_view name) {
    for (const auto& [end, one] : kEnds) {
        if (one == name) return end;
    }
    return std::nullopt;
}

std::string to_cbor(const LaunchPlan& plan) {
    Json json = {{"runtime", plan.runtime.native()},
                 {"folder", plan.folder.root().native()},
                 {"attempt", plan.attempt},
                 {"world", plan.world},
                 {"threads", plan.threads},
                 {"grace_seconds", plan.grace_seconds},
                 {"working_folder", plan.working_folder.native()},
                 {"input", plan.input},
                 {"first_rank", plan.first_rank},
                 {"ranks_here", plan.ranks_here},
                 {"store", plan.store},
                 {"store_secret", plan.store_secret},
                 {"wrapper", plan.wrapper},
                 {"supervisor", plan.supervisor}};
    if (plan.resume) json["resume"] = plan.resume->native();
    std::string bytes;
    Json::to_cbor(json, bytes);
    return bytes;
}

Result<LaunchPlan> launch_plan_from_cbor(std::string_view bytes) {
    const Json json = Json::from_cbor(bytes.begin(), bytes.end(), true, false);
    try {
        LaunchPlan plan{.runtime = json.at("runtime").get<std::string>(),
                        .folder = ExperimentFolder(json.at("folder").get<std::string>()),
                        .attempt = json.at("attempt").get<int>(),
                        .world = json.at("world").get<int>(),
                        .threads = json.at("threads").get<int>(),
                        .grace_seconds = json.at("grace_seconds").get<double>(),
                        .working_folder = json.at("working_folder").get<std::string>(),
                        .input = json.at("input").get<std::string>(),
                        .first_rank = json.at("first_rank").get<int>(),
                        .ranks_here = json.at("ranks_here").get<int>(),
                        .store = json.at("store").get<std::string>(),
                        .store_secret = json.at("store_secret").get<std::string>(),
                        .wrapper = json.at("wrapper").get<std::vector<std::string>>(),
                        .supervisor = json.at("supervisor").get<std::vector<std::string>>()};
        if (json.contains("resume")) plan.resume = json["resume"].get<std::string>();
        return plan;
    } catch (const Json::exception& fault) {
        return invalid("standard input must contain the plan of an attempt as CBOR: {}", fault.what());
    }
}

}  // namespace goetia
