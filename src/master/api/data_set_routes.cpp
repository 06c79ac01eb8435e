#include <charconv>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "net/file_response.h"
#include "net/problem.h"

namespace goetia {
namespace {

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

// Answers from a thread that may read images.
void look_later(DataSets& data_sets, const RouteAnswer& answer, std::function<Result<HttpResponse>()> work) {
    const bool taken = data_sets.later([answer, work = std::move(work)] { answer(work()); });
    if (!taken) answer(make_error(Code::kUnavailable, "the master stops, or too much waits; try again later"));
}

ParamBuilder split_param() {
    return text("split", "Which part of the set").one_of({"train", "val", "test"}).fallback("train");
}

Result<std::int64_t> index_from(const std::string& text, const std::string& what) {
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc() || end != text.data() + text.size() || index < 0)
        return not_found("there is no {} '{}'", what, text);
    return index;
}

Result<SamplesAsked> samples_asked(const RouteCall& call) {
    SamplesAsked asked{
        .split = call.query_text("split"), .limit = call.query_integer("limit"), .of_class = call.query_text("class")};
    const std::string cursor = call.query_text("cursor");
    if (!cursor.empty()) {
        GOETIA_ASSIGN(asked.from, index_from(cursor, "sample"));
    }
    return asked;
}

Result<HttpResponse> picture_of(DataSets& data_sets, const RouteCall& call) {
    GOETIA_ASSIGN(const std::int64_t index, index_from(call.path_text("n"), "sample"));
    GOETIA_ASSIGN(std::string bytes,
                  data_sets.picture(call.path_text("id"), {.split = call.query_text("split"),
                                                           .index = index,
                                                           .width = static_cast<int>(call.query_integer("width")),
                                                           .drawn = call.query->at("labels").get<bool>()}));
    HttpResponse response{.body = std::move(bytes)};
    response.headers.set("Content-Type", "image/jpeg");
    response.headers.set("Cache-Control", "private, max-age=300");
    return response;
}

AugmentedAsked augmented_asked(const Json& body) {
    return {.split = body["split"],
            .pipeline = std::make_shared<const Json>(body["pipeline"]),
            .batch_augments = std::make_shared<const Json>(body["batch_augments"]),
            .seed = body["seed"].get<std::uint64_t>(),
            .count = body["count"].get<std::int64_t>(),
            .size = body["size"].get<int>(),
            .thumbnails = body["thumbnails"].get<bool>()};
}

// Schemas know no lists of documents.
Status check_lists(const Json& body) {
    Error wrong{Code::kInvalid, "the body has faults", {}};
    for (const char* field : {"pipeline", "batch_augments"}) {
        if (!body[field].is_array())
            wrong.faults.push_back({.path = field,
                                    .message = "must be a list of steps",
                                    .found = json_text(body[field]).substr(0, 200),
                                    .allowed = "[{type, ...}, ...]"});
    }
    return wrong.faults.empty() ? Status() : Status(std::move(wrong));
}

void add_views(std::vector<Route>& routes, DataSets& data_sets) {
    routes.push_back(
        Route("POST", "/api/datasets/look", kReadDatasets, "What registering a folder of the master would find")
            .takes(
                Schema("DataSetLook", "Where it lies")
                    .with(text("path", "Absolute; below a folder of data of the master"))
                    .with(
                        text("format", "The data set component that reads it; none: as the folder shows").fallback("")))
            .answers(200, looked_set_shape())
            .does([&data_sets](const RouteCall& call, const RouteAnswer& answer) {
                look_later(data_sets, answer, [&data_sets, call]() -> Result<HttpResponse> {
                    GOETIA_ASSIGN(const Json found, data_sets.look((*call.body)["path"], (*call.body)["format"]));
                    return json_response(found);
                });
            }));
    routes.push_back(Route("GET", "/api/datasets/{id}/samples", kReadDatasets,
                           "Samples of a data set of the master, with their labels")
                         .in_query(split_param())
                         .in_query(text("class", "Only samples of this class, or that show it").fallback(""))
                         .in_query(text("cursor", "`next` of the page before").fallback(""))
                         .in_query(integer("limit", "How many at most").between(1, 100).fallback(24))
                         .answers(200, Shape(Schema("Samples", "A page of them")
                                                 .with(anything("items", "In the order of the set"))
                                                 .with(integer("total", "Of the split, or of the class in it"))
                                                 .with(text("next", "For the next page").or_null())
                                                 .with(text("split", "As asked"))
                                                 .with(object("splits", "How many each has"))
                                                 .with(text("task", "What can be trained on it"))
                                                 .with(texts("classes", "In the order of their numbers"))
                                                 .with(texts("targets", "The names of `values`")))
                                           .where("items", list_of(sample_shape()))
                                           .where("splits", map_of(Shape(ParamType::kInt))))
                         .does([&data_sets](const RouteCall& call, const RouteAnswer& answer) {
                             look_later(data_sets, answer, [&data_sets, call]() -> Result<HttpResponse> {
                                 GOETIA_ASSIGN(const SamplesAsked asked, samples_asked(call));
                                 GOETIA_ASSIGN(const Json page, data_sets.samples(call.path_text("id"), asked));
                                 return json_response(page);
                             });
                         }));
    routes.push_back(
        Route("GET", "/api/datasets/{id}/samples/{n}/image", kReadDatasets, "The image of a sample, by its index")
            .in_query(split_param())
            .in_query(integer("width", "Pixels at most; it is not enlarged").between(16, 2048).fallback(320))
            .in_query(boolean("labels", "With its labels drawn, on a sheet with its name").fallback(false))
            .answers_bytes("image/jpeg", "The image, upright")
            .does([&data_sets](const RouteCall& call, const RouteAnswer& answer) {
                look_later(data_sets, answer, [&data_sets, call] { return picture_of(data_sets, call); });
            }));
    routes.push_back(
        Route("POST", "/api/datasets/{id}/augmented", kReadDatasets,
              "What an augmentation pipeline makes of its samples")
            .takes(Schema("AugmentedAsked", "As in the section `augmentation` of a configuration")
                       .with(anything("pipeline", "[{type, ...}], the first of them LoadImage"))
                       .with(anything("batch_augments", "[{type, ...}], which are checked, not shown")
                                 .fallback(Json::array()))
                       .with(split_param())
                       .with(integer("seed", "Of the random draws").between(0, 2147483647).fallback(0))
                       .with(integer("count", "Samples after all steps").between(1, 16).fallback(10))
                       .with(integer("size", "The longer side of the steps' images").between(32, 512).fallback(256))
                       .with(boolean("thumbnails", "The samples after all steps, too").fallback(true)))
            .answers(200, augmented_shape())
            .does([&data_sets](const RouteCall& call, const RouteAnswer& answer) {
                look_later(data_sets, answer, [&data_sets, call]() -> Result<HttpResponse> {
                    GOETIA_TRY(check_lists(*call.body));
                    GOETIA_ASSIGN(const Json made,
                                  data_sets.augmented(call.path_text("id"), augmented_asked(*call.body)));
                    return json_response(made);
                });
            }));
}

}  // namespace

std::vector<Route> data_set_routes(DataSets& data_sets) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/datasets", kReadDatasets, "Lists the registered data sets"))
                         .answers_list(data_set_shape())
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
            .answers(201, data_set_shape())
            .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                const Json& body = *call.body;
                GOETIA_ASSIGN(const Json added, data_sets.add(call.caller, {.name = body["name"],
                                                                            .node = body["node"],
                                                                            .path = body["path"],
                                                                            .format = body["format"]}));
                return json_response(added, 201);
            }));
    routes.push_back(Route("GET", "/api/datasets/{id}", kReadDatasets, "Shows a data set, by its id or name")
                         .answers(200, data_set_shape())
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
            .answers(202, data_set_job_shape())
            .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                const auto check = data_set_check_from((*call.body)["kind"].get<std::string>());
                GOETIA_ASSIGN(const Json job, data_sets.start(call.caller, call.path_text("id"), *check,
                                                              (*call.body)["count"].get<std::int64_t>()));
                return json_response(job, 202);
            }));
    routes.push_back(Route("GET", "/api/datasets/{id}/jobs", kReadDatasets, "The newest job of each kind")
                         .answers(200, whole_list_of("DataSetJobs", data_set_job_shape()))
                         .works([&data_sets](const RouteCall& call) { return jobs_of(data_sets, call); }));
    routes.push_back(Route("GET", "/api/datasets/{id}/jobs/{job}", kReadDatasets, "How far a job is, and its result")
                         .answers(200, data_set_job_shape())
                         .works([&data_sets](const RouteCall& call) { return job_of(data_sets, call); }));
    routes.push_back(Route("GET", "/api/datasets/{id}/preview", kReadDatasets, "Some of its images on one sheet")
                         .answers_bytes("image/png", "Of the newest job `preview`")
                         .works([&data_sets](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto file, data_sets.preview(call.path_text("id")));
                             GOETIA_ASSIGN(const std::string sha256, sha256_file(file));
                             return file_response(call.request, file, sha256, "image/png");
                         }));
    add_views(routes, data_sets);
    return routes;
}

}  // namespace goetia
