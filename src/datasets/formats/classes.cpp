#include "datasets/formats/classes.h"

#include <set>

#include "datasets/formats/lines.h"
#include "datasets/formats/read_or_report.h"
#include "datasets/formats/roots.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// "n01440764": a WordNet noun id, which ImageNet lists put before the name.
bool is_synset(std::string_view word) {
    return word.size() > 1 && word[0] == 'n' && word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace

std::vector<std::string> read_classes(const fs::path& file, std::vector<Finding>& findings) {
    const auto bytes = read_or_report(file, "correct classes_file; it needs one class name per line", findings);
    return bytes ? parse_classes(*bytes, file.native(), findings) : std::vector<std::string>();
}

std::vector<std::string> parse_classes(std::string_view text, const std::string& file, std::vector<Finding>& findings) {
    std::vector<std::string> classes;
    std::set<std::string> seen;
    int blank = 0;
    const auto add = [&](FindingKind kind, int line, std::string found, std::string fix) {
        findings.push_back(
            {.kind = kind, .file = file, .line = line, .found = std::move(found), .fix = std::move(fix)});
    };
    for_each_line(text, [&](int line, std::string_view name) {
        if (name.empty()) {
            if (blank == 0) blank = line;
            return;
        }
        if (blank > 0) {
            add(FindingKind::kBadSyntax, blank, "an empty line between class names would be a class without a name",
                "remove it");
            blank = 0;
        }
        if (!seen.emplace(name).second)
            add(FindingKind::kDuplicateId, line, fmt::format("the class name '{}' appears twice", name),
                "give each class a unique name");
        classes.emplace_back(name);
    });
    if (classes.empty())
        add(FindingKind::kBadSyntax, 0, "the file contains no class names", "write one class name per line");
    return classes;
}

std::optional<fs::path> classes_file_of(const Args& args, const std::vector<fs::path>& folders) {
    if (!args.is_null("classes_file")) return locate(args.text("classes_file"), folders);
    for (const fs::path& folder : folders) {
        for (const char* name : {"meta/classes.txt", "classes.txt", "labels.txt"}) {
            if (is_file(folder / name)) return folder / name;
        }
    }
    return std::nullopt;
}

std::map<std::string, std::int64_t> numbers_by_name(const std::vector<std::string>& classes) {
    std::map<std::string, std::int64_t> numbers;
    for (std::size_t i = 0; i < classes.size(); ++i) numbers.emplace(classes[i], i);
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const std::string first = classes[i].substr(0, classes[i].find_first_of(" \t"));
        if (is_synset(first)) numbers.emplace(first, i);
    }
    return numbers;
}

void check_count(std::optional<std::int64_t> num_classes, std::size_t found, const std::string& where,
                 std::vector<Finding>& findings) {
    if (!num_classes || found == 0 || *num_classes == static_cast<std::int64_t>(found)) return;
    findings.push_back({.kind = FindingKind::kUnknownClass,
                        .file = where,
                        .found = fmt::format("there are {} classes, num_classes is {}", found, *num_classes),
                        .fix = "correct num_classes or the data"});
}

std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 8;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kShown; ++i) text += (i == 0 ? "" : ", ") + names[i];
    return names.size() > kShown ? fmt::format("{} and {} more", text, names.size() - kShown) : text;
}

}  // namespace goetia
