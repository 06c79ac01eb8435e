// Which of the boxes a head finds in an image are handed on: those sure enough, after non-maximum suppression, the
// surest ones first. Every head describes it by the same parameters.
#pragma once

#include <string>

#include "base/result.h"
#include "component/args.h"
#include "component/schema.h"
#include "learn/boxes/nms.h"
#include "learn/tasks/objects.h"

namespace goetia {

struct NmsSettings {
    enum class Type { kClass, kAgnostic, kSoft, kNone };

    // `config` is the `nms` mapping, `path` where the document says it; `iou_thres` counts where it says none.
    static Result<NmsSettings> make(const Json& config, const std::string& path, double iou_thres);

    Type type = Type::kClass;
    double iou_thres = 0.5;
    SoftNmsRule soft{};
};

struct Selection {
    double score_thres = 0.05;  // less sure boxes are left out before anything else
    std::int64_t candidates = 1000;
    NmsSettings nms{};
    std::int64_t max_det = 300;

    // What stays of the boxes found in one row: float [N, 4], float [N] and int64 [N].
    [[nodiscard]] RowObjects operator()(const RowObjects& found) const;
};

// "score_thres", "nms_candidates", "nms", "max_det", with `fallback` as their defaults.
Schema with_selection_params(Schema schema, const Selection& fallback);
Result<Selection> make_selection(const Args& args, const Selection& fallback);

}  // namespace goetia
