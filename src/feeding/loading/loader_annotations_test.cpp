// Annotations in batches: they move with their images, and are the same whatever loads them.
#include <gmock/gmock.h>

#include "feeding/loading/loader.h"
#include "imaging/decode/encode.h"
#include "imaging/workspace.h"
#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

constexpr int kWidth = 24, kHeight = 16;

// Images in memory, each with a box that hugs its one bright patch, a number to predict and a mask of classes.
class Patches : public Dataset {
  public:
    Patches(std::int64_t size, const fs::path& folder) : size_(size), folder_(folder) {
        for (std::int64_t i = 0; i < size; ++i) {
            Image mask{kWidth, kHeight, 1, std::vector<std::uint8_t>(kWidth * kHeight, 0)};
            for (int y = 4; y < 12; ++y) {
                for (int x = left(i); x < left(i) + 8; ++x) mask.pixels[static_cast<std::size_t>(y * kWidth + x)] = 1;
            }
            write_text(mask_file(i), encode_png(mask).value());
        }
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        auto rows = std::make_shared<std::string>();
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const bool inside = y >= 4 && y < 12 && x >= left(index) && x < left(index) + 8;
                rows->append(3, static_cast<char>(inside ? 250 : 10));
            }
        }
        Sample made;
        made.index = index;
        made.name = std::to_string(index);
        made.subject = fmt::format("person {}", index % 3);
        made.stored = {.bytes = *rows, .index = {}, .width = kWidth, .height = kHeight, .keep = rows};
        made.mask_path = mask_file(index);
        const auto x = static_cast<float>(left(index));
        made.instances.push_back({.id = index, .label = 0, .box = {x, 4, x + 8, 12}, .area = 64});
        if (with_values && index != without_value) made.values = {static_cast<double>(index), 0.5};
        return made;
    }

    bool with_values = true;
    std::int64_t without_value = -1;

  private:
    static int left(std::int64_t index) { return static_cast<int>(index * 5 % (kWidth - 8)); }
    [[nodiscard]] fs::path mask_file(std::int64_t index) const { return folder_ / fmt::format("{}.png", index); }

    std::int64_t size_;
    fs::path folder_;
    std::vector<std::string> classes_{"patch", "ground"};
};

const Json kMultiScale = {{"type", "Resize"}, {"sizes", {16, 24, 32}}, {"mode", "letterbox"}, {"batches", 2}};

class LoaderAnnotations : public testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<Loader> loader(LoaderOptions options, Json middle, bool with_mask = false) const {
        Json steps = {{{"type", "LoadImage"}}};
        if (with_mask) steps.push_back({{"type", "LoadMask"}});
        for (const Json& step : middle) steps.push_back(step);
        steps.push_back({{"type", "ToTensor"}});
        steps.push_back({{"type", "Normalize"}, {"mean", 0.5}, {"std", 0.25}});
        options.seed = 9;
        return make_loader(data_, sampler("shuffle", data_), pipeline(steps).value(), {}, std::move(options));
    }

    TempFolder folder_;
    std::shared_ptr<Patches> data_ = std::make_shared<Patches>(24, folder_.path());
};

std::vector<Batch> batches_of(Loader& loader, std::int64_t first = 0) {
    EXPECT_TRUE(loader.start(1, first));
    std::vector<Batch> batches;
    for (;;) {
        auto batch = loader.next();
        EXPECT_TRUE(batch) << to_string(batch.error());
        if (!batch || !*batch) return batches;
        batches.push_back(**std::move(batch));
    }
}

// A row with all its annotations, pixels to the bit.
std::string row_text(const Batch& batch, std::size_t row) {
    const std::size_t area = static_cast<std::size_t>(batch.height * batch.width), as_floats = area * 3;
    std::string text = fmt::format("{}: {}x{} [{}", batch.frames[row].sample, batch.height, batch.width, batch.index);
    for (const Instance& one : batch.truth.objects[row])
        text += fmt::format("; {} {} {} {} {} {}", one.label, one.box.x1, one.box.y1, one.box.x2, one.box.y2, one.area);
    for (std::int64_t i = 0; i < batch.targets(); ++i)
        text += fmt::format(", {}", batch.truth.values[row * static_cast<std::size_t>(batch.targets()) + i]);
    if (!batch.truth.masks.empty())
        text.append(batch.truth.masks.begin() + row * area, batch.truth.masks.begin() + (row + 1) * area);
    return text +
           std::string(reinterpret_cast<const char*>(batch.images() + row * as_floats), as_floats * sizeof(float));
}

std::vector<std::string> marked_rows_of(const std::vector<Batch>& batches) {
    std::vector<std::string> rows;
    for (const Batch& batch : batches) {
        for (std::size_t row = 0; row < batch.frames.size(); ++row) rows.push_back(row_text(batch, row));
    }
    return rows;
}

const Json kDetection = {
    {{"type", "Mosaic"}, {"size", {32, 32}}}, {{"type", "RandomHorizontalFlip"}}, {{"type", "HSV"}}, kMultiScale};

TEST_F(LoaderAnnotations, threads_and_resuming_change_neither_boxes_nor_values) {
    data_->with_values = false;  // what is of a whole image cannot be mixed
    const auto alone = marked_rows_of(batches_of(*loader({.batch_size = 4}, kDetection)));
    ASSERT_EQ(alone.size(), 24U);
    for (const int threads : {1, 3, 16}) {
        const auto many = loader({.batch_size = 4, .threads = threads}, kDetection);
        for (std::int64_t first = 0; first < 6; ++first)
            EXPECT_EQ(marked_rows_of(batches_of(*many, first)),
                      std::vector<std::string>(alone.begin() + first * 4, alone.end()))
                << threads << " threads from batch " << first;
    }
}

TEST_F(LoaderAnnotations, one_two_and_three_ranks_give_the_same_boxes) {
    data_->with_values = false;  // what is of a whole image cannot be mixed
    auto alone = marked_rows_of(batches_of(*loader({.batch_size = 12}, kDetection)));
    std::sort(alone.begin(), alone.end());
    for (const int world : {2, 3}) {
        std::vector<std::string> together;
        for (int rank = 0; rank < world; ++rank) {
            const auto rows = marked_rows_of(batches_of(
                *loader({.batch_size = 12 / world, .threads = 2, .rank = rank, .world = world}, kDetection)));
            together.insert(together.end(), rows.begin(), rows.end());
        }
        std::sort(together.begin(), together.end());
        EXPECT_EQ(together, alone) << world << " ranks";
    }
}

TEST_F(LoaderAnnotations, several_batches_share_a_drawn_side) {
    std::set<std::int64_t> sides;
    const auto made = loader({.batch_size = 2}, {kMultiScale});
    for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
        ASSERT_TRUE(made->start(epoch));
        for (int pair = 0; pair < 6; ++pair) {
            const auto first = made->next().value(), second = made->next().value();
            EXPECT_EQ(first->width, second->width);
            sides.insert(first->width);
        }
    }
    EXPECT_EQ(sides, (std::set<std::int64_t>{16, 24, 32}));
    EXPECT_THAT(transform_error({{"type", "Resize"}, {"size", 8}, {"batches", 2}}), HasSubstr("give sizes too"));
}

TEST_F(LoaderAnnotations, boxes_and_masks_stay_on_their_objects) {
    const Json moved = {{{"type", "RandomHorizontalFlip"}, {"prob", 0.5}}, {{"type", "Resize"}, {"size", {32, 48}}}};
    for (const Batch& batch : batches_of(*loader({.batch_size = 5, .threads = 2}, moved, /*with_mask=*/true))) {
        ASSERT_EQ(batch.truth.masks.size(), static_cast<std::size_t>(batch.size) * 32 * 48);
        ASSERT_EQ(batch.targets(), 2);
        for (std::size_t row = 0; row < batch.frames.size(); ++row) {
            const Box& box = batch.truth.objects[row].at(0).box;
            const float* blue = batch.images() + row * 3 * 32 * 48;
            for (int y = 0; y < 32; ++y) {
                for (int x = 0; x < 48; ++x) {
                    const bool inside = x >= box.x1 && x < box.x2 && y >= box.y1 && y < box.y2;
                    EXPECT_EQ(blue[y * 48 + x] > 0, inside) << x << " " << y;
                    EXPECT_EQ(batch.truth.masks[row * 32 * 48 + static_cast<std::size_t>(y * 48 + x)], inside ? 1 : 0);
                }
            }
            EXPECT_EQ(batch.truth.values[row * 2], static_cast<double>(batch.frames[row].sample));
            EXPECT_EQ(batch.truth.samples.at(row), batch.frames[row].sample);
            EXPECT_EQ(batch.truth.subjects.at(row), fmt::format("person {}", batch.frames[row].sample % 3));
        }
    }
}

TEST_F(LoaderAnnotations, what_does_not_fit_together_is_named) {
    data_->without_value = 7;
    const auto made = loader({.batch_size = 24}, Json::array());
    ASSERT_TRUE(made->start(0));
    EXPECT_THAT(made->next().error().message, HasSubstr("sample '7' has 0"));
}

TEST_F(LoaderAnnotations, a_step_in_between_still_leaves_bytes) {
    const Json coloured = {{{"type", "Solarize"}, {"threshold", 128}}, {{"type", "RandomVerticalFlip"}}};
    const auto as_floats = loader({.batch_size = 4}, coloured),
               as_bytes = loader({.batch_size = 4, .threads = 3, .pixel_type = PixelType::kUInt8}, coloured);
    const auto a = batches_of(*as_floats), b = batches_of(*as_bytes);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_TRUE(b[i].bytes);
        for (std::int64_t n = 0; n < a[i].size * 3 * kWidth * kHeight; ++n)
            ASSERT_EQ((static_cast<float>(b[i].byte_images()[n]) / 255.0F - 0.5F) / 0.25F, a[i].images()[n]);
    }
}

TEST_F(LoaderAnnotations, a_pipeline_knows_whether_it_ends_in_bytes) {
    const auto ends = [&](const Json& steps) { return pipeline(steps).value().ends_in_bytes(*data_); };
    const Json load = {{"type", "LoadImage"}}, as_floats = {{"type", "ToTensor"}}, scale = {{"type", "Normalize"}};
    EXPECT_TRUE(ends({load, as_floats}));
    EXPECT_TRUE(ends({load, {{"type", "Equalize"}}, as_floats, scale}));
    EXPECT_FALSE(ends({load, as_floats, scale, {{"type", "RandomErasing"}, {"prob", 1}}}));
    EXPECT_FALSE(ends({{{"type", "LoadImage"}, {"color_type", "gray"}}, as_floats}));
}

}  // namespace
}  // namespace goetia
