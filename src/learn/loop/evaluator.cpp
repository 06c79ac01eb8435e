#include "learn/loop/evaluator.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "learn/loop/skipped_samples.h"

namespace goetia {

torch::Tensor images_of(const Batch& batch, torch::Device device) {
    const auto keep = batch.memory;
    if (batch.bytes) {  // a quarter of the bytes travel; the device makes the numbers of them
        const auto numbers = torch::TensorOptions().dtype(torch::kFloat32).device(device);
        const auto channels = [&](const std::array<float, 3>& values) {
            return torch::tensor({values[0], values[1], values[2]}, torch::kFloat32).to(numbers).view({1, 3, 1, 1});
        };
        const torch::Tensor levels = torch::from_blob(
            batch.byte_images(), {batch.size, batch.channels, batch.height, batch.width}, [keep](void*) {},
            torch::kUInt8);
        return levels.to(numbers, /*non_blocking=*/true)
            .div_(255)
            .sub_(channels(batch.mean))
            .div_(channels(batch.deviation));
    }
    torch::Tensor images = torch::from_blob(
        batch.images(), {batch.size, batch.channels, batch.height, batch.width}, [keep](void*) {}, torch::kFloat32);
    return device.is_cpu() ? images : images.to(device, /*non_blocking=*/true);
}

Targets targets_of(const Batch& batch, torch::Device device) {
    Targets targets;
    targets.labels = torch::tensor(batch.labels, torch::kInt64).to(device);
    if (!batch.soft_targets.empty()) {
        targets.soft = torch::from_blob(const_cast<float*>(batch.soft_targets.data()), {batch.size, batch.classes},
                                        torch::kFloat32)
                           .clone()
                           .to(device);
    }
    return targets;
}

Evaluator::Evaluator(std::string split, std::unique_ptr<Loader> loader, std::int64_t size,
                     std::vector<std::pair<std::string, std::shared_ptr<Metric>>> metrics)
    : split_(std::move(split)), loader_(std::move(loader)), size_(size), metrics_(std::move(metrics)) {}

Result<Evaluation> Evaluator::run(Model& model, Communicator& ranks, torch::Device device, bool keep_scores) {
    const torch::NoGradGuard no_gradients;
    const bool was_training = model.is_training();
    model.eval();
    for (auto& [name, metric] : metrics_) metric->reset();
    scored_ = {};
    skipped_.clear();
    double loss_sum = 0;
    double count = 0;
    GOETIA_TRY(loader_->start(0));
    for (;;) {
        GOETIA_ASSIGN(std::optional<Batch> batch, loader_->next());
        if (!batch) break;
        skipped_.insert(skipped_.end(), batch->skipped.begin(), batch->skipped.end());
        if (batch->size == 0) continue;
        const Losses losses = model.losses(images_of(*batch, device), targets_of(*batch, device));
        loss_sum += losses.total.item<double>() * static_cast<double>(batch->size);
        count += static_cast<double>(batch->size);
        take(*batch, losses.scores, keep_scores);
    }
    model.train(was_training);
    return gathered(ranks, loss_sum, count, keep_scores);
}

void Evaluator::take(const Batch& batch, const torch::Tensor& scores, bool keep) {
    const torch::Tensor on_host = scores.to(torch::kCPU, torch::kFloat32).contiguous();
    const std::span<const float> numbers(on_host.data_ptr<float>(), static_cast<std::size_t>(on_host.numel()));
    for (auto& [name, metric] : metrics_) metric->update({numbers, batch.labels, on_host.size(1)});
    if (!keep) return;
    scored_.classes = on_host.size(1);
    scored_.scores.resize(static_cast<std::size_t>(size_ * scored_.classes), 0.0F);
    scored_.labels.resize(static_cast<std::size_t>(size_), 0);
    for (std::size_t row = 0; row < batch.samples.size(); ++row) {
        const auto place = static_cast<std::size_t>(batch.samples[row]);
        const auto width = static_cast<std::size_t>(scored_.classes);
        std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                    scored_.scores.begin() + static_cast<std::ptrdiff_t>(place * width));
        scored_.labels[place] = batch.labels[row] + 1;
    }
}

// Every rank filled its own rows, and the others hold zeros there. What no rank could read has no row in the end.
Scored Evaluator::scored_by_all(Communicator& ranks) {
    // A rank that read nothing at all does not know how many classes there are.
    torch::Tensor classes = torch::zeros({ranks.world()}, torch::kInt64);
    classes[ranks.rank()] = scored_.classes;
    ranks.sum(classes);
    scored_.classes = classes.max().item<std::int64_t>();
    scored_.scores.resize(static_cast<std::size_t>(size_ * scored_.classes), 0.0F);
    scored_.labels.resize(static_cast<std::size_t>(size_), 0);
    torch::Tensor scores = torch::from_blob(scored_.scores.data(), {size_ * scored_.classes}, torch::kFloat32);
    torch::Tensor labels = torch::from_blob(scored_.labels.data(), {size_}, torch::kInt64);
    ranks.sum(scores);
    ranks.sum(labels);
    Scored read{.classes = scored_.classes, .scores = {}, .labels = {}};
    for (std::int64_t place = 0; place < size_; ++place) {
        const std::int64_t label = scored_.labels[static_cast<std::size_t>(place)] - 1;
        if (label < 0) continue;
        const auto from = scored_.scores.begin() + place * read.classes;
        read.scores.insert(read.scores.end(), from, from + read.classes);
        read.labels.push_back(label);
    }
    return read;
}

Result<Evaluation> Evaluator::gathered(Communicator& ranks, double loss_sum, double count, bool keep) {
    Evaluation result;
    result.skipped = of_all(skipped_, ranks);
    torch::Tensor sums = torch::tensor({loss_sum, count}, torch::kFloat64);
    ranks.sum(sums);
    if (sums[1].item<double>() == 0) {
        if (result.skipped.empty()) return invalid("the {} split holds no sample to evaluate on", split_);
        return failed(
            "none of the {} samples of the {} split can be read, the first is '{}': {}; mend them, or name "
            "another split",
            size_, split_, result.skipped.front().name, result.skipped.front().reason);
    }
    result.values[split_ + "/loss"] = sums[0].item<double>() / sums[1].item<double>();
    for (auto& [name, metric] : metrics_) {
        if (ranks.world() > 1) {
            torch::Tensor state = torch::tensor(metric->state(), torch::kFloat64);
            ranks.sum(state);
            metric->set_state({state.data_ptr<double>(), static_cast<std::size_t>(state.numel())});
        }
        for (const auto& [value_name, value] : metric->compute()) result.values[split_ + "/" + value_name] = value;
        if (Json detail = metric->detail(); !detail.is_null()) result.details.emplace_back(name, std::move(detail));
    }
    if (keep) result.scored = scored_by_all(ranks);
    return result;
}

}  // namespace goetia
