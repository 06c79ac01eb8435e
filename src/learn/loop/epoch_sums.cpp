#include "learn/loop/epoch_sums.h"

#include <algorithm>

#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

namespace goetia {

MetricValues EpochSums::means(const std::vector<std::string>& counted) const {
    const double count = std::max(1.0, samples);
    MetricValues means{{"train/loss", loss / count}};
    for (std::size_t i = 0; i < std::min(counts.size(), counted.size()); ++i)
        means["train/" + counted[i]] = counts[i] / count;
    return means;
}

EpochSums summed_over_ranks(const EpochSums& mine, Communicator& ranks) {
    std::vector<double> values{mine.loss, mine.samples};
    values.insert(values.end(), mine.counts.begin(), mine.counts.end());
    torch::Tensor sums = torch::tensor(values, torch::kFloat64);
    ranks.sum(sums);
    const double* all = sums.data_ptr<double>();
    return {all[0], all[1], mine.seconds, std::vector<double>(all + 2, all + values.size())};
}

Value pack(const EpochSums& sums, const std::vector<std::string>& counted) {
    Dict counts;
    for (std::size_t i = 0; i < std::min(sums.counts.size(), counted.size()); ++i)
        counts.emplace_back(counted[i], sums.counts[i]);
    return Dict{
        {"loss", sums.loss}, {"samples", sums.samples}, {"seconds", sums.seconds}, {"counts", std::move(counts)}};
}

Result<EpochSums> unpack_sums(const Value* value, const std::vector<std::string>& counted,
                              const std::string& checkpoint) {
    EpochSums sums;
    sums.counts.resize(counted.size());
    const auto fault = [&](std::string_view key) {
        return invalid("checkpoint '{}': 'goetia.sums.{}' is missing or no number", checkpoint, key);
    };
    for (const auto& [key, number] :
         {std::pair("loss", &sums.loss), std::pair("samples", &sums.samples), std::pair("seconds", &sums.seconds)}) {
        const Value* found = value != nullptr ? value->find(key) : nullptr;
        if (found == nullptr || !found->is<double>()) return fault(key);
        *number = found->as<double>();
    }
    // Until 2026-11 a list in the model's order: the hits of each k.
    if (const Value* correct = value->find("correct"); correct != nullptr && correct->is<List>()) {
        const List& list = correct->as<List>();
        for (std::size_t i = 0; i < std::min(list.size(), counted.size()); ++i) {
            if (!list[i].is<double>()) return fault("correct");
            sums.counts[i] = list[i].as<double>();
        }
        return sums;
    }
    const Value* counts = value->find("counts");
    if (counts == nullptr || !counts->is<Dict>()) return fault("counts");
    for (std::size_t i = 0; i < counted.size(); ++i) {
        const Value* count = counts->find(counted[i]);
        if (count == nullptr) continue;
        if (!count->is<double>()) return fault("counts." + counted[i]);
        sums.counts[i] = count->as<double>();
    }
    return sums;
}

void RunningSums::start(const EpochSums& sums, torch::Device device) {
    samples_ = sums.samples;
    std::vector<double> values{sums.loss};
    values.insert(values.end(), sums.counts.begin(), sums.counts.end());
    sums_ = torch::tensor(values, torch::kFloat64).to(device);
    bad_ = torch::zeros({2}, torch::TensorOptions().dtype(torch::kFloat64).device(device));
}

void RunningSums::add(std::int64_t step, const torch::Tensor& loss, std::int64_t samples,
                      const std::vector<torch::Tensor>& counts) {
    const torch::NoGradGuard no_gradients;
    const torch::Tensor value = loss.to(torch::kFloat64);
    std::vector<torch::Tensor> added{value * static_cast<double>(samples)};
    for (const torch::Tensor& count : counts) added.push_back(count.to(torch::kFloat64));
    sums_.add_(at::stack(added));
    samples_ += static_cast<double>(samples);
    const torch::Tensor is_first = at::isfinite(value).logical_not().logical_and(bad_[0].eq(0));
    bad_ = at::where(is_first, at::stack({at::full({}, static_cast<double>(step), value.options()), value}), bad_);
}

RunningSums::Read RunningSums::read() const {
    Read read{.sums = {.loss = 0, .samples = samples_, .seconds = 0, .counts = {}}, .first_bad = {}};
    if (!sums_.defined()) return read;
    const torch::Tensor sums = sums_.to(torch::kCPU), bad = bad_.to(torch::kCPU);
    const double* first = sums.data_ptr<double>();
    read.sums.loss = first[0];
    read.sums.counts.assign(first + 1, first + sums.numel());
    if (const double* one = bad.data_ptr<double>(); one[0] > 0)
        read.first_bad = {.step = static_cast<std::int64_t>(one[0]), .loss = one[1]};
    return read;
}

}  // namespace goetia
