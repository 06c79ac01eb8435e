#include "base/json.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/overview/overview.h"
#include "net/problem.h"

namespace goetia {
namespace {

Shape overview_shape() {
    return Shape(Schema("Overview", "What the one who asks has, and how the pool is used")
                     .with(integer("models", "In the library"))
                     .with(number("lowest_accuracy",
                                  "The least best `val/accuracy_top1` of the runs that came to their "
                                  "end; null: there is none")
                               .or_null())
                     .with(text("lowest_accuracy_experiment", "The id of that run").or_null())
                     .with(integer("training_tasks", "All of them"))
                     .with(integer("running_tasks", "That train"))
                     .with(integer("queued_tasks", "That wait for a place, or are on their way to it"))
                     .with(integer("paused_tasks", "That are paused"))
                     .with(integer("completed_tasks", "That came to their end"))
                     .with(integer("failed_tasks", "That failed"))
                     .with(integer("stopped_tasks", "That somebody stopped"))
                     .with(object("pool", "Sums over the machines that answer")))
        .where("pool", Shape(Schema("PoolUse", "Sums over the machines that answer")
                                 .with(integer("nodes", "All machines"))
                                 .with(object("node_states", "How many machines are in each state"))
                                 .with(integer("gpus", "All"))
                                 .with(integer("gpus_taken", "That tasks have"))
                                 .with(number("gpu_use", "0 to 1, the mean").or_null())
                                 .with(integer("gpu_memory", "Bytes"))
                                 .with(integer("gpu_memory_used", "Bytes, by whomever"))
                                 .with(integer("cores", "All"))
                                 .with(integer("cores_taken", "That tasks have"))
                                 .with(number("processor_use", "0 to 1, of all cores").or_null())
                                 .with(integer("memory", "Bytes"))
                                 .with(integer("memory_used", "Bytes"))
                                 .with(integer("disk", "Bytes"))
                                 .with(integer("disk_used", "Bytes")))
                           .where("node_states", map_of(Shape(ParamType::kInt))));
}

}  // namespace

std::vector<Route> overview_routes(MasterService& service) {
    std::vector<Route> routes;
    routes.push_back(Route("GET", "/api/overview", kReadTasks, "What one has, and how the pool is used")
                         .answers(200, overview_shape())
                         .works([&service](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json told, Overview(service).of(call.caller));
                             return json_response(told);
                         }));
    return routes;
}

}  // namespace goetia
