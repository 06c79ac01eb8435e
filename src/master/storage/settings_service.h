// What administrators set for the whole master. One schema says which settings there are, what they may be and what
// they are by default; validation, the API and its description follow from it.
#pragma once

#include <optional>

#include "base/json_fwd.h"
#include "component/schema.h"
#include "master/objects/retention.h"
#include "master/store/store.h"
#include "net/route.h"

namespace goetia {

Schema settings_schema();         // all of them
Schema settings_change_schema();  // each may be null, which leaves it as it is

class SettingsService {
  public:
    explicit SettingsService(Store& store) : store_(store) {}

    Result<Json> show();  // with `etag`
    // `change`: checked by settings_change_schema().
    Result<Json> change(const Caller& caller, const Json& change, std::optional<std::int64_t> version);
    Result<RetentionRule> retention();

  private:
    Store& store_;
};

}  // namespace goetia
