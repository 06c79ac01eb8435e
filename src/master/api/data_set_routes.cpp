#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/file_response.h"
#include "net/problem.h"

namespace goetia {
namespace {

Schema data_set_schema() {
    return Schema("DataSet", "A data set where it lies, and what is known of it")
        .with(text("id", "Which one"))
        .with(text("name", "As people and tasks name it"))
        .with(text("owner", "The id of the user who registered it"))
        .with(text("owner_name", "And the name, as it was then"))
        .with(text("node", "The id of the node where it lies; null: the master").or_null())
        .with(text("path", "Its folder there"))
        .with(text("format", "The data set component that reads it"))
        .with(boolean("verified", "Whether it was looked at"))
        .with(text("note", "Why not"))
        .with(object("facts", "{task, classes, train, val, test}").or_null())
        .with(text("fingerprint", "Of a job `certificate`").or_null())
        .with(number("created_at", "Seconds since 1970"))
        .with(number("updated_at", "Seconds since 1970"))
        .with(text("etag", "Changes with it"));
}

Schema data_set_job_schema() {
    return Schema("DataSetJob", "A check of a data set")
        .with(text("id", "Its kind: a data set has one of each"))
        .with(text("dataset", "The id of the data set"))
        .with(text("kind", "What").one_of({"validate", "certificate", "preview", "mini"}))
        .with(text("state", "How far").one_of({"queued", "running", "completed", "failed"}))
        .with(integer("done", "Files so far"))
        .with(integer("all", "Files in all").or_null())
        .with(text("by", "Who asked for it"))
        .with(number("created_at", "Seconds since 1970"))
        .with(number("finished_at", "Seconds since 1970").or_null())
        .with(object("result", "What was found").or_null())
        .with(object("error", "How it failed").or_null());
}

Result<HttpResponse> data_sets_page(DataSets& data_sets, const RouteCall& call) {
    static const ListFields kFields{{"id", "name", "owner", "node", "format", "created_at", "updated_at"}, {}};
    GOETIA_ASSIGN(const std::vector<Json> all, data_sets.list());
    return short_list(call, all, kFields, {"id", "name", "owner", "node", "path", "format", "verified", "fingerprint"});
}

Result<HttpResponse> jobs_of(DataSets& data_sets, const RouteCall& call) {
    GOETIA_ASSIGN(const std::vector<Json> jobs, data_sets.jobs(call.path_text("id")));
    return json_response({{"items", jobs}, {"total", jobs.size()}, {"next", nullptr}});
}

Result<HttpResponse> job_of(DataSets& data_sets, const RouteCall& call) {
    GOETIA_ASSIGN(const std::vector<Json> jobs, data_sets.jobs(call.path_text("id")));
    for (const Json& job : jobs) {
        if (job["id"] == call.path_text("job")) return json_response(job);
    }
    return not_found("data set '{}' has no job '{}'", call.path_text("id"), call.path_text("job"));
}

}  // namespace

std::vector<Route> data_set_routes(DataSets& data_sets) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/datasets", kReadDatasets, "Lists the registered data sets"))
                         .answers_list(data_set_schema())
                         .works([&data_sets](const RouteCall& call) { return data_sets_page(data_sets, call); }));
    routes.push_back(
        Route("POST", "/api/datasets", kWriteDatasets, "Registers a folder of data, of the master or of a node")
            .takes(
                Schema("NewDataSet", "Where it lies")
                    .with(text("name", "Letters, digits, '.', '_' and '-'"))
                    .with(text("path", "Absolute; of the master: below a folder of data"))
                    .with(text("node", "The id of the node; none: the master").fallback(""))
                    .with(
                        text("format", "The data set component that reads it; none: as the folder shows").fallback("")))
            .answers(201, data_set_schema())
            .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                const Json& body = *call.body;
                GOETIA_ASSIGN(const Json added, data_sets.add(call.caller, {.name = body["name"],
                                                                            .node = body["node"],
                                                                            .path = body["path"],
                                                                            .format = body["format"]}));
                return json_response(added, 201);
            }));
    routes.push_back(Route("GET", "/api/datasets/{id}", kReadDatasets, "Shows a data set, by its id or name")
                         .answers(200, data_set_schema())
                         .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json shown, data_sets.show(call.path_text("id")));
                             return json_response(shown);
                         }));
    routes.push_back(
        Route("DELETE", "/api/datasets/{id}", kWriteDatasets, "Forgets a data set; its files stay where they are")
            .answers(200, Schema("ForgottenDataSet", "What was forgotten").with(text("id", "Of the data set")))
            .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json erased, data_sets.erase(call.caller, call.path_text("id")));
                return json_response(erased);
            }));
    routes.push_back(
        Route("POST", "/api/datasets/{id}/jobs", kWriteDatasets, "Checks a data set that lies on the master, in a job")
            .takes(Schema("NewDataSetJob", "What is to be found out")
                       .with(text("kind", "What").one_of({"validate", "certificate", "preview", "mini"}))
                       .with(integer("count", "Images of a preview or of a mini set").between(1, 10000).fallback(16)))
            .answers(202, data_set_job_schema())
            .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                const auto check = data_set_check_from((*call.body)["kind"].get<std::string>());
                GOETIA_ASSIGN(const Json job, data_sets.start(call.caller, call.path_text("id"), *check,
                                                              (*call.body)["count"].get<std::int64_t>()));
                return json_response(job, 202);
            }));
    routes.push_back(Route("GET", "/api/datasets/{id}/jobs", kReadDatasets, "The newest job of each kind")
                         .answers(200, Schema("DataSetJobs", "All of them")
                                           .with(anything("items", "As GET /api/datasets/{id}/jobs/{job} shows one"))
                                           .with(integer("total", "How many"))
                                           .with(text("next", "There is no next page").or_null()))
                         .works([&data_sets](const RouteCall& call) { return jobs_of(data_sets, call); }));
    routes.push_back(Route("GET", "/api/datasets/{id}/jobs/{job}", kReadDatasets, "How far a job is, and its result")
                         .answers(200, data_set_job_schema())
                         .works([&data_sets](const RouteCall& call) { return job_of(data_sets, call); }));
    routes.push_back(Route("GET", "/api/datasets/{id}/preview", kReadDatasets, "Some of its images on one sheet")
                         .answers_bytes("image/png", "Of the newest job `preview`")
                         .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto file, data_sets.preview(call.path_text("id")));
                             GOETIA_ASSIGN(const std::string sha256, sha256_file(file));
                             return file_response(call.request, file, sha256, "image/png");
                         }));
    return routes;
}

}  // namespace goetia
