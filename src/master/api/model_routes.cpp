#include "base/json.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "net/file_response.h"
#include "net/problem.h"
#include "protocol/names.h"

namespace goetia {
namespace {

Shape model_shape() {
    return Shape(Schema("Model", "Weights of the library")
                     .with(text("id", "Which one"))
                     .with(text("name", "For people"))
                     .with(text("owner", "The id of the user who saved it"))
                     .with(text("owner_name", "And the name, as it was then"))
                     .with(text("experiment", "Where it comes from"))
                     .with(text("task", "That trained it"))
                     .with(text("sha256", "Of its file"))
                     .with(integer("bytes", "Of its file"))
                     .with(integer("epoch", "After which it was saved").or_null())
                     .with(integer("step", "After which it was saved").or_null())
                     .with(object("metrics", "Then"))
                     .with(number("created_at", "Seconds since 1970")))
        .where("metrics", metric_values_shape());
}

Result<HttpResponse> models_page(ModelLibrary& models, const RouteCall& call) {
    static const ListFields kFields{{"id", "name", "owner", "experiment", "task", "bytes", "epoch", "created_at"}, {}};
    GOETIA_ASSIGN(const std::vector<Json> all, models.list(call.caller));
    return short_list(call, all, kFields,
                      {"id", "name", "owner", "experiment", "epoch", "bytes", "sha256", "created_at"});
}

}  // namespace

std::vector<Route> model_routes(ModelLibrary& models) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/models", kReadModels, "Lists the library of weights"))
                         .answers_list(model_shape())
                         .works([&models](const RouteCall& call) { return models_page(models, call); }));
    routes.push_back(
        Route("POST", "/api/models", kWriteModels, "Puts the best weights of an experiment into the library")
            .takes(Schema("NewModel", "Which weights")
                       .with(text("experiment", "Its id"))
                       .with(text("name", "None: the experiment's").fallback("")))
            .answers(201, model_shape())
            .works([&models](const RouteCall& call) -> Result<HttpResponse> {
                const Json& body = *call.body;
                GOETIA_ASSIGN(const Json saved, models.save(call.caller, body["experiment"], body["name"]));
                return json_response(saved, 201);
            }));
    routes.push_back(Route("GET", "/api/models/{id}", kReadModels, "Shows a model")
                         .answers(200, model_shape())
                         .works([&models](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const ModelRow row, models.find(call.caller, call.path_text("id")));
                             return json_response(ModelLibrary::shown(row));
                         }));
    routes.push_back(
        Route("GET", "/api/models/{id}/files/{sha256}", kReadModels, "The weights; its hash is the model's")
            .answers_bytes("application/octet-stream", "A file that PyTorch reads")
            .works([&models](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const ModelRow row, models.find(call.caller, call.path_text("id")));
                if (call.path_text("sha256") != row.hash)
                    return not_found("model '{}' has no file of that hash", row.id);
                return file_response(call.request, models.file(row), row.hash, "application/octet-stream");
            }));
    routes.push_back(Route("DELETE", "/api/models/{id}", kWriteModels, "Removes a model from the library")
                         .answers(200, Schema("DeletedModel", "What was deleted").with(text("id", "Of the model")))
                         .works([&models](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json erased, models.erase(call.caller, call.path_text("id")));
                             return json_response(erased);
                         }));
    return routes;
}

}  // namespace goetia
