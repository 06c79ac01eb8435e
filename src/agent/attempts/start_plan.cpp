#include "agent/attempts/start_plan.h"

#include <algorithm>
#include <unistd.h>

#include <fmt/ranges.h>

#include "agent/attempts/map_paths.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json_path.h"
#include "experiment/folder.h"
#include "experiment/reproduce_script.h"
#include "launch/launch_plan.h"
#include "launch/rank_environment.h"
#include "launch/rank_input.h"
#include "protocol/runtime_build.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kUsers = 10'000;  // fences share them in turn

std::uint32_t user_of(Fence fence, const NodeSetup& node) {
    if (node.first_user == 0 || ::geteuid() != 0) return 0;
    return node.first_user + static_cast<std::uint32_t>(fence % kUsers);
}

std::map<std::string, std::string> environment_of(const WantedAttempt& wanted, const AttemptStore& store,
                                                  const ObjectCache& cache) {
    std::map<std::string, std::string> environment = {
        {"PATH", "/usr/local/bin:/usr/bin:/bin"},
        {"HOME", store.temporary()},
        {"TMPDIR", store.temporary()},
        {"LANG", "C.UTF-8"},
        // UUIDs, so that the order of the driver does not matter
        {"CUDA_VISIBLE_DEVICES", fmt::format("{}", fmt::join(wanted.devices, ","))}};
    if (!wanted.runtime.sha256.empty()) environment["LD_LIBRARY_PATH"] = cache.unpacked(wanted.runtime.sha256) / "lib";
    return environment;
}

// The input of the ranks comes with the package; the marks in it are replaced by paths of this node.
Result<std::string> input_of(const WantedAttempt& wanted, const ObjectCache& cache) {
    const fs::path package = cache.unpacked(wanted.package.sha256);
    GOETIA_ASSIGN(const std::string text, read_file(package / "run.cbor"));
    auto input = rank_input_from_text(text);
    if (!input) return std::move(input).error().within("in the package of the task, 'run.cbor'");
    NodePaths paths{.data = {}, .package = package};
    for (const WantedData& data : wanted.data) paths.data[data.name] = path_of(data, cache);
    GOETIA_TRY(map_paths(input->document, paths));
    return to_text(*input);
}

std::int64_t seed_of(const WantedAttempt& wanted, const ObjectCache& cache) {
    const auto text = read_file(cache.unpacked(wanted.package.sha256) / "run.cbor");
    const auto input = text ? rank_input_from_text(*text) : Result<RankInput>(text.error());
    return input ? value_at<std::int64_t>(input->document, "experiment.seed", 0) : 0;
}

}  // namespace

Status give_reproduce_script(const WantedAttempt& wanted, const ExperimentFolder& folder, const ObjectCache& cache) {
    std::error_code code;
    if (!fs::exists(folder.config(), code) || fs::exists(folder.reproduce_script(), code)) return {};
    return write_reproduce_script(folder.reproduce_script(), {.id = folder.id(),
                                                              .time = now(),
                                                              .seed = seed_of(wanted, cache),
                                                              .visible_devices = {},
                                                              .working_folder = {},
                                                              .program = {}});
}

Result<fs::path> program_for(const WantedAttempt& wanted, const NodeSetup& node, const ObjectCache& cache,
                             const std::string& name) {
    if (!wanted.runtime.sha256.empty()) {
        const fs::path program = cache.unpacked(wanted.runtime.sha256) / "bin" / name;
        if (::access(program.c_str(), X_OK) == 0) return program;
        return not_found("the runtime bundle {} has no 'bin/{}'", wanted.runtime.sha256, name);
    }
    const fs::path program = node.programs / name;
    if (!node.programs.empty() && ::access(program.c_str(), X_OK) == 0) return program;
    return not_found("this node has no '{}': install Goetia on it, or give the task a runtime bundle", name);
}

fs::path path_of(const WantedData& data, const ObjectCache& cache) {
    return data.sha256.empty() ? fs::path(data.source) : cache.unpacked(data.sha256);
}

SandboxPlan sandbox_of(const WantedAttempt& wanted, const AttemptStore& store, const NodeSetup& node,
                       const ObjectCache& cache) {
    SandboxPlan plan{.user = user_of(wanted.fence, node),
                     .readable = readable_system(),
                     .writable = usable_devices(),
                     .environment = environment_of(wanted, store, cache),
                     .processes = wanted.limits.processes,
                     .file_bytes = wanted.limits.disk,
                     .group = node.groups.of(wanted.fence)};
    plan.readable.insert(plan.readable.end(), node.readable.begin(), node.readable.end());
    for (const std::string& sha256 : {wanted.package.sha256, wanted.runtime.sha256}) {
        if (!sha256.empty()) plan.readable.push_back(cache.unpacked(sha256));
    }
    if (wanted.runtime.sha256.empty() && !node.programs.empty()) {
        plan.readable.push_back(node.programs.parent_path());
        if (fs::path torch = torch_folder_in(share_beside(node.programs)); !torch.empty())
            plan.readable.push_back(std::move(torch));
    }
    for (const WantedData& data : wanted.data) plan.readable.push_back(path_of(data, cache));
    if (wanted.resume) plan.readable.push_back(store.folder() / "resume.pth");
    plan.writable.push_back(store.experiment(wanted).root());
    plan.writable.push_back(store.temporary());
    return plan;
}

std::vector<std::string> sandbox_words(const AttemptStore& store, const NodeSetup& node) {
    if (!node.sandbox) return {};
    return {node.agent, "enter", store.sandbox()};
}

Result<LaunchPlan> start_plan(const WantedAttempt& wanted, const AttemptStore& store, const NodeSetup& node,
                              const ObjectCache& cache) {
    GOETIA_ASSIGN(fs::path runtime, program_for(wanted, node, cache, "goetia-runtime"));
    GOETIA_ASSIGN(std::string input, input_of(wanted, cache));
    const int cores = wanted.cores > 0 ? wanted.cores : node.cores;
    LaunchPlan plan{.runtime = std::move(runtime),
                    .folder = store.experiment(wanted),
                    .attempt = wanted.attempt,
                    .resume = {},
                    .world = wanted.ranks.world,
                    .threads = threads_per_rank(0, cores, wanted.ranks.ranks),
                    .working_folder = store.experiment(wanted).root(),
                    .input = std::move(input),
                    .first_rank = wanted.ranks.first_rank,
                    .ranks_here = wanted.ranks.ranks,
                    .store = wanted.ranks.rendezvous,
                    .store_secret = wanted.ranks.secret,
                    .wrapper = sandbox_words(store, node),
                    .supervisor = {node.agent, "supervise"}};
    if (wanted.resume) plan.resume = store.folder() / "resume.pth";
    return plan;
}

}  // namespace goetia
