#include "master/accounts/audit_log.h"

#include <limits>

namespace goetia {

Result<AuditPage> audit_page(Store& store, const AuditQuery& query) {
    AuditPage page;
    const std::int64_t before = query.before > 0 ? query.before : std::numeric_limits<std::int64_t>::max();
    GOETIA_TRY(store.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(page.rows,
                      rows_where<AuditRow>(
                          database,
                          " WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR action = $2) AND ($3 = '' OR "
                          "subject = $3) AND number < $4 ORDER BY number DESC LIMIT $5",
                          {query.actor, query.action, query.subject, before, static_cast<std::int64_t>(query.limit)}));
        return database.query(
            "SELECT COUNT(*) FROM audit WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR action = $2) AND ($3 = '' OR "
            "subject = $3)",
            {query.actor, query.action, query.subject},
            [&](const SqlRow& row) { page.total = static_cast<std::size_t>(row.integer(0)); });
    }));
    return page;
}

}  // namespace goetia
