#include "datasets/layout/layout.h"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "datasets/formats/roots.h"

namespace goetia {

#define GOETIA_LAYOUT(name) Recognition recognize_##name(const FolderView& view)
GOETIA_LAYOUT(coco);
GOETIA_LAYOUT(voc);
GOETIA_LAYOUT(yolo);
GOETIA_LAYOUT(class_folders);
GOETIA_LAYOUT(label_lists);
GOETIA_LAYOUT(masks);
GOETIA_LAYOUT(table);
GOETIA_LAYOUT(packed);
#undef GOETIA_LAYOUT

std::span<const LayoutRule> layout_rules() {
    static constexpr std::array kRules{
        LayoutRule{"COCO", "COCO annotations", recognize_coco},
        LayoutRule{"VOC", "VOC annotations", recognize_voc},
        LayoutRule{"YOLO", "YOLO labels", recognize_yolo},
        LayoutRule{"ImageNet", "class folders", recognize_class_folders},
        LayoutRule{"ImageNet", "lists of 'path label' lines", recognize_label_lists},
        LayoutRule{"SemanticMasks", "masks", recognize_masks},
        LayoutRule{"Table", "a table", recognize_table},
        LayoutRule{"Packed", "a packed set", recognize_packed},
    };
    return kRules;
}

namespace {

struct Answer {
    const LayoutRule* rule = nullptr;
    Recognition recognition;
};

std::string name_of(const LayoutRule& rule) { return fmt::format("{} ({})", rule.type, rule.layout); }

std::vector<Answer> answers_for(const FolderView& view) {
    std::vector<Answer> answers;
    for (const LayoutRule& rule : layout_rules()) answers.push_back({&rule, rule.recognize(view)});
    return answers;
}

Error ambiguous(const std::filesystem::path& folder, const std::vector<const Answer*>& found) {
    Error error = invalid("'{}' could be a data set of several formats; choose one with --format, or with dataset.type",
                          folder.native());
    for (const Answer* one : found)
        error.faults.push_back(
            {.path = name_of(*one->rule), .message = fmt::format("{}", fmt::join(one->recognition.reasons, ", "))});
    return error;
}

// Folders below this one that are a set of one format.
std::vector<std::string> sets_below(const FolderView& view) {
    constexpr std::size_t kSearched = 50;
    std::vector<std::string> sets, folders = view.folders();
    if (folders.size() > kSearched) return {};
    for (const std::string& name : folders) {
        const std::vector<Answer> answers = answers_for(FolderView(view.root() / name));
        if (std::ranges::any_of(answers, [](const Answer& one) { return !one.recognition.section.is_null(); }))
            sets.push_back((view.root() / name).native());
    }
    return sets;
}

Error unknown(const FolderView& view, std::vector<Answer> answers) {
    std::ranges::stable_sort(answers, std::greater(), [](const Answer& one) { return one.recognition.reasons.size(); });
    Error error = invalid("'{}' has the layout of no known format; add what is missing, or specify it with --format",
                          view.root().native());
    if (const std::vector<std::string> sets = sets_below(view); !sets.empty() && sets.size() <= 5)
        error.message += fmt::format("; did you mean '{}'?", fmt::join(sets, "' or '"));
    for (const Answer& one : answers) {
        const Recognition& own = one.recognition;
        error.faults.push_back({.path = name_of(*one.rule),
                                .message = own.lacking.empty() ? "nothing of it" : own.lacking.front(),
                                .found = fmt::format("{}", fmt::join(own.reasons, ", "))});
    }
    return error;
}

}  // namespace

std::optional<Split> split_in_name(std::string_view name) {
    const std::string plain = plain_name(name);
    for (const auto& [word, split] :
         {std::pair("train", Split::kTrain), std::pair("val", Split::kVal), std::pair("test", Split::kTest)}) {
        if (plain.find(word) != std::string::npos) return split;
    }
    return std::nullopt;
}

const std::vector<std::string>& split_folders(Split split) {
    static const std::vector<std::string> kTrain{"train", "training"}, kVal{"val", "valid", "validation"},
        kTest{"test", "testing"};
    return split == Split::kTrain ? kTrain : split == Split::kVal ? kVal : kTest;
}

Result<Layout> layout_of(const std::filesystem::path& folder) {
    if (!is_folder(folder)) return invalid("there is no folder '{}'; correct the path", folder.native());
    const FolderView view(folder);
    std::vector<Answer> answers = answers_for(view);
    std::vector<const Answer*> found;
    for (const Answer& one : answers) {
        if (!one.recognition.section.is_null()) found.push_back(&one);
    }
    if (found.size() > 1) return ambiguous(folder, found);
    if (found.empty()) return unknown(view, std::move(answers));
    Json section{{"type", found[0]->rule->type}};
    section.update(found[0]->recognition.section);
    return Layout{std::move(section), found[0]->recognition.reasons};
}

}  // namespace goetia
