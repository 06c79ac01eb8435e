#include "learn/inference/loaded_sample.h"

namespace goetia {

Result<Sample> loaded_sample(const Dataset& data, const TransformRegistry& transforms, std::int64_t index) {
    GOETIA_ASSIGN(Sample sample, data.sample(index));
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (sample.has_mask()) steps.push_back({{"type", "LoadMask"}});
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms, steps, "the steps of a picture"));
    GOETIA_TRY(pipeline.apply(sample, 0, 0, &data));
    return sample;
}

}  // namespace goetia
