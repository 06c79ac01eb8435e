#include "sweep/decide/run_slots.h"

#include <algorithm>

namespace goetia {
namespace {

Status check_budget(const DeviceBudget& budget) {
    if (budget.jobs && *budget.jobs < 1) return invalid("--jobs {}: at least one run goes at a time", *budget.jobs);
    if (budget.gpus_per_run && *budget.gpus_per_run < 0)
        return invalid("--gpus-per-run {}: allowed are 0 or more", *budget.gpus_per_run);
    if (budget.gpus_per_run && std::cmp_greater(*budget.gpus_per_run, budget.gpus.size()))
        return invalid("--gpus-per-run {}: this machine shows {} GPUs", *budget.gpus_per_run, budget.gpus.size());
    if (budget.cores_per_run && (*budget.cores_per_run < 1 || *budget.cores_per_run > budget.cores))
        return invalid("--cores-per-run {}: allowed are 1 to {}, the cores of this machine", *budget.cores_per_run,
                       budget.cores);
    return {};
}

}  // namespace

Result<std::vector<RunSlot>> run_slots(const DeviceBudget& budget) {
    GOETIA_TRY(check_budget(budget));
    const std::int64_t gpus = std::ssize(budget.gpus);
    const std::int64_t each = budget.gpus_per_run.value_or(std::min<std::int64_t>(budget.ranks, gpus));
    const std::int64_t by_gpus = each > 0 ? gpus / each : 0;
    const std::int64_t by_cores = budget.cores_per_run ? budget.cores / *budget.cores_per_run : 0;
    std::int64_t jobs = 1;
    if (budget.jobs) jobs = *budget.jobs;
    else if (by_gpus > 0) jobs = by_cores > 0 ? std::min(by_gpus, by_cores) : by_gpus;
    else if (by_cores > 0) jobs = by_cores;
    if (budget.gpus_per_run && each > 0 && jobs > by_gpus)
        return invalid("--jobs {} of {} GPUs each need {}, this machine shows {}", jobs, each, jobs * each, gpus);
    if (budget.cores_per_run && jobs > by_cores)
        return invalid("--jobs {} of {} cores each need {}, this machine has {}", jobs, *budget.cores_per_run,
                       jobs * *budget.cores_per_run, budget.cores);
    std::vector<RunSlot> slots(static_cast<std::size_t>(jobs));
    for (std::int64_t slot = 0; slot < jobs; ++slot) {
        RunSlot& one = slots[static_cast<std::size_t>(slot)];
        for (std::int64_t i = 0; i < each; ++i)
            one.gpus.push_back(budget.gpus[static_cast<std::size_t>((slot * each + i) % gpus)]);
        one.cores = static_cast<int>(budget.cores_per_run.value_or(std::max<std::int64_t>(1, budget.cores / jobs)));
    }
    return slots;
}

}  // namespace goetia
