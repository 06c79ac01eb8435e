#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/text.h"
#include "graph/verify.h"
#include "passes/half.h"
#include "passes/pass.h"
#include "testkit/small_graph.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::small_classifier;

ModelGraph read(const std::string& text) {
    auto graph = graph_from_text(text);
    if (!graph) throw std::runtime_error(to_string(graph.error()));
    return *std::move(graph);
}

std::string nodes_after(ModelGraph graph, Status (*pass)(ModelGraph&, const PassTools&)) {
    EXPECT_TRUE(pass(graph, {}));
    EXPECT_TRUE(remove_dead(graph, {}));
    const Status whole = verify(graph);
    EXPECT_TRUE(whole) << to_string(whole.error());
    std::string names;
    for (const GraphNode& node : graph.nodes) names += std::string(op_rule(node.op).name) + " ";
    return names;
}

TEST(Passes, run_in_order_and_leave_a_whole_graph) {
    ModelGraph graph = small_classifier();
    std::string seen;
    const Status done = run_passes(graph, common_passes(), {}, [&](std::string_view pass, const ModelGraph&) -> Status {
        return seen += std::string(pass) + " ", Status();
    });
    ASSERT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(seen,
              " fold_constants drop_identities drop_expansions fold_batch_norm fuse_linear fuse_gates remove_dead ");
    EXPECT_EQ(graph.nodes.size(), 4U);
    EXPECT_EQ(graph.value(graph.outputs[0]).name, "fc");
}

TEST(Passes, that_break_a_graph_are_named) {
    ModelGraph graph = small_classifier();
    const GraphPass pass{"spoil", "",
                         [](ModelGraph& broken, const PassTools&) { return broken.nodes.pop_back(), Status(); }};
    const Status done = run_passes(graph, {&pass, 1}, {});
    ASSERT_FALSE(done);
    EXPECT_THAT(to_string(done.error()), HasSubstr("after the pass 'spoil'"));
}

TEST(FoldBatchNorm, gives_the_numbers_of_both) {
    ModelGraph graph = read(
        "input %x f32 [N,1,1,1]\nconstant %w f32 [1,1,1,1] = 00000040\n"    // 2
        "constant %s f32 [1] = 00004040\nconstant %b f32 [1] = 0000803f\n"  // 3, 1
        "constant %m f32 [1] = 000000bf\nconstant %v f32 [1] = 00008040\n"  // -0.5, 4
        "%c f32 [N,1,1,1] = Conv(%x, %w) {strides=[1,1] pads=[0,0,0,0] dilations=[1,1] groups=1} \"c\"\n"
        "%n f32 [N,1,1,1] = BatchNorm(%c, %s, %b, %m, %v) {eps=0} \"n\"\noutput %n\n");
    ASSERT_TRUE(fold_batch_norm(graph, {}));
    ASSERT_EQ(graph.nodes.size(), 1U);
    EXPECT_TRUE(verify(graph));
    EXPECT_EQ(graph.value(graph.nodes[0].inputs[1]).constant->floats(), std::vector<float>{3});      // 2 * 3 / 2
    EXPECT_EQ(graph.value(graph.nodes[0].inputs[2]).constant->floats(), std::vector<float>{1.75F});  // 1 + 0.5 * 1.5
}

TEST(FoldBatchNorm, leaves_what_others_read_before_it) {
    ModelGraph graph = small_classifier();
    graph.outputs.push_back(graph.nodes[0].output);
    EXPECT_THAT(nodes_after(graph, fold_batch_norm), HasSubstr("BatchNorm"));
    EXPECT_THAT(nodes_after(small_classifier(), fold_batch_norm), Not(HasSubstr("BatchNorm")));
}

TEST(DropIdentities, keeps_the_outputs_name) {
    ModelGraph graph = read(
        "input %x f32 [N,4]\n%y f32 [N,4] = Relu(%x) {} \"\"\n%z f32 [N,2,2] = Reshape(%y) {shape=[N,2,2]} \"\"\n"
        "%out f32 [N,4] = Reshape(%z) {shape=[N,4]} \"\"\noutput %out\n");
    EXPECT_EQ(nodes_after(graph, drop_identities), "Relu ");
    ASSERT_TRUE(drop_identities(graph, {}));
    EXPECT_EQ(graph.value(graph.outputs[0]).name, "out");
    ModelGraph only = read("input %x f32 [N,4]\n%y f32 [N,4] = Reshape(%x) {shape=[N,4]} \"\"\noutput %y\n");
    EXPECT_EQ(nodes_after(only, drop_identities), "Reshape ");
}

TEST(DropExpansions, leaves_those_that_change_the_shape) {
    const std::string head = "input %x f32 [N,1,4]\n%e f32 [N,3,4] = Expand(%x) {shape=[N,3,4]} \"\"\n";
    EXPECT_EQ(nodes_after(read("input %y f32 [N,3,4]\n" + head + "%z f32 [N,3,4] = Add(%e, %y) {} \"\"\noutput %z\n"),
                          drop_expansions),
              "Add ");
    EXPECT_EQ(nodes_after(read(head + "%z f32 [N,3,4] = Add(%e, %x) {} \"\"\noutput %z\n"), drop_expansions),
              "Expand Add ");
}

TEST(FuseLinear, takes_the_bias_that_is_added) {
    const ModelGraph graph = read(
        "input %x f32 [N,2]\nconstant %w f32 [2,1] = 0000803f00000040\nconstant %b f32 [1] = 0000803f\n"
        "%p f32 [N,1] = MatMul(%x, %w) {} \"\"\n%y f32 [N,1] = Add(%b, %p) {} \"\"\noutput %y\n");
    EXPECT_EQ(nodes_after(graph, fuse_linear), "Linear ");
}

TEST(FuseGates, finds_the_gate_on_either_side) {
    for (const char* inputs : {"%x, %g", "%g, %x"}) {
        const ModelGraph graph = read(fmt::format(
            "input %x f32 [N]\n%g f32 [N] = Sigmoid(%x) {{}} \"\"\n%y f32 [N] = Mul({}) {{}} \"\"\noutput %y\n",
            inputs));
        EXPECT_EQ(nodes_after(graph, fuse_gates), "Silu ");
    }
}

TEST(FoldConstants, asks_for_what_is_known) {
    ModelGraph graph = read(
        "input %x f32 [N,1]\nconstant %a f32 [1] = 0000803f\n%b f32 [1] = Neg(%a) {} \"\"\n"
        "%y f32 [N,1] = Add(%x, %b) {} \"\"\noutput %y\n");
    const PassTools tools{.compute = [](const ModelGraph&, const GraphNode&) -> Result<ConstantPtr> {
        return GraphConstant::of_floats({1}, {-1});
    }};
    ASSERT_TRUE(fold_constants(graph, tools));
    EXPECT_EQ(graph.nodes.size(), 1U);
    EXPECT_TRUE(verify(graph));
}

TEST(Half, keeps_types_and_names_at_the_border) {
    ModelGraph graph = small_classifier();
    ASSERT_TRUE(run_passes(graph, common_passes(), {}));
    const auto half = in_half_precision(graph);
    ASSERT_TRUE(half) << to_string(half.error());
    const Status whole = verify(*half);
    EXPECT_TRUE(whole) << to_string(whole.error());
    const GraphValue &in = half->value(half->inputs[0]), &out = half->value(half->outputs[0]);
    EXPECT_EQ(in.element, Element::kF32);
    EXPECT_EQ(out.element, Element::kF32);
    EXPECT_EQ(out.name, "fc");
    EXPECT_EQ(half->value(half->nodes[1].inputs[1]).element, Element::kF16);
    const auto weights = with_half_weights(graph);
    ASSERT_TRUE(weights);
    EXPECT_TRUE(verify(*weights));
}

TEST(Half, leaves_the_softmax_exact) {
    const auto half = in_half_precision(read(
        "input %x f32 [N,2]\n%a f32 [N,2] = Relu(%x) {} \"\"\n%y f32 [N,2] = Softmax(%a) {axis=1} \"\"\noutput %y\n"));
    ASSERT_TRUE(half);
    EXPECT_THAT(graph_text(*half), HasSubstr("%y f32 [N,2] = Softmax("));
    EXPECT_THAT(graph_text(*half), HasSubstr(" f16 [N,2] = Relu("));
}

}  // namespace
}  // namespace goetia
