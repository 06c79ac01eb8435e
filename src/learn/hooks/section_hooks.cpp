#include "learn/hooks/section_hooks.h"

#include <array>
#include <utility>

#include "base/json_path.h"

namespace goetia {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 6> kSections{{
    {"training.gradient_clip", "GradientClip"},
    {"training.early_stopping", "EarlyStopping"},
    {"training.ema", "Ema"},
    {"training.swa", "Swa"},
    {"training.freeze", "Freeze"},
    {"logging.gradient_norm", "GradientNorm"},
}};

}  // namespace

std::vector<SectionHook> section_hooks(const Json& document) {
    std::vector<SectionHook> hooks;
    for (const auto& [path, type] : kSections) {
        Json config = section_at(document, path);
        if (!config.is_object() || !config.value("enabled", false)) continue;
        config.erase("enabled");
        config["type"] = type;
        hooks.push_back({path, std::move(config)});
    }
    return hooks;
}

}  // namespace goetia
