#include "data/formats/label_list.h"

#include <charconv>

#include "base/files.h"
#include "data/formats/lines.h"

namespace goetia {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "cat/a b.jpg 3" -> ("cat/a b.jpg", 3); a last word that is no number belongs to the path.
LabelledPath split_line(std::string_view text, int line) {
    const std::size_t blank = text.find_last_of(" \t");
    if (blank != std::string_view::npos) {
        if (const auto label = whole_number(text.substr(blank + 1)))
            return {std::string(trimmed(text.substr(0, blank))), *label, line};
    }
    return {std::string(text), -1, line};
}

}  // namespace

std::vector<LabelledPath> read_label_list(const std::filesystem::path& file, bool labels_needed,
                                          std::optional<std::int64_t> classes, FaultList& faults) {
    const Result<std::string> bytes = read_file(file);
    if (!bytes) {
        faults.add({.path = "ann_file",
                    .message = bytes.error().message +
                               "; name a file of 'path label' lines, or null to take the folders as classes"});
        return {};
    }
    std::vector<LabelledPath> paths;
    for_each_line(*bytes, [&](int line, std::string_view text) {
        if (text.empty()) return;
        LabelledPath one = split_line(text, line);
        const auto fault = [&](std::string message, std::string found, std::string allowed) {
            faults.add({.file = file.native(),
                        .line = line,
                        .message = std::move(message),
                        .found = std::move(found),
                        .allowed = std::move(allowed)});
        };
        const bool labelled = one.path.size() != text.size();
        if (!labelled && labels_needed)
            return fault("the line needs a path and a class number", fmt::format("'{}'", text), "path label");
        if (labelled && (one.label < 0 || (classes && one.label >= *classes))) {
            return fault("the label is no class", std::to_string(one.label),
                         classes ? fmt::format("0 to {}", *classes - 1) : "0 or more");
        }
        paths.push_back(std::move(one));
    });
    if (paths.empty() && faults.empty())
        faults.add({.file = file.native(), .message = "the file lists no image; write one 'path label' on each line"});
    return paths;
}

}  // namespace goetia
