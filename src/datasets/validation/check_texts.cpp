// Names that are no UTF-8: reports, journals and other formats could not say them.
#include "base/utf8.h"
#include "datasets/validation/checks.h"

namespace goetia {
namespace {

Finding no_utf8(std::string_view what, const std::string& text) {
    Finding finding{.kind = FindingKind::kBadSyntax};
    finding.id = with_bad_bytes_shown(text);
    finding.found = fmt::format("{} '{}' is no UTF-8 from byte {} on", what, finding.id, *first_bad_utf8(text) + 1);
    finding.fix = "write it in UTF-8";
    return finding;
}

void check_classes_texts(const AnnotatedSet& set, Findings& findings) {
    for (const std::string& name : set.classes) {
        if (!first_bad_utf8(name)) continue;
        findings.push_back(no_utf8("the class name", name));
        findings.back().file = whole_place(set);
    }
}

}  // namespace

void check_texts(const AnnotatedSet& set, Findings& findings) {
    check_classes_texts(set, findings);
    for (const AnnotatedImage& image : set.images) {
        const auto check = [&](std::string_view what, const std::string& text, std::string fix) {
            if (!first_bad_utf8(text)) return;
            const Finding told = no_utf8(what, text);
            Finding finding = finding_at(set, image, FindingKind::kBadSyntax);
            finding.id = with_bad_bytes_shown(finding.id);
            finding.found = told.found;
            finding.fix = std::move(fix);
            findings.push_back(std::move(finding));
        };
        check("the picture's name", image.name, "rename the file, or write its name in UTF-8");
        check("the subject", image.subject, "write it in UTF-8");
    }
}

}  // namespace goetia
