#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Sequential, gives_every_sample_in_the_data_sets_order) {
    const TempFolder folder;
    make_classes(folder.path(), "train", {"a", "b"}, 3);
    const auto dataset = open({{"type", "ImageFolder"}, {"data_root", folder.path().native()}}).value();
    EXPECT_EQ(sampler("sequential", dataset)->order(1, 2), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(sampler("sequential", dataset)->size(), 6);
}

}  // namespace
}  // namespace goetia
