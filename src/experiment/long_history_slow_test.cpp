#include "experiment/derived.h"
#include "experiment/summary.h"
#include "testkit/long_journal.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

TEST(LongHistory, two_million_points_are_read_in_constant_memory) {
    const testkit::TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    testkit::expect_constant_memory(
        folder, 2'000'000, 16 << 20, [&folder] { return read_summary(folder).value().steps_done == 200'000; },
        [&folder] {
            DerivedFiles files(folder);
            return files.update().ok() && files.points() == 2'000'000;
        });
}

}  // namespace
}  // namespace goetia
