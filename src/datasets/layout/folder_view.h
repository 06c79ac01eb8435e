// What a folder contains, as far as its layout needs it: names, and the beginning of files. Hidden names are skipped.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goetia {

class FolderView {
  public:
    explicit FolderView(std::filesystem::path root) : root_(std::move(root)) {}

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    // All paths are relative to the root; "" is the root itself.
    [[nodiscard]] std::vector<std::string> folders(const std::string& below = "") const;  // sorted
    [[nodiscard]] std::vector<std::string> files(const std::string& below,
                                                 std::string_view extensions) const;  // ".csv .tsv"
    [[nodiscard]] bool has_folder(const std::string& path) const;
    [[nodiscard]] bool has_file(const std::string& path) const;
    // The first of the names that exists, compared without case.
    [[nodiscard]] std::optional<std::string> folder_named(const std::vector<std::string>& names,
                                                          const std::string& below = "") const;
    // The first bytes of a file; empty if it cannot be read.
    [[nodiscard]] std::string head(const std::string& path, std::size_t bytes = 65536) const;

    // Some images directly in the folder, sorted: those among its first few thousand files.
    [[nodiscard]] std::vector<std::string> some_images(const std::string& below) const;
    // Whether there is an image in the folder or below it, as far as a short search finds one.
    [[nodiscard]] bool has_images(const std::string& below, int depth = 3) const;

  private:
    std::filesystem::path root_;
};

// "a/b", or "b" if `folder` is empty.
std::string path_below(const std::string& folder, const std::string& name);

// In lower case, letters and digits only: "Patient ID" is "patientid".
std::string plain_name(std::string_view name);

}  // namespace goetia
