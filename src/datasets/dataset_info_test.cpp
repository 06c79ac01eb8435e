#include "datasets/dataset_info.h"

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(DatasetInfo, counts_samples_of_each_class) {
    const TempFolder folder;
    make_classes(folder.path(), "train", {"a", "c"}, 2);
    make_classes(folder.path(), "train", {"b"}, 5);
    write_png(folder / "test/x.png", gradient_image(4, 4));
    const Json config{{"type", "ImageFolder"}, {"data_root", folder.path().native()}};
    const DatasetInfo info = dataset_info(*open(config).value()).value();
    EXPECT_EQ(info.samples, 9);
    EXPECT_EQ(info.per_class, (std::vector<std::int64_t>{2, 5, 2}));
    EXPECT_EQ(info.unlabelled, 0);
    EXPECT_EQ(info.subjects, 0);
    EXPECT_EQ(dataset_info(*open(config, Split::kTest).value())->unlabelled, 1);
}

}  // namespace
}  // namespace goetia
