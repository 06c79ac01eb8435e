#include "datasets/validation/finding.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace goetia {
namespace {

struct Row {
    FindingKind kind;
    std::string_view code;
    Severity severity;
};

constexpr std::array kRows{
    Row{FindingKind::kMissingFile, "missing_file", Severity::kFault},
    Row{FindingKind::kUnreadableImage, "unreadable_image", Severity::kFault},
    Row{FindingKind::kTruncatedImage, "truncated_image", Severity::kFault},
    Row{FindingKind::kBadSyntax, "bad_syntax", Severity::kFault},
    Row{FindingKind::kDuplicateId, "duplicate_id", Severity::kFault},
    Row{FindingKind::kIdGap, "id_gap", Severity::kWarning},
    Row{FindingKind::kMissingImage, "annotation_of_missing_image", Severity::kFault},
    Row{FindingKind::kSizeMismatch, "size_mismatch", Severity::kFault},
    Row{FindingKind::kEmptyBox, "empty_box", Severity::kFault},
    Row{FindingKind::kNegativeBox, "negative_box", Severity::kFault},
    Row{FindingKind::kBoxOutside, "box_outside", Severity::kFault},
    Row{FindingKind::kShortPolygon, "short_polygon", Severity::kFault},
    Row{FindingKind::kBadRuns, "bad_runs", Severity::kFault},
    Row{FindingKind::kUnknownClass, "unknown_class", Severity::kFault},
    Row{FindingKind::kClassLists, "class_lists", Severity::kFault},
    Row{FindingKind::kMaskValue, "mask_value", Severity::kFault},
    Row{FindingKind::kMaskSize, "mask_size", Severity::kFault},
    Row{FindingKind::kDuplicateImage, "duplicate_image", Severity::kWarning},
    Row{FindingKind::kNearDuplicateImage, "near_duplicate_image", Severity::kWarning},
    Row{FindingKind::kSplitOverlap, "split_overlap", Severity::kFault},
    Row{FindingKind::kSubjectLeak, "subject_leak", Severity::kFault},
    Row{FindingKind::kEmptyClass, "empty_class", Severity::kFault},
    Row{FindingKind::kImbalance, "imbalance", Severity::kWarning},
    Row{FindingKind::kUnlabelled, "unlabelled", Severity::kFault},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (kRows[i].kind != static_cast<FindingKind>(i)) return false;
    }
    return true;
}
static_assert(in_order(), "kRows has one row for each kind, in the order of the enum");

const Row& row_of(FindingKind kind) { return kRows.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view finding_code(FindingKind kind) { return row_of(kind).code; }

Severity default_severity(FindingKind kind) { return row_of(kind).severity; }

std::string_view severity_name(Severity severity) {
    constexpr std::array kNames{"fault", "warning", "note"};
    return kNames.at(static_cast<std::size_t>(severity));
}

Json to_json(const Finding& finding) {
    Json where = Json::object();
    if (!finding.file.empty()) where["file"] = finding.file;
    if (finding.line > 0) where["line"] = finding.line;
    if (!finding.id.empty()) where["id"] = finding.id;
    return {{"code", finding_code(finding.kind)},
            {"severity", severity_name(finding.severity)},
            {"where", where},
            {"found", finding.found},
            {"fix", finding.fix}};
}

Fault to_fault(const Finding& finding) {
    Fault fault;
    fault.file = finding.file;
    fault.line = finding.line;
    fault.message = fmt::format("{}; {}", finding.found, finding.fix);
    return fault;
}

bool has_faults(const std::vector<Finding>& findings) {
    return std::ranges::any_of(findings, [](const Finding& one) { return one.severity == Severity::kFault; });
}

}  // namespace goetia
