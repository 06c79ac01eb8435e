#include "feeding/batch_transforms/mixing.h"

#include <numeric>

namespace goetia {

Status make_soft_targets(Batch& batch) {
    if (!batch.truth.soft.empty()) return {};
    if (batch.classes < 1) return invalid("labels cannot be mixed: the data set has no classes");
    std::vector<float> targets(static_cast<std::size_t>(batch.size * batch.classes));
    for (std::int64_t row = 0; row < batch.size; ++row) {
        const std::int64_t label = batch.truth.labels[static_cast<std::size_t>(row)];
        if (label < 0 || label >= batch.classes) {
            return invalid("labels cannot be mixed: sample {} has no label",
                           batch.frames[static_cast<std::size_t>(row)].sample);
        }
        targets[static_cast<std::size_t>(row * batch.classes + label)] = 1;
    }
    batch.truth.soft = std::move(targets);
    return {};
}

void mix_targets(Batch& batch, const std::vector<std::int64_t>& partners, float weight) {
    const std::vector<float> own = batch.truth.soft;
    for (std::int64_t row = 0; row < batch.size; ++row) {
        const float* mine = own.data() + row * batch.classes;
        const float* other = own.data() + partners[static_cast<std::size_t>(row)] * batch.classes;
        float* to = batch.truth.soft.data() + row * batch.classes;
        for (std::int64_t c = 0; c < batch.classes; ++c) to[c] = weight * mine[c] + (1 - weight) * other[c];
    }
}

std::vector<std::int64_t> draw_partners(const Batch& batch, Random& random) {
    std::vector<std::int64_t> partners(static_cast<std::size_t>(batch.size));
    std::iota(partners.begin(), partners.end(), 0);
    random.shuffle(partners);
    return partners;
}

}  // namespace goetia
