#include "datasets/formats/roots.h"

namespace goetia {
namespace fs = std::filesystem;

ParamBuilder data_root_param(const std::string& holds) {
    return text("data_root", "The folder that contains " + holds).or_null();
}

ParamBuilder data_roots_param() {
    return texts("data_roots", "Several roots instead of data_root; a file is taken from the first that contains it")
        .or_null();
}

std::vector<fs::path> roots_of(const Args& args) {
    std::vector<fs::path> roots;
    if (!args.is_null("data_roots")) {
        for (const auto& root : args.list<std::string>("data_roots")) roots.emplace_back(root);
    } else if (!args.is_null("data_root")) {
        roots.emplace_back(args.text("data_root"));
    }
    return roots;
}

void check_roots(const std::vector<fs::path>& roots, const std::string& path, FaultList& faults) {
    for (const fs::path& root : roots) {
        if (is_folder(root)) continue;
        faults.add({.path = path,
                    .message = "there is no such folder; correct the path",
                    .found = fmt::format("'{}'", root.native())});
    }
}

std::uint32_t first_root_with(const std::vector<fs::path>& roots, const std::string& name) {
    for (std::uint32_t i = 0; roots.size() > 1 && i < roots.size(); ++i) {
        std::error_code code;
        if (fs::exists(roots[i] / name, code)) return i;
    }
    return 0;
}

fs::path locate(const fs::path& file, const std::vector<fs::path>& roots) {
    if (file.is_absolute()) return file;
    for (const fs::path& root : roots) {
        std::error_code code;
        if (fs::exists(root / file, code)) return root / file;
    }
    return file;
}

bool is_folder(const fs::path& path) {
    std::error_code code;
    return fs::is_directory(path, code);
}

bool is_file(const fs::path& path) {
    std::error_code code;
    return fs::is_regular_file(path, code);
}

}  // namespace goetia
