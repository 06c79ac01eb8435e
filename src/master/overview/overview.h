// What somebody sees first: what he has, and how the pool is used.
#pragma once

#include <vector>

#include "base/json_fwd.h"
#include "master/service/master_service.h"

namespace goetia {

// Sums over the nodes of those that answer; `nodes`: as GET /api/nodes shows them.
Json pool_overview(const std::vector<Json>& nodes);

class Overview {
  public:
    explicit Overview(MasterService& service) : service_(service) {}

    // Of the caller's own, also for administrators. Counted from the lists in memory; may wait for the disk.
    Result<Json> of(const Caller& caller);

  private:
    Result<std::vector<Json>> nodes();
    Result<std::int64_t> models_of(const std::string& owner);

    MasterService& service_;
};

}  // namespace goetia
