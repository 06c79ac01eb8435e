// Which operators write into a tensor whose numbers others still read under another name.
#pragma once

#include <torch/csrc/jit/ir/ir.h>

#include "base/result.h"

namespace goetia {

// A graph's values never change: relu_(x) becomes relu(x), which is the same as long as nobody reads x, or a view of
// it, afterwards. Each operator for which that does not hold is a fault.
std::vector<Fault> writes_in_place(const torch::jit::Graph& graph);

}  // namespace goetia
