#include "learn/loop/evaluator.h"

#include <ATen/Context.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "base/random.h"
#include "learn/dist/gather.h"
#include "learn/loop/skipped_samples.h"

namespace goetia {

torch::Tensor images_of(const Batch& batch, torch::Device device) {
    const auto keep = batch.memory;
    if (batch.bytes) {  // a quarter of the bytes travel; the device makes floats of them
        const auto floats = torch::TensorOptions().dtype(torch::kFloat32).device(device);
        const auto channels = [&](const std::array<float, 3>& values) {
            return torch::tensor({values[0], values[1], values[2]}, torch::kFloat32).to(floats).view({1, 3, 1, 1});
        };
        const torch::Tensor bytes = torch::from_blob(
            batch.byte_images(), {batch.size, batch.channels, batch.height, batch.width}, [keep](void*) {},
            torch::kUInt8);
        return bytes.to(floats, /*non_blocking=*/true)
            .div_(255)
            .sub_(channels(batch.mean))
            .div_(channels(batch.deviation));
    }
    torch::Tensor images = torch::from_blob(
        batch.images(), {batch.size, batch.channels, batch.height, batch.width}, [keep](void*) {}, torch::kFloat32);
    return device.is_cpu() ? images : images.to(device, /*non_blocking=*/true);
}

namespace {

// What a loss draws (which boxes it samples) is keyed by the images, so that an evaluation does not depend on what was
// drawn before it.
void key_draws(const std::vector<Frame>& frames) {
    torch::manual_seed(Random({static_cast<std::uint64_t>(frames.front().sample), purpose("evaluation")}).bits64());
}

}  // namespace

Evaluator::Evaluator(std::string split, std::unique_ptr<Loader> loader, std::shared_ptr<const Dataset> data,
                     const TaskKit& kit, std::vector<std::shared_ptr<Metric>> metrics)
    : split_(std::move(split)),
      loader_(std::move(loader)),
      data_(std::move(data)),
      kit_(kit),
      metrics_(std::move(metrics)) {}

Status each_batch(Model& model, Loader& loader, torch::Device device, const TakeBatch& take,
                  const std::optional<NarrowType>& autocast, std::int64_t limit) {
    const torch::NoGradGuard no_gradients;
    const bool was_training = model.is_training();
    model.eval();
    GOETIA_TRY(loader.start(0));
    for (std::int64_t taken = 0; limit == 0 || taken < limit; ++taken) {
        GOETIA_ASSIGN(std::optional<Batch> batch, loader.next());
        if (!batch) break;
        Outputs outputs;
        if (batch->size > 0) {
            key_draws(batch->frames);
            outputs = forward_in(autocast, model, images_of(*batch, device));
        }
        GOETIA_TRY(take(*std::move(batch), outputs));
    }
    model.train(was_training);
    return {};
}

Result<Evaluation> Evaluator::run(Model& model, Communicator& ranks, torch::Device device,
                                  const std::optional<NarrowType>& autocast) {
    for (const auto& metric : metrics_) metric->reset();
    skipped_.clear();
    torch::Tensor loss_sum = torch::zeros({}, torch::TensorOptions().dtype(torch::kFloat64).device(device));
    double count = 0;
    const auto take = [&](Batch batch, const Outputs& outputs) -> Status {
        skipped_.insert(skipped_.end(), batch.skipped.begin(), batch.skipped.end());
        if (batch.size == 0) return {};
        const Losses losses = model.losses(outputs, kit_.encode(batch.truth, batch.frames, device));
        loss_sum.add_(losses.total.to(torch::kFloat64) * static_cast<double>(batch.size));
        count += static_cast<double>(batch.size);
        const Predictions found = model.predict(outputs, batch.frames);
        return measure(found, std::move(batch));
    };
    GOETIA_TRY(each_batch(model, *loader_, device, take, autocast, limit_));
    return joined(ranks, loss_sum, count);
}

Status Evaluator::measure(const Predictions& found, Batch batch) {
    if (kit_.original_truth != nullptr) {
        GOETIA_ASSIGN(batch.truth, kit_.original_truth(*data_, std::move(batch.truth), batch.frames));
    }
    for (const auto& metric : metrics_) metric->update(found, batch.truth);
    return watcher_ ? watcher_(found, batch) : Status();
}

std::vector<MeasuredMetric> Evaluator::measured() const {
    std::vector<MeasuredMetric> all{{split_ + "/loss", Better::kLower}};
    for (const auto& metric : metrics_) {
        for (const MetricValue& one : metric->compute()) all.push_back({split_ + "/" + one.name, one.better});
    }
    return all;
}

std::vector<Drawing> Evaluator::drawings() const {
    std::vector<Drawing> all;
    for (const auto& metric : metrics_) {
        for (Drawing& one : metric->drawings()) all.push_back(std::move(one));
    }
    return all;
}

void Evaluator::join_metrics(Communicator& ranks) {
    if (ranks.world() == 1) return;
    for (const auto& metric : metrics_) metric->join(gathered(ranks, metric->state()));
}

Result<Evaluation> Evaluator::joined(Communicator& ranks, const torch::Tensor& loss_sum, double count) {
    Evaluation result;
    result.skipped = gathered(ranks, skipped_);
    torch::Tensor sums = torch::tensor({loss_sum.item<double>(), count}, torch::kFloat64);
    ranks.sum(sums);
    if (sums[1].item<double>() == 0) {
        if (result.skipped.empty()) return invalid("the {} split holds no sample to evaluate on", split_);
        return failed(
            "none of the {} samples of the {} split can be read, the first is '{}': {}; fix them, or name "
            "another split",
            data_->size(), split_, result.skipped.front().name, result.skipped.front().reason);
    }
    result.values[split_ + "/loss"] = sums[0].item<double>() / sums[1].item<double>();
    join_metrics(ranks);
    for (const auto& metric : metrics_) {
        for (const MetricValue& one : metric->compute()) result.values[split_ + "/" + one.name] = one.value;
    }
    return result;
}

}  // namespace goetia
