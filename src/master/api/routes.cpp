#include "master/api/routes.h"

#include "base/json.h"
#include "master/api/docs_page.h"
#include "net/openapi.h"
#include "net/problem.h"

namespace goetia {
namespace {

void append_routes(std::vector<Route>& all, std::vector<Route> more) {
    for (Route& route : more) all.push_back(std::move(route));
}

std::vector<Route> resource_routes(MasterServices& services, const ApiOptions& options) {
    std::vector<Route> all;
    MasterService& service = services.pool();
    append_routes(all, overview_routes(service));
    append_routes(all, session_routes(services, options.version));
    append_routes(all, user_routes(services));
    append_routes(all, token_routes(services));
    append_routes(all, audit_routes(service.store()));
    append_routes(all, task_routes(services));
    append_routes(all, sweep_routes(services));
    append_routes(all, catalogue_routes(services.runtime()));
    append_routes(all, data_set_routes(services.data_sets()));
    append_routes(all, model_routes(services.models()));
    append_routes(all, training_routes(services));
    append_routes(all, node_routes(service, options));
    append_routes(all, object_routes(service));
    append_routes(all, agent_routes(service));
    append_routes(all, experiment_routes(services.experiments()));
    append_routes(all, artifact_routes(services.experiments()));
    append_routes(all, storage_routes(services.storage(), services.settings()));
    append_routes(all, stream_routes(service));
    append_routes(all, system_routes(service, options));
    return all;
}

constexpr const char* kTitle = "Goetia master";

}  // namespace

std::vector<Route> master_routes(MasterServices& services, const ApiOptions& options) {
    std::vector<Route> all = resource_routes(services, options);
    Route document = Route("GET", "/openapi.json", kForEverybody, "Describes every route, as OpenAPI 3.1");
    all.push_back(document);  // it describes itself, too
    const auto page = std::make_shared<std::string>();
    append_routes(all, docs_routes(page));
    const auto text = std::make_shared<const Json>(openapi_document(all, kTitle, options.version));
    *page = docs_page(*text);
    std::move(document).does([text](const RouteCall&, const RouteAnswer& answer) { answer(json_response(*text)); });
    return all;
}

}  // namespace goetia
