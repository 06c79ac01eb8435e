#include "learn/loop/epoch_sums.h"

#include <algorithm>

#include <ATen/ops/tensor.h>

namespace goetia {

void EpochSums::add(double batch_loss, const torch::Tensor& scores, const torch::Tensor& labels,
                    const std::vector<std::int64_t>& topk) {
    const auto count = static_cast<double>(labels.size(0));
    loss += batch_loss * count;
    samples += count;
    correct.resize(topk.size());
    for (std::size_t i = 0; i < topk.size(); ++i) {
        const std::int64_t k = std::min(topk[i], scores.size(1));
        const torch::Tensor hits =
            k == 1 ? scores.argmax(1).eq(labels) : std::get<1>(scores.topk(k, 1)).eq(labels.unsqueeze(1)).any(1);
        correct[i] += hits.sum().item<double>();
    }
}

MetricValues EpochSums::means(const std::vector<std::int64_t>& topk) const {
    const double count = std::max(1.0, samples);
    MetricValues means{{"train/loss", loss / count}};
    for (std::size_t i = 0; i < correct.size(); ++i)
        means[fmt::format("train/accuracy_top{}", topk[i])] = correct[i] / count;
    return means;
}

EpochSums of_all(const EpochSums& mine, Communicator& ranks) {
    std::vector<double> numbers{mine.loss, mine.samples};
    numbers.insert(numbers.end(), mine.correct.begin(), mine.correct.end());
    torch::Tensor sums = torch::tensor(numbers, torch::kFloat64);
    ranks.sum(sums);
    const double* all = sums.data_ptr<double>();
    return {all[0], all[1], mine.seconds, std::vector<double>(all + 2, all + numbers.size())};
}

Value pack(const EpochSums& sums) {
    List correct(sums.correct.begin(), sums.correct.end());
    return Dict{
        {"loss", sums.loss}, {"samples", sums.samples}, {"seconds", sums.seconds}, {"correct", std::move(correct)}};
}

Result<EpochSums> unpack_sums(const Value* value, const std::string& checkpoint) {
    EpochSums sums;
    const auto fault = [&](std::string_view key) {
        return invalid("checkpoint '{}': 'goetia.sums.{}' is missing or no number", checkpoint, key);
    };
    for (const auto& [key, number] :
         {std::pair("loss", &sums.loss), std::pair("samples", &sums.samples), std::pair("seconds", &sums.seconds)}) {
        const Value* found = value != nullptr ? value->find(key) : nullptr;
        if (found == nullptr || !found->is<double>()) return fault(key);
        *number = found->as<double>();
    }
    const Value* correct = value->find("correct");
    if (correct == nullptr || !correct->is<List>()) return fault("correct");
    for (const Value& count : correct->as<List>()) {
        if (!count.is<double>()) return fault("correct");
        sums.correct.push_back(count.as<double>());
    }
    return sums;
}

}  // namespace goetia
