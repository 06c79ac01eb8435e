#include "sim/sim_plan.h"

namespace goetia {
namespace {

PoolTask draw_task(Random& random, const SimPlan& plan) {
    PoolTask task;
    task.user = 1 + random.below(2);
    task.priority = static_cast<int>(random.below(4)) * 25;
    task.needs.cores = static_cast<int>(1 + random.below(static_cast<std::uint64_t>(plan.cores)));
    task.needs.gpus = static_cast<int>(random.below(static_cast<std::uint64_t>(plan.gpus) + 1));
    if (plan.nodes > 1 && random.chance(0.2)) task.needs.nodes = 2;
    constexpr Moment kLostAfter[] = {50 * kSecond, 2 * kMinute, 10 * kMinute};
    task.limits.lost_after = kLostAfter[random.below(3)];
    if (random.chance(0.1)) task.limits.soft = 20 * kSecond;
    task.preemptible = random.chance(0.7);
    return task;
}

Moment at_times(Random& random, double chance, Moment every) {
    return random.chance(chance) ? every / 4 + static_cast<Moment>(random.below(static_cast<std::uint64_t>(every))) : 0;
}

SimFaults draw_faults(Random& random) {
    SimFaults faults;
    faults.agent_kill = at_times(random, 0.4, kMinute);
    faults.trainer_kill = at_times(random, 0.3, 2 * kMinute);
    faults.power_loss = at_times(random, 0.3, 2 * kMinute);
    faults.partition = at_times(random, 0.5, kMinute);
    faults.agent_disk_full = at_times(random, 0.15, 2 * kMinute);
    faults.master_disk_full = at_times(random, 0.15, 2 * kMinute);
    faults.leaving = at_times(random, 0.1, 3 * kMinute);
    faults.clock_jump = at_times(random, 0.15, 2 * kMinute);
    faults.master_crash = random.chance(0.5) ? random.uniform(0, 0.01) : 0;
    faults.document_loss = random.chance(0.5) ? random.uniform(0, 0.2) : 0;
    faults.document_double = random.chance(0.5) ? random.uniform(0, 0.2) : 0;
    constexpr Moment kDelays[] = {20, 500, 8000, 25000};
    faults.longest_delay = kDelays[random.below(4)];
    faults.backup_restored = random.chance(0.1);
    return faults;
}

}  // namespace

SimPlan draw_plan(Random& random) {
    SimPlan plan;
    plan.nodes = static_cast<int>(1 + random.below(3));
    plan.gpus = static_cast<int>(random.below(3));
    plan.cores = static_cast<int>(1 + random.below(4));
    plan.healed = (1 + static_cast<Moment>(random.below(5))) * kMinute;
    plan.controls = random.chance(0.6) ? static_cast<int>(random.below(6)) : 0;
    const auto count = 1 + random.below(5);
    for (std::uint64_t i = 0; i < count; ++i) {
        SimTask one{.task = draw_task(random, plan)};
        one.task.id = i + 1;
        one.submitted = static_cast<Moment>(random.below(90)) * kSecond;
        one.steps = static_cast<int>(3 + random.below(random.chance(0.2) ? 200 : 40));
        one.checkpoint_every = static_cast<int>(1 + random.below(10));
        if (random.chance(0.1))
            one.fails_at = static_cast<int>(1 + random.below(static_cast<std::uint64_t>(one.steps)));
        plan.tasks.push_back(std::move(one));
    }
    plan.faults = draw_faults(random);
    return plan;
}

}  // namespace goetia
