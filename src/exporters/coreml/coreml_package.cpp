#include "exporters/coreml/coreml_package.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "exporters/coreml/coreml_program.h"
#include "graph/verify.h"

namespace goetia {
namespace {

ProtoMessage feature(const std::string& name, const std::vector<std::int64_t>& lengths) {
    constexpr std::int64_t kFloat32 = 65568;
    ProtoMessage array, type, described;
    array.wholes(1, lengths).whole(2, kFloat32);
    type.message(5, std::move(array));
    return std::move(described.text(1, name).message(3, std::move(type)));
}

ProtoMessage description_of(CoreMlProgram& program) {
    const ModelGraph& graph = program.graph();
    ProtoMessage described, metadata;
    for (const ValueId id : graph.inputs) described.message(1, feature(program.name(id), program.lengths(id)));
    for (const ValueId id : graph.outputs) described.message(10, feature(program.name(id), program.lengths(id)));
    metadata.text(1, "exported by Goetia");
    for (const auto& [key, fact] : graph.facts) {
        ProtoMessage entry;
        metadata.message(100, std::move(entry.text(1, key).text(2, fact)));
    }
    described.message(100, std::move(metadata));
    return described;
}

ProtoMessage model_of(CoreMlProgram& program) {
    constexpr std::int64_t kSpecification = 7;
    const ModelGraph& graph = program.graph();
    std::vector<std::string> outputs;
    for (const ValueId id : graph.outputs) outputs.push_back(program.name(id));
    ProtoMessage function, blocks, functions, mil, model;
    for (const ValueId id : graph.inputs)
        function.message(1, mil_named_type(program.name(id), graph.value(id).element, program.lengths(id)));
    blocks.text(1, "CoreML6").message(2, program.block(outputs));
    function.text(2, "CoreML6").message(3, std::move(blocks));
    functions.text(1, "main").message(2, std::move(function));
    mil.whole(1, 1).message(2, std::move(functions));
    model.whole(1, kSpecification).message(2, description_of(program)).message(502, std::move(mil));
    return model;
}

// In the form of a UUID, from what it names.
std::string identifier(const std::string& text) {
    std::string hex = sha256_hex(text).substr(0, 32);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, "-");
    return hex;
}

std::string manifest() {
    const std::string model = identifier("goetia model"), weights = identifier("goetia weights");
    const auto item = [](const char* what, const std::string& name) {
        return Json{{"author", "com.apple.CoreML"},
                    {"description", what},
                    {"name", name},
                    {"path", "com.apple.CoreML/" + name}};
    };
    return Json{{"fileFormatVersion", "1.0.0"},
                {"itemInfoEntries",
                 {{model, item("CoreML Model Specification", "model.mlmodel")},
                  {weights, item("CoreML Model Weights", "weights")}}},
                {"rootModelIdentifier", model}}
        .dump(2);
}

}  // namespace

Result<std::vector<std::filesystem::path>> write_coreml(const ModelGraph& graph, const std::filesystem::path& package) {
    GOETIA_TRY(verify(graph));
    CoreMlProgram program(graph);
    Error error = make_error(Code::kUnsupported, "the model '{}' holds what Core ML cannot be given", graph.name);
    for (const GraphNode& node : graph.nodes) {
        if (Status done = write_coreml_node(program, node); !done)
            error.faults.push_back({.path = node.layer,
                                    .message = fmt::format("{}: {}", op_rule(node.op).name, done.error().message),
                                    .found = {},
                                    .allowed = {}});
    }
    if (!error.faults.empty()) return error;
    const std::filesystem::path inside = package / "Data/com.apple.CoreML";
    GOETIA_TRY(make_folders(inside / "weights"));
    GOETIA_TRY(write_file_atomic(inside / "model.mlmodel", model_of(program).text()));
    GOETIA_TRY(write_file_atomic(inside / "weights/weight.bin", program.finished_weights()));
    GOETIA_TRY(write_file_atomic(package / "Manifest.json", manifest()));
    return std::vector{package};
}

}  // namespace goetia
