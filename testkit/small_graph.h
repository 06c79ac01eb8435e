// A graph that tests of several rooms start from.
#pragma once

#include <utility>

#include "graph/graph.h"

namespace goetia::testkit {

inline ConstantPtr wavy(std::vector<std::int64_t> lengths, float middle, float step) {
    std::vector<float> numbers(static_cast<std::size_t>(elements_at(fixed_extents(lengths), 1)));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = middle + step * static_cast<float>(static_cast<int>(i * 7 % 11) - 5);
    return GraphConstant::of_floats(std::move(lengths), std::move(numbers));
}

// images [N,3,8,8] -> Conv 3x3 to 4 channels -> BatchNorm -> Relu -> mean over the places -> Linear to 5 scores.
inline ModelGraph small_classifier() {
    ModelGraph graph;
    graph.name = "small";
    const ValueId images = graph.add_value({"images", Element::kF32, {GraphExtent::batch(), 3, 8, 8}, nullptr});
    graph.inputs = {images};
    const auto add = [&](GraphOp op, std::vector<ValueId> inputs, std::map<std::string, Attribute> attributes,
                         const std::string& name) {
        return graph
            .add_node({.op = op,
                       .inputs = std::move(inputs),
                       .output = kNoValue,
                       .attributes = std::move(attributes),
                       .layer = name},
                      name)
            .value();
    };
    const auto weights = [&](const std::string& name, std::vector<std::int64_t> lengths, float middle, float step) {
        return graph.add_constant(name, wavy(std::move(lengths), middle, step));
    };
    const ValueId conv = add(GraphOp::kConv, {images, weights("conv.weight", {4, 3, 3, 3}, 0.01F, 0.1F)},
                             {{"strides", Wholes{1, 1}},
                              {"pads", Wholes{1, 1, 1, 1}},
                              {"dilations", Wholes{1, 1}},
                              {"groups", std::int64_t{1}}},
                             "conv");
    const ValueId norm = add(GraphOp::kBatchNorm,
                             {conv, weights("bn.weight", {4}, 1, 0.1F), weights("bn.bias", {4}, 0, 0.2F),
                              weights("bn.mean", {4}, 0, 0.1F), weights("bn.var", {4}, 1, 0.1F)},
                             {{"eps", 1e-5}}, "bn");
    const ValueId relu = add(GraphOp::kRelu, {norm}, {}, "relu");
    const ValueId mean = add(GraphOp::kReduceMean, {relu}, {{"axes", Wholes{2, 3}}, {"keep", std::int64_t{0}}}, "pool");
    const ValueId scores = add(
        GraphOp::kLinear, {mean, weights("fc.weight", {5, 4}, 0, 0.2F), weights("fc.bias", {5}, 0, 0.1F)}, {}, "fc");
    graph.outputs = {scores};
    return graph;
}

}  // namespace goetia::testkit
