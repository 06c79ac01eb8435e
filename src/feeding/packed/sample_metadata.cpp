#include <array>

#include "feeding/packed/pack.h"

namespace goetia {
namespace {

// Each is one bit of the stored flags. Part of the file format: append only.
constexpr std::array kFlags{&Instance::crowd, &Instance::difficult, &Instance::truncated, &Instance::occluded};

Json metadata_of(const Instance& one) {
    Json json{{"l", one.label}, {"b", {one.box.x1, one.box.y1, one.box.x2, one.box.y2}}};
    if (one.id >= 0) json["n"] = one.id;
    if (one.area != 0) json["a"] = one.area;
    if (!one.polygons.empty()) json["p"] = one.polygons;
    if (one.mask) json["m"] = {{"h", one.mask->height}, {"w", one.mask->width}, {"c", one.mask->counts}};
    for (const KeyPoint& point : one.key_points) json["k"].push_back({point.x, point.y, point.visible});
    int marks = 0;
    for (std::size_t i = 0; i < kFlags.size(); ++i) marks |= one.*kFlags[i] ? 1 << i : 0;
    if (marks != 0) json["f"] = marks;
    return json;
}

// Refuses fractional numbers like texts: converting one that does not fit would be undefined.
template <class Whole = std::int64_t>
Whole whole(const Json& json) {
    if (!json.is_number_integer()) throw Json::type_error::create(302, "an integer is needed", &json);
    return json.get<Whole>();
}

std::int64_t whole_or(const Json& json, const char* key, std::int64_t otherwise) {
    return json.contains(key) ? whole(json[key]) : otherwise;
}

Instance instance_of(const Json& json) {
    Instance one;
    one.label = whole(json.at("l")), one.id = whole_or(json, "n", -1), one.area = json.value("a", 0.0);
    const Json& box = json.at("b");
    one.box = {box.at(0), box.at(1), box.at(2), box.at(3)};
    if (json.contains("p")) one.polygons = json["p"].get<std::vector<Polygon>>();
    if (json.contains("m")) {
        const Json& mask = json["m"];
        one.mask = Rle{whole<int>(mask.at("h")), whole<int>(mask.at("w")), {}};
        for (const Json& count : mask.at("c")) one.mask->counts.push_back(whole<std::uint32_t>(count));
    }
    if (json.contains("k")) {
        for (const Json& point : json["k"])
            one.key_points.push_back({point.at(0), point.at(1), whole<int>(point.at(2))});
    }
    const std::int64_t marks = whole_or(json, "f", 0);
    for (std::size_t i = 0; i < kFlags.size(); ++i) one.*kFlags[i] = (marks >> i & 1) != 0;
    return one;
}

}  // namespace

Json sample_metadata(const Sample& sample) {
    Json json{{"name", sample.name}};
    if (sample.label >= 0) json["label"] = sample.label;
    if (!sample.subject.empty()) json["subject"] = sample.subject;
    if (!sample.values.empty()) json["values"] = sample.values;
    for (const Instance& one : sample.instances) json["instances"].push_back(metadata_of(one));
    return json;
}

void read_sample_metadata(const Json& json, Sample& sample) {
    sample.name = json.at("name");
    sample.label = whole_or(json, "label", -1);
    sample.subject = json.value("subject", "");
    if (json.contains("values")) sample.values = json["values"].get<std::vector<double>>();
    if (json.contains("instances")) {
        for (const Json& one : json["instances"]) sample.instances.push_back(instance_of(one));
    }
}

}  // namespace goetia
