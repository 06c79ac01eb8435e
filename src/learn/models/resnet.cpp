#include <algorithm>
#include <array>
#include <map>

#include <ATen/ops/max_pool2d.h>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/conv2d.h"
#include "learn/layers/norm.h"
#include "learn/model.h"

namespace goetia {
namespace {

struct Architecture {
    bool bottleneck;
    std::array<int, 4> blocks;
};

const std::map<std::int64_t, Architecture>& architectures() {
    static const std::map<std::int64_t, Architecture> known{
        {18, {false, {2, 2, 2, 2}}},  {34, {false, {3, 4, 6, 3}}},  {50, {true, {3, 4, 6, 3}}},
        {101, {true, {3, 4, 23, 3}}}, {152, {true, {3, 8, 36, 3}}},
    };
    return known;
}

struct BlockShape {
    std::int64_t in = 0;
    std::int64_t width = 0;
    std::int64_t stride = 1;
    bool bottleneck = false;
    bool caffe = false;  // the stride sits in the first 1x1 convolution, not in the 3x3 one

    [[nodiscard]] std::int64_t out() const { return bottleneck ? 4 * width : width; }
    [[nodiscard]] bool changes_shape() const { return stride != 1 || in != out(); }
};

// Without a bias, since a norm follows, and drawn as torchvision draws it.
std::shared_ptr<Conv2d> make_conv(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
    return std::make_shared<Conv2d>(
        in, out, kernel,
        Conv2dOptions{
            .stride = stride, .padding = kernel / 2, .bias = false, .start = Conv2dOptions::Start::kNormalFanOut});
}

// The projection of the shortcut; its children are named "0" and "1" as in torchvision.
class Shortcut final : public Module {
  public:
    Shortcut(const BlockShape& shape, const NormFactory& norms) {
        conv_ = register_module("0", make_conv(shape.in, shape.out(), 1, shape.stride));
        norm_ = register_module("1", norms(shape.out()));
    }
    torch::Tensor forward(const torch::Tensor& maps) const { return norm_->forward(conv_->forward(maps)); }

  private:
    std::shared_ptr<Conv2d> conv_;
    std::shared_ptr<Norm> norm_;
};

// relu(path(x) + shortcut(x)), where the path is two 3x3 convolutions or the bottleneck 1x1, 3x3, 1x1.
class ResidualBlock final : public Module {
  public:
    ResidualBlock(const BlockShape& shape, const NormFactory& norms) {
        if (shape.bottleneck) {
            add(shape.in, shape.width, 1, shape.caffe ? shape.stride : 1, norms);
            add(shape.width, shape.width, 3, shape.caffe ? 1 : shape.stride, norms);
            add(shape.width, shape.out(), 1, 1, norms);
        } else {
            add(shape.in, shape.width, 3, shape.stride, norms);
            add(shape.width, shape.width, 3, 1, norms);
        }
        if (shape.changes_shape()) shortcut_ = register_module("downsample", std::make_shared<Shortcut>(shape, norms));
    }

    torch::Tensor forward(const torch::Tensor& input) const {
        torch::Tensor maps = input;
        for (std::size_t i = 0; i < convs_.size(); ++i) {
            maps = norms_[i]->forward(convs_[i]->forward(maps));
            if (i + 1 < convs_.size()) maps.relu_();
        }
        maps.add_(shortcut_ ? shortcut_->forward(input) : input);
        return maps.relu_();
    }

    // The path then starts at zero and the block at the identity.
    void zero_last_norm() {
        torch::NoGradGuard no_grad;
        norms_.back()->weight.zero_();
    }

  private:
    void add(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, const NormFactory& norms) {
        const std::string number = std::to_string(convs_.size() + 1);
        convs_.push_back(register_module("conv" + number, make_conv(in, out, kernel, stride)));
        norms_.push_back(register_module("bn" + number, norms(out)));
    }

    std::vector<std::shared_ptr<Conv2d>> convs_;
    std::vector<std::shared_ptr<Norm>> norms_;
    std::shared_ptr<Shortcut> shortcut_;
};

// The residual networks of He et al. (2015), 18 to 152 layers deep, with torchvision's parameter names and arithmetic.
class ResNet final : public Backbone {
  public:
    static Schema schema();
    static Result<std::unique_ptr<ResNet>> make(const Args& args, const BuildContext& context);

    std::vector<torch::Tensor> forward(const torch::Tensor& images) override;
    [[nodiscard]] std::vector<std::int64_t> channels() const override;
    // The stem is layer 0, then every residual block is one.
    [[nodiscard]] std::int64_t layer_of(const std::string& parameter) const override;
    [[nodiscard]] std::int64_t layers() const override;
    void train(bool on = true) override;  // frozen stages stay in evaluation

  private:
    using Stage = std::vector<std::shared_ptr<ResidualBlock>>;

    ResNet(const Args& args, const NormFactory& norms);
    void freeze(std::int64_t stages);

    bool cifar_stem_ = false;
    std::shared_ptr<Conv2d> conv1_;
    std::shared_ptr<Norm> bn1_;
    std::vector<Stage> stages_;
    std::vector<std::int64_t> out_indices_;
    std::vector<std::int64_t> stage_channels_;
    std::vector<std::shared_ptr<Module>> frozen_;
};

Schema ResNet::schema() {
    return Schema("ResNet", "Residual network of 18 to 152 layers, with torchvision's parameter names")
        .with(integer("depth", "layers: 18, 34, 50, 101 or 152").between(18, 152))
        .with(integer("num_stages", "stages to build").between(1, 4).fallback(4))
        .with(integers("out_indices", "stages whose maps are handed on, counted from 0").between(0, 3).or_null())
        .with(integer("frozen_stages",
                      "stages that are not trained: -1 none, 0 the stem, k the stem and the first k stages")
                  .between(-1, 4)
                  .fallback(-1))
        .with(object("norm_cfg",
                     "normalisation: type BN, SyncBN, GN or FrozenBN, requires_grad, eps, momentum, num_groups")
                  .fallback(Json{{"type", "BN"}, {"requires_grad", true}}))
        .with(text("style", "where a bottleneck strides: pytorch in its 3x3 convolution, caffe in its first 1x1")
                  .one_of({"pytorch", "caffe"})
                  .fallback("pytorch"))
        .with(integer("in_channels", "channels of the images").at_least(1).fallback(3))
        .with(text("stem", "imagenet: 7x7 with stride 2 and pooling; cifar: 3x3 that keeps the size")
                  .one_of({"imagenet", "cifar"})
                  .fallback("imagenet"))
        .with(boolean("zero_init_residual", "start every block at the identity").fallback(false));
}

Result<std::unique_ptr<ResNet>> ResNet::make(const Args& args, const BuildContext& context) {
    std::vector<Fault> faults;
    const std::int64_t depth = args.integer("depth"), stages = args.integer("num_stages"),
                       frozen = args.integer("frozen_stages");
    if (!architectures().contains(depth)) {
        faults.push_back({.path = "depth",
                          .message = "no ResNet has as many layers",
                          .found = std::to_string(depth),
                          .allowed = "18, 34, 50, 101 or 152"});
    }
    if (frozen > stages) {
        faults.push_back({.path = "frozen_stages",
                          .message = fmt::format("more than the {} stages there are", stages),
                          .found = std::to_string(frozen),
                          .allowed = fmt::format("-1 to {}", stages)});
    }
    const auto outs =
        args.is_null("out_indices") ? std::vector<std::int64_t>{stages - 1} : args.list<std::int64_t>("out_indices");
    if (outs.empty() || std::adjacent_find(outs.begin(), outs.end(), std::greater_equal<>()) != outs.end() ||
        outs.back() >= stages) {
        faults.push_back({.path = "out_indices",
                          .message = "must name stages in rising order",
                          .found = Json(outs).dump(),
                          .allowed = fmt::format("0 to {}", stages - 1)});
    }
    if (!faults.empty()) {
        Error error = invalid("this ResNet cannot be built");
        error.faults = std::move(faults);
        return error;
    }
    GOETIA_ASSIGN(const NormFactory norms, NormFactory::make(args.get<Json>("norm_cfg"), "norm_cfg", context.ranks));
    GOETIA_TRY(norms.fits(64));  // every width is a multiple of 64
    return std::unique_ptr<ResNet>(new ResNet(args, norms));
}

ResNet::ResNet(const Args& args, const NormFactory& norms) : cifar_stem_(args.text("stem") == "cifar") {
    const Architecture& plan = architectures().at(args.integer("depth"));
    const std::int64_t count = args.integer("num_stages");
    out_indices_ =
        args.is_null("out_indices") ? std::vector<std::int64_t>{count - 1} : args.list<std::int64_t>("out_indices");

    conv1_ =
        register_module("conv1", make_conv(args.integer("in_channels"), 64, cifar_stem_ ? 3 : 7, cifar_stem_ ? 1 : 2));
    bn1_ = register_module("bn1", norms(64));
    BlockShape shape{.in = 64, .width = 64, .bottleneck = plan.bottleneck, .caffe = args.text("style") == "caffe"};
    for (std::int64_t s = 0; s < count; ++s, shape.width *= 2) {
        auto layer = register_module("layer" + std::to_string(s + 1), std::make_shared<Module>());
        Stage stage;
        for (int b = 0; b < plan.blocks[static_cast<std::size_t>(s)]; ++b) {
            shape.stride = s > 0 && b == 0 ? 2 : 1;
            stage.push_back(layer->register_module(std::to_string(b), std::make_shared<ResidualBlock>(shape, norms)));
            if (args.flag("zero_init_residual")) stage.back()->zero_last_norm();
            shape.in = shape.out();
        }
        stages_.push_back(std::move(stage));
        stage_channels_.push_back(shape.in);
    }
    freeze(args.integer("frozen_stages"));
}

void ResNet::freeze(std::int64_t stages) {
    if (stages < 0) return;
    frozen_ = {conv1_, bn1_};
    for (std::int64_t s = 0; s < stages; ++s) {
        for (const auto& block : stages_[static_cast<std::size_t>(s)]) frozen_.push_back(block);
    }
    for (const auto& module : frozen_) {
        module->eval();
        for (torch::Tensor& parameter : module->parameters()) parameter.set_requires_grad(false);
    }
}

void ResNet::train(bool on) {
    Module::train(on);
    for (const auto& module : frozen_) module->eval();
}

std::vector<torch::Tensor> ResNet::forward(const torch::Tensor& images) {
    torch::Tensor maps = bn1_->forward(conv1_->forward(images));
    maps.relu_();
    if (!cifar_stem_) maps = at::max_pool2d(maps, 3, 2, 1);
    std::vector<torch::Tensor> kept;
    for (std::size_t s = 0; s < stages_.size() && kept.size() < out_indices_.size(); ++s) {
        for (const auto& block : stages_[s]) maps = block->forward(maps);
        if (out_indices_[kept.size()] == static_cast<std::int64_t>(s)) kept.push_back(maps);
    }
    return kept;
}

std::vector<std::int64_t> ResNet::channels() const {
    std::vector<std::int64_t> list;
    for (const std::int64_t index : out_indices_) list.push_back(stage_channels_[static_cast<std::size_t>(index)]);
    return list;
}

std::int64_t ResNet::layers() const {
    std::int64_t count = 1;
    for (const Stage& stage : stages_) count += static_cast<std::int64_t>(stage.size());
    return count;
}

std::int64_t ResNet::layer_of(const std::string& parameter) const {
    std::int64_t before = 1;
    for (std::size_t s = 0; s < stages_.size(); ++s) {
        const std::string prefix = fmt::format("layer{}.", s + 1);
        if (parameter.starts_with(prefix)) return before + std::stoll(parameter.substr(prefix.size()));
        before += static_cast<std::int64_t>(stages_[s].size());
    }
    return 0;
}

}  // namespace

Status add_resnet(BackboneRegistry& registry) { return registry.add<ResNet>(); }

}  // namespace goetia
