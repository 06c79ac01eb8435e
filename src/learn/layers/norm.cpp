#include "learn/layers/norm.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/group_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include "base/json.h"
#include "component/args.h"
#include "component/schema.h"

namespace goetia {
namespace {

class GroupNorm final : public Norm {
  public:
    GroupNorm(std::int64_t groups, std::int64_t channels, double eps) : groups_(groups), eps_(eps) {
        weight = register_parameter("weight", torch::ones({channels}));
        bias = register_parameter("bias", torch::zeros({channels}));
    }
    torch::Tensor forward(const torch::Tensor& maps) override {
        return at::group_norm(maps, groups_, weight, bias, eps_);
    }

  private:
    std::int64_t groups_;
    double eps_;
};

// Everything is a buffer: nothing of it is trained and no statistics are gathered.
class FrozenBatchNorm final : public Norm {
  public:
    explicit FrozenBatchNorm(const BatchNormSettings& settings) : eps_(settings.eps) {
        weight = register_buffer("weight", torch::ones({settings.channels}));
        bias = register_buffer("bias", torch::zeros({settings.channels}));
        running_mean_ = register_buffer("running_mean", torch::zeros({settings.channels}));
        running_var_ = register_buffer("running_var", torch::ones({settings.channels}));
    }
    torch::Tensor forward(const torch::Tensor& maps) override {
        return at::batch_norm(maps, weight, bias, running_mean_, running_var_, false, 0.0, eps_, true);
    }

  private:
    double eps_;
    torch::Tensor running_mean_, running_var_;
};

// `norm_cfg` is read like a component: known keys, types and ranges, every fault at once.
Schema norm_schema() {
    return Schema("norm_cfg", "How the maps between convolutions are normalised")
        .with(text("type", "kind of normalisation").one_of({"BN", "SyncBN", "GN", "FrozenBN"}).fallback("BN"))
        .with(boolean("requires_grad", "train the scale and the shift").fallback(true))
        .with(integer("num_groups", "groups of GN").at_least(1).fallback(32))
        .with(number("eps", "added to the variance").above(0).fallback(1e-5))
        .with(number("momentum", "share of the new batch in the running statistics").between(0, 1).fallback(0.1));
}

}  // namespace

Result<NormFactory> NormFactory::make(const Json& config, const std::string& path,
                                      std::shared_ptr<Communicator> ranks) {
    const Schema schema = norm_schema();
    std::vector<Fault> faults = schema.check(config, path);
    const std::string kind = config.is_object() && config.contains("type") && config["type"].is_string()
                                 ? config["type"].get<std::string>()
                                 : "BN";
    const std::vector<std::string>& kinds = schema.find("type")->choices;
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
        faults.push_back({.path = path + ".type",
                          .message = fmt::format("no norm '{}'", kind),
                          .found = kind,
                          .allowed = schema.find("type")->allowed_text()});
    }
    if (!faults.empty()) {
        Error error = invalid("'{}' cannot be used", path);
        error.faults = std::move(faults);
        return error;
    }
    const Args args(schema.complete(config));
    NormFactory factory;
    factory.kind_ = kind;
    factory.path_ = path;
    factory.requires_grad_ = args.flag("requires_grad");
    factory.num_groups_ = args.integer("num_groups");
    factory.eps_ = args.number("eps");
    factory.momentum_ = args.number("momentum");
    factory.ranks_ = std::move(ranks);
    return factory;
}

Status NormFactory::fits(std::int64_t channels) const {
    if (kind_ != "GN" || channels % num_groups_ == 0) return {};
    return invalid("'{}.num_groups' is {}, but {} channels do not divide into as many groups; give a divisor of {}",
                   path_, num_groups_, channels, channels);
}

std::shared_ptr<Norm> NormFactory::operator()(std::int64_t channels) const {
    const BatchNormSettings settings{channels, eps_, momentum_};
    std::shared_ptr<Norm> norm;
    if (kind_ == "GN") norm = std::make_shared<GroupNorm>(num_groups_, channels, eps_);
    else if (kind_ == "FrozenBN") norm = std::make_shared<FrozenBatchNorm>(settings);
    else if (kind_ == "SyncBN") norm = std::make_shared<SyncBatchNorm>(settings, ranks_);
    else norm = std::make_shared<BatchNorm>(settings);
    if (!requires_grad_) {
        for (torch::Tensor& parameter : norm->parameters()) parameter.set_requires_grad(false);
    }
    return norm;
}

BatchNorm::BatchNorm(const BatchNormSettings& settings) : settings_(settings) {
    weight = register_parameter("weight", torch::ones({settings.channels}));
    bias = register_parameter("bias", torch::zeros({settings.channels}));
    running_mean_ = register_buffer("running_mean", torch::zeros({settings.channels}));
    running_var_ = register_buffer("running_var", torch::ones({settings.channels}));
    num_batches_tracked_ = register_buffer("num_batches_tracked", torch::zeros({}, torch::kLong));
}

torch::Tensor BatchNorm::forward(const torch::Tensor& maps) {
    if (is_training()) {
        // One value has no variance: the running one would silently become NaN.
        TORCH_CHECK(maps.numel() != maps.size(1),
                    "BN needs more than one value per channel in training, found a batch of ", maps.sizes(),
                    "; set training.drop_last=true, another training.batch_size, or train on larger images");
        count_batch();
    }
    return at::batch_norm(maps, weight, bias, running_mean_, running_var_, is_training(), settings_.momentum,
                          settings_.eps, true);
}

// On the CPU the number is raised in place: a dispatched addition per layer and step would cost more than it counts.
void BatchNorm::count_batch() {
    if (num_batches_tracked_.is_cpu()) ++*num_batches_tracked_.data_ptr<std::int64_t>();
    else num_batches_tracked_.add_(1);
}

}  // namespace goetia
