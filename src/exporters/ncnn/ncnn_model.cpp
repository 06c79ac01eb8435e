#include "exporters/ncnn/ncnn_model.h"

#include "base/files.h"
#include "exporters/ncnn/ncnn_layers.h"
#include "graph/verify.h"

namespace goetia {

Result<std::vector<std::filesystem::path>> write_ncnn(const ModelGraph& graph, const NcnnOptions& options,
                                                      const std::filesystem::path& file) {
    GOETIA_TRY(verify(graph));
    NcnnLayers layers(graph, options.half_weights);
    for (const ValueId id : graph.inputs) layers.input(id);
    Error error = make_error(Code::kUnsupported, "the model '{}' holds what NCNN cannot be given", graph.name);
    for (const GraphNode& node : graph.nodes) {
        if (const Status done = write_ncnn_node(layers, node); !done) {
            error.faults.push_back({.path = node.layer,
                                    .message = fmt::format("{}: {}", op_rule(node.op).name, done.error().message),
                                    .found = {},
                                    .allowed = {}});
            layers.unwritten(node.output);
        }
    }
    if (!error.faults.empty()) return error;
    std::filesystem::path weights = file;
    weights.replace_extension(".bin");
    GOETIA_TRY(write_file_atomic(weights, layers.weights()));
    GOETIA_TRY(write_file_atomic(file, layers.text()));
    return std::vector{file, weights};
}

}  // namespace goetia
