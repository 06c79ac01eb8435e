#include "exporters/openvino/openvino_ir.h"

#include "base/files.h"
#include "exporters/openvino/openvino_layers.h"
#include "graph/verify.h"

namespace goetia {

Result<std::vector<std::filesystem::path>> write_openvino(const ModelGraph& graph, const OpenVinoOptions& options,
                                                          const std::filesystem::path& file) {
    GOETIA_TRY(verify(graph));
    OpenVinoLayers layers(graph, options.half_weights);
    for (const ValueId id : graph.inputs) layers.parameter(id);
    Error error = make_error(Code::kUnsupported, "the model '{}' holds what OpenVINO cannot be given", graph.name);
    for (const GraphNode& node : graph.nodes) {
        if (Status done = write_openvino_node(layers, node); !done) {
            error.faults.push_back({.path = node.layer,
                                    .message = fmt::format("{}: {}", op_rule(node.op).name, done.error().message),
                                    .found = {},
                                    .allowed = {}});
            const GraphValue& value = graph.value(node.output);  // so that the others are looked at too
            layers.alias(node.output, {.layer = -1, .port = 0, .element = value.element, .shape = value.shape});
        }
    }
    if (!error.faults.empty()) return error;
    for (const ValueId id : graph.outputs) layers.result(id);
    std::filesystem::path weights = file;
    weights.replace_extension(".bin");
    GOETIA_TRY(write_file_atomic(weights, layers.weights()));
    GOETIA_TRY(write_file_atomic(file, layers.xml()));
    return std::vector{file, weights};
}

}  // namespace goetia
