// Lets a torch::nn module be a child of ours: register_module("fc", torch::nn::Linear(64, 10)) gives the holder back.
// Its parameters and buffers are reached by the names it gives them; train(), eval() and to() reach it as a whole.
#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "learn/module.h"

namespace goetia {

class TorchChild final : public Module {
  public:
    explicit TorchChild(std::shared_ptr<torch::nn::Module> module) : module_(std::move(module)) {
        mirror(*this, *module_);
        Module::train(module_->is_training());
    }

    void train(bool on = true) override {
        Module::train(on);
        module_->train(on);
    }
    // As torch::nn moves them, the tensors keep their identity: those registered here move along.
    void to(at::Device device) override { module_->to(device); }
    void to(at::ScalarType type) override { module_->to(type); }

  private:
    static void mirror(Module& ours, torch::nn::Module& theirs) {
        for (const auto& one : theirs.named_parameters(/*recurse=*/false))
            ours.register_parameter(one.key(), one.value(), one.value().requires_grad());
        for (const auto& one : theirs.named_buffers(/*recurse=*/false)) ours.register_buffer(one.key(), one.value());
        for (const auto& one : theirs.named_children())
            mirror(*ours.register_module(one.key(), std::make_shared<Module>()), *one.value());
    }

    std::shared_ptr<torch::nn::Module> module_;
};

template <std::derived_from<torch::nn::Module> T>
struct AsModule<std::shared_ptr<T>> {
    static std::shared_ptr<Module> of(const std::shared_ptr<T>& child) {
        TORCH_CHECK(child != nullptr, "a child module is null");
        return std::make_shared<TorchChild>(child);
    }
};

// torch::nn::Linear and its like hold a shared pointer to what they are.
template <class Holder>
    requires requires(const Holder& holder) {
        { holder.ptr() } -> std::convertible_to<std::shared_ptr<torch::nn::Module>>;
    }
struct AsModule<Holder> {
    static std::shared_ptr<Module> of(const Holder& child) { return std::make_shared<TorchChild>(child.ptr()); }
};

}  // namespace goetia
