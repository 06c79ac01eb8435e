#include "learn/boxes/nms.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

#include "learn/tensor.h"

namespace goetia {
namespace {

// Suppression is a loop over few boxes, each depending on those before it: the CPU's work, whatever device asks.
at::Tensor on_cpu(const at::Tensor& tensor, at::ScalarType type) {
    return tensor.detach().to(torch::kCPU, type).contiguous();
}

template <class T>
std::span<const T> values_of(const at::Tensor& tensor) {
    return {tensor.const_data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

// T: float, or double where a step is computed in it.
template <class T>
struct PlainBoxes {
    explicit PlainBoxes(const at::Tensor& boxes)
        : tensor(on_cpu(boxes, c10::CppTypeToScalarType<T>::value)), values(values_of<T>(tensor)) {
        for (std::size_t i = 0; i < size(); ++i) areas.push_back((at(i)[2] - at(i)[0]) * (at(i)[3] - at(i)[1]));
    }

    [[nodiscard]] std::size_t size() const { return values.size() / 4; }
    [[nodiscard]] const T* at(std::size_t i) const { return values.data() + 4 * i; }

    [[nodiscard]] T iou(std::size_t i, std::size_t j) const {
        const T *a = at(i), *b = at(j);
        const T width = std::max(T(0), std::min(a[2], b[2]) - std::max(a[0], b[0])),
                height = std::max(T(0), std::min(a[3], b[3]) - std::max(a[1], b[1]));
        const T shared = width * height;
        return shared / (areas[i] + areas[j] - shared);
    }

    at::Tensor tensor;
    std::span<const T> values;
    std::vector<T> areas;
};

template <class T>
std::vector<std::size_t> surest_first(std::span<const T> scores) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    return order;
}

at::Tensor as_indices(const std::vector<std::int64_t>& list, at::Device device) {
    const at::Tensor indices = at::empty({static_cast<std::int64_t>(list.size())}, torch::kInt64);
    std::copy(list.begin(), list.end(), indices.mutable_data_ptr<std::int64_t>());
    return indices.to(device);
}

bool moves_apart(const at::Tensor& boxes) { return boxes.numel() <= (boxes.is_cpu() ? 4000 : 100000); }

// Far enough that boxes of two groups never meet, if none lies left of or above 0.
at::Tensor moved_apart(const at::Tensor& boxes, const at::Tensor& groups) {
    return boxes + (groups.to(boxes.scalar_type()) * (boxes.max() + 1)).unsqueeze(1);
}

at::Tensor nms_group_by_group(const at::Tensor& boxes, const at::Tensor& scores, const at::Tensor& groups, double iou) {
    const at::Tensor of = on_cpu(groups, torch::kInt64);
    const auto numbers = values_of<std::int64_t>(of);
    std::vector<std::int64_t> known(numbers.begin(), numbers.end());
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    at::Tensor stays = at::zeros({scores.size(0)}, scores.options().dtype(torch::kBool));
    for (const std::int64_t group : known) {
        const at::Tensor members = groups.eq(group).nonzero().squeeze(1);
        const at::Tensor kept = nms(boxes.index_select(0, members), scores.index_select(0, members), iou);
        stays.index_fill_(0, members.index_select(0, kept), true);
    }
    const at::Tensor indices = stays.nonzero().squeeze(1);
    const at::Tensor order =
        std::get<1>(scores.index_select(0, indices).sort(/*stable=*/true, /*dim=*/0, /*descending=*/true));
    return indices.index_select(0, order);
}

float faded(float score, float iou, const SoftNmsRule& rule) {
    if (rule.gaussian) return score * std::exp(-iou * iou / static_cast<float>(rule.sigma));
    return iou > rule.iou ? score * (1 - iou) : score;
}

template <class T>
at::Tensor nms_in(const at::Tensor& boxes, const at::Tensor& scores, double iou) {
    const PlainBoxes<T> plain(boxes);
    const at::Tensor plain_scores = on_cpu(scores, c10::CppTypeToScalarType<T>::value);
    const std::vector<std::size_t> order = surest_first(values_of<T>(plain_scores));
    std::vector<bool> gone(plain.size());
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (gone[order[i]]) continue;
        kept.push_back(static_cast<std::int64_t>(order[i]));
        for (std::size_t j = i + 1; j < order.size(); ++j) {
            if (!gone[order[j]] && plain.iou(order[i], order[j]) > iou) gone[order[j]] = true;
        }
    }
    return as_indices(kept, boxes.device());
}

}  // namespace

at::Tensor nms(const at::Tensor& boxes, const at::Tensor& scores, double iou) {
    return boxes.scalar_type() == torch::kFloat64 ? nms_in<double>(boxes, scores, iou)
                                                  : nms_in<float>(boxes, scores, iou);
}

at::Tensor batched_nms(const at::Tensor& boxes, const at::Tensor& scores, const at::Tensor& groups, double iou) {
    if (boxes.size(0) == 0) return as_indices({}, boxes.device());
    if (moves_apart(boxes)) return nms(moved_apart(boxes, groups), scores, iou);
    return nms_group_by_group(boxes, scores, groups, iou);
}

Kept soft_nms(const at::Tensor& boxes, const at::Tensor& scores, const at::Tensor& groups, const SoftNmsRule& rule) {
    const PlainBoxes<float> plain(boxes);
    const at::Tensor before = on_cpu(scores, torch::kFloat32), of = on_cpu(groups, torch::kInt64);
    const auto group = values_of<std::int64_t>(of);
    std::vector<float> score(plain.size());
    std::copy_n(before.const_data_ptr<float>(), score.size(), score.begin());
    std::vector<std::size_t> rest(plain.size());
    std::iota(rest.begin(), rest.end(), 0);
    std::vector<std::int64_t> kept;
    while (true) {
        std::erase_if(rest, [&](std::size_t i) { return score[i] < rule.least_score; });
        if (rest.empty()) break;
        const auto surest = std::max_element(rest.begin(), rest.end(),
                                             [&](std::size_t a, std::size_t b) { return score[a] < score[b]; });
        const std::size_t taken = *surest;
        rest.erase(surest);
        kept.push_back(static_cast<std::int64_t>(taken));
        for (const std::size_t i : rest) {
            if (group[i] == group[taken]) score[i] = faded(score[i], plain.iou(taken, i), rule);
        }
    }
    const at::Tensor indices = as_indices(kept, torch::kCPU);
    const at::Tensor after = at::from_blob(score.data(), {static_cast<std::int64_t>(score.size())}, torch::kFloat32);
    return {indices.to(boxes.device()), after.index_select(0, indices).to(scores.device())};
}

}  // namespace goetia
