#include "imaging/workspace.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

// Does nothing, but forces the pixels to be rendered: with one after every step, all steps run one by one.
class LookAtPixels : public Transform {
  public:
    explicit LookAtPixels(const Args&) {}
    static Schema schema() { return {"Look", "Looks at the pixels"}; }
    Status apply(Sample& sample, Random&) const override {
        EXPECT_TRUE(!sample.image.pixels.empty() || !sample.planes.values.empty());
        return {};
    }
};

Pipeline made(const Json& steps) {
    TransformRegistry registry(Kind::kTransform);
    EXPECT_TRUE(register_builtin_transforms(registry));
    EXPECT_TRUE(registry.add<LookAtPixels>());
    return Pipeline::make(registry, steps, "p").value();
}

// The draws of a step are keyed by its position: these steps go after all others, where they change no position.
Sample run(const Json& steps, const fs::path& file, std::uint64_t draw, bool one_by_one) {
    Sample sample;
    sample.index = static_cast<std::int64_t>(draw);
    sample.name = "x", sample.path = file;
    TransformRegistry registry(Kind::kTransform);
    EXPECT_TRUE(register_builtin_transforms(registry));
    if (!one_by_one) {
        EXPECT_TRUE(made(steps).apply(sample, 1, 2));
        return sample;
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string place = fmt::format("p[{}]", i);
        const auto step = registry.make(steps[i], place).value();
        Random random({.seed = 1,
                       .epoch = 2,
                       .sample = draw,
                       .purpose = purpose(place + "." + steps[i]["type"].get<std::string>())});
        EXPECT_TRUE(step->apply(sample, random));  // no workspace: at once
    }
    return sample;
}

const Json kLoad{{"type", "LoadImage"}}, kNumbers{{"type", "ToTensor"}}, kNormal{{"type", "Normalize"}},
    kCut{{"type", "RandomResizedCrop"}, {"size", 24}}, kMirror{{"type", "RandomHorizontalFlip"}},
    kTurn{{"type", "RandomVerticalFlip"}}, kShort{{"type", "Resize"}, {"size", 40}},
    kExact{{"type", "Resize"}, {"size", {33, 21}}}, kMiddle{{"type", "CenterCrop"}, {"size", 28}},
    kLarge{{"type", "CenterCrop"}, {"size", {90, 100}}}, kJitter{{"type", "ColorJitter"}, {"brightness", 0.4}},
    kErase{{"type", "RandomErasing"}};

class PendingTest : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        Random random({.seed = 3});
        Image image = gradient_image(83, 61, 9);
        for (auto& level : image.pixels) level = static_cast<std::uint8_t>((level + random.below(60)) & 255);
        const std::string kind = GetParam();
        file_ = folder_ / ("x." + kind);
        write_text(file_, kind == "png" ? encode_png(image).value() : encode_jpeg(image, 85).value());
    }
    TempFolder folder_;
    fs::path file_;
};

TEST_P(PendingTest, one_pass_equals_the_single_steps_to_the_bit) {
    const std::vector<Json> chains{
        {kLoad, kCut, kMirror, kNumbers, kNormal},
        {kLoad, kShort, kMiddle, kNumbers, kNormal},
        {kLoad, kMirror, kCut, kTurn, kNumbers},
        {kLoad, kLarge, kMirror, kTurn},
        {kLoad, kExact, kLarge, kMirror, kMiddle, kNumbers},
        {kLoad, kMiddle, kTurn, kMiddle, kMirror, kExact, kShort},
        {kLoad, kCut, kJitter, kMirror, kNumbers, kNormal},
        {kLoad, kCut, kNumbers, kNormal, kErase},
        {kLoad, kShort, kShort, kNumbers, kNormal, kNormal},
        {kLoad, kTurn, kMirror},
        {kLoad},
    };
    for (std::size_t i = 0; i < chains.size(); ++i) {
        for (std::uint64_t draw = 0; draw < 8; ++draw) {
            const Sample once = run(chains[i], file_, draw, false), steps = run(chains[i], file_, draw, true);
            ASSERT_EQ(once.image.width, steps.image.width) << "chain " << i;
            ASSERT_EQ(once.image.pixels, steps.image.pixels) << "chain " << i << " draw " << draw;
            ASSERT_EQ(once.planes.values, steps.planes.values) << "chain " << i << " draw " << draw;
            ASSERT_EQ(once.planes.height, steps.planes.height);
        }
    }
}

TEST_P(PendingTest, other_steps_are_given_the_pixels) {
    Sample sample;
    sample.path = file_;
    const Json look{{"type", "Look"}};
    EXPECT_TRUE(made({kLoad, look, kCut, look, kNumbers, look, kNormal, look}).apply(sample, 1, 2));
}

TEST_P(PendingTest, no_more_is_decoded_than_the_part_needs) {
    Sample sample;
    sample.path = file_;
    Workspace workspace;
    ASSERT_TRUE(made({kLoad, {{"type", "CenterCrop"}, {"size", 10}}, kNumbers}).begin(sample, 1, 2, workspace));
    ASSERT_TRUE(materialize(sample));
    EXPECT_EQ(sample.planes.values.size(), 300U);
    const std::int64_t whole = 83 * 61 * 3;
    EXPECT_EQ(workspace.bytes_decoded, std::string(GetParam()) == "jpg" ? 300 : whole);
    EXPECT_EQ(workspace.bytes_read, static_cast<std::int64_t>(fs::file_size(file_)));
}

TEST_P(PendingTest, a_damaged_file_is_named_with_the_step_that_read_it) {
    std::string bytes = read_file(file_).value();
    for (std::size_t i = bytes.size() / 2; i < bytes.size() - 20; ++i) bytes[i] = '\x11';
    bytes.insert(bytes.size() / 2, "\xFF\xD9");
    write_text(file_, bytes);
    Sample sample;
    sample.path = file_;
    const Status done = made({kLoad, kShort, kNumbers}).apply(sample, 1, 2);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("LoadImage (p[0]): cannot decode '" + file_.native()));
}

TEST_P(PendingTest, reducing_gap_decodes_fewer_pixels_of_what_is_scaled_down_far_enough) {
    struct Case {
        double gap;
        Json size;
        int times;  // smaller
    };
    for (const Case& one : {Case{2, 15, 2}, {2, 16, 1}, {1, 30, 2}, {1, 15, 4}, {1.5, 20, 2}, {3, {5, 6}, 4}}) {
        Sample sample;
        sample.path = file_;
        Workspace workspace;
        const Json load{{"type", "LoadImage"}, {"reducing_gap", one.gap}};
        const Json steps{load, {{"type", "Resize"}, {"size", one.size}}, kMirror};
        ASSERT_TRUE(made(steps).begin(sample, 1, 2, workspace));
        ASSERT_TRUE(materialize(sample));
        const bool jpeg = std::string(GetParam()) == "jpg";
        const int times = jpeg ? one.times : 1;
        EXPECT_EQ(workspace.bytes_decoded, ((83 + times - 1) / times) * ((61 + times - 1) / times) * 3)
            << one.gap << " " << one.size;
        const Sample exact = run({kLoad, {{"type", "Resize"}, {"size", one.size}}, kMirror}, file_, 0, false);
        ASSERT_EQ(sample.image.pixels.size(), exact.image.pixels.size());
        if (times == 1) {
            EXPECT_EQ(sample.image.pixels, exact.image.pixels);
        }
        double off = 0;
        for (std::size_t i = 0; i < exact.image.pixels.size(); ++i)
            off += std::abs(sample.image.pixels[i] - exact.image.pixels[i]);
        EXPECT_LT(off / static_cast<double>(exact.image.pixels.size()), 6) << one.gap << " " << one.size;
    }
}

TEST_P(PendingTest, crops_and_windows_of_reduced_images_match) {
    const Json load{{"type", "LoadImage"}, {"reducing_gap", 1}}, small{{"type", "Resize"}, {"size", {14, 18}}};
    const Sample whole = run({load, small}, file_, 0, false);
    const Sample middle = run({load, small, {{"type", "CenterCrop"}, {"size", {8, 10}}}}, file_, 0, false);
    EXPECT_EQ(middle.image.pixels, cropped(whole.image, {3, 4, 8, 10}).pixels);
}

INSTANTIATE_TEST_SUITE_P(, PendingTest, testing::Values("jpg", "png"), [](const auto& one) { return one.param; });

}  // namespace
}  // namespace goetia
