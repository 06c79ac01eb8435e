#include "datasets/formats/classes.h"
#include "datasets/formats/folders.h"
#include "datasets/formats/split_paths.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

class ImageFolder : public SetReader {
  public:
    static Schema schema() {
        return Schema("ImageFolder",
                      "A folder with train/, val/ and test/, each with one folder of images for each class")
            .with(text("data_root", "The folder that contains train/, val/ and test/"))
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below "
                       "data_root; else the class folders' names, sorted")
                      .or_null());
    }

    explicit ImageFolder(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const fs::path root = args_.text("data_root");
        if (!is_folder(root)) return invalid("there is no folder '{}'; correct dataset.data_root", root.native());
        const fs::path folder = root / split_name(split), train = root / "train";
        if (!is_folder(folder)) {
            return not_found(
                "there is no folder '{}'; the {} split needs it, with one folder of images per class; "
                "dataset.split "
                "can divide one folder",
                folder.native(), split_name(split));
        }
        FolderPlan plan{.folders = {folder}, .split = split};
        if (is_folder(train)) plan.train_folders = {train};
        plan.classes_file = classes_file_of(args_, {root});
        if (!args_.is_null("num_classes")) plan.num_classes = args_.integer("num_classes");
        ReadSet read = list_folders(plan);
        report_unused_list(root, split, false, read);
        return read;
    }

  private:
    Args args_;
};

}  // namespace

Status add_image_folder(ReaderRegistry& registry) { return registry.add<ImageFolder>(); }

}  // namespace goetia
