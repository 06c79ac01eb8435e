#include "exporters/onnx/onnx_model.h"

#include <fcntl.h>

#include <cerrno>

#include "base/files.h"
#include "exporters/onnx/onnx_graph.h"
#include "graph/verify.h"

namespace goetia {
namespace {

int ir_version_of(int opset) {
    if (opset >= 23) return 11;
    if (opset >= 21) return 10;
    return opset >= 19 ? 9 : 8;
}

ProtoMessage value_message(const GraphValue& value) {
    ProtoMessage shape, tensor, type, message;
    for (const GraphExtent& extent : value.shape) {
        ProtoMessage length;
        if (!extent.of_batch) length.whole(1, extent.count);
        else length.text(2, extent.count == 1 ? "N" : fmt::format("{}*N", extent.count));
        shape.message(1, std::move(length));
    }
    tensor.whole(1, onnx_element(value.element)).message(2, std::move(shape));
    type.message(1, std::move(tensor));
    return std::move(message.text(1, value.name).message(2, std::move(type)));
}

std::size_t constant_bytes(const ModelGraph& graph) {
    std::size_t all = 0;
    for (const GraphValue& value : graph.values) all += value.constant ? value.constant->bytes().size() : 0;
    return all;
}

Status write_nodes(OnnxGraph& onnx, const ModelGraph& graph) {
    Error error = make_error(Code::kUnsupported, "the model '{}' holds what ONNX cannot be given", graph.name);
    for (const GraphNode& node : graph.nodes) {
        if (Status done = write_onnx_node(onnx, node); !done)
            error.faults.push_back({.path = node.layer,
                                    .message = fmt::format("{}: {}", op_rule(node.op).name, done.error().message),
                                    .found = {},
                                    .allowed = {}});
    }
    return error.faults.empty() ? Status() : Status(std::move(error));
}

ProtoMessage finished(OnnxGraph& onnx, const ModelGraph& graph, const OnnxOptions& options) {
    ProtoMessage inner = onnx.take();
    inner.text(2, graph.name);
    for (const ValueId id : graph.inputs) inner.message(11, value_message(graph.value(id)));
    for (const ValueId id : graph.outputs) inner.message(12, value_message(graph.value(id)));
    for (const GraphNode& node : graph.nodes) {
        const bool is_output =
            std::find(graph.outputs.begin(), graph.outputs.end(), node.output) != graph.outputs.end();
        if (!is_output) inner.message(options.all_values ? 12 : 13, value_message(graph.value(node.output)));
    }
    ProtoMessage opset, model;
    opset.text(1, "").whole(2, options.opset);
    model.whole(1, ir_version_of(options.opset))
        .text(2, "goetia")
        .message(7, std::move(inner))
        .message(8, std::move(opset));
    for (const auto& [key, value] : graph.facts) {
        ProtoMessage entry;
        model.message(14, std::move(entry.text(1, key).text(2, value)));
    }
    return model;
}

Result<FileDescriptor> created(const std::filesystem::path& file) {
    FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd.valid()) return os_error("cannot create", file.native(), errno);
    return fd;
}

}  // namespace

Result<std::vector<std::filesystem::path>> write_onnx(const ModelGraph& graph, const OnnxOptions& options,
                                                      const std::filesystem::path& file) {
    if (options.opset < kFirstOnnxOpset || options.opset > kLastOnnxOpset)
        return invalid("opset {} is not written; allowed: {} to {}", options.opset, kFirstOnnxOpset, kLastOnnxOpset);
    GOETIA_TRY(verify(graph));
    OnnxGraph onnx(graph, options.opset);
    std::vector<std::span<const std::byte>> beside;
    const std::filesystem::path data = file.native() + ".data";
    const bool is_beside = constant_bytes(graph) > options.most_inside;
    if (is_beside) onnx.put_beside(data.filename().native(), &beside);
    GOETIA_TRY(write_nodes(onnx, graph));
    const auto readers = graph.readers();
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (graph.values[i].constant && !readers[i].empty())
            onnx.initializer(graph.values[i].name, *graph.values[i].constant);
    }
    GOETIA_ASSIGN(const FileDescriptor fd, created(file));
    GOETIA_TRY(finished(onnx, graph, options).write(fd.get(), file.native()));
    if (!is_beside) return std::vector{file};
    GOETIA_ASSIGN(const FileDescriptor weights, created(data));
    for (const auto& bytes : beside)
        GOETIA_TRY(write_all(weights.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, data));
    return std::vector{file, data};
}

}  // namespace goetia
