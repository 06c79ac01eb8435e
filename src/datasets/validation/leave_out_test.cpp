#include "datasets/validation/leave_out.h"

#include <gmock/gmock.h>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(LeaveOut, missing_images_are_reported_or_left_out_and_counted) {
    const TempFolder folder;
    write_text(folder / "there.png", "");
    AnnotatedSet set{.task = Task::kDetection, .classes = {"a"}, .roots = {folder.path()}, .files = {"all.json"}};
    for (const char* name : {"gone 1.png", "there.png", "gone 2.png"})
        set.images.push_back({.name = name, .id = fmt::format("{}", set.images.size()), .location = {.line = 4}});
    const Findings findings = missing_images(set);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(
        findings_text({findings[1]}),
        fmt::format("missing_file all.json:4 [2] there is no file '{}'; add the file, correct its name or the data "
                    "root, or remove it from the annotations\n",
                    (folder / "gone 2.png").native()));
    EXPECT_EQ(findings[1].severity, Severity::kFault);
    leave_out_missing(set);
    ASSERT_EQ(set.images.size(), 1U);
    EXPECT_EQ(set.images[0].name, "there.png");
    EXPECT_EQ(set.left_out, (std::map<std::string, std::int64_t>{{"missing_file", 2}}));
}

}  // namespace
}  // namespace goetia
