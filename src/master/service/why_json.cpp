#include "master/service/why_json.h"

#include "base/json.h"
#include "master/service/task_facts.h"
#include "pool/why.h"

namespace goetia {

Json why_json(const World& world, const PoolTask& task, Moment now, double wall, const MoreOfNode& more) {
    const TaskWhy found = why(world, task, now);
    Json nodes = Json::array();
    for (const NodeWhy& one : found.nodes) {
        const auto node = world.nodes.find(one.node);
        std::string has = one.obstacle.has;
        if (one.obstacle.obstacle == Obstacle::kVersion) {
            const std::string added = more(one.node);
            if (!added.empty()) has += (has.empty() ? "" : "; ") + added;
        }
        nodes.push_back({{"node", node == world.nodes.end() ? std::to_string(one.node) : node->second.name},
                         {"reason", name_of(one.obstacle.obstacle)},
                         {"needs", one.obstacle.needs},
                         {"has", std::move(has)},
                         {"kept_for", one.kept_for == 0 ? Json() : Json(task_text_id(one.kept_for))}});
    }
    const auto wall_of = [&](const std::optional<Moment>& moment) {
        return moment ? Json(wall + static_cast<double>(*moment - now) / kSecond) : Json();
    };
    return {{"state", name_of(task.state)},       {"sentence", found.sentence},
            {"nodes", std::move(nodes)},          {"ahead", found.ahead},
            {"starts_at", wall_of(found.starts)}, {"ends_at", wall_of(expected_end(world, task, now))}};
}

}  // namespace goetia
