// The functions that a value may call: casts, sweeps, ordering and tags.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/value.h"

namespace goetia::config {

struct Call {
    std::string name;
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

// The value of the call; value_functions.cpp lists the functions.
Result<Value> evaluate(Call call);

// Those implemented in a file of their own: value_casts.cpp,
Result<Value> call_bool(Call& call);
Result<Value> call_float(Call& call);
Result<Value> call_int(Call& call);
Result<Value> call_json_str(Call& call);
Result<Value> call_str(Call& call);
// and value_order.cpp.
Result<Value> call_shuffle(Call& call);
Result<Value> call_sort(Call& call);

// As in Python, true and false count as 1 and 0.
bool is_number(const Json& value);
double as_double(const Json& value);

}  // namespace goetia::config
