#include <filesystem>

#include <torch/script.h>

#include "learn/components.h"
#include "learn/tasks/classification.h"

namespace goetia {
namespace {

// A model written elsewhere: a TorchScript file whose forward takes images and gives class scores. Its parameters and
// buffers keep their names, so optimizer, checkpoints and averages treat it like any other model.
class TorchScriptModel : public ClassificationModel {
  public:
    static Schema schema();
    // Exceptions of a damaged file become an Error that names it.
    static Result<std::unique_ptr<TorchScriptModel>> make(const Args& args, const BuildContext& context);

    // The order of its layers is not known: the whole model is one.
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }
};

// The module that holds a dotted name's last part, made on the way: "layer1.0.conv1.weight" -> layer1.0.conv1.
Module& holder_of(Module& root, const std::string& name, std::string& leaf) {
    Module* at = &root;
    std::size_t begin = 0;
    for (std::size_t dot; (dot = name.find('.', begin)) != std::string::npos; begin = dot + 1) {
        const std::string part = name.substr(begin, dot - begin);
        if (const auto child = at->child(part)) at = child.get();
        else at = at->register_module(part, std::make_shared<Module>()).get();
    }
    leaf = name.substr(begin);
    return *at;
}

class Scripted final : public TorchScriptModel {
  public:
    Scripted(torch::jit::Module script, std::string path, std::int64_t classes, std::shared_ptr<Loss> loss)
        : script_(std::move(script)), path_(std::move(path)), classes_(classes), loss_(std::move(loss)) {
        std::string leaf;
        for (const auto& parameter : script_.named_parameters(true)) {
            Module& holder = holder_of(*this, parameter.name, leaf);
            holder.register_parameter(leaf, parameter.value, parameter.value.requires_grad());
        }
        for (const auto& buffer : script_.named_buffers(true)) {
            Module& holder = holder_of(*this, buffer.name, leaf);
            holder.register_buffer(leaf, buffer.value);
        }
    }

    Outputs forward(const torch::Tensor& images) override {
        const c10::IValue made = script_.forward({images});
        TORCH_CHECK(made.isTensor(), "the TorchScript model '", path_, "' must return one tensor of scores, found ",
                    made.tagKind());
        torch::Tensor found = made.toTensor();
        TORCH_CHECK(found.dim() == 2 && found.size(0) == images.size(0) && found.size(1) == classes_,
                    "the TorchScript model '", path_, "' must return scores of shape [", images.size(0), ", ", classes_,
                    "], found ", found.sizes(), "; check model.num_classes and the model's last layer");
        return {found};
    }

    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor loss = loss_->forward(outputs.at(0), class_truth(targets));
        return {loss, {{"loss_cls", loss.detach()}}};
    }

    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }

    void train(bool on) override {
        Module::train(on);
        script_.train(on);
        loss_->train(on);
    }

  private:
    torch::jit::Module script_;
    std::string path_;
    std::int64_t classes_;
    std::shared_ptr<Loss> loss_;  // beside the script's names, so that a checkpoint holds only these
};

Result<torch::jit::Module> load_script(const std::string& path) {
    if (!std::filesystem::is_regular_file(path)) return not_found("there is no TorchScript file '{}'", path);
    try {
        return torch::jit::load(path, torch::kCPU);
    } catch (const c10::Error& error) {
        const std::string words = error.what_without_backtrace();
        return invalid("'{}' is not a whole TorchScript file: {}; write it with torch.jit.script(model).save(path)",
                       path, words.substr(0, words.find('\n')));
    } catch (const std::exception& error) {
        return invalid("'{}' is not a whole TorchScript file: {}; write it with torch.jit.script(model).save(path)",
                       path, error.what());
    }
}

Schema TorchScriptModel::schema() {
    return Schema("TorchScript",
                  "A trainable TorchScript file written elsewhere; its forward takes images and gives class scores")
        .with(text("path", "the .pt file"))
        .with(integer("num_classes", "classes to tell apart").at_least(1))
        .with(object("loss", "what is minimised").fallback(Json{{"type", "CrossEntropyLoss"}}))
        .with(object("pretrained", "weights to start from: enabled, source, path, strict").or_null());
}

Result<std::unique_ptr<TorchScriptModel>> TorchScriptModel::make(const Args& args, const BuildContext& context) {
    GOETIA_ASSIGN(auto loss, context.components.losses.make(args.get<Json>("loss"), "loss"));
    GOETIA_ASSIGN(torch::jit::Module script, load_script(args.text("path")));
    if (!script.find_method("forward"))
        return invalid("the TorchScript file '{}' has no method 'forward'", args.text("path"));
    if (script.parameters().size() == 0) {
        return invalid("the TorchScript file '{}' has nothing to train: it holds no parameters; was it frozen?",
                       args.text("path"));
    }
    return std::unique_ptr<TorchScriptModel>(
        std::make_unique<Scripted>(std::move(script), args.text("path"), args.integer("num_classes"), std::move(loss)));
}

}  // namespace

Status add_torchscript_model(ModelRegistry& registry) { return registry.add<TorchScriptModel>(); }

}  // namespace goetia
