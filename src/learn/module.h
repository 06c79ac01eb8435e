// The base of everything that is trained: named parameters, buffers and children in the order of their registration.
//
// Names and order are those of Python's state_dict(): a module's parameters, its buffers, then its children one after
// the other ("layer1.0.conv1.weight"). A child is a Module; <goetia/torch.h> lets torch::nn's modules be children too.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace goetia {

struct NamedTensor {
    std::string name;
    at::Tensor tensor;
};

// In order. A search walks: modules have few tensors, and nobody searches a whole model within a step.
class NamedTensors {
  public:
    void add(std::string name, at::Tensor tensor) { list_.push_back({std::move(name), std::move(tensor)}); }
    [[nodiscard]] const at::Tensor* find(std::string_view name) const;  // null: there is none
    [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
    [[nodiscard]] const at::Tensor& operator[](std::string_view name) const;  // throws: there is none
    [[nodiscard]] std::size_t size() const { return list_.size(); }
    [[nodiscard]] auto begin() const { return list_.begin(); }
    [[nodiscard]] auto end() const { return list_.end(); }

  private:
    std::vector<NamedTensor> list_;
};

class Module;

// How a child of this type is reached as a Module.
template <class Child>
struct AsModule;

class Module {
  public:
    Module() = default;
    virtual ~Module() = default;
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;

    // The tensors keep their identity for ever: an optimizer's or an average's handle is the model's own.
    [[nodiscard]] std::vector<at::Tensor> parameters() const;
    [[nodiscard]] std::vector<at::Tensor> buffers() const;
    [[nodiscard]] NamedTensors named_parameters() const;
    [[nodiscard]] NamedTensors named_buffers() const;
    [[nodiscard]] NamedTensors named_state() const;  // both, in the order of state_dict()
    // This module ("") and all below it, each before its children.
    [[nodiscard]] std::vector<std::pair<std::string, const Module*>> named_modules() const;
    [[nodiscard]] const NamedTensors& own_parameters() const { return parameters_; }
    [[nodiscard]] const NamedTensors& own_buffers() const { return buffers_; }
    [[nodiscard]] std::shared_ptr<Module> child(std::string_view name) const;  // null: there is none

    // Override to keep parts in evaluation.
    virtual void train(bool on = true);
    void eval() { train(false); }
    [[nodiscard]] bool is_training() const { return is_training_; }

    virtual void to(at::Device device);
    virtual void to(at::ScalarType type);  // of what is floating point

    // Each throws where the name is empty, holds a dot or is taken. An undefined tensor (no bias) is not registered.
    at::Tensor register_parameter(std::string name, at::Tensor tensor, bool requires_grad = true);
    at::Tensor register_buffer(std::string name, at::Tensor tensor);
    template <class Child>
    Child register_module(std::string name, Child child) {
        add_child(std::move(name), AsModule<Child>::of(child));
        return child;
    }

  private:
    void add_child(std::string name, std::shared_ptr<Module> child);
    void check_name(std::string_view name) const;
    void move_tensors(const at::TensorOptions& options, bool floating_only);

    NamedTensors parameters_, buffers_;
    std::vector<std::pair<std::string, std::shared_ptr<Module>>> children_;
    bool is_training_ = true;
};

template <std::derived_from<Module> T>
struct AsModule<std::shared_ptr<T>> {
    static std::shared_ptr<Module> of(const std::shared_ptr<T>& child) { return child; }
};

}  // namespace goetia
