#include "capture/trace.h"

#include <ATen/ops/rand.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/lower_tuples.h>

namespace goetia {
namespace {

namespace jit = torch::jit;

// One script module for each of the model's.
jit::Module mirror_of(const Module& module) {
    const auto unit = std::make_shared<jit::CompilationUnit>();
    const auto all = module.named_modules();
    std::map<std::string, jit::Module> made;
    for (auto at = all.rbegin(); at != all.rend(); ++at) {  // children come behind their parents in the list
        const auto& [path, ours] = *at;
        jit::Module script(c10::QualifiedName(path.empty() ? "__torch__.Model" : "__torch__.Part"), unit,
                           /*shouldMangle=*/true);
        for (const NamedTensor& one : ours->own_parameters()) script.register_parameter(one.name, one.tensor, false);
        for (const NamedTensor& one : ours->own_buffers()) script.register_buffer(one.name, one.tensor);
        const std::string prefix = path.empty() ? "" : path + ".";
        for (const auto& [child, pointer] : all) {
            if (child.size() > prefix.size() && child.starts_with(prefix) &&
                child.find('.', prefix.size()) == std::string::npos)
                script.register_module(child.substr(prefix.size()), made.at(child));
        }
        script.register_attribute("training", c10::BoolType::get(), false);
        made.emplace(path, std::move(script));
    }
    return made.at("");
}

Status check_evaluated(const Module& module) {
    Error error = invalid("the model is not in evaluation, which export needs");
    for (const auto& [path, one] : module.named_modules()) {
        if (one->is_training() && error.faults.size() < 10)
            error.faults.push_back({.path = path.empty() ? "model" : path,
                                    .message = "is in training; call eval()",
                                    .found = {},
                                    .allowed = {}});
    }
    return error.faults.empty() ? Status() : Status(std::move(error));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Result<ModelTrace> trace_model(const CaptureRequest& request, std::int64_t batch) {
    GOETIA_TRY(check_evaluated(*request.module));
    const torch::NoGradGuard no_gradients;
    std::vector<std::int64_t> lengths{batch};
    lengths.insert(lengths.end(), request.image.begin(), request.image.end());
    try {
        ModelTrace traced{nullptr, mirror_of(*request.module)};
        const auto forward = [&](jit::Stack stack) {
            std::vector<c10::IValue> found;
            for (at::Tensor& output : request.forward(stack.at(0).toTensor())) {
                if (output.is_floating_point()) found.emplace_back(std::move(output));
            }
            return jit::Stack{c10::ivalue::Tuple::create(std::move(found))};
        };
        const auto [state, outputs] =
            jit::tracer::trace({torch::rand(lengths)}, forward, [](const at::Tensor&) { return std::string(); },
                               /*strict=*/true, /*force_outplace=*/false, &traced.script, {request.input});
        traced.graph = state->graph;
        jit::EliminateDeadCode(traced.graph);
        return traced;
    } catch (const std::exception& fault) {
        return failed("the model cannot be traced: {}", first_line(fault.what()));
    }
}

}  // namespace goetia
