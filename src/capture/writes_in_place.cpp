#include "capture/writes_in_place.h"

#include <map>
#include <set>
#include <string_view>

namespace goetia {
namespace {

namespace jit = torch::jit;

constexpr std::string_view kViews[]{"view",       "reshape",   "flatten",   "select",           "slice",
                                    "narrow",     "transpose", "permute",   "expand",           "squeeze",
                                    "unsqueeze",  "split",     "chunk",     "split_with_sizes", "unbind",
                                    "t",          "expand_as", "view_as",   "detach",           "alias",
                                    "contiguous", "to",        "unflatten", "reshape_as"};

std::string_view short_name(const jit::Node& node) {
    const std::string_view name = node.kind().toQualString();
    return name.starts_with("aten::") ? name.substr(6) : std::string_view();
}

bool is_view(const jit::Node& node) {
    const std::string_view name = short_name(node);
    return std::find(std::begin(kViews), std::end(kViews), name) != std::end(kViews) ||
           node.kind() == c10::prim::ListUnpack;
}

bool is_written(const jit::Node& node) {
    const std::string_view name = short_name(node);
    return name.ends_with('_') && !name.ends_with("__");
}

}  // namespace

std::vector<Fault> writes_in_place(const jit::Graph& graph) {
    std::map<const jit::Value*, const jit::Value*> root;  // of what shares its numbers with another value
    std::map<const jit::Value*, std::size_t> last_read;
    std::map<const jit::Value*, std::vector<const jit::Value*>> family;
    const auto root_of = [&](const jit::Value* value) {
        const auto found = root.find(value);
        return found == root.end() ? value : found->second;
    };
    std::size_t place = 0;
    for (const jit::Node* node : graph.nodes()) {
        for (const jit::Value* input : node->inputs()) last_read[input] = place;
        if (!node->inputs().empty() && (is_view(*node) || is_written(*node))) {
            for (const jit::Value* output : node->outputs()) root[output] = root_of(node->input(0));
        }
        for (const jit::Value* output : node->outputs()) family[root_of(output)].push_back(output);
        ++place;
    }
    for (const jit::Value* output : graph.outputs()) last_read[output] = place;
    std::vector<Fault> faults;
    place = 0;
    for (const jit::Node* node : graph.nodes()) {
        const std::size_t at = place++;
        if (!is_written(*node)) continue;
        const jit::Value* whole = root_of(node->input(0));
        const bool is_models = whole->node()->kind() == c10::prim::GetAttr || whole->node()->kind() == c10::prim::Param;
        bool is_read = is_models;
        for (const jit::Value* one : family[whole])
            is_read |= one != node->output() && one->node()->isBefore(node) && last_read[one] > at;
        // A view that is written into changes the whole that it is a part of.
        if (is_read)
            faults.push_back(
                {.path = "model",
                 .message = fmt::format("{} writes into a tensor that is read under another name afterwards; "
                                        "use the operator without the underscore",
                                        node->kind().toQualString()),
                 .found = {},
                 .allowed = {}});
    }
    return faults;
}

}  // namespace goetia
