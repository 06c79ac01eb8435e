#include <algorithm>
#include <string_view>

#include "datasets/formats/table_cells.h"
#include "datasets/formats/table_images.h"
#include "imaging/decode/decode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Calls literal(text) and column(name) for the parts of "{id}_*.png" in turn.
template <class Literal, class Column>
void for_each_part(std::string_view pattern, Literal&& literal, Column&& column) {
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) return literal(pattern);
        if (open > 0) literal(pattern.substr(0, open));
        column(std::string(pattern.substr(open + 1, close - open - 1)));
        pattern.remove_prefix(close + 1);
    }
}

// Stands for '*' in a filled pattern, because a cell may contain a star itself.
constexpr char kAny = '\x01';

bool matches(std::string_view name, std::string_view pattern) {
    std::size_t at = 0, of = 0, star = std::string_view::npos, retry = 0;
    while (at < name.size()) {
        if (of < pattern.size() && pattern[of] == kAny) {
            star = of++;
            retry = at;
        } else if (of < pattern.size() && pattern[of] == name[at]) {
            ++at, ++of;
        } else if (star != std::string_view::npos && name[retry] != '/') {
            at = ++retry;
            of = star + 1;
        } else {
            return false;
        }
    }
    while (of < pattern.size() && pattern[of] == kAny) ++of;
    return of == pattern.size();
}

class PatternImages : public ImageFinder {
  public:
    PatternImages(const Sheet& sheet, const TableFiles& files, std::vector<fs::path> folders,
                  std::vector<Finding>& findings)
        : sheet_(sheet), files_(files), folders_(std::move(folders)), findings_(sheet, findings) {
        for (std::uint32_t root = 0; root < folders_.size(); ++root) list_images(root);
        std::ranges::stable_sort(listed_, {}, &Listed::name);
    }

    std::vector<AnnotatedImage> find(const SheetRow& row, const AnnotatedImage& image) override {
        std::string pattern = pattern_of(row);
        std::vector<AnnotatedImage> found;
        bool any = false;
        for_each_match(pattern, [&](Listed& one) {
            any = true;
            if (!claim(one, row)) return;
            AnnotatedImage& mine = found.emplace_back(image);
            mine.name = one.name;
            mine.root = one.root;
        });
        if (any) return found;
        std::ranges::replace(pattern, kAny, '*');
        findings_
            .add(FindingKind::kMissingFile, row.line, pattern, fmt::format("no image matches '{}'", pattern),
                 "add the images, remove the row, or correct dataset.image_pattern")
            .severity = Severity::kWarning;
        return {};
    }

    void skip(const SheetRow& row) override {
        for_each_match(pattern_of(row), [&](Listed& one) {
            if (one.line == 0) one.line = row.line;
        });
    }

    void finish(const std::vector<AnnotatedImage>& images) override {
        const auto left = std::ranges::count(listed_, 0, &Listed::line);
        if (images.empty())
            findings_.add(FindingKind::kMissingFile, 0, {},
                          fmt::format("none of {} images matches '{}'", listed_.size(), files_.pattern),
                          "correct dataset.image_pattern or dataset.image_dir");
        else if (left > 0)
            findings_
                .add(FindingKind::kUnlabelled, 0, std::ranges::find(listed_, 0, &Listed::line)->name,
                     fmt::format("{} images belong to no row, the first is '{}'", left,
                                 std::ranges::find(listed_, 0, &Listed::line)->name),
                     "add rows for them, unless this is intended")
                .severity = Severity::kNote;
    }

  private:
    struct Listed {
        std::string name;
        std::uint32_t root = 0;
        int line = 0;  // the row that claims it
    };

    void list_images(std::uint32_t root) {
        const fs::path& folder = folders_[root];
        std::error_code code;
        fs::recursive_directory_iterator entry(folder, fs::directory_options::follow_directory_symlink, code);
        for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
            std::error_code no_matter;
            if (!has_image_extension(entry->path()) || entry->is_directory(no_matter)) continue;
            listed_.push_back({entry->path().lexically_relative(folder).native(), root, 0});
        }
        if (code)
            findings_.add(FindingKind::kMissingFile, 0, {},
                          fmt::format("the folder '{}' cannot be listed: {}", folder.native(), code.message()),
                          "correct image_dir, or make the folder readable");
    }

    template <class Visit>
    void for_each_match(std::string_view pattern, Visit&& visit) {
        const std::string_view beginning = pattern.substr(0, pattern.find(kAny));
        for (auto one = std::ranges::lower_bound(listed_, beginning, {}, &Listed::name);
             one != listed_.end() && one->name.starts_with(beginning); ++one) {
            if (matches(one->name, pattern)) visit(*one);
        }
    }

    // The pattern with the cells of the row filled in.
    [[nodiscard]] std::string pattern_of(const SheetRow& row) const {
        std::string filled;
        for_each_part(
            files_.pattern,
            [&](std::string_view text) {
                for (const char letter : text) filled += letter == '*' ? kAny : letter;
            },
            [&](const std::string& column) { filled += cell_of(sheet_, row, column); });
        return filled;
    }

    bool claim(Listed& file, const SheetRow& row) {
        if (file.line == 0) {
            file.line = row.line;
            return true;
        }
        findings_.add(FindingKind::kDuplicateId, row.line, file.name,
                      fmt::format("the image '{}' belongs to this row and to row {}", file.name, file.line),
                      "change dataset.image_pattern so that it distinguishes the rows");
        return false;
    }

    const Sheet& sheet_;
    const TableFiles& files_;
    std::vector<fs::path> folders_;
    SheetFindings findings_;
    std::vector<Listed> listed_;  // sorted by name
};

}  // namespace

std::unique_ptr<ImageFinder> images_by_pattern(const Sheet& sheet, const TableFiles& files,
                                               std::vector<fs::path> folders, std::vector<Finding>& findings) {
    return std::make_unique<PatternImages>(sheet, files, std::move(folders), findings);
}

std::vector<std::string> pattern_columns(std::string_view pattern) {
    std::vector<std::string> columns;
    for_each_part(pattern, [](std::string_view) {}, [&](std::string column) { columns.push_back(std::move(column)); });
    return columns;
}

}  // namespace goetia
