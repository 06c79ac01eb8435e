#include "data/packed/pack.h"

namespace goetia {
namespace {

Json facts_of(const Instance& one) {
    Json json{{"l", one.label}, {"b", {one.box.x1, one.box.y1, one.box.x2, one.box.y2}}};
    if (one.id >= 0) json["n"] = one.id;
    if (one.area != 0) json["a"] = one.area;
    if (!one.polygons.empty()) json["p"] = one.polygons;
    if (one.mask) json["m"] = {{"h", one.mask->height}, {"w", one.mask->width}, {"c", one.mask->counts}};
    for (const KeyPoint& point : one.key_points) json["k"].push_back({point.x, point.y, point.visible});
    const int marks = (one.crowd ? 1 : 0) | (one.difficult ? 2 : 0) | (one.truncated ? 4 : 0);
    if (marks != 0) json["f"] = marks;
    return json;
}

Instance instance_of(const Json& json) {
    Instance one;
    one.label = json.at("l"), one.id = json.value("n", std::int64_t{-1}), one.area = json.value("a", 0.0);
    const Json& box = json.at("b");
    one.box = {box.at(0), box.at(1), box.at(2), box.at(3)};
    if (json.contains("p")) one.polygons = json["p"].get<std::vector<Polygon>>();
    if (json.contains("m")) one.mask = Rle{json["m"].at("h"), json["m"].at("w"), json["m"].at("c")};
    if (json.contains("k")) {
        for (const Json& point : json["k"]) one.key_points.push_back({point.at(0), point.at(1), point.at(2)});
    }
    const int marks = json.value("f", 0);
    one.crowd = (marks & 1) != 0, one.difficult = (marks & 2) != 0, one.truncated = (marks & 4) != 0;
    return one;
}

}  // namespace

Json sample_facts(const Sample& sample) {
    Json json{{"name", sample.name}};
    if (sample.label >= 0) json["label"] = sample.label;
    if (!sample.subject.empty()) json["subject"] = sample.subject;
    if (!sample.values.empty()) json["values"] = sample.values;
    for (const Instance& one : sample.instances) json["instances"].push_back(facts_of(one));
    return json;
}

void take_facts(const Json& json, Sample& sample) {
    sample.name = json.at("name");
    sample.label = json.value("label", std::int64_t{-1});
    sample.subject = json.value("subject", "");
    if (json.contains("values")) sample.values = json["values"].get<std::vector<double>>();
    if (json.contains("instances")) {
        for (const Json& one : json["instances"]) sample.instances.push_back(instance_of(one));
    }
}

}  // namespace goetia
