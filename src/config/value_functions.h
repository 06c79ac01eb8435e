// What may be called within a value: casts, sweeps, and what orders or tags them.
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

// The value it stands for; value_functions.cpp lists the functions.
Result<Value> evaluate(Call call);

// Those that have a file of their own: value_casts.cpp,
Result<Value> call_bool(Call& call);
Result<Value> call_float(Call& call);
Result<Value> call_int(Call& call);
Result<Value> call_json_str(Call& call);
Result<Value> call_str(Call& call);
// and value_order.cpp.
Result<Value> call_shuffle(Call& call);
Result<Value> call_sort(Call& call);

// As Python counts: true and false are 1 and 0.
bool is_number(const Json& value);
double as_double(const Json& value);

}  // namespace goetia::config
