#include "datasets/formats/split_paths.h"

#include "base/json_text.h"
#include "datasets/formats/faults.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::array kSplits{Split::kTrain, Split::kVal, Split::kTest};
// Keys of the data_prefix mapping: ours, and their names elsewhere.
constexpr std::array kImageKeys{"img", "img_path"}, kMaskKeys{"mask", "seg_map_path"};

ParamBuilder prefix_param(PrefixForm form) {
    if (form == PrefixForm::kText) return text("data_prefix", "Prepended to every path, below the root").or_null();
    return anything("data_prefix", "The image folder below the root; or a mapping with 'img' and 'mask'").or_null();
}

Schema placed_split_schema(PrefixForm form) {
    return Schema("a split", "Where one split's files are")
        .with(text("data_root", "The split's own folder, in place of the data set's").or_null())
        .with(text("ann_file", "The split's annotation file or list, below the root or as a full path").or_null())
        .with(prefix_param(form));
}

void check_prefix(const Json& section, const std::string& path, std::vector<Fault>& faults) {
    if (!section.contains("data_prefix") || section["data_prefix"].is_null()) return;
    const Json& prefix = section["data_prefix"];
    if (prefix.is_string()) return;
    const std::string where = path + ".data_prefix";
    if (!prefix.is_object()) {
        faults.push_back({.path = where,
                          .message = "must be a string, or a mapping with 'img' and 'mask'",
                          .found = json_text(prefix)});
        return;
    }
    for (const auto& [key, value] : prefix.items()) {
        const bool known = std::ranges::count(kImageKeys, key) + std::ranges::count(kMaskKeys, key) > 0;
        if (known && value.is_string()) continue;
        faults.push_back({.path = where + "." + key,
                          .message = known ? "must be a string" : "no such key",
                          .found = json_text(value),
                          .allowed = "img, mask"});
    }
}

std::optional<std::string> prefix_of(const Json& prefix, const std::array<const char*, 2>& keys) {
    for (const char* key : keys) {
        if (prefix.is_object() && prefix.contains(key)) return prefix[key].get<std::string>();
    }
    return std::nullopt;
}

// Applies one section on top of earlier ones.
void apply(const Json& section, SplitPaths& paths) {
    const auto is_set = [&](const char* key) { return section.contains(key) && !section[key].is_null(); };
    if (is_set("ann_file")) paths.ann_file = section["ann_file"].get<std::string>();
    paths.configured = paths.configured || is_set("ann_file") || is_set("data_prefix");
    if (!is_set("data_prefix")) return;
    const Json& prefix = section["data_prefix"];
    if (prefix.is_string()) paths.image_prefix = prefix.get<std::string>();
    if (auto images = prefix_of(prefix, kImageKeys)) paths.image_prefix = std::move(images);
    if (auto masks = prefix_of(prefix, kMaskKeys)) paths.mask_prefix = std::move(masks);
}

}  // namespace

Schema with_split_paths(Schema schema, const std::string& holds, PrefixForm form) {
    const auto split = [](const char* name) {
        return object(name, fmt::format("data_root, ann_file, data_prefix of the {} split", name)).or_null();
    };
    return std::move(schema)
        .with(data_root_param(holds))
        .with(data_roots_param())
        .with(text("ann_file", "The annotation file of the training split, unless its own section has one").or_null())
        .with(prefix_param(form))
        .with(split("train"))
        .with(split("val"))
        .with(split("test"));
}

Status check_split_paths(const Args& args, PrefixForm form) {
    Error error = invalid("the data set cannot be used as it stands");
    check_prefix(args.json(), "dataset", error.faults);
    for (const Split split : kSplits) {
        const std::string name(split_name(split));
        if (args.is_null(name)) continue;
        const Json& section = args.json().at(name);
        const auto faults = placed_split_schema(form).check(section, "dataset." + name);
        error.faults.insert(error.faults.end(), faults.begin(), faults.end());
        if (form == PrefixForm::kMapping) check_prefix(section, "dataset." + name, error.faults);
    }
    if (error.faults.empty()) return {};
    return error;
}

SplitPaths split_paths(const Args& args, Split split) {
    SplitPaths paths{.split = split};
    paths.several_roots = !args.is_null("data_roots");
    paths.set_roots = roots_of(args);
    if (split == Split::kTrain) apply(args.json(), paths);
    paths.roots = paths.set_roots;
    const Json& section = args.json().at(std::string(split_name(split)));
    if (section.is_null()) return paths;
    apply(section, paths);
    if (section.contains("data_root") && !section["data_root"].is_null()) {
        paths.roots = {section["data_root"].get<std::string>()};
        paths.own_root = paths.configured = true;
    }
    return paths;
}

Code missing_split_code(const SplitPaths& paths) { return paths.configured ? Code::kInvalid : Code::kNotFound; }

Status check_folders(const SplitPaths& paths) {
    FaultList faults;
    const std::string_view split = split_name(paths.split);
    if (paths.roots.empty()) {
        faults.add({.path = "dataset.data_root",
                    .message = fmt::format("the {} split has no folder; set data_root, data_roots or {}.data_root",
                                           split, split),
                    .found = "nothing"});
    }
    const std::string path = paths.own_root        ? fmt::format("dataset.{}.data_root", split)
                             : paths.several_roots ? "dataset.data_roots"
                                                   : "dataset.data_root";
    check_roots(paths.roots, path, faults);
    if (faults.empty()) return {};
    Error error = faults.as_error(fmt::format("the {} split cannot be used as it stands", split));
    if (paths.roots.empty()) error.code = missing_split_code(paths);
    return error;
}

void check_first_files(std::size_t count, const std::function<fs::path(std::size_t)>& path_of, const std::string& list,
                       std::vector<Finding>& findings) {
    constexpr std::size_t kProbed = 100;
    count = std::min(count, kProbed);
    for (std::size_t i = 0; i < count; ++i) {
        if (is_file(path_of(i))) return;
    }
    if (count == 0) return;
    findings.push_back({.kind = FindingKind::kMissingFile,
                        .file = list,
                        .found = fmt::format("none of the first {} listed files exists, starting with '{}'", count,
                                             path_of(0).native()),
                        .fix = "correct data_root, data_roots or data_prefix"});
}

}  // namespace goetia
