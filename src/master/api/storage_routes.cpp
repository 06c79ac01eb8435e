// The master's disk, what goes from it by rule, and the settings that say so: for administrators.
#include "base/json.h"
#include "master/api/permissions.h"
#include "master/api/preconditions.h"
#include "master/api/routes.h"
#include "net/problem.h"

namespace goetia {
namespace {

void add_settings(std::vector<Route>& routes, SettingsService& settings) {
    const auto shown = [] { return settings_schema().with(text("etag", "For If-Match")); };
    routes.push_back(Route("GET", "/api/settings", kManageSettings, "Shows what holds for the whole master")
                         .answers(200, shown())
                         .works([&settings](const RouteCall&) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json document, settings.show());
                             return tagged_response(document);
                         }));
    routes.push_back(Route("PATCH", "/api/settings", kManageSettings, "Changes it; what is not named stays")
                         .takes(settings_change_schema())
                         .answers(200, shown())
                         .works([&settings](const RouteCall& call) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const auto version, expected_version(call));
                             GOETIA_ASSIGN(const Json document, settings.change(call.caller, *call.body, version));
                             return tagged_response(document);
                         }));
}

}  // namespace

std::vector<Route> storage_routes(StorageService& storage, SettingsService& settings) {
    std::vector<Route> routes;
    routes.push_back(
        Route("GET", "/api/storage", kManageStorage, "What the master's data take of its disk, by kind")
            .answers(200,
                     Shape(Schema("Storage", "Bytes")
                               .with(object("disk", "That holds the data"))
                               .with(object("kinds", "What takes how much"))
                               .with(integer("bytes", "All of them"))
                               .with(integer("experiments", "How many"))
                               .with(number("counted_at", "Seconds since 1970; counted every half minute at most")))
                         .where("disk", Schema("Disk", "A file system")
                                            .with(integer("bytes", "All"))
                                            .with(integer("free", "That can be used")))
                         .where("kinds", Schema("StorageKinds", "Bytes of each kind")
                                             .with(integer("database", "The records"))
                                             .with(integer("experiments", "Their folders"))
                                             .with(integer("objects", "Files by their hash"))
                                             .with(integer("series", "Curves"))
                                             .with(integer("uploads", "That are not complete"))
                                             .with(integer("superseded", "Of attempts that do not count"))))
            .works([&storage](const RouteCall&) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json document, storage.use());
                return json_response(document);
            }));
    routes.push_back(
        Route("POST", "/api/storage/retention", kManageStorage,
              "What goes by the settings now; with the `plan` of that answer it goes, if it would still be the same")
            .takes(Schema("RetentionRequest", "Whether it goes")
                       .with(text("plan", "Of the answer without it; none: a dry run").fallback("")))
            .answers(200, Shape(Schema("Retention", "What goes, or went")
                                    .with(text("plan", "With which it goes"))
                                    .with(boolean("applied", "It went"))
                                    .with(anything("steps", "One by one"))
                                    .with(integer("objects", "That nothing needs"))
                                    .with(integer("bytes", "Of the disk that would be free, or are")))
                              .where("steps", list_of(Schema("RetentionStep", "A file or an experiment")
                                                          .with(text("experiment", "Its id"))
                                                          .with(text("path", "Of the file; null: all of it").or_null())
                                                          .with(integer("bytes", "Of the disk"))
                                                          .with(text("reason", "By which rule")))))
            .works([&storage](const RouteCall& call) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const Json document,
                              storage.retention(call.caller, (*call.body)["plan"].get<std::string>()));
                return json_response(document);
            }));
    routes.push_back(Route("GET", "/api/storage/copy", kManageStorage, "How far the copy in MySQL or MariaDB is")
                         .answers(200, Schema("StorageCopy", "Its state")
                                           .with(text("target", "Where it is; null: there is none").or_null())
                                           .with(number("time", "Of the last change, seconds since 1970"))
                                           .with(boolean("complete", "It has everything"))
                                           .with(integer("experiments", "All of them"))
                                           .with(integer("copied", "Those that are up to date there"))
                                           .with(integer("points", "Copied by the last round"))
                                           .with(text("error", "Why it did not go on").or_null()))
                         .works([&storage](const RouteCall&) -> Result<HttpResponse> {
                             GOETIA_ASSIGN(const Json document, storage.copy());
                             return json_response(document);
                         }));
    add_settings(routes, settings);
    return routes;
}

}  // namespace goetia
