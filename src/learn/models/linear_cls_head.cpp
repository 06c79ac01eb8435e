#include "learn/models/linear_cls_head.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/dropout.h>

#include "learn/components.h"

namespace goetia {
namespace {

torch::Tensor pooled(const torch::Tensor& maps) {
    return maps.dim() == 4 ? at::adaptive_avg_pool2d(maps, {1, 1}).flatten(1) : maps;
}

}  // namespace

Schema LinearClsHead::schema() {
    return Schema("LinearClsHead", "Mean over all places, then one linear layer from features to class scores")
        .with(integer("num_classes", "classes to tell apart").at_least(1))
        .with(integer("in_channels", "channels of the features; those of the backbone unless given")
                  .at_least(1)
                  .or_null())
        .with(object("loss", "what is minimised").fallback(Json{{"type", "CrossEntropyLoss"}}))
        .with(integers("topk", "the k of the top-k accuracies of the training batches")
                  .at_least(1)
                  .or_scalar()
                  .fallback(Json::array({1})))
        .with(number("dropout", "share of the features dropped in training").between(0, 1).fallback(0.0));
}

Result<std::unique_ptr<LinearClsHead>> LinearClsHead::make(const Args& args, const BuildContext& context) {
    if (args.is_null("in_channels")) return invalid("'in_channels' must be given when no backbone says it");
    GOETIA_ASSIGN(auto loss, context.components.losses.make(args.get<Json>("loss"), "loss"));
    return std::unique_ptr<LinearClsHead>(new LinearClsHead(args, std::move(loss)));
}

LinearClsHead::LinearClsHead(const Args& args, std::shared_ptr<Loss> loss)
    : classes_(args.integer("num_classes")), topk_(args.list<std::int64_t>("topk")), dropout_(args.number("dropout")) {
    fc_ = register_module("fc", std::make_shared<Linear>(args.integer("in_channels"), classes_));
    loss_ = register_module("loss", std::move(loss));
}

Outputs LinearClsHead::forward(const std::vector<torch::Tensor>& features) {
    torch::Tensor vectors = pooled(features.back());
    if (dropout_ > 0) vectors = torch::dropout(vectors, dropout_, is_training());
    return {fc_->forward(vectors)};
}

Losses LinearClsHead::losses(const Outputs& outputs, const Targets& targets) {
    const torch::Tensor loss = loss_->forward(outputs.at(0), class_truth(targets));
    return {loss, {{"loss_cls", loss.detach()}}};
}

Schema GlobalAveragePooling::schema() { return {"GlobalAveragePooling", "The mean over all places of each map"}; }

std::vector<torch::Tensor> GlobalAveragePooling::forward(std::vector<torch::Tensor> features) {
    for (torch::Tensor& maps : features) maps = pooled(maps);
    return features;
}

}  // namespace goetia
