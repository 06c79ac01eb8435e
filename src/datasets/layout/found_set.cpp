#include "datasets/layout/found_set.h"

#include <fmt/ranges.h>

#include "datasets/layout/layout.h"

namespace goetia {
namespace {

Result<FoundSet> find_one(const std::string& root) {
    if (root.starts_with("http://") || root.starts_with("https://"))
        return FoundSet{{{"type", "Packed"}, {"data_root", root}}, {}, fmt::format("'{}' is read as Packed", root)};
    GOETIA_ASSIGN(std::optional<DatasetFile> file, read_dataset_file(root));
    if (file) {
        std::string sentence =
            fmt::format("'{}' is {}, as its {} says", root, file->section["type"].get<std::string>(), kDatasetFile);
        return FoundSet{std::move(file->section), file->task, std::move(sentence)};
    }
    GOETIA_ASSIGN(Layout layout, layout_of(root));
    layout.section["data_root"] = root;
    std::string sentence =
        fmt::format("'{}' is {}: {}", root, layout.section["type"].get<std::string>(), fmt::join(layout.reasons, ", "));
    return FoundSet{std::move(layout.section), {}, std::move(sentence)};
}

}  // namespace

Result<FoundSet> find_set(const std::vector<std::string>& roots) {
    std::optional<FoundSet> first;
    std::optional<Error> refused;
    for (const std::string& root : roots) {
        Result<FoundSet> one = find_one(root);
        if (!one) {
            if (!refused) refused = std::move(one).error();
            continue;
        }
        if (first && first->section["type"] != one->section["type"])
            return invalid(
                "the roots are sets of different formats: {}, but {}; combine them with "
                "dataset.type=MultiSourceDataset, or choose one with --format",
                first->sentence, one->sentence);
        if (!first) first = std::move(one).value();
    }
    if (!first) return refused ? *std::move(refused) : invalid("no folder is given");
    if (roots.size() > 1 && !first->section.contains("data_roots")) {
        first->section.erase("data_root");
        first->section["data_roots"] = roots;
    }
    return *std::move(first);
}

}  // namespace goetia
