#include "datasets/formats/label_list.h"

#include "datasets/formats/lines.h"
#include "datasets/formats/read_or_report.h"

namespace goetia {
namespace {

// "cat/a b.jpg 3" -> ("cat/a b.jpg", 3); a last word that is not a number belongs to the path.
LabelledPath split_line(std::string_view text, int line) {
    const std::size_t blank = text.find_last_of(" \t");
    if (blank != std::string_view::npos) {
        if (const auto label = as_integer(text.substr(blank + 1)))
            return {std::string(trimmed(text.substr(0, blank))), *label, line};
    }
    return {std::string(text), -1, line};
}

}  // namespace

std::vector<LabelledPath> read_label_list(const std::filesystem::path& file, const LabelListPlan& plan,
                                          std::vector<Finding>& findings) {
    const auto bytes = read_or_report(
        file, "set ann_file to a file of 'path label' lines, or to null to use the folders as classes", findings);
    return bytes ? parse_label_list(*bytes, file.native(), plan, findings) : std::vector<LabelledPath>();
}

std::vector<LabelledPath> parse_label_list(std::string_view text, const std::string& file, const LabelListPlan& plan,
                                           std::vector<Finding>& findings) {
    std::vector<LabelledPath> paths;
    bool faulty = false;
    for_each_line(text, [&](int line, std::string_view words) {
        if (words.empty()) return;
        LabelledPath one = split_line(words, line);
        const auto refuse = [&](FindingKind kind, std::string found, std::string fix) {
            faulty = true;
            findings.push_back(
                {.kind = kind, .file = file, .line = line, .found = std::move(found), .fix = std::move(fix)});
        };
        const bool labelled = one.path.size() != words.size();
        if (!labelled && plan.labels_needed)
            return refuse(FindingKind::kBadSyntax, fmt::format("'{}' is not a path followed by a class number", words),
                          "write 'path label'");
        if (labelled && (one.label < 0 || (plan.classes && one.label >= *plan.classes)))
            return refuse(FindingKind::kUnknownClass, fmt::format("the label {} is not a class", one.label),
                          plan.classes ? fmt::format("write 0 to {}", *plan.classes - 1) : "write 0 or more");
        paths.push_back(std::move(one));
    });
    if (paths.empty() && !faulty)
        findings.push_back({.kind = FindingKind::kBadSyntax,
                            .file = file,
                            .found = "the file lists no images",
                            .fix = "write one 'path label' per line"});
    return paths;
}

}  // namespace goetia
