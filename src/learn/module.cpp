#include "learn/module.h"

namespace goetia {
namespace {

// The dotted names of all tensors that `list_of(module)` gives for each module below and with `root`.
template <class ListOf>
NamedTensors gathered(const Module& root, ListOf&& list_of) {
    NamedTensors all;
    for (const auto& [path, module] : root.named_modules()) {
        for (const NamedTensors* list : list_of(*module)) {
            for (const NamedTensor& one : *list) all.add(path.empty() ? one.name : path + "." + one.name, one.tensor);
        }
    }
    return all;
}

std::vector<at::Tensor> tensors_of(const NamedTensors& named) {
    std::vector<at::Tensor> list;
    list.reserve(named.size());
    for (const NamedTensor& one : named) list.push_back(one.tensor);
    return list;
}

using Lists = std::vector<const NamedTensors*>;

}  // namespace

const at::Tensor* NamedTensors::find(std::string_view name) const {
    for (const NamedTensor& one : list_) {
        if (one.name == name) return &one.tensor;
    }
    return nullptr;
}

const at::Tensor& NamedTensors::operator[](std::string_view name) const {
    const at::Tensor* found = find(name);
    TORCH_CHECK(found != nullptr, "there is no tensor '", name, "'");
    return *found;
}

NamedTensors Module::named_parameters() const {
    return gathered(*this, [](const Module& module) { return Lists{&module.parameters_}; });
}

NamedTensors Module::named_buffers() const {
    return gathered(*this, [](const Module& module) { return Lists{&module.buffers_}; });
}

NamedTensors Module::named_state() const {
    return gathered(*this, [](const Module& module) { return Lists{&module.parameters_, &module.buffers_}; });
}

std::vector<at::Tensor> Module::parameters() const { return tensors_of(named_parameters()); }
std::vector<at::Tensor> Module::buffers() const { return tensors_of(named_buffers()); }

std::vector<std::pair<std::string, const Module*>> Module::named_modules() const {
    std::vector<std::pair<std::string, const Module*>> all{{"", this}};
    for (const auto& [name, child] : children_) {
        for (const auto& [path, module] : child->named_modules())
            all.emplace_back(path.empty() ? name : name + "." + path, module);
    }
    return all;
}

std::shared_ptr<Module> Module::child(std::string_view name) const {
    for (const auto& [own, child] : children_) {
        if (own == name) return child;
    }
    return nullptr;
}

void Module::train(bool on) {
    is_training_ = on;
    for (const auto& [name, child] : children_) child->train(on);
}

void Module::to(at::Device device) {
    move_tensors(at::TensorOptions().device(device), /*floating_only=*/false);
    for (const auto& [name, child] : children_) child->to(device);
}

void Module::to(at::ScalarType type) {
    move_tensors(at::TensorOptions().dtype(type), /*floating_only=*/true);
    for (const auto& [name, child] : children_) child->to(type);
}

// The tensor stays the same object with other memory, so that every handle of it moves along; its gradient too.
void Module::move_tensors(const at::TensorOptions& options, bool floating_only) {
    for (const NamedTensors* list : {&parameters_, &buffers_}) {
        for (const NamedTensor& one : *list) {
            if (floating_only && !one.tensor.is_floating_point()) continue;
            const at::Tensor grad = one.tensor.grad();
            one.tensor.set_data(one.tensor.detach().to(one.tensor.options().merge_in(options)));
            if (grad.defined()) one.tensor.mutable_grad() = grad.to(grad.options().merge_in(options));
        }
    }
}

at::Tensor Module::register_parameter(std::string name, at::Tensor tensor, bool requires_grad) {
    check_name(name);
    if (!tensor.defined()) return tensor;
    tensor.set_requires_grad(requires_grad);
    parameters_.add(std::move(name), tensor);
    return tensor;
}

at::Tensor Module::register_buffer(std::string name, at::Tensor tensor) {
    check_name(name);
    if (tensor.defined()) buffers_.add(std::move(name), tensor);
    return tensor;
}

void Module::add_child(std::string name, std::shared_ptr<Module> child) {
    check_name(name);
    TORCH_CHECK(child != nullptr, "the child '", name, "' of a module is null");
    children_.emplace_back(std::move(name), std::move(child));
}

void Module::check_name(std::string_view name) const {
    TORCH_CHECK(!name.empty(), "a module's parameters, buffers and children need a name");
    TORCH_CHECK(name.find('.') == std::string_view::npos, "'", name,
                "' cannot be a name within a module: it holds a dot");
    TORCH_CHECK(!parameters_.contains(name) && !buffers_.contains(name) && child(name) == nullptr, "the module has '",
                name, "' already");
}

}  // namespace goetia
