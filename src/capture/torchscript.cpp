#include "capture/trace.h"
#include "graph/extents.h"

namespace goetia {
namespace {

namespace jit = torch::jit;

// Replaces a whole number that is k for each image by k times the images' first length.
void grow(jit::Graph& graph, jit::Value& constant, std::int64_t times) {
    jit::WithInsertPoint here(*graph.nodes().begin());
    jit::Value* images = graph.inputs().at(1);
    jit::Value* axis = graph.insertConstant(std::int64_t{0});
    jit::Value* length = graph.insert(c10::aten::size, {images, axis});
    jit::Value* grown = times == 1 ? length : graph.insert(c10::aten::mul, {length, graph.insertConstant(times)});
    constant.replaceAllUsesWith(grown);
}

Status make_batch_free(jit::Graph& two, jit::Graph& three) {
    std::vector<std::pair<jit::Node*, std::int64_t>> growing;
    auto b = three.nodes().begin();
    for (jit::Node* node : two.nodes()) {
        if (b == three.nodes().end() || (*b)->kind() != node->kind())
            return make_error(Code::kUnsupported, "the model does other things with two images than with three");
        jit::Node* other = *b;
        ++b;
        if (node->kind() != c10::prim::Constant) continue;
        const auto a = jit::toIValue(node->output()), c = jit::toIValue(other->output());
        if (!a || !c || !a->isInt() || !c->isInt() || a->toInt() == c->toInt()) continue;
        const auto grown = extents_of_traces({a->toInt()}, {c->toInt()});
        if (!grown)
            return make_error(Code::kUnsupported, "a number of the model is {} for two images and {} for three",
                              a->toInt(), c->toInt());
        growing.emplace_back(node, (*grown)[0].count);
    }
    for (const auto& [node, times] : growing) grow(two, *node->output(), times);
    return {};
}

}  // namespace

Status save_torchscript(const CaptureRequest& request, const std::filesystem::path& file) {
    GOETIA_ASSIGN(ModelTrace two, trace_model(request, 2));
    GOETIA_ASSIGN(const ModelTrace three, trace_model(request, 3));
    try {
        GOETIA_TRY(make_batch_free(*two.graph, *three.graph));
        const auto type = two.script.type();
        auto* function =
            type->compilation_unit()->create_function(c10::QualifiedName(*type->name(), "forward"), two.graph);
        type->addMethod(function);
        two.script.save(file.native());
    } catch (const std::exception& fault) {
        const std::string text = fault.what();
        return failed("TorchScript '{}' cannot be written: {}", file.native(), text.substr(0, text.find('\n')));
    }
    return {};
}

}  // namespace goetia
