// The audit: who changed what, and whether nobody changed that.
#include <charconv>

#include "base/json.h"
#include "master/accounts/audit_log.h"
#include "master/api/lists.h"
#include "master/api/permissions.h"
#include "master/api/routes.h"
#include "net/problem.h"

namespace goetia {
namespace {

Json shown_audit(const AuditRow& row) {
    return {{"id", std::to_string(row.number)}, {"time", row.time},     {"actor", row.actor}, {"action", row.action},
            {"subject", row.subject},           {"detail", row.detail}, {"hash", row.hash}};
}

// Only what has an index or is at least exact: `actor=anna action=task.submit`, newest first.
Result<AuditQuery> audit_query_of(const RouteCall& call) {
    static const ListFields kFields{{"actor", "action", "subject"}, {}};
    GOETIA_ASSIGN(const ListQuery list, list_query_of(call, kFields));
    AuditQuery query{.limit = list.limit};
    Error error{Code::kInvalid, "the audit cannot be listed so", {}};
    for (const ListCondition& condition : list.conditions) {
        std::string& text = condition.field == "actor"    ? query.actor
                            : condition.field == "action" ? query.action
                                                          : query.subject;
        if (condition.op != ListOperator::kEqual || !text.empty()) {
            error.faults.push_back({.path = "q", .message = "each field once, with '='", .found = condition.field});
        }
        text = condition.text;
    }
    if (!list.sort.empty())
        error.faults.push_back({.path = "sort", .message = "the audit is listed newest first", .found = list.sort});
    const char* end = list.cursor.data() + list.cursor.size();
    const auto read = std::from_chars(list.cursor.data(), end, query.before);
    if (!list.cursor.empty() && (read.ec != std::errc() || read.ptr != end || query.before <= 0)) {
        error.faults.push_back({.path = "cursor", .message = "not a cursor of this list", .found = list.cursor});
    }
    if (!error.faults.empty()) return error;
    return query;
}

Result<HttpResponse> audit_response(Store& store, const RouteCall& call) {
    GOETIA_ASSIGN(const AuditQuery query, audit_query_of(call));
    GOETIA_ASSIGN(const AuditPage page, audit_page(store, query));
    ListedItems list{.total = page.total, .columns = {"id", "time", "actor", "action", "subject", "detail", "hash"}};
    for (const AuditRow& row : page.rows) list.items.push_back(shown_audit(row));
    const bool more = page.rows.size() == query.limit && page.rows.back().number > 1;
    if (more) list.next = std::to_string(page.rows.back().number);
    return list_response(call, list);
}

}  // namespace

std::vector<Route> audit_routes(Store& store) {
    std::vector<Route> routes;
    routes.push_back(as_list(Route("GET", "/api/audit", kReadAudit, "Lists every change and who made it, newest first"))
                         .answers_list(Schema("Audit", "One change")
                                           .with(text("id", "Its number"))
                                           .with(number("time", "Seconds since 1970"))
                                           .with(text("actor", "Who"))
                                           .with(text("action", "What: `task.submit`"))
                                           .with(text("subject", "Of what"))
                                           .with(text("detail", "More"))
                                           .with(text("hash", "Of this row and the one before")))
                         .works([&store](const RouteCall& call) { return audit_response(store, call); }));
    routes.push_back(
        Route("GET", "/api/audit/chain", kReadAudit, "Says whether every row of the audit follows from the one before")
            .answers(200, Schema("AuditChain", "Whether it is whole")
                              .with(boolean("intact", "It is"))
                              .with(integer("broken_at", "The first row that is not as it was").or_null()))
            .works([&store](const RouteCall&) -> Result<HttpResponse> {
                GOETIA_ASSIGN(const std::int64_t broken, store.first_broken_audit());
                return json_response({{"intact", broken == 0}, {"broken_at", broken == 0 ? Json() : Json(broken)}});
            }));
    return routes;
}

}  // namespace goetia
