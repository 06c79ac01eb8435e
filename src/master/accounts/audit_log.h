// The audit as it is read: newest first. Nothing changes it; every change of the master's records adds to it.
#pragma once

#include <string>
#include <vector>

#include "master/store/store.h"

namespace goetia {

struct AuditQuery {
    std::string actor, action, subject;  // exactly these; empty: any
    std::int64_t before = 0;             // only rows with lower numbers; 0: from the newest on
    std::size_t limit = 50;
};

struct AuditPage {
    std::vector<AuditRow> rows;
    std::size_t total = 0;  // that match
};

Result<AuditPage> audit_page(Store& store, const AuditQuery& query);

}  // namespace goetia
