#include "datasets/layout/folder_view.h"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "datasets/formats/roots.h"
#include "imaging/decode/decode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kMostEntries = 5000;  // of a folder that is searched for any image

// Calls visit(entry) until it returns false.
template <class Visit>
void for_each_entry(const fs::path& folder, Visit&& visit) {
    std::error_code code;
    for (fs::directory_iterator entry(folder, code); !code && entry != fs::directory_iterator();
         entry.increment(code)) {
        if (entry->path().filename().native().starts_with('.')) continue;
        if (!visit(*entry)) return;
    }
}

bool is_directory(const fs::directory_entry& entry) {
    std::error_code code;
    return entry.is_directory(code);
}

}  // namespace

std::vector<std::string> FolderView::folders(const std::string& below) const {
    std::vector<std::string> names;
    for_each_entry(root_ / below, [&](const fs::directory_entry& entry) {
        if (is_directory(entry)) names.push_back(entry.path().filename().native());
        return true;
    });
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> FolderView::files(const std::string& below, std::string_view extensions) const {
    std::vector<std::string> names;
    for_each_entry(root_ / below, [&](const fs::directory_entry& entry) {
        std::string extension = entry.path().extension().native();
        std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
        // Each extension is followed by a blank or the end, so that ".xls" is not taken for ".xlsx".
        const std::size_t at = extension.empty() ? std::string_view::npos : extensions.find(extension);
        const bool matches = at != std::string_view::npos &&
                             (at + extension.size() == extensions.size() || extensions[at + extension.size()] == ' ');
        if (matches && !is_directory(entry)) names.push_back(entry.path().filename().native());
        return true;
    });
    std::ranges::sort(names);
    return names;
}

bool FolderView::has_folder(const std::string& path) const { return is_folder(root_ / path); }
bool FolderView::has_file(const std::string& path) const { return is_file(root_ / path); }

std::optional<std::string> FolderView::folder_named(const std::vector<std::string>& names,
                                                    const std::string& below) const {
    const std::vector<std::string> own = folders(below);
    for (const std::string& name : names) {
        const auto found =
            std::ranges::find_if(own, [&](const std::string& one) { return plain_name(one) == plain_name(name); });
        if (found != own.end()) return *found;
    }
    return std::nullopt;
}

std::string FolderView::head(const std::string& path, std::size_t bytes) const {
    std::ifstream stream(root_ / path, std::ios::binary);
    std::string text(bytes, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(bytes));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, stream.gcount())));
    return text;
}

std::vector<std::string> FolderView::some_images(const std::string& below) const {
    std::vector<std::string> names;
    int entries = 0;
    for_each_entry(root_ / below, [&](const fs::directory_entry& entry) {
        if (has_image_extension(entry.path()) && !is_directory(entry))
            names.push_back(entry.path().filename().native());
        return ++entries < kMostEntries;
    });
    std::ranges::sort(names);
    return names;
}

bool FolderView::has_images(const std::string& below, int depth) const {
    if (!some_images(below).empty()) return true;
    if (depth <= 1) return false;
    const std::vector<std::string> own = folders(below);
    constexpr std::size_t kSearched = 20;
    return std::any_of(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(std::min(own.size(), kSearched)),
                       [&](const std::string& name) { return has_images(path_below(below, name), depth - 1); });
}

std::string path_below(const std::string& folder, const std::string& name) {
    return folder.empty() ? name : folder + "/" + name;
}

std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char letter : name) {
        if (std::isalnum(static_cast<unsigned char>(letter)) != 0 || static_cast<unsigned char>(letter) > 127)
            plain += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return plain;
}

}  // namespace goetia
