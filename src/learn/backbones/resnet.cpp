#include <array>
#include <map>

#include <ATen/ops/max_pool2d.h>

#include "base/json.h"
#include "learn/backbones/chain_backbone.h"
#include "learn/backbones/residual_block.h"

namespace goetia {
namespace {

struct Architecture {
    bool bottleneck;
    std::array<int, 4> blocks;
};

const std::map<std::int64_t, Architecture>& architectures() {
    static const std::map<std::int64_t, Architecture> known{
        {10, {false, {1, 1, 1, 1}}}, {18, {false, {2, 2, 2, 2}}},  {34, {false, {3, 4, 6, 3}}},
        {50, {true, {3, 4, 6, 3}}},  {101, {true, {3, 4, 23, 3}}}, {152, {true, {3, 8, 36, 3}}},
    };
    return known;
}

// The residual networks of He et al. (2015), their grouped (ResNeXt) and wide forms, with torchvision's parameter names
// and arithmetic.
class ResNet final : public ChainBackbone {
  public:
    static Schema schema();
    static Result<std::unique_ptr<ResNet>> make(const Args& args, const BuildContext& context);

  private:
    ResNet(const Args& args, const NormFactory& norms);
    void add_stem(std::int64_t in, std::int64_t width, bool cifar, const NormFactory& norms);
};

Schema ResNet::schema() {
    Schema own =
        Schema("ResNet", "Residual network of 10 to 152 layers, with torchvision's parameter names")
            .with(integer("depth", "layers: 10, 18, 34, 50, 101 or 152").between(10, 152))
            .with(integer("num_stages", "stages to build").between(1, 4).fallback(4))
            .with(
                integer("width", "channels of the first stage, which each later one doubles").at_least(1).fallback(64))
            .with(integer("groups", "groups of the 3x3 convolutions from depth 50 on: 32 or 64 in ResNeXt")
                      .at_least(1)
                      .fallback(1))
            .with(
                integer("width_per_group",
                        "channels of each group in the first stage at width 64: 4 or 8 in ResNeXt, 128 in Wide ResNet")
                    .at_least(1)
                    .fallback(64))
            .with(anything("replace_stride_with_dilation",
                           "whether stages 2, 3 and 4 widen their kernels where they would halve the maps: three of "
                           "true and false, from depth 50 on")
                      .fallback(Json{false, false, false}))
            .with(text("style", "where a bottleneck strides: pytorch in its 3x3 convolution, caffe in its first 1x1")
                      .one_of({"pytorch", "caffe"})
                      .fallback("pytorch"))
            .with(text("stem", "imagenet: 7x7 with stride 2 and pooling; cifar: 3x3 that keeps the size")
                      .one_of({"imagenet", "cifar"})
                      .fallback("imagenet"))
            .with(boolean("zero_init_residual", "start every block at the identity").fallback(false));
    return with_stage_params(
        std::move(own),
        {.outs = "stages whose maps are handed on, counted from 0; the last unless given",
         .frozen = "stages that are not trained: -1 none, 0 the stem, k the stem and the first k stages",
         .last_out = 3,
         .stages = 4},
        Json{{"type", "BN"}, {"requires_grad", true}});
}

// What only bottlenecks do.
void check_bottleneck(const Args& args, std::vector<Fault>& faults) {
    const auto refuse = [&](const char* name, const std::string& found, const std::string& allowed) {
        faults.push_back({.path = name,
                          .message = "the blocks of depth 10, 18 and 34 have no other; take depth 50, 101 or 152",
                          .found = found,
                          .allowed = allowed});
    };
    if (args.integer("groups") != 1) refuse("groups", std::to_string(args.integer("groups")), "1");
    if (args.integer("width_per_group") != 64)
        refuse("width_per_group", std::to_string(args.integer("width_per_group")), "64");
    const Json& dilated = args.at("replace_stride_with_dilation");
    if (dilated != Json{false, false, false})
        refuse("replace_stride_with_dilation", dilated.dump(), "[false, false, false]");
}

bool is_three_flags(const Json& value) {
    return value.is_array() && value.size() == 3 &&
           std::ranges::all_of(value, [](const Json& one) { return one.is_boolean(); });
}

std::vector<Fault> faults_of(const Args& args) {
    std::vector<Fault> faults;
    const std::int64_t depth = args.integer("depth"), stages = args.integer("num_stages");
    if (!architectures().contains(depth)) {
        faults.push_back({.path = "depth",
                          .message = "no ResNet has as many layers",
                          .found = std::to_string(depth),
                          .allowed = "10, 18, 34, 50, 101 or 152"});
    }
    const Json& dilated = args.at("replace_stride_with_dilation");
    if (!is_three_flags(dilated)) {
        faults.push_back({.path = "replace_stride_with_dilation",
                          .message = "must be three of true and false, for stages 2, 3 and 4",
                          .found = dilated.dump(),
                          .allowed = "such as [false, true, true]"});
    } else if (architectures().contains(depth) && !architectures().at(depth).bottleneck) {
        check_bottleneck(args, faults);
    }
    check_frozen(args.integer("frozen_stages"), stages, faults);
    check_outs(outs_of(args, stages), stages, "stages", faults);
    return faults;
}

ResidualShape first_shape(const Args& args) {
    const std::int64_t width = args.integer("width");
    return {.in = width,
            .planes = width,
            .groups = args.integer("groups"),
            .width_per_group = args.integer("width_per_group"),
            .bottleneck = architectures().at(args.integer("depth")).bottleneck,
            .caffe = args.text("style") == "caffe"};
}

// The narrowest ones: those of the later stages are their multiples.
Result<std::vector<std::int64_t>> narrowest(const Args& args) {
    const ResidualShape shape = first_shape(args);
    if (shape.inner() == 0)
        return invalid("'width_per_group' is {} at 'width' {}, which leaves the first stage no channels; give more",
                       shape.width_per_group, shape.planes);
    return std::vector{shape.planes, shape.inner()};
}

Result<std::unique_ptr<ResNet>> ResNet::make(const Args& args, const BuildContext& context) {
    std::vector<Fault> faults = faults_of(args);
    std::vector<std::int64_t> channels;
    if (faults.empty()) {
        GOETIA_ASSIGN(channels, narrowest(args));
    }
    GOETIA_ASSIGN(const NormFactory norms, norms_for("ResNet", args, context, channels, std::move(faults)));
    return std::unique_ptr<ResNet>(new ResNet(args, norms));
}

void ResNet::add_stem(std::int64_t in, std::int64_t width, bool cifar, const NormFactory& norms) {
    const Conv2dOptions options{
        .stride = cifar ? 1 : 2, .padding = cifar ? 1 : 3, .bias = false, .start = Conv2dOptions::Start::kNormalFanOut};
    const auto conv = register_module("conv1", std::make_shared<Conv2d>(in, width, cifar ? 3 : 7, options));
    const auto norm = register_module("bn1", norms(width));
    const auto run = [conv, norm, cifar](const torch::Tensor& images) {
        torch::Tensor maps = norm->forward(conv->forward(images));
        maps.relu_();
        return cifar ? maps : at::max_pool2d(maps, 3, 2, 1);
    };
    add_step({.parts = {{"conv1", conv}, {"bn1", norm}}, .run = run, .channels = width});
}

ResNet::ResNet(const Args& args, const NormFactory& norms) {
    const Architecture& plan = architectures().at(args.integer("depth"));
    ResidualShape shape = first_shape(args);
    add_stem(args.integer("in_channels"), shape.planes, args.text("stem") == "cifar", norms);
    std::vector<std::size_t> ends{step_count()};  // of the stem and of each stage: how many steps there are by then
    std::int64_t dilation = 1;
    for (std::int64_t s = 0; s < args.integer("num_stages"); ++s, shape.planes *= 2) {
        const std::string name = "layer" + std::to_string(s + 1);
        const bool dilated =
            s > 0 && args.at("replace_stride_with_dilation")[static_cast<std::size_t>(s - 1)].get<bool>();
        for (int b = 0; b < plan.blocks[static_cast<std::size_t>(s)]; ++b) {
            shape.stride = s > 0 && b == 0 && !dilated ? 2 : 1;
            shape.dilation = dilation;  // the first block of a stage still has that of the stage before
            if (dilated && b == 0) dilation *= 2;
            const auto block = std::make_shared<ResidualBlock>(shape, norms);
            if (args.flag("zero_init_residual")) block->zero_last_norm();
            const std::string path = name + "." + std::to_string(b);
            register_below(*this, path, block);
            shape.in = shape.out();
            add_layer(path, block, shape.in);
        }
        ends.push_back(step_count());
    }
    std::vector<std::size_t> outs;
    for (const std::int64_t stage : outs_of(args, args.integer("num_stages")))
        outs.push_back(ends[static_cast<std::size_t>(stage) + 1] - 1);
    hand_on(std::move(outs));
    if (const std::int64_t frozen = args.integer("frozen_stages"); frozen >= 0)
        freeze(ends[static_cast<std::size_t>(frozen)]);
}

}  // namespace

Status add_resnet(BackboneRegistry& registry) { return registry.add<ResNet>(); }

}  // namespace goetia
