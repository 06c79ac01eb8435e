// Checks that names are valid UTF-8: reports, journals and other formats could not contain them otherwise.
#include "base/utf8.h"
#include "datasets/validation/checks.h"

namespace goetia {
namespace {

Finding invalid_utf8(std::string_view what, const std::string& text) {
    Finding finding{.kind = FindingKind::kBadSyntax};
    finding.id = escape_invalid_utf8(text);
    finding.found =
        fmt::format("{} '{}' is not valid UTF-8 at byte {}", what, finding.id, *first_invalid_utf8(text) + 1);
    finding.fix = "write it in UTF-8";
    return finding;
}

void check_classes_texts(const AnnotatedSet& set, Findings& findings) {
    for (const std::string& name : set.classes) {
        if (!first_invalid_utf8(name)) continue;
        findings.push_back(invalid_utf8("the class name", name));
        findings.back().file = set_location(set);
    }
}

}  // namespace

void check_texts(const AnnotatedSet& set, Findings& findings) {
    check_classes_texts(set, findings);
    for (const AnnotatedImage& image : set.images) {
        const auto check = [&](std::string_view what, const std::string& text, std::string fix) {
            if (!first_invalid_utf8(text)) return;
            const Finding invalid = invalid_utf8(what, text);
            Finding finding = finding_at(set, image, FindingKind::kBadSyntax);
            finding.id = escape_invalid_utf8(finding.id);
            finding.found = invalid.found;
            finding.fix = std::move(fix);
            findings.push_back(std::move(finding));
        };
        check("the image name", image.name, "rename the file, or write its name in UTF-8");
        check("the subject", image.subject, "write it in UTF-8");
    }
}

}  // namespace goetia
