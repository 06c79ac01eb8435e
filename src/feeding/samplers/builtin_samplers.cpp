// Registers the built-in samplers: one line each.
#include "component/builtin_list.h"
#include "feeding/sampler.h"

namespace goetia {

Status register_builtin_samplers(SamplerRegistry& registry) {
    GOETIA_ADD(aspect_ratio);
    GOETIA_ADD(class_balanced);
    GOETIA_ADD(infinite);
    GOETIA_ADD(repeat_factor);
    GOETIA_ADD(resample);
    GOETIA_ADD(sequential);
    GOETIA_ADD(shuffle);
    GOETIA_ADD(sources);
    GOETIA_ADD(weighted);
    GOETIA_ADD(window_shuffle);
    return {};
}

}  // namespace goetia
