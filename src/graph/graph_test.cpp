#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "graph/costs.h"
#include "graph/infer.h"
#include "graph/text.h"
#include "graph/verify.h"
#include "testkit/small_graph.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::small_classifier;

std::string faults_of(const ModelGraph& graph) {
    const Status done = verify(graph);
    return done ? "" : to_string(done.error());
}

GraphNode& node_of(ModelGraph& graph, GraphOp op) {
    for (GraphNode& node : graph.nodes) {
        if (node.op == op) return node;
    }
    throw std::runtime_error("no such node");
}

TEST(Extents, of_two_traces_tell_what_grows_with_the_batch) {
    EXPECT_EQ(extents_text(extents_of_traces({2, 3, 8, 8}, {3, 3, 8, 8}).value()), "[N,3,8,8]");
    EXPECT_EQ(extents_text(extents_of_traces({8, 5}, {12, 5}).value()), "[4N,5]");
    EXPECT_FALSE(extents_of_traces({5}, {6}));  // N + 3 is no multiple
    EXPECT_FALSE(extents_of_traces({2, 3}, {3}));
}

TEST(Extents, are_read_as_they_are_written) {
    for (const char* text : {"[]", "[N]", "[3N,1,64]", "[2,3]"})
        EXPECT_EQ(extents_text(extents_from_text(text).value()), text);
    for (const char* text : {"", "[", "[x]", "[1,,2]", "[N3]", "3,4"}) EXPECT_FALSE(extents_from_text(text)) << text;
}

TEST(Half, rounds_to_the_nearest_and_ties_to_even) {
    const std::vector<std::pair<float, std::uint16_t>> cases{
        {0.0F, 0x0000},     {-0.0F, 0x8000},    {1.0F, 0x3C00},     {-2.0F, 0xC000},    {65504.0F, 0x7BFF},
        {65519.0F, 0x7BFF}, {65520.0F, 0x7C00}, {5.9604645e-8F, 1}, {1e-9F, 0},         {6.1035156e-5F, 0x0400},
        {0.1F, 0x2E66},     {2049.0F, 0x6800},  {2051.0F, 0x6802},  {0.99999F, 0x3C00}, {INFINITY, 0x7C00}};
    for (const auto& [number, bits] : cases) EXPECT_EQ(half_of(number), bits) << number;
    for (std::uint32_t bits = 0; bits < 0x7C00; ++bits)
        ASSERT_EQ(half_of(from_half(static_cast<std::uint16_t>(bits))), bits);
    EXPECT_TRUE(std::isnan(from_half(half_of(NAN))));
}

TEST(Ops, are_found_by_their_names) {
    for (std::size_t i = 0; i < op_rules().size(); ++i)
        EXPECT_EQ(op_named(op_rules()[i].name), static_cast<GraphOp>(i)) << op_rules()[i].name;
    EXPECT_EQ(op_rule(GraphOp::kDequantize).name, "Dequantize");  // the last one: the table is as long as the enum
    EXPECT_EQ(op_rules().size(), static_cast<std::size_t>(GraphOp::kDequantize) + 1);
}

TEST(GraphText, is_read_back_to_the_same_graph) {
    ModelGraph graph = small_classifier();
    graph.facts["classes"] = "a \"b\"\nc";
    const std::string text = graph_text(graph);
    const auto again = graph_from_text(text);
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(graph_text(*again), text);
    EXPECT_EQ(faults_of(*again), "");
    EXPECT_THAT(text, HasSubstr("%conv f32 [N,4,8,8] = Conv(%images, %conv.weight) {dilations=[1,1] groups=1 "
                                "pads=[1,1,1,1] strides=[1,1]} \"conv\"\n"));
    EXPECT_THAT(graph_text(graph, ConstantText::kSizes),
                HasSubstr("constant %conv.weight f32 [4,3,3,3] = (432 bytes)"));
}

TEST(GraphText, names_the_line_that_cannot_be_read) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"graph \"a\"\ninput %x f33 [N]", "line 2 of the graph cannot be read: 'f33' is no type"},
        {"output %x", "'%x' is not defined above"},
        {"input %x f32 [N]\ninput %x f32 [N]", "'x' is defined twice"},
        {"input %x f32 [N]\n%y f32 [N] = Reluu(%x) {} \"\"", "'Reluu' is no operation"},
        {"input %x f32 [N]\n%y f32 [N] = Relu(%x) {slope=1} \"\"", "'Relu' has no attribute 'slope'"},
        {"constant %x f32 [1] = 00zz", "'zz' is no byte"},
        {"constant %x f32 [N] = 00", "a constant cannot grow with the batch"},
        {"input %x,y f32 [N]", "'x,y' is no name"},
        {"input %x f32 [N] more", "something follows behind the end"}};
    for (const auto& [text, message] : cases) {
        const auto read = graph_from_text(text);
        ASSERT_FALSE(read) << text;
        EXPECT_THAT(read.error().message, HasSubstr(message));
    }
}

TEST(Verify, takes_a_whole_graph) { EXPECT_EQ(faults_of(small_classifier()), ""); }

TEST(Verify, finds_what_is_broken) {
    using Break = void (*)(ModelGraph&);
    const std::vector<std::pair<Break, std::string>> cases{
        {[](ModelGraph& graph) { std::swap(graph.nodes[0], graph.nodes[1]); },
         "reads 'conv', which is computed later or never"},
        {[](ModelGraph& graph) { graph.values[1].shape[0] = 5; }, "its numbers are of another type or shape"},
        {[](ModelGraph& graph) { graph.value(node_of(graph, GraphOp::kConv).output).shape[1] = 7; },
         "conv (Conv, layer 'conv'): is written as f32 [N,7,8,8], but computes f32 [N,4,8,8]"},
        {[](ModelGraph& graph) { node_of(graph, GraphOp::kConv).attributes.erase("groups"); },
         "lacks the attribute 'groups'"},
        {[](ModelGraph& graph) { node_of(graph, GraphOp::kRelu).attributes["slope"] = 1.0; },
         "an attribute that this operation does not know"},
        {[](ModelGraph& graph) { node_of(graph, GraphOp::kConv).attributes["pads"] = std::vector<std::int64_t>{1}; },
         "its attribute 'pads' has 1 numbers instead of 4"},
        {[](ModelGraph& graph) { node_of(graph, GraphOp::kBatchNorm).inputs.pop_back(); }, "has 4 inputs"},
        {[](ModelGraph& graph) { graph.outputs.clear(); }, "has no outputs"},
        {[](ModelGraph& graph) { graph.values[0].name = "conv"; }, "is the name of two values"},
        {[](ModelGraph& graph) { node_of(graph, GraphOp::kLinear).inputs[0] = 99; },
         "input 0 is left out or not among the values"},
        {[](ModelGraph& graph) { graph.nodes.erase(graph.nodes.begin() + 2); },
         "reads 'relu', which is computed later or never"}};
    for (const auto& [spoil, message] : cases) {
        ModelGraph graph = small_classifier();
        spoil(graph);
        EXPECT_THAT(faults_of(graph), HasSubstr(message));
    }
}

// Each line is the last one of a graph with the inputs x [N,6,9,7] and w of the given shape.
TEST(Infer, shapes_are_those_of_the_operation) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"MaxPool(%x) {kernel=[3,3] strides=[2,2] pads=[1,1,1,1] dilations=[1,1] ceil=0} \"\"", "[N,6,5,4]"},
        {"MaxPool(%x) {kernel=[2,2] strides=[2,2] pads=[0,0,0,0] dilations=[1,1] ceil=1} \"\"", "[N,6,5,4]"},
        {"AvgPool(%x) {kernel=[2,2] strides=[2,2] pads=[0,0,0,0] ceil=0 count_pads=1} \"\"", "[N,6,4,3]"},
        {"Reshape(%x) {shape=[6N,63]} \"\"", "[6N,63]"},
        {"Transpose(%x) {order=[0,2,3,1]} \"\"", "[N,9,7,6]"},
        {"Slice(%x) {axis=1 begin=1 end=6 step=2} \"\"", "[N,3,9,7]"},
        {"Concat(%x, %x) {axis=-3} \"\"", "[N,12,9,7]"},
        {"Concat(%x, %x) {axis=0} \"\"", "[2N,6,9,7]"},
        {"Pad(%x) {before=[0,0,1,0] after=[0,0,1,2] value=0} \"\"", "[N,6,11,9]"},
        {"Resize(%x) {mode=\"linear\" size=[18,14] align_corners=0} \"\"", "[N,6,18,14]"},
        {"ReduceMax(%x) {axes=[1] keep=1} \"\"", "[N,1,9,7]"},
        {"Softmax(%x) {axis=1} \"\"", "[N,6,9,7]"},
        {"Add(%x, %x) {} \"\"", "[N,6,9,7]"}};
    for (const auto& [line, shape] : cases) {
        const std::string text = "input %x f32 [N,6,9,7]\n%y f32 " + shape + " = " + line + "\noutput %y\n";
        const auto graph = graph_from_text(text);
        ASSERT_TRUE(graph) << text << to_string(graph.error());
        EXPECT_EQ(faults_of(*graph), "") << text;
    }
}

TEST(Infer, refuses_what_does_not_fit) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"Reshape(%x) {shape=[N,6,60]} \"\"", "cannot be told as"},
        {"Reshape(%x) {shape=[N,N,6]} \"\"", "cannot be told as"},
        {"Slice(%x) {axis=0 begin=0 end=1 step=1} \"\"", "grows with the batch and cannot be cut"},
        {"Transpose(%x) {order=[0,2,2,1]} \"\"", "does not name each axis"},
        {"Softmax(%x) {axis=4} \"\"", "axis 4 is not one of the 4 axes"},
        {"MatMul(%x, %x) {} \"\"", "cannot be multiplied"},
        {"Resize(%x) {mode=\"cubic\" size=[2,2] align_corners=0} \"\"", "mode 'cubic'"}};
    for (const auto& [line, message] : cases) {
        const auto graph = graph_from_text("input %x f32 [N,6,9,7]\n%y f32 [N] = " + line + "\noutput %y\n");
        ASSERT_TRUE(graph) << line;
        EXPECT_THAT(faults_of(*graph), HasSubstr(message)) << line;
    }
}

TEST(Costs, count_products_and_parameters_of_one_image) {
    const ModelGraph graph = small_classifier();
    EXPECT_EQ(costs_of(graph, graph.nodes[0]).operations, 2 * 4 * 64 * 27);
    EXPECT_EQ(costs_of(graph, graph.nodes[0]).parameters, 4 * 27);
    EXPECT_EQ(costs_of(graph, graph.nodes.back()).operations, 2 * 5 * 4);
    const Json json = Json::parse(graph_json(graph));
    EXPECT_EQ(json["parameters"], 4 * 27 + 16 + 25);
    EXPECT_EQ(json["nodes"][1]["inputs"], Json::array({"conv"}));
    const std::string svg = graph_svg(graph);
    EXPECT_THAT(svg, HasSubstr("Conv conv</text>"));
    EXPECT_THAT(svg, HasSubstr("[N,4,8,8]  108 parameters  13.8 k operations"));
}

}  // namespace
}  // namespace goetia
