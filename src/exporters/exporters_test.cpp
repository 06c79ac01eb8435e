#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "exporters/coreml/coreml_package.h"
#include "exporters/ncnn/ncnn_model.h"
#include "exporters/onnx/onnx_model.h"
#include "exporters/openvino/openvino_ir.h"
#include "exporters/runtimes/foreign_runtime.h"
#include "exporters/wire/proto_message.h"
#include "passes/pass.h"
#include "testkit/small_graph.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using Written = Result<std::vector<std::filesystem::path>>;

TEST(ProtoMessage, is_what_protobuf_writes) {
    ProtoMessage inner, message;
    inner.text(1, "ab");
    message.whole(1, 300).whole(2, -1).single(3, 1.0F).message(4, std::move(inner)).wholes(5, {1, 128});
    EXPECT_EQ(message.text(), std::string("\x08\xAC\x02"
                                          "\x10\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"
                                          "\x1D\x00\x00\x80\x3F"
                                          "\x22\x04\x0A\x02"
                                          "ab"
                                          "\x2A\x03\x01\x80\x01",
                                          30));
    EXPECT_EQ(message.size(), message.text().size());
}

TEST(ProtoMessage, refers_to_large_bytes) {
    const std::vector<std::byte> large(10000, std::byte{7});
    ProtoMessage inner, message;
    inner.bytes(9, large);
    message.message(1, std::move(inner)).whole(2, 1);
    EXPECT_EQ(message.text().size(), message.size());
    EXPECT_EQ(message.text().substr(6, 3), "\x07\x07\x07");
}

// Every writer, of a graph and to a name in a folder.
const std::vector<std::pair<std::string, Written (*)(const ModelGraph&, const std::filesystem::path&)>>& writers() {
    static const std::vector<std::pair<std::string, Written (*)(const ModelGraph&, const std::filesystem::path&)>> all{
        {"onnx",
         [](const ModelGraph& graph, const std::filesystem::path& file) { return write_onnx(graph, {}, file); }},
        {"xml",
         [](const ModelGraph& graph, const std::filesystem::path& file) { return write_openvino(graph, {}, file); }},
        {"param",
         [](const ModelGraph& graph, const std::filesystem::path& file) { return write_ncnn(graph, {}, file); }},
        {"mlpackage",
         [](const ModelGraph& graph, const std::filesystem::path& file) { return write_coreml(graph, file); }}};
    return all;
}

TEST(Exporters, write_a_whole_graph) {
    const testkit::TemporaryFolder folder;
    for (const auto& [ending, write] : writers()) {
        const auto files = write(testkit::small_classifier(), folder.path() / ("model." + ending));
        ASSERT_TRUE(files) << ending << to_string(files.error());
        for (const auto& file : *files) EXPECT_TRUE(std::filesystem::exists(file)) << file;
    }
}

TEST(Exporters, refuse_a_broken_graph_and_write_nothing) {
    const testkit::TemporaryFolder folder;
    ModelGraph graph = testkit::small_classifier();
    graph.value(graph.nodes[0].output).shape[1] = GraphExtent(7);
    for (const auto& [ending, write] : writers()) {
        const auto files = write(graph, folder.path() / ("model." + ending));
        ASSERT_FALSE(files) << ending;
        EXPECT_THAT(to_string(files.error()), HasSubstr("conv (Conv, layer 'conv'): is written as f32 [N,7,8,8]"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// images, both halves of which become rows of their own: no runtime without an axis for the batch can say it.
TEST(Exporters, list_what_a_format_cannot_be_given) {
    const testkit::TemporaryFolder folder;
    ModelGraph graph;
    graph.inputs = {graph.add_value({"x", Element::kF32, {GraphExtent::batch(), 4}, nullptr})};
    const auto add = [&](const std::string& name, const Extents& shape, ValueId from) {
        return graph
            .add_node({.op = GraphOp::kReshape,
                       .inputs = {from},
                       .output = kNoValue,
                       .attributes = {{"shape", shape}},
                       .layer = name},
                      name)
            .value();
    };
    graph.outputs = {add("rows", {GraphExtent::batch(2), 2}, graph.inputs[0])};
    graph.outputs.push_back(add("more", {GraphExtent::batch(4), 1}, graph.inputs[0]));
    const auto files = write_ncnn(graph, {}, folder.path() / "model.param");
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, Code::kUnsupported);
    EXPECT_THAT(to_string(files.error()), testing::AllOf(HasSubstr("rows: Reshape"), HasSubstr("more: Reshape")));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(WriteOnnx, names_the_opsets_there_are) {
    const testkit::TemporaryFolder folder;
    const auto files = write_onnx(testkit::small_classifier(), {.opset = 16}, folder.path() / "model.onnx");
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().message, "opset 16 is not written; allowed: 17 to 23");
}

TEST(WriteNcnn, copies_what_several_layers_read) {
    const testkit::TemporaryFolder folder;
    ModelGraph graph = testkit::small_classifier();
    ASSERT_TRUE(run_passes(graph, common_passes(), {}));
    graph.outputs.push_back(graph.nodes[0].output);  // read by the activation as well
    ASSERT_TRUE(write_ncnn(graph, {}, folder.path() / "model.param"));
    const std::string text = read_file(folder.path() / "model.param").value();
    EXPECT_THAT(text, HasSubstr("7767517\n6 7\n"));
    EXPECT_THAT(text, HasSubstr("Split                    bn/split                 1 2 bn/whole bn bn/1\n"));
}

TEST(FindOnnxRuntime, that_is_not_here_says_how_to_name_it) {
    const testkit::TemporaryFolder folder;
    ::setenv("GOETIA_ONNXRUNTIME", folder.path().c_str(), 1);
    const auto found = find_onnx_runtime();
    ::unsetenv("GOETIA_ONNXRUNTIME");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::kNotFound);
    EXPECT_THAT(found.error().message,
                HasSubstr("set GOETIA_ONNXRUNTIME to its library 'libonnxruntime.so' or the folder"));
}

}  // namespace
}  // namespace goetia
