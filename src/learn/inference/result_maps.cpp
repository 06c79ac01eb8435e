// Class maps as grey PNG files, one level for each class.
#include "base/files.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "imaging/decode/encode.h"
#include "learn/inference/result_files.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

class MapFiles final : public ResultFiles {
  public:
    MapFiles(const fs::path& folder, const Dataset& data, const std::vector<std::string>& classes)
        : folder_(folder), data_(data), classes_(classes) {}

    Status take(const Predictions& found, const std::vector<Frame>& frames, const Truth* /*truth*/) override {
        const auto& maps = std::get<ClassMaps>(found);
        for (std::size_t row = 0; row < frames.size(); ++row) {
            GOETIA_ASSIGN(const Sample sample, data_.sample(frames[row].sample));
            // Names of images outside the set's folder keep their last part alone.
            const fs::path name(sample.name);
            const fs::path inside = name.is_absolute() ? name.filename() : name.lexically_normal();
            fs::path file = folder_ / "masks" / inside;
            file.replace_extension(".png");
            GOETIA_TRY(make_folders(file.parent_path()));
            GOETIA_ASSIGN(const std::string bytes, encode_png(maps.rows[row]));
            GOETIA_TRY(write_file_atomic(file, bytes));
        }
        return {};
    }

    Result<std::vector<fs::path>> finish() override {
        const fs::path names = folder_ / "classes.json";
        GOETIA_TRY(write_file_atomic(names, Json(classes_).dump(1) + "\n"));
        return std::vector<fs::path>{folder_ / "masks", names};
    }

  private:
    fs::path folder_;
    const Dataset& data_;
    const std::vector<std::string>& classes_;
};

}  // namespace

std::unique_ptr<ResultFiles> map_files(const fs::path& folder, const Dataset& data,
                                       const std::vector<std::string>& classes) {
    return std::make_unique<MapFiles>(folder, data, classes);
}

}  // namespace goetia
