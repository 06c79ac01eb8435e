#include "agent/session/agent_program.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "agent/machine/gpu_source.h"
#include "agent/machine/node_meters.h"
#include "agent/sandbox/attempt_groups.h"
#include "agent/sandbox/enter_sandbox.h"
#include "agent/session/agent_options.h"
#include "agent/session/run_agent.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "launch/supervisor.h"

namespace goetia {
namespace {

Result<int> show_facts(bool json) {
    GOETIA_ASSIGN(const std::unique_ptr<GpuSource> gpus, gpus_of_this_machine());
    NodeFacts facts = NodeMeters({}, *gpus).facts();
    facts.agent_version = GOETIA_VERSION;
    facts.lacks = sandbox_lacks();
    if (std::string lack = AttemptGroups::lack_here(); !lack.empty()) facts.lacks.push_back(std::move(lack));
    if (json) {
        fmt::print("{}\n", json_text(to_json(facts), 2));
        return 0;
    }
    fmt::print("{}: {} cores, {:.1f} GB memory, {:.1f} GB disk, glibc {}\n", facts.host, facts.cores,
               static_cast<double>(facts.memory) / 1e9, static_cast<double>(facts.disk) / 1e9, facts.glibc);
    for (const GpuFacts& gpu : facts.gpus)
        fmt::print("gpu: {}, {:.1f} GB{}{}\n", gpu.name, static_cast<double>(gpu.memory) / 1e9,
                   gpu.fault.empty() ? "" : ", ", gpu.fault);
    if (facts.gpus.empty()) fmt::print("gpu: none\n");
    for (const std::string& lack : facts.lacks) fmt::print("sandbox: {}\n", lack);
    return 0;
}

Result<int> enter(const std::vector<std::string>& words) {
    if (words.size() < 3) return invalid("'goetia-agent enter' is started by the agent, with a plan and a program");
    GOETIA_ASSIGN(const std::string text, read_file(words[1]));
    GOETIA_ASSIGN(const Json json, parse_json(text, words[1]));
    GOETIA_ASSIGN(const SandboxPlan plan, sandbox_plan_from(json));
    return enter_sandbox(plan, {words.begin() + 2, words.end()});
}

Result<int> supervise_ranks(const std::vector<std::string>& words) {
    if (words.size() != 2) return invalid("'goetia-agent supervise' is started by the agent, with a lock");
    GOETIA_TRY(supervise(std::atoi(words[1].c_str())));
    return 0;
}

}  // namespace

Result<int> agent_program(const std::vector<std::string>& words) {
    const std::string command = words.empty() ? "--help" : words[0];
    if (command == "--version") {
        fmt::print("goetia-agent {}\n", GOETIA_VERSION);
        return 0;
    }
    if (command == "run") return run_agent(words);
    if (command == "facts") return show_facts(std::find(words.begin(), words.end(), "--json") != words.end());
    if (command == "enter") return enter(words);
    if (command == "supervise") return supervise_ranks(words);
    if (command == "--help") {
        fmt::print("{}", agent_usage());
        return 0;
    }
    return invalid("unknown command '{}'\n{}", command, agent_usage());
}

}  // namespace goetia
