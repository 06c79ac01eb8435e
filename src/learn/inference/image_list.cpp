#include "learn/inference/image_list.h"

#include <algorithm>
#include <array>

#include "datasets/dataset.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kImageEndings{".bmp", ".jpeg", ".jpg",  ".png",
                                                        ".ppm", ".tif",  ".tiff", ".webp"};

bool is_image(const fs::path& file) {
    std::string ending = file.extension().native();
    std::ranges::transform(ending, ending.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return std::ranges::find(kImageEndings, ending) != kImageEndings.end();
}

Result<std::vector<fs::path>> images_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code code;
    for (fs::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
        if (at->is_regular_file() && is_image(at->path())) found.push_back(at->path());
    }
    if (code) return failed("folder '{}' cannot be searched: {}", folder.native(), code.message());
    if (found.empty()) return not_found("folder '{}' holds no image", folder.native());
    std::ranges::sort(found);
    return found;
}

class ImageList final : public Dataset {
  public:
    ImageList(std::vector<fs::path> files, std::vector<std::string> classes)
        : files_(std::move(files)), classes_(std::move(classes)) {}

    [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(files_.size()); }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        Sample sample;
        sample.index = index;
        sample.path = files_.at(static_cast<std::size_t>(index));
        sample.name = sample.path.native();
        return sample;
    }

  private:
    std::vector<fs::path> files_;
    std::vector<std::string> classes_;
};

}  // namespace

Result<std::vector<fs::path>> find_images(const std::vector<fs::path>& paths) {
    std::vector<fs::path> all;
    for (const fs::path& path : paths) {
        std::error_code code;
        if (fs::is_directory(path, code)) {
            GOETIA_ASSIGN(const std::vector<fs::path> inside, images_in(path));
            all.insert(all.end(), inside.begin(), inside.end());
        } else if (fs::is_regular_file(path, code)) {
            all.push_back(path);
        } else {
            return not_found("there is no image or folder '{}'", path.native());
        }
    }
    return all;
}

std::shared_ptr<const Dataset> image_list(std::vector<fs::path> files, std::vector<std::string> classes) {
    return std::make_shared<ImageList>(std::move(files), std::move(classes));
}

}  // namespace goetia
