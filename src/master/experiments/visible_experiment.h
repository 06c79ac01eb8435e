// The row of an experiment for whoever may see it.
#pragma once

#include <string>

#include "master/service/ownership.h"
#include "master/store/store.h"

namespace goetia {

// kNotFound when there is none, or the caller may not see it.
Result<ExperimentRow> visible_experiment(Store& store, const Caller& caller, const std::string& id);

}  // namespace goetia
