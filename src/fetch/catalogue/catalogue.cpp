#include "fetch/catalogue/catalogue.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/ranges.h>

#include "archive/entry_path.h"
#include "base/nearest.h"

namespace goetia {
namespace {

std::string text_of(const Json& json, const char* key, std::string fallback = "") {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::move(fallback);
}

std::int64_t count_of(const Json& json, const char* key) {
    return json.contains(key) && json[key].is_number() ? json[key].get<std::int64_t>() : 0;
}

RemoteFile read_remote_file(const Json& json) {
    RemoteFile file{.name = text_of(json, "name"), .into = text_of(json, "into", ".")};
    for (const Json& url : json.value("urls", Json::array())) file.urls.push_back(url.get<std::string>());
    if (json.contains("bytes") && json["bytes"].is_number()) file.expected.bytes = count_of(json, "bytes");
    file.expected.sha256 = text_of(json, "sha256");
    file.expected.md5 = text_of(json, "md5");
    file.about_bytes = count_of(json, "about_bytes");
    return file;
}

RemoteSet read_set(const std::string& name, const Json& json) {
    RemoteSet set{.name = name,
                  .title = text_of(json, "title", name),
                  .task = text_of(json, "task"),
                  .homepage = text_of(json, "homepage"),
                  .terms = text_of(json, "terms"),
                  .note = text_of(json, "note"),
                  .images = count_of(json, "images"),
                  .classes = count_of(json, "classes"),
                  .unpacked_bytes = count_of(json, "unpacked_bytes"),
                  .working_bytes = count_of(json, "working_bytes"),
                  .preparing = text_of(json, "prepare") == "cifar10" ? Preparing::kCifar10 : Preparing::kNone,
                  .dataset = json.value("dataset", Json::object())};
    for (const Json& file : json.value("files", Json::array())) set.files.push_back(read_remote_file(file));
    const Json texts = json.value("texts", Json::object());
    for (const auto& [path, text] : texts.items()) set.texts[path] = text.get<std::string>();
    for (const Json& step : json.value("account_steps", Json::array()))
        set.account_steps.push_back(step.get<std::string>());
    return set;
}

// Each archive needs its own folder, so that an existing folder means a completely unpacked archive.
void check_places(const RemoteSet& set, std::vector<Fault>& faults) {
    const auto fault = [&](const std::string& key, std::string message) {
        faults.push_back({.path = fmt::format("sets.{}.{}", set.name, key), .message = std::move(message)});
    };
    std::set<std::string> names, places;
    for (const RemoteFile& file : set.files) {
        if (file.name.empty() || file.name.find('/') != std::string::npos || file.name.front() == '.')
            fault("files", fmt::format("'{}' cannot be a file's name", file.name));
        if (!names.insert(file.name).second) fault("files", fmt::format("'{}' appears twice", file.name));
        if (!places.insert(file.into).second || (file.into == "." && set.files.size() > 1))
            fault("files", fmt::format("'{}' needs a folder of its own in 'into'", file.name));
        if (file.into != ".") {
            if (auto checked = entry_path(file.into); !checked)
                fault("files", fmt::format("'into' of '{}' {}", file.name, checked.error().message));
        }
    }
    for (const auto& [path, text] : set.texts) {
        if (auto checked = entry_path(path); !checked)
            fault("texts", fmt::format("'{}' {}", path, checked.error().message));
    }
    if (set.name.empty() || set.name.front() == '.' || set.name.find('/') != std::string::npos)
        fault("", fmt::format("'{}' cannot be a set's name", set.name));
}

template <class Item>
Result<const Item*> find(const std::vector<Item>& items, const std::string& name, std::string_view what) {
    std::vector<std::string> known;
    for (const Item& item : items) {
        if (item.name == name) return &item;
        known.push_back(item.name);
    }
    const std::string nearest = nearest_name(name, known);
    return not_found("there is no {} '{}'{}; known: {}", what, name,
                     nearest.empty() ? "" : fmt::format("; did you mean '{}'", nearest), fmt::join(known, ", "));
}

}  // namespace

std::int64_t RemoteSet::download_bytes() const {
    std::int64_t sum = 0;
    for (const RemoteFile& file : files) sum += file.plan_bytes();
    return sum;
}

Result<const RemoteSet*> Catalogue::set(const std::string& name) const { return find(sets, name, "data set"); }
Result<const Tier*> Catalogue::tier(const std::string& name) const { return find(tiers, name, "tier"); }

Result<Catalogue> read_catalogue(const Json& document) {
    Catalogue catalogue;
    Error error = invalid("the catalogue of data sets cannot be used as it stands");
    for (const auto& [name, json] : document.at("sets").items()) {
        catalogue.sets.push_back(read_set(name, json));
        check_places(catalogue.sets.back(), error.faults);
    }
    const Json tiers = document.value("tiers", Json::object());
    for (const auto& [name, json] : tiers.items()) {
        Tier tier{.name = name, .sentence = text_of(json, "sentence"), .advice = json.value("advice", Json::object())};
        for (const Json& set : json.value("sets", Json::array())) {
            tier.sets.push_back(set.get<std::string>());
            if (auto known = catalogue.set(tier.sets.back()); !known)
                error.faults.push_back({.path = fmt::format("tiers.{}.sets", name), .message = known.error().message});
        }
        catalogue.tiers.push_back(std::move(tier));
    }
    if (!error.faults.empty()) return error;
    return catalogue;
}

std::string tier_for_memory(std::optional<double> gigabytes) {
    const double rounded = std::round(gigabytes.value_or(0));
    return rounded < 8 ? "debug" : rounded <= 16 ? "careful" : "full";
}

}  // namespace goetia
