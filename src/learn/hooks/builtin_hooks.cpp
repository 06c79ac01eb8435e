// The hooks that an experiment can name: one line each.
#include "learn/hooks/hook.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(name)              \
    Status add_##name(HookRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_hooks(HookRegistry& registry) {
    GOETIA_ADD(early_stopping);
    GOETIA_ADD(ema);
    GOETIA_ADD(gradient_clip);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
