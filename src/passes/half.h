// A graph in half precision.
#pragma once

#include "graph/graph.h"

namespace goetia {

// Weights and values in f16; inputs and outputs stay f32. What loses too much stays f32 as well: softmax, normalisation
// by groups and layers, and everything from layers whose names begin with one of `exact`.
Result<ModelGraph> in_half_precision(const ModelGraph& graph, const std::vector<std::string>& exact = {});

// Only the constants' numbers are rounded to f16 and stored so, with a Cast back behind each: half the file, computed
// in f32. For writers whose runtimes ask for that.
Result<ModelGraph> with_half_weights(const ModelGraph& graph);

}  // namespace goetia
