// The hooks that an experiment can name: one line each.
#include "component/builtin_list.h"
#include "learn/hooks/hook.h"

namespace goetia {

Status register_builtin_hooks(HookRegistry& registry) {
    GOETIA_ADD(early_stopping);
    GOETIA_ADD(ema);
    GOETIA_ADD(freeze);
    GOETIA_ADD(gradient_clip);
    GOETIA_ADD(gradient_norm);
    GOETIA_ADD(swa);
    return {};
}

}  // namespace goetia
