// Lists of 'path label' lines for images that are not in class folders.
#include "datasets/formats/label_list.h"
#include "datasets/layout/layout.h"

namespace goetia {

Recognition recognize_class_folders(const FolderView& view);

namespace {

// The first lines of a list; its last line may be cut off.
std::vector<LabelledPath> first_lines(const FolderView& view, const std::string& file) {
    std::string text = view.head(file, 4096);
    if (const std::size_t end = text.find_last_of('\n'); end != std::string::npos) text.resize(end);
    std::vector<Finding> ignored;  // a list of another kind
    return parse_label_list(text, file, {}, ignored);
}

// The folder that the listed paths start from.
std::optional<std::string> prefix_of(const FolderView& view, const std::string& path, Split split) {
    std::vector<std::string> prefixes{""};
    for (const std::string& folder :
         {"images/" + std::string(split_name(split)), std::string(split_name(split)), std::string("images")})
        prefixes.push_back(folder);
    for (const std::string& prefix : prefixes) {
        if (view.has_file(path_below(prefix, path))) return prefix;
    }
    return std::nullopt;
}

}  // namespace

Recognition recognize_label_lists(const FolderView& view) {
    if (!recognize_class_folders(view).section.is_null())
        return Recognition::refuse("the class folders are read, not lists");
    Recognition found{Json::object(), {}, {"no list 'meta/train.txt' or 'train.txt' of 'path label' lines"}};
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        const std::string name(split_name(split));
        for (const std::string& file : {"meta/" + name + ".txt", name + ".txt", "lists/" + name + ".txt"}) {
            if (!view.has_file(file)) continue;
            const std::vector<LabelledPath> lines = first_lines(view, file);
            if (lines.empty()) continue;
            found.reasons.push_back(fmt::format("'{}'", file));
            const auto prefix = prefix_of(view, lines[0].path, split);
            if (!prefix) {
                found.lacking = {fmt::format("'{}' names '{}', and there is no such file", file, lines[0].path)};
                break;
            }
            found.section[name] = {{"ann_file", file}};
            if (!prefix->empty()) found.section[name]["data_prefix"] = *prefix;
            break;
        }
    }
    if (!found.section.contains("train")) found.section = nullptr;
    return found;
}

}  // namespace goetia
