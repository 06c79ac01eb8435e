#include "sim/sim_context.h"

#include "sim/sim_master.h"
#include "sim/sim_node.h"

namespace goetia {

void SimContext::deliver(NodeId node, const std::function<void()>& what) {
    if (cut.contains(node) || (faulty && random.chance(plan.faults.document_loss))) return;
    const int times = faulty && random.chance(plan.faults.document_double) ? 2 : 1;
    const Moment longest = faulty ? plan.faults.longest_delay : 20;
    for (int i = 0; i < times; ++i) {
        const Moment delay = 1 + static_cast<Moment>(random.below(static_cast<std::uint64_t>(longest)));
        clock.after(delay, [this, node, what] {
            if (!cut.contains(node)) what();
        });
    }
}

void SimContext::arrive(const std::function<void(SimMaster&)>& what) {
    if (!master->alive()) return;
    if (!standing_still) return what(*master);
    clock.after(kSecond, [this, what] { arrive(what); });  // it waits in the socket
}

void SimContext::to_master(NodeId from, std::function<void(SimMaster&)> what) {
    deliver(from, [this, what = std::move(what)] { arrive(what); });
}

void SimContext::to_node(NodeId to, std::function<void(SimNode&)> what) {
    deliver(to, [this, to, what = std::move(what)] { what(node(to)); });
}

}  // namespace goetia
