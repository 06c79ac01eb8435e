// What an experiment holds: its curves, its logs, its files.
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "master/api/curve_queries.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "master/api/shapes.h"
#include "net/file_response.h"
#include "net/problem.h"

namespace goetia {
namespace {

constexpr const char* kColumns = "application/octet-stream";

Result<HttpResponse> curves_of(ExperimentService& experiments, const RouteCall& call) {
    GOETIA_ASSIGN(const auto series, experiments.series(call.caller, call.path_text("id")));
    GOETIA_ASSIGN(const std::vector<Curve> curves, series->curves(curve_query_of(call)));
    if (!call.request.headers.value("Accept").starts_with(kColumns)) return json_response(to_json(curves));
    HttpResponse response{.body = to_binary(curves)};
    response.headers.set("Content-Type", kColumns);
    return response;
}

// Every point of every metric: into a file without a name, so that a long history takes no memory.
Result<HttpResponse> history_of(ExperimentService& experiments, const RouteCall& call) {
    GOETIA_ASSIGN(const auto series, experiments.series(call.caller, call.path_text("id")));
    const std::filesystem::path folder = experiments.folder(call.path_text("id"));
    std::string name = (folder / ".history.XXXXXX").string();
    const auto file = std::make_shared<const FileDescriptor>(::mkostemp(name.data(), O_CLOEXEC));
    if (!file->valid() || ::unlink(name.c_str()) != 0) return os_error("write in", folder.native(), errno);
    std::uint64_t length = 0;
    GOETIA_TRY(series->write_csv(call.query->at("names").get<std::vector<std::string>>(),
                                 [&](std::string_view piece) -> Status {
                                     length += piece.size();
                                     return write_all(file->get(), piece, folder);
                                 }));
    HttpResponse response{.file = FileSlice{file, 0, length}};
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    return response;
}

HttpResponse whole_list(std::vector<Json> items) {
    const std::size_t total = items.size();
    return json_response({{"items", std::move(items)}, {"total", total}, {"next", nullptr}});
}

void add_curves(std::vector<Route>& routes, ExperimentService& experiments) {
    routes.push_back(
        with_curve_query(
            Route(
                "GET", "/api/experiments/{id}/metrics", kReadExperiments,
                "Curves with at most as many points as asked for; with `Accept: application/octet-stream` as columns"))
            .answers(200, curves_shape())
            .works([&experiments](const RouteCall& call) { return curves_of(experiments, call); }));
    routes.push_back(
        Route("GET", "/api/experiments/{id}/history.csv", kReadExperiments, "Every point of its metrics, a row a step")
            .in_query(texts("names", "Of the metrics; none: all").fallback(Json::array()))
            .answers_bytes("text/csv", "step,epoch,time and the metrics")
            .works([&experiments](const RouteCall& call) { return history_of(experiments, call); }));
}

void add_logs(std::vector<Route>& routes, ExperimentService& experiments) {
    routes.push_back(
        Route("GET", "/api/experiments/{id}/logs", kReadExperiments, "Lists its logs: of ranks, agent and supervisor")
            .answers_list(
                Schema("ExperimentLog", "A log").with(text("name", "Its name")).with(integer("bytes", "So far")))
            .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const std::vector<ExperimentLog> logs,
                              experiments.logs(call.caller, call.path_text("id")));
                std::vector<Json> items;
                for (const ExperimentLog& log : logs) items.push_back({{"name", log.name}, {"bytes", log.bytes}});
                return whole_list(std::move(items));
            }));
    routes.push_back(Route("GET", "/api/experiments/{id}/log", kReadExperiments, "A part of a log")
                         .in_query(text("name", "Of the log").fallback("logs/train.log"))
                         .in_query(integer("offset", "Of the first byte").at_least(0).fallback(0))
                         .in_query(integer("bytes", "At most").between(1, 1 << 20).fallback(1 << 16))
                         .answers_bytes("text/plain; charset=utf-8", "The bytes; empty at the end")
                         .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(std::string bytes,
                                           experiments.log(call.caller, call.path_text("id"), call.query_text("name"),
                                                           call.query_integer("offset"), call.query_integer("bytes")));
                             HttpResponse response{.body = std::move(bytes)};
                             response.headers.set("Content-Type", "text/plain; charset=utf-8");
                             return response;
                         }));
}

}  // namespace

std::vector<Route> artifact_routes(ExperimentService& experiments) {
    std::vector<Route> routes;
    add_curves(routes, experiments);
    add_logs(routes, experiments);
    routes.push_back(
        Route("GET", "/api/experiments/{id}/artifacts", kReadExperiments, "Lists the files that came of it")
            .answers_list(Schema("Artifact", "A file")
                              .with(text("id", "By which it is fetched"))
                              .with(text("name", "Of the file"))
                              .with(text("path", "In the experiment's folder"))
                              .with(integer("bytes", "Its size"))
                              .with(text("sha256", "Of its content"))
                              .with(text("kind", "What it is"))
                              .with(number("created_at", "Seconds since 1970")))
            .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(std::vector<Json> items, experiments.artifacts(call.caller, call.path_text("id")));
                return whole_list(std::move(items));
            }));
    routes.push_back(
        Route("GET", "/api/experiments/{id}/artifacts/{artifact}", kReadExperiments,
              "One of its files, in ranges; the ETag is the SHA-256 of its content")
            .answers_bytes("application/octet-stream", "The file")
            .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const ShownArtifact file,
                              experiments.artifact(call.caller, call.path_text("id"), call.path_text("artifact")));
                GOETIA_ASSIGN(HttpResponse response,
                              file_response(call.request, file.path, file.hash, "application/octet-stream"));
                response.headers.set("Content-Disposition", "attachment; filename=\"" + file.name + "\"");
                return response;
            }));
    routes.push_back(Route("GET", "/api/experiments/{id}/checkpoints", kReadExperiments,
                           "Lists its checkpoints, the newest first; `artifact` is null while the file is not here")
                         .answers_list(Shape(Schema("Checkpoint", "A state that training can go on from")
                                                 .with(text("path", "In the experiment's folder"))
                                                 .with(text("kind", "Why it was kept"))
                                                 .with(text("sha256", "Of its content"))
                                                 .with(integer("bytes", "Its size"))
                                                 .with(integer("epoch", "Counted from 1"))
                                                 .with(integer("step", "Done"))
                                                 .with(object("metrics", "At that time"))
                                                 .with(boolean("is_best", "By the metric that the run follows"))
                                                 .with(text("artifact", "By which it is fetched").or_null()))
                                           .where("metrics", metric_values_shape()))
                         .works([&experiments](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(std::vector<Json> items,
                                           experiments.checkpoints(call.caller, call.path_text("id")));
                             return whole_list(std::move(items));
                         }));
    return routes;
}

}  // namespace goetia
