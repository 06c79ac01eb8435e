// A graph as text: for people, for comparing, for tests. With its numbers it can be read again, to the same graph.
//
//   graph "model"
//   input %images f32 [N,3,32,32]
//   constant %conv1.weight f32 [8,3,3,3] = 9a99993e...
//   %conv1 f32 [N,8,32,32] = Conv(%images, %conv1.weight, _) {dilations=[1,1] groups=1 ...} "backbone.conv1"
//   output %conv1
#pragma once

#include <string>
#include <string_view>

#include "graph/graph.h"

namespace goetia {

enum class ConstantText { kAll, kSizes };  // kSizes: large ones by their size alone; cannot be read again

std::string graph_text(const ModelGraph& graph, ConstantText constants = ConstantText::kAll);
Result<ModelGraph> graph_from_text(std::string_view text);  // an Error names the line; the graph is not verified

}  // namespace goetia
