// The shapes of what slides a window over maps of [N, channels, height, width].
#pragma once

#include "graph/graph.h"

namespace goetia {

Result<Extents> conv_shape(const GraphNode& node, const std::vector<Extents>& in);
Result<Extents> conv_transpose_shape(const GraphNode& node, const std::vector<Extents>& in);
Result<Extents> pool_shape(const GraphNode& node, const Extents& in);
Result<Extents> resize_shape(const GraphNode& node, const Extents& in);

}  // namespace goetia
