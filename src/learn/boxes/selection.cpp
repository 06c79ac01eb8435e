#include "learn/boxes/selection.h"

#include <algorithm>

#include "base/json.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// `nms` is read like a component: known keys, types and ranges, every fault at once.
Schema nms_schema(double iou_thres) {
    return Schema("nms", "How boxes that overlap are thinned out")
        .with(text("type",
                   "class: among boxes of one class; agnostic: among all; soft: the scores of overlapping boxes "
                   "of one class fall; none: not at all")
                  .one_of({"class", "agnostic", "soft", "none"})
                  .fallback("class"))
        .with(number("iou_thres", "overlap from which on the less sure box goes").between(0, 1).fallback(iou_thres))
        .with(text("decay", "how scores fall (soft): linear, above iou_thres, or gaussian")
                  .one_of({"linear", "gaussian"})
                  .fallback("linear"))
        .with(number("sigma", "width of the gaussian decay (soft)").above(0).fallback(0.5))
        .with(number("least_score", "a box whose score falls below goes (soft)").between(0, 1).fallback(0.001));
}

NmsSettings::Type type_from(const std::string& name) {
    using enum NmsSettings::Type;
    if (name == "agnostic") return kAgnostic;
    if (name == "soft") return kSoft;
    return name == "none" ? kNone : kClass;
}

const char* type_name(NmsSettings::Type type) {
    switch (type) {
        case NmsSettings::Type::kAgnostic: return "agnostic";
        case NmsSettings::Type::kSoft: return "soft";
        case NmsSettings::Type::kNone: return "none";
        case NmsSettings::Type::kClass: break;
    }
    return "class";
}

Kept kept_of(const RowObjects& found, const NmsSettings& nms_settings) {
    const auto all = [&](const at::Tensor& indices) { return Kept{indices, found.scores.index_select(0, indices)}; };
    switch (nms_settings.type) {
        case NmsSettings::Type::kAgnostic: return all(nms(found.boxes, found.scores, nms_settings.iou_thres));
        case NmsSettings::Type::kSoft: return soft_nms(found.boxes, found.scores, found.labels, nms_settings.soft);
        case NmsSettings::Type::kNone:
            return all(std::get<1>(found.scores.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true)));
        case NmsSettings::Type::kClass: break;
    }
    return all(batched_nms(found.boxes, found.scores, found.labels, nms_settings.iou_thres));
}

}  // namespace

Result<NmsSettings> NmsSettings::make(const Json& config, const std::string& path, double iou_thres) {
    const Schema schema = nms_schema(iou_thres);
    std::vector<Fault> faults = schema.check(config, path);
    const Json given = config.is_object() ? config : Json::object();
    // check() skips "type", which names a component elsewhere.
    if (given.contains("type")) {
        const std::vector<std::string>& known = schema.find("type")->choices;
        const std::string name = given["type"].is_string() ? given["type"].get<std::string>() : given["type"].dump();
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            faults.push_back({.path = path + ".type",
                              .message = "no way of suppression has this name",
                              .found = name,
                              .allowed = schema.find("type")->allowed_text()});
        }
    }
    if (!faults.empty()) {
        Error error = invalid("'{}' cannot be used", path);
        error.faults = std::move(faults);
        return error;
    }
    const Args args = schema.arguments(given);
    const double iou = args.number("iou_thres");
    return NmsSettings{.type = type_from(args.text("type")),
                       .iou_thres = iou,
                       .soft = {.gaussian = args.text("decay") == "gaussian",
                                .iou = iou,
                                .sigma = args.number("sigma"),
                                .least_score = args.number("least_score")}};
}

RowObjects Selection::operator()(const RowObjects& found) const {
    const Kept kept = kept_of(found, nms);
    const at::Tensor indices = kept.indices.slice(0, 0, max_det);
    return {.boxes = found.boxes.index_select(0, indices),
            .labels = found.labels.index_select(0, indices),
            .scores = kept.scores.slice(0, 0, max_det),
            .masks = found.masks.defined() ? found.masks.index_select(0, indices) : at::Tensor()};
}

Schema with_selection_params(Schema schema, const Selection& fallback) {
    return std::move(schema)
        .with(number("score_thres", "boxes less sure are left out").between(0, 1).fallback(fallback.score_thres))
        .with(integer("nms_candidates", "the surest boxes that are compared, of each level or class")
                  .at_least(1)
                  .fallback(fallback.candidates))
        .with(object("nms", "how boxes that overlap are thinned out: type, iou_thres")
                  .fallback(Json{{"type", type_name(fallback.nms.type)}, {"iou_thres", fallback.nms.iou_thres}}))
        .with(integer("max_det", "most objects of an image").at_least(1).fallback(fallback.max_det));
}

Result<Selection> make_selection(const Args& args, const Selection& fallback) {
    GOETIA_ASSIGN(const NmsSettings nms, NmsSettings::make(args.get<Json>("nms"), "nms", fallback.nms.iou_thres));
    return Selection{.score_thres = args.number("score_thres"),
                     .candidates = args.integer("nms_candidates"),
                     .nms = nms,
                     .max_det = args.integer("max_det")};
}

}  // namespace goetia
