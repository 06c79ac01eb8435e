#include "data/formats/classes.h"
#include "data/formats/folders.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

class ImageFolder : public ListedDataset {
  public:
    using ListedDataset::ListedDataset;

    static Schema schema() {
        return Schema("ImageFolder",
                      "A folder with train/, val/ and test/, each with one folder of images for each class")
            .with(text("data_root", "The folder that holds train/, val/ and test/"))
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line; else meta/classes.txt or classes.txt below data_root; "
                       "else the class folders' names, sorted")
                      .or_null());
    }

    static Result<std::unique_ptr<ImageFolder>> make(const Args& args, Split split) {
        const fs::path root = args.text("data_root");
        std::error_code code;
        if (!fs::is_directory(root, code))
            return not_found("there is no folder '{}'; correct dataset.data_root", root.native());
        const fs::path folder = root / split_name(split), train = root / "train";
        if (!fs::is_directory(folder, code)) {
            return not_found("there is no folder '{}'; the {} split needs it, with one folder of images for each class",
                             folder.native(), split_name(split));
        }
        FolderPlan plan{.folders = {folder}, .split = split};
        if (fs::is_directory(train, code)) plan.train_folders = {train};
        plan.classes_file =
            args.is_null("classes_file") ? find_classes_file({root}) : fs::path(args.text("classes_file"));
        if (!args.is_null("num_classes")) plan.num_classes = args.integer("num_classes");
        GOETIA_ASSIGN(Listing listing, list_folders(plan));
        return std::make_unique<ImageFolder>(std::move(listing));
    }
};

}  // namespace

Status add_image_folder(DatasetRegistry& registry) { return registry.add<ImageFolder>(); }

}  // namespace goetia
