// The samplers of this build: one line each.
#include "data/sampler.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(name)                 \
    Status add_##name(SamplerRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_samplers(SamplerRegistry& registry) {
    GOETIA_ADD(sequential);
    GOETIA_ADD(shuffle);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
