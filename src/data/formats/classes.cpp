#include "data/formats/classes.h"

#include <set>

#include "base/files.h"
#include "data/formats/lines.h"

namespace goetia {
namespace fs = std::filesystem;

std::vector<std::string> read_classes(const fs::path& file, FaultList& faults) {
    const Result<std::string> bytes = read_file(file);
    if (!bytes) {
        faults.add({.path = "dataset.classes_file",
                    .message = bytes.error().message + "; one class name on each line is needed"});
        return {};
    }
    std::vector<std::string> classes;
    std::set<std::string> seen;
    int blank = 0;
    for_each_line(*bytes, [&](int line, std::string_view text) {
        if (text.empty()) {
            if (blank == 0) blank = line;
            return;
        }
        if (blank > 0) {
            faults.add({.file = file.native(),
                        .line = blank,
                        .message = "an empty line between class names would leave a class without a name; remove it"});
            blank = 0;
        }
        if (!seen.emplace(text).second) {
            faults.add({.file = file.native(),
                        .line = line,
                        .message = "a class name comes twice; each class needs a name of its own",
                        .found = fmt::format("'{}'", text)});
        }
        classes.emplace_back(text);
    });
    if (classes.empty())
        faults.add({.file = file.native(), .message = "the file names no class; write one class name on each line"});
    return classes;
}

std::optional<fs::path> find_classes_file(const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
        for (const char* name : {"meta/classes.txt", "classes.txt"}) {
            std::error_code code;
            if (fs::is_regular_file(folder / name, code)) return folder / name;
        }
    }
    return std::nullopt;
}

std::map<std::string, std::int64_t> numbers_by_name(const std::vector<std::string>& classes) {
    std::map<std::string, std::int64_t> numbers;
    for (std::size_t i = 0; i < classes.size(); ++i) numbers.emplace(classes[i], i);
    for (std::size_t i = 0; i < classes.size(); ++i)
        numbers.emplace(classes[i].substr(0, classes[i].find_first_of(" \t")), i);
    return numbers;
}

void check_count(std::optional<std::int64_t> num_classes, std::size_t found, const std::string& where,
                 FaultList& faults) {
    if (!num_classes || found == 0 || *num_classes == static_cast<std::int64_t>(found)) return;
    faults.add({.path = "dataset.num_classes",
                .message = fmt::format("{} holds {} classes; correct num_classes or the data", where, found),
                .found = std::to_string(*num_classes),
                .allowed = std::to_string(found)});
}

std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 8;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kShown; ++i) text += (i == 0 ? "" : ", ") + names[i];
    return names.size() > kShown ? fmt::format("{} and {} more", text, names.size() - kShown) : text;
}

}  // namespace goetia
