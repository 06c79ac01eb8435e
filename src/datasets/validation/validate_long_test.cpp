// 100,000 images are checked about as fast as they can be read and hashed; the figures are recorded by the test.

#include "base/clock.h"
#include "base/hash.h"
#include "base/random.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/validation/validate.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

constexpr std::int64_t kPictures = 100'000;

// Grey tiles generated from `number`, as JPEG: small, and different from each other.
std::string small_picture(std::int64_t number) {
    Random random({.seed = 5, .sample = static_cast<std::uint64_t>(number)});
    std::array<std::uint8_t, 64> tiles{};
    for (auto& tile : tiles) tile = static_cast<std::uint8_t>(random.below(256));
    Image image{64, 64, 3, {}};
    for (std::size_t y = 0; y < 64; ++y) {
        for (std::size_t x = 0; x < 64; ++x) image.pixels.insert(image.pixels.end(), 3, tiles[y / 8 * 8 + x / 8]);
    }
    return encode_jpeg(image, 85).value();
}

AnnotatedSet make_set(const fs::path& root) {
    AnnotatedSet set{.classes = {"a", "b"}, .roots = {root}};
    for (std::int64_t i = 0; i < kPictures; ++i)
        set.images.push_back({.name = fmt::format("{:03}/{}.jpg", i % 1000, i), .label = i % 2});
    EXPECT_TRUE(parallel_for(kPictures, {}, [&](std::int64_t i) {
        write_text(set.path(set.images[static_cast<std::size_t>(i)]), small_picture(i));
        return Status();
    }));
    return set;
}

struct Timed {
    double seconds = 0, cpu = 0;
};

template <class Work>
Timed timed(Work&& work) {
    const double begin = steady_seconds(), cpu = processor_seconds();
    work();
    return {steady_seconds() - begin, processor_seconds() - cpu};
}

void report(const std::string& name, const Timed& timed) {
    testing::Test::RecordProperty(name + "_images_per_second", static_cast<int>(kPictures / timed.seconds));
    testing::Test::RecordProperty(name + "_images_per_cpu_second", static_cast<int>(kPictures / timed.cpu));
    fmt::print("{:<18}{:>9.0f} images/s {:>9.0f} images per CPU second\n", name, kPictures / timed.seconds,
               kPictures / timed.cpu);
}

TEST(ValidateLong, a_hundred_thousand_images_compared_with_reading_and_hashing) {
    const TempFolder folder;
    const AnnotatedSet set = make_set(folder.path());
    const auto sums = [&] {
        ASSERT_TRUE(parallel_for(kPictures, {}, [&](std::int64_t i) -> Status {
            const auto sum = sha256_file(set.path(set.images[static_cast<std::size_t>(i)]));
            return sum ? Status() : Status(sum.error());
        }));
    };
    sums();  // so that both find the files in the page cache
    const Timed hashing = timed(sums);
    FileHashes hashes;
    Validation validation;
    const Timed checking = timed([&] { validation = validate({{Split::kTrain, set, {}}}, {}, hashes).value(); });
    const Timed again = timed([&] { ASSERT_TRUE(certify(AnnotatedDataset(set), hashes)); });
    report("read and hash", hashing);
    report("validate", checking);
    report("certify again", again);
    EXPECT_TRUE(validation.ok());
    EXPECT_EQ(validation.splits[0].statistics.sizes.at({64, 64}), kPictures);
    EXPECT_GT(kPictures / again.cpu, kPictures / checking.cpu) << "cached files are not read again";
}

}  // namespace
}  // namespace goetia
