#include "master/data_sets/samples.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "datasets/formats/annotated_dataset.h"
#include "feeding/transform.h"
#include "imaging/decode/encode.h"
#include "imaging/decode/image_size.h"
#include "imaging/preview/sheet.h"
#include "master/data_sets/opened_sets.h"

namespace goetia {
namespace {

constexpr int kPictureQuality = 85;

Json in_pixels(float value) { return std::round(static_cast<double>(value) * 100) / 100; }

Json class_name_json(const AnnotatedSet& set, std::int64_t label) {
    const bool is_known = label >= 0 && label < std::ssize(set.classes);
    return is_known ? Json(set.classes[static_cast<std::size_t>(label)]) : Json();
}

Json object_json(const AnnotatedSet& set, const Instance& one) {
    Json polygons = Json::array(), points = Json::array(), mask;
    for (const Polygon& outline : one.polygons) {
        Json& corners = polygons.emplace_back(Json::array());
        for (const float value : outline) corners.push_back(in_pixels(value));
    }
    for (const KeyPoint& point : one.key_points)
        points.push_back({{"x", in_pixels(point.x)}, {"y", in_pixels(point.y)}, {"visible", point.visible}});
    if (one.mask) mask = {{"width", one.mask->width}, {"height", one.mask->height}, {"counts", one.mask->counts}};
    return {{"label", one.label},
            {"class", class_name_json(set, one.label)},
            {"box", {in_pixels(one.box.x1), in_pixels(one.box.y1), in_pixels(one.box.x2), in_pixels(one.box.y2)}},
            {"polygons", std::move(polygons)},
            {"key_points", std::move(points)},
            {"mask", std::move(mask)},
            {"crowd", one.crowd},
            {"difficult", one.difficult}};
}

Json sample_json(const AnnotatedSet& set, std::int64_t index, const MayShow& may_show) {
    const AnnotatedImage& image = set.images[static_cast<std::size_t>(index)];
    ImageSize size{.width = image.width, .height = image.height};
    const std::filesystem::path file = set.path(image);
    const bool is_shown = may_show(file);
    if (is_shown && size.width == 0) {
        if (const Result<ImageSize> read = read_image_size(file)) size = *read;
    }
    Json objects = Json::array();
    for (const Instance& one : image.instances) objects.push_back(object_json(set, one));
    return {{"index", index},
            {"name", image.name},
            {"width", size.width},
            {"height", size.height},
            {"label", image.label < 0 ? Json() : Json(image.label)},
            {"class", class_name_json(set, image.label)},
            {"subject", image.subject.empty() ? Json() : Json(image.subject)},
            {"values", image.values},
            {"objects", std::move(objects)},
            {"has_class_map", !image.mask.empty()},
            {"is_shown", is_shown}};
}

bool shows_class(const AnnotatedSet& set, std::int64_t index, std::int64_t label) {
    const std::vector<std::int64_t> labels = labels_of(set, set.images[static_cast<std::size_t>(index)]);
    return std::ranges::binary_search(labels, label);
}

Result<Sample> loaded_sample(const AnnotatedDataset& data, Sample sample, const Json& steps) {
    TransformRegistry transforms(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(transforms));
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms, steps, "picture"));
    GOETIA_TRY(pipeline.apply(sample, 0, 0, &data));
    return sample;
}

// A JPEG that is much larger is decoded no larger than needed.
Json steps_to_size(const ImageSize& size, int width) {
    Json steps = Json::array({Json{{"type", "LoadImage"}, {"reducing_gap", 2}}});
    if (size.width <= width) return steps;
    const double factor = static_cast<double>(width) / size.width;
    const int height = std::max(1, static_cast<int>(std::lround(size.height * factor)));
    steps.push_back({{"type", "Resize"}, {"size", {height, width}}});
    return steps;
}

}  // namespace

Result<Json> samples_json(const OpenedSet& set, const SamplesAsked& asked, const MayShow& may_show) {
    GOETIA_ASSIGN(const auto data, split_of(set, asked.split));
    const AnnotatedSet& images = data->set();
    const auto named = std::ranges::find(images.classes, asked.of_class);
    if (!asked.of_class.empty() && named == images.classes.end())
        return not_found("the data set has no class '{}'", asked.of_class);
    const std::int64_t label = named - images.classes.begin();
    Json items = Json::array(), next, splits = Json::object();
    std::int64_t total = 0;
    for (std::int64_t index = 0; index < data->size(); ++index) {
        if (!asked.of_class.empty() && !shows_class(images, index, label)) continue;
        ++total;
        if (index < asked.from) continue;
        if (std::ssize(items) < asked.limit) items.push_back(sample_json(images, index, may_show));
        else if (next.is_null()) next = std::to_string(index);
    }
    for (const auto& [split, one] : set.splits) splits[std::string(split_name(split))] = one->size();
    return Json{{"items", std::move(items)},   {"total", total},
                {"next", std::move(next)},     {"split", asked.split},
                {"splits", std::move(splits)}, {"task", task_name(set.task)},
                {"classes", images.classes},   {"targets", images.targets}};
}

Result<std::string> sample_picture(const OpenedSet& set, const PictureAsked& asked, const MayShow& may_show) {
    GOETIA_ASSIGN(const auto data, split_of(set, asked.split));
    if (asked.index < 0 || asked.index >= data->size())
        return not_found("the split '{}' has no sample {}", asked.split, asked.index);
    GOETIA_ASSIGN(Sample sample, data->sample(asked.index));
    if (!may_show(sample.path))
        return make_error(Code::kDenied, "image '{}' lies outside of the folders of data", sample.name);
    if (!asked.drawn) {
        GOETIA_ASSIGN(const ImageSize size, read_image_size(sample.path));
        GOETIA_ASSIGN(const Sample shown, loaded_sample(*data, std::move(sample), steps_to_size(size, asked.width)));
        return encode_jpeg(shown.image, kPictureQuality);
    }
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (sample.has_mask() && may_show(sample.mask_path)) steps.push_back({{"type", "LoadMask"}});
    GOETIA_ASSIGN(Sample shown, loaded_sample(*data, std::move(sample), steps));
    const SheetPlan plan{.columns = 1, .cell = asked.width, .targets = data->targets()};
    return encode_jpeg(contact_sheet({shown}, data->classes(), plan), kPictureQuality);
}

}  // namespace goetia
