#include "passes/pass.h"

#include "graph/verify.h"

namespace goetia {
namespace {

constexpr GraphPass kCommonPasses[]{
    {"fold_constants", "computes what depends on no image", fold_constants},
    {"drop_identities", "takes out what changes nothing", drop_identities},
    {"drop_expansions", "takes out repetitions that are broadcast anyway", drop_expansions},
    {"fold_batch_norm", "moves normalisation into the weights before it", fold_batch_norm},
    {"fuse_linear", "makes one layer of a product with weights and its bias", fuse_linear},
    {"fuse_gates", "makes one operation of x * sigmoid(x)", fuse_gates},
    {"remove_dead", "takes out what no output needs", remove_dead},
};

}  // namespace

std::span<const GraphPass> common_passes() { return kCommonPasses; }

Status run_passes(ModelGraph& graph, std::span<const GraphPass> passes, const PassTools& tools,
                  const PassWatcher& seen) {
    if (seen) GOETIA_TRY(seen("", graph));
    for (const GraphPass& pass : passes) {
        GOETIA_TRY(pass.run(graph, tools));
        if (Status whole = verify(graph); !whole)
            return std::move(whole).error().within(fmt::format("after the pass '{}'", pass.name));
        if (seen) GOETIA_TRY(seen(pass.name, graph));
    }
    return {};
}

}  // namespace goetia
