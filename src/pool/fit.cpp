#include "pool/fit.h"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "protocol/runtime_needs.h"

namespace goetia {
namespace {

constexpr std::array<ObstacleInfo, 10> kObstacles{{
    {Obstacle::kNone, "none", true},
    {Obstacle::kOffline, "offline", true},
    {Obstacle::kDraining, "draining", true},
    {Obstacle::kLabelMissing, "label missing", false},
    {Obstacle::kVersion, "version", false},
    {Obstacle::kTooFewGpus, "too few GPUs", false},
    {Obstacle::kTooFewCores, "too few cores", false},
    {Obstacle::kTooLittleMemory, "too little memory", false},
    {Obstacle::kBusy, "busy", true},
    {Obstacle::kNotEnoughNodes, "not enough nodes", true},
}};

int gpus_with_memory(const PoolNode& node, std::int64_t memory, bool free) {
    return static_cast<int>(std::count_if(node.gpus.begin(), node.gpus.end(), [&](const PoolGpu& gpu) {
        return free ? gpu.is_free() && gpu.free_memory() >= memory : gpu.memory >= memory;
    }));
}

std::string as_gibibytes(std::int64_t bytes) {
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1LL << 30));
}

bool leaves_room(const TaskNeeds& needs, const PoolNode& node, const std::vector<int>& gpus, const TaskNeeds& other) {
    if (needs.cores > 0 && node.free_cores() - needs.cores < other.cores) return false;
    if (needs.memory > 0 && node.memory - node.taken_memory - needs.memory < other.memory) return false;
    if (other.gpus == 0) return true;
    const auto of_use = [&](int i) { return node.gpus[static_cast<std::size_t>(i)].free_memory() >= other.gpu_memory; };
    const auto taken = std::count_if(gpus.begin(), gpus.end(), of_use);
    return taken == 0 || gpus_with_memory(node, other.gpu_memory, true) - taken >= other.gpus;
}

}  // namespace

const ObstacleInfo& info_of(Obstacle obstacle) { return kObstacles.at(static_cast<std::size_t>(obstacle)); }

Obstacle lacking(const TaskNeeds& needs, const PoolNode& node) {
    // Every node also has its name as one: "node=NAME".
    const auto is_missing = [&](const std::string& label) {
        return !node.labels.contains(label) && !node.given_labels.contains(label) && label != "node=" + node.name;
    };
    if (std::ranges::any_of(needs.labels, is_missing)) return Obstacle::kLabelMissing;
    if (static_cast<int>(node.gpus.size()) < needs.gpus) return Obstacle::kTooFewGpus;
    if (!can_run(needs, node)) return Obstacle::kVersion;
    if (needs.gpus > 0 && gpus_with_memory(node, needs.gpu_memory, false) < needs.gpus)
        return Obstacle::kTooLittleMemory;
    if (node.memory < needs.memory) return Obstacle::kTooLittleMemory;
    if (node.cores < needs.cores) return Obstacle::kTooFewCores;
    return Obstacle::kNone;
}

NodeObstacle explained(Obstacle obstacle, const TaskNeeds& needs, const PoolNode& node) {
    switch (obstacle) {
        case Obstacle::kLabelMissing: {
            const std::set<std::string> all = node.all_labels();
            std::vector<std::string> missing;
            std::ranges::set_difference(needs.labels, all, std::back_inserter(missing));
            return {obstacle, fmt::format("{}", fmt::join(missing, ", ")), fmt::format("{}", fmt::join(all, ", "))};
        }
        case Obstacle::kVersion: return {obstacle, "", fmt::format("{}", fmt::join(what_it_lacks(needs, node), "; "))};
        case Obstacle::kTooFewGpus: return {obstacle, std::to_string(needs.gpus), std::to_string(node.gpus.size())};
        case Obstacle::kTooFewCores: return {obstacle, std::to_string(needs.cores), std::to_string(node.cores)};
        case Obstacle::kTooLittleMemory: {
            if (node.memory < needs.memory) return {obstacle, as_gibibytes(needs.memory), as_gibibytes(node.memory)};
            std::int64_t largest = 0;
            for (const PoolGpu& gpu : node.gpus) largest = std::max(largest, gpu.memory);
            const int enough = gpus_with_memory(node, needs.gpu_memory, false);
            return {
                obstacle, fmt::format("{} on each of {} GPUs", as_gibibytes(needs.gpu_memory), needs.gpus),
                enough > 0 ? fmt::format("only {} such", enough) : fmt::format("{} at most", as_gibibytes(largest))};
        }
        case Obstacle::kBusy: {
            if (node.strangers) return {obstacle, "", "attempts that are not the master's are being ended"};
            if (needs.gpus > 0)
                return {obstacle, fmt::format("{} GPUs, {} cores", needs.gpus, needs.cores),
                        fmt::format("{} GPUs, {} cores free", gpus_with_memory(node, needs.gpu_memory, true),
                                    node.free_cores())};
            return {obstacle, fmt::format("{} cores", needs.cores), fmt::format("{} free", node.free_cores())};
        }
        default: return {obstacle, "", ""};
    }
}

std::vector<int> choose_gpus(const TaskNeeds& needs, const PoolNode& node) {
    std::vector<int> chosen;
    if (needs.gpus == 0) return chosen;
    for (int i = 0; i < static_cast<int>(node.gpus.size()); ++i) {
        const PoolGpu& gpu = node.gpus[static_cast<std::size_t>(i)];
        if (gpu.is_free() && gpu.free_memory() >= needs.gpu_memory) chosen.push_back(i);
    }
    if (static_cast<int>(chosen.size()) < needs.gpus) return {};
    std::ranges::stable_sort(chosen, {}, [&](int i) { return node.gpus[static_cast<std::size_t>(i)].free_memory(); });
    chosen.resize(static_cast<std::size_t>(needs.gpus));
    return chosen;
}

bool fits_now(const TaskNeeds& needs, const PoolNode& node, const TaskNeeds* keep_free) {
    if (node.strangers || node.free_cores() < needs.cores || node.memory - node.taken_memory < needs.memory)
        return false;
    if (lacking(needs, node) != Obstacle::kNone) return false;
    if (needs.gpus == 0 && !keep_free) return true;
    const std::vector<int> gpus = choose_gpus(needs, node);
    if (needs.gpus > 0 && gpus.empty()) return false;
    return !keep_free || leaves_room(needs, node, gpus, *keep_free);
}

}  // namespace goetia
