#include "sim/schedule.h"

#include "sim/sim_master.h"
#include "sim/sim_node.h"

namespace goetia {
namespace {

constexpr Moment kTimeToEnd = 3 * kHour;  // after the healing

class FaultMaker {
  public:
    FaultMaker(SimContext& context, SimMaster& master) : context_(context), master_(master) {}

    void begin() {
        const SimFaults& faults = context_.plan.faults;
        every(faults.agent_kill, [this] { some_node().kill_agent(); });
        every(faults.trainer_kill, [this] { some_node().kill_trainer(); });
        every(faults.power_loss, [this] { some_node().lose_power(); });
        every(faults.partition, [this] { cut_off(some_node().id()); });
        every(faults.leaving, [this] { some_node().leave(); });
        every(faults.agent_disk_full, [this] {
            SimNode& node = some_node();
            node.fill_disk(true);
            context_.clock.after(20 * kSecond, [&node] { node.fill_disk(false); });
        });
        every(faults.master_disk_full, [this] {
            master_.fill_disk(true);
            context_.clock.after(20 * kSecond, [this] { master_.fill_disk(false); });
        });
        every(faults.clock_jump, [this] {
            context_.standing_still = true;
            context_.clock.after(drawn(5 * kMinute), [this] { context_.standing_still = false; });
        });
        if (faults.backup_restored) {
            const Moment taken = drawn(context_.plan.healed);
            context_.clock.after(taken, [this] { master_.back_up(); });
            context_.clock.after(taken + drawn(kMinute), [this] { master_.restore_backup(); });
        }
    }

  private:
    Moment drawn(Moment longest) {
        return 1 + static_cast<Moment>(context_.random.below(static_cast<std::uint64_t>(longest)));
    }
    SimNode& some_node() { return *context_.nodes[context_.random.below(context_.nodes.size())]; }

    void every(Moment mean, const std::function<void()>& what) {
        if (mean == 0) return;
        context_.clock.after(drawn(2 * mean), [this, mean, what] {
            if (!context_.faulty) return;
            what();
            every(mean, what);
        });
    }

    // Both sides notice after a while, unless the cut is shorter.
    void cut_off(NodeId node) {
        if (!context_.cut.insert(node).second) return;
        context_.note("node " + std::to_string(node) + " is cut off");
        constexpr Moment kLengths[] = {5 * kSecond, kMinute, 12 * kMinute};
        const Moment length = drawn(kLengths[context_.random.below(3)]);
        if (length > 20 * kSecond) {
            master_.connection_closed(node);
            context_.clock.after(drawn(20 * kSecond),
                                 [this, node] { context_.node(node).connection_broke(context_.node(node).session()); });
        }
        context_.clock.after(length, [this, node] {
            context_.note("node " + std::to_string(node) + " is back on the network");
            context_.cut.erase(node);
        });
    }

    SimContext& context_;
    SimMaster& master_;
};

class SimUser {
  public:
    SimUser(SimContext& context, SimMaster& master) : context_(context), master_(master) {}

    void begin() {
        for (const SimTask& task : context_.plan.tasks)
            context_.clock.after(task.submitted, [this, &task] { submit(task); });
        for (int i = 0; i < context_.plan.controls; ++i) {
            context_.clock.after(
                static_cast<Moment>(context_.random.below(static_cast<std::uint64_t>(context_.plan.healed))), [this] {
                    const auto task = 1 + context_.random.below(context_.plan.tasks.size());
                    const auto action =
                        static_cast<TaskAction>(context_.random.below(static_cast<int>(last_of(TaskAction{})) + 1));
                    context_.note("the user asks task " + std::to_string(task) + " to " + std::string(name_of(action)));
                    if (master_.alive() && !context_.standing_still) master_.control(task, action);
                });
        }
        context_.clock.after(context_.plan.healed + kMinute, [this] { let_go_on(); });
    }

  private:
    // Until it is acknowledged.
    void submit(const SimTask& task) {
        if (master_.store().tasks.contains(task.task.id)) return;
        if (master_.alive() && !context_.standing_still) master_.submit(task);
        context_.clock.after(5 * kSecond, [this, &task] { submit(task); });
    }

    // After the faults nothing is left paused.
    void let_go_on() {
        std::vector<TaskId> paused;
        for (const auto& [id, task] : master_.world().tasks) {
            if (task.intent == Intent::kPause && allowed(task.state, TaskAction::kResume)) paused.push_back(id);
        }
        for (const TaskId id : paused) master_.control(id, TaskAction::kResume);
        context_.clock.after(30 * kSecond, [this] { let_go_on(); });
    }

    SimContext& context_;
    SimMaster& master_;
};

}  // namespace

ScheduleEnd run_schedule(std::uint64_t seed, Plant plant, std::vector<std::string>* trace) {
    Random random({.seed = seed, .purpose = purpose("sim.schedule")});
    const SimPlan plan = draw_plan(random);
    SimContext context{.random = random, .plan = plan, .plant = plant, .clock = SimClock(random), .trace = trace};
    SimMaster master(context);
    context.master = &master;
    for (int i = 1; i <= plan.nodes; ++i)
        context.nodes.push_back(std::make_unique<SimNode>(context, static_cast<NodeId>(i)));
    master.start();
    master.once_a_second();
    for (const auto& node : context.nodes) node->begin();
    FaultMaker faults(context, master);
    SimUser user(context, master);
    faults.begin();
    user.begin();
    const Moment begun = context.clock.now();
    context.clock.after(plan.healed, [&] { context.faulty = false; });
    std::int64_t looked = 0;
    bool over = false;
    context.clock.run(begun + plan.healed + kTimeToEnd, [&] {
        if (!context.violation.empty()) return true;
        if (context.clock.now() < begun + plan.healed + kMinute || ++looked % 64 != 0) return false;
        return over = master.store().tasks.size() >= plan.tasks.size() && master.unfinished().empty();
    });
    if (context.violation.empty()) master.judge_end();
    return {context.violation, context.clock.events()};
}

}  // namespace goetia
