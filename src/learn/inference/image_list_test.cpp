#include "learn/inference/image_list.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "datasets/dataset.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;
using TempFolder = testkit::TemporaryFolder;

TEST(ImageList, searches_folders_and_keeps_named_files) {
    const TempFolder folder;
    ASSERT_TRUE(make_folders(folder / "a/deep"));
    for (const char* name : {"a/2.JPG", "a/deep/1.png", "a/notes.txt", "own.dat"})
        ASSERT_TRUE(write_file_atomic(folder / name, ""));
    const auto found = find_images({folder / "own.dat", folder / "a"});
    ASSERT_TRUE(found) << to_string(found.error());
    EXPECT_EQ(*found,
              (std::vector<std::filesystem::path>{folder / "own.dat", folder / "a/2.JPG", folder / "a/deep/1.png"}));
    const auto list = image_list(*found, {"cat"});
    EXPECT_EQ(list->size(), 3);
    EXPECT_EQ(list->sample(1)->path, folder / "a/2.JPG");
}

TEST(ImageList, names_what_is_not_there) {
    const TempFolder folder;
    EXPECT_THAT(to_string(find_images({folder / "none.jpg"}).error()), HasSubstr("there is no image or folder '"));
    EXPECT_THAT(to_string(find_images({folder.path()}).error()), HasSubstr("holds no image"));
}

}  // namespace
}  // namespace goetia
