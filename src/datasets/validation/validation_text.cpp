// A validation report as JSON and as text.
#include <algorithm>
#include <map>

#include "datasets/validation/validate.h"

namespace goetia {
namespace {

constexpr std::size_t kShown = 5;

Json counts_of(const Validation& validation) {
    std::int64_t images = 0, annotations = 0, classes = 0;
    Json splits = Json::object();
    for (const SplitReport& one : validation.splits) {
        images += one.statistics.images;
        annotations += one.statistics.annotations;
        classes = std::max(classes, static_cast<std::int64_t>(one.statistics.classes.size()));
        splits[std::string(split_name(one.split))] = {{"images", one.statistics.images},
                                                      {"annotations", one.statistics.annotations},
                                                      {"subjects", one.statistics.subjects.size()}};
    }
    return {{"images", images}, {"annotations", annotations}, {"classes", classes}, {"splits", std::move(splits)}};
}

std::string location_text(const Finding& finding) {
    if (finding.file.empty()) return finding.id;
    return finding.line > 0 ? fmt::format("{}:{}", finding.file, finding.line) : finding.file;
}

std::string counted(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// "3 faults, 1 warning, 0 notes"
std::string counts_text(const Findings& findings) {
    const auto of = [&](Severity severity) { return std::ranges::count(findings, severity, &Finding::severity); };
    return fmt::format("{}, {}, {}\n", counted(of(Severity::kFault), "fault"),
                       counted(of(Severity::kWarning), "warning"), counted(of(Severity::kNote), "note"));
}

// "fault    empty_box (3)", then the first few.
std::string group_text(const std::vector<const Finding*>& group) {
    const Finding& first = *group.front();
    std::string text =
        fmt::format("{:<8} {} ({})\n", severity_name(first.severity), finding_code(first.kind), group.size());
    for (std::size_t i = 0; i < group.size() && i < kShown; ++i) {
        text += fmt::format("    {}: {}\n", location_text(*group[i]), group[i]->found);
        // Consecutive findings share a line for their common fix.
        const bool last = i + 1 == group.size() || i + 1 == kShown;
        if (last || group[i + 1]->fix != group[i]->fix) text += fmt::format("    -> {}\n", group[i]->fix);
    }
    if (group.size() > kShown)
        text += fmt::format("    and {} more; --output FILE writes all of them\n", group.size() - kShown);
    return text;
}

}  // namespace

Json to_json(const Validation& validation, const std::vector<SplitSet>& sets) {
    Json faults = Json::array(), statistics = Json::object(), certificates = Json::object();
    for (const Finding& finding : validation.findings) faults.push_back(to_json(finding));
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const std::string name(split_name(sets[i].split));
        statistics[name] = to_json(validation.splits[i].statistics, sets[i].set);
        certificates[name] = to_json(validation.splits[i].certificate);
    }
    return {{"ok", validation.ok()},
            {"counts", counts_of(validation)},
            {"faults", std::move(faults)},
            {"statistics", std::move(statistics)},
            {"fingerprint", validation.fingerprint},
            {"certificates", std::move(certificates)}};
}

std::string text_of(Findings findings, std::size_t limit) {
    if (findings.empty()) return {};
    std::ranges::stable_sort(findings, {}, &Finding::severity);
    std::string text = counts_text(findings);
    for (std::size_t i = 0; i < findings.size() && i < limit; ++i)
        text +=
            fmt::format("{:<8} {}: {}: {}\n    -> {}\n", severity_name(findings[i].severity),
                        finding_code(findings[i].kind), location_text(findings[i]), findings[i].found, findings[i].fix);
    if (findings.size() > limit)
        text += fmt::format("... and {} more; 'goetia dataset validate' lists all\n", findings.size() - limit);
    return text;
}

std::string text_of(const Validation& validation, const std::vector<SplitSet>& sets) {
    std::map<std::pair<Severity, FindingKind>, std::vector<const Finding*>> groups;
    for (const Finding& finding : validation.findings) groups[{finding.severity, finding.kind}].push_back(&finding);
    std::string text;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const SplitReport& one = validation.splits[i];
        text += fmt::format("{}: {}\n", split_name(one.split), counted(one.statistics.images, "image"));
        text += text_of(one.statistics, sets[i].set);
    }
    for (const auto& [key, group] : groups) text += group_text(group);
    text += fmt::format("fingerprint {}\n", validation.fingerprint);
    if (validation.findings.empty()) return text + "no problems found\n";
    return text + counts_text(validation.findings);
}

}  // namespace goetia
