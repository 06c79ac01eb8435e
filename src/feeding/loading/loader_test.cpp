#include "feeding/loading/loader.h"

#include <cstring>
#include <map>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

// Draws noise, so that a draw keyed by anything but the sample would show.
class Noise : public Transform {
  public:
    explicit Noise(const Args&) {}
    static Schema schema() { return {"Noise", "Adds noise"}; }
    Status apply(Sample& sample, Random& random) const override {
        for (float& value : sample.planes.values) value += static_cast<float>(random.uniform());
        return {};
    }
};

class Throws : public Transform {
  public:
    explicit Throws(const Args&) {}
    static Schema schema() { return {"Throws", "Throws"}; }
    Status apply(Sample&, Random&) const override { throw std::runtime_error("the user's own fault"); }
};

Pipeline steps(const Json& list) {
    TransformRegistry registry(Kind::kTransform);
    EXPECT_TRUE(register_builtin_transforms(registry));
    EXPECT_TRUE(registry.add<Noise>());
    EXPECT_TRUE(registry.add<Throws>());
    return Pipeline::make(registry, list, "augmentation.train.pipeline").value();
}

Pipeline noisy() { return steps({{{"type", "LoadImage"}}, {{"type", "ToTensor"}}, {{"type", "Noise"}}}); }

class LoaderTest : public testing::Test {
  protected:
    void SetUp() override {
        make_classes(folder_.path(), "train", {"a", "b", "c"}, 7);  // 21 samples
        reopen();
    }

    void reopen() { dataset_ = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value(); }

    std::unique_ptr<Loader> loader(LoaderOptions options, const std::string& order = "shuffle",
                                   std::optional<Pipeline> pipeline = {},
                                   std::vector<std::shared_ptr<BatchTransform>> mixers = {}) {
        options.seed = 5;
        return make_loader(dataset_, sampler(order, dataset_), pipeline ? *std::move(pipeline) : noisy(),
                           std::move(mixers), std::move(options));
    }

    TempFolder folder_;
    std::shared_ptr<Dataset> dataset_;
};

// All contents of a batch, pixels to the bit.
std::string text_of(const Batch& batch) {
    std::string text = fmt::format("{} {} {} {}x{}x{} of {}:", batch.epoch, batch.index, batch.size, batch.channels,
                                   batch.height, batch.width, batch.classes);
    for (std::size_t i = 0; i < batch.frames.size(); ++i)
        text += fmt::format(" {}={}", batch.frames[i].sample, batch.truth.labels[i]);
    for (const float target : batch.truth.soft) text += fmt::format(" {}", target);
    for (const auto& marked : batch.truth.objects) {
        for (const Instance& one : marked)
            text += fmt::format(" {} at {} {} {} {}", one.label, one.box.x1, one.box.y1, one.box.x2, one.box.y2);
    }
    for (const double value : batch.truth.values) text += fmt::format(" {}", value);
    text.append(batch.truth.masks.begin(), batch.truth.masks.end());
    for (const SkippedSample& one : batch.skipped) text += fmt::format(" skipped {} {}", one.index, one.name);
    text.append(reinterpret_cast<const char*>(batch.images()),
                static_cast<std::size_t>(batch.size * batch.channels * batch.height * batch.width) * sizeof(float));
    return text;
}

std::vector<std::string> epoch_of(Loader& loader, std::uint64_t epoch, std::int64_t first = 0) {
    EXPECT_TRUE(loader.start(epoch, first));
    std::vector<std::string> batches;
    for (;;) {
        const auto batch = loader.next();
        EXPECT_TRUE(batch) << to_string(batch.error());
        if (!batch || !*batch) return batches;
        batches.push_back(text_of(**batch));
    }
}

std::string error_of(Loader& loader) {
    EXPECT_TRUE(loader.start(0));
    for (;;) {
        const auto batch = loader.next();
        if (!batch) return batch.error().message;
        if (!*batch) return "no error";
    }
}

TEST_F(LoaderTest, the_number_of_threads_changes_no_bit) {
    const std::vector<std::shared_ptr<BatchTransform>> mixers{batch_transform({{"type", "Mixup"}, {"prob", 0.5}}),
                                                              batch_transform({{"type", "CutMix"}, {"prob", 0.5}})};
    const auto alone = epoch_of(*loader({.batch_size = 4}, "shuffle", {}, mixers), 3);
    ASSERT_EQ(alone.size(), 6U);
    for (const int threads : {1, 2, 7, 16}) {
        for (const int ahead : {1, 4}) {
            const auto many = loader({.batch_size = 4, .threads = threads, .ahead = ahead}, "shuffle", {}, mixers);
            EXPECT_EQ(epoch_of(*many, 3), alone) << threads << " threads, " << ahead << " ahead";
            EXPECT_EQ(epoch_of(*many, 3), alone) << "the same epoch again";
            EXPECT_NE(epoch_of(*many, 4), alone) << "another epoch";
        }
    }
}

TEST_F(LoaderTest, an_epoch_begun_at_any_batch_equals_the_unbroken_one) {
    for (const int threads : {0, 3}) {
        const auto whole = epoch_of(*loader({.batch_size = 4, .threads = threads}), 2);
        const auto again = loader({.batch_size = 4, .threads = threads});
        for (std::int64_t first = 0; first <= 6; ++first) {
            EXPECT_EQ(epoch_of(*again, 2, first), std::vector<std::string>(whole.begin() + first, whole.end()))
                << "from batch " << first;
        }
    }
}

// Sample -> pixels, of all batches of an epoch.
std::multimap<std::int64_t, std::string> rows_of(Loader& loader, std::uint64_t epoch) {
    std::multimap<std::int64_t, std::string> rows;
    EXPECT_TRUE(loader.start(epoch));
    for (auto batch = loader.next(); batch && *batch; batch = loader.next()) {
        const std::size_t bytes =
            static_cast<std::size_t>((*batch)->channels * (*batch)->height * (*batch)->width) * sizeof(float);
        for (std::size_t i = 0; i < (*batch)->frames.size(); ++i)
            rows.emplace((*batch)->frames[i].sample,
                         std::string(reinterpret_cast<const char*>((*batch)->images()) + i * bytes, bytes));
    }
    return rows;
}

TEST_F(LoaderTest, the_union_of_the_ranks_equals_one_process) {
    const auto alone = rows_of(*loader({.batch_size = 12}), 1);
    ASSERT_EQ(alone.size(), 21U);
    for (const int world : {2, 3}) {
        std::multimap<std::int64_t, std::string> together;
        for (int rank = 0; rank < world; ++rank)
            together.merge(rows_of(
                *loader({.batch_size = 12 / world, .threads = 2, .pad = false, .rank = rank, .world = world}), 1));
        EXPECT_EQ(together, alone) << world << " ranks";
    }
}

TEST_F(LoaderTest, padding_gives_all_ranks_as_many_rows_and_batches) {
    const auto first = loader({.batch_size = 4, .rank = 0, .world = 2}),
               second = loader({.batch_size = 4, .rank = 1, .world = 2});
    EXPECT_EQ(rows_of(*first, 0).size(), 11U);  // 16 whole, 5 left: 3 each
    EXPECT_EQ(rows_of(*second, 0).size(), 11U);
    EXPECT_EQ(first->batches_per_epoch(), 3);
    EXPECT_EQ(loader({.batch_size = 4, .drop_last = true})->batches_per_epoch(), 5);
}

TEST_F(LoaderTest, the_first_unreadable_sample_ends_a_run_that_fails) {
    write_text(folder_ / "train/b/3.png", "no image");  // sample 10
    write_text(folder_ / "train/c/0.png", "no image");  // sample 14
    for (const int threads : {0, 1, 7}) {
        const auto strict = loader({.batch_size = 4, .threads = threads}, "sequential");
        EXPECT_EQ(error_of(*strict),
                  fmt::format("sample 'b/3.png': LoadImage (augmentation.train.pipeline[0]): cannot "
                              "decode '{}': it is not a JPEG, PNG, BMP, WebP or TIFF file; fix it, or "
                              "skip such samples with training.broken_samples=skip",
                              (folder_ / "train/b/3.png").native()));
        EXPECT_FALSE(strict->next()) << "the error is sticky";
    }
}

TEST_F(LoaderTest, a_skipped_sample_is_named_and_the_next_takes_its_row) {
    write_text(folder_ / "train/b/3.png", "no image");  // sample 10
    fs::remove(folder_ / "train/b/4.png");              // sample 11
    for (const int threads : {0, 5}) {
        const auto lenient =
            loader({.batch_size = 4, .threads = threads, .broken = BrokenSamplePolicy::kSkip}, "sequential");
        ASSERT_TRUE(lenient->start(0, 2));
        const Batch batch = lenient->next().value().value();  // wants 8 9 10 11
        EXPECT_EQ(batch.samples(), (std::vector<std::int64_t>{8, 9, 12, 12}));
        ASSERT_EQ(batch.skipped.size(), 2U);
        EXPECT_EQ(batch.skipped[0].name, "b/3.png");
        EXPECT_THAT(batch.skipped[0].reason, HasSubstr("it is not a JPEG, PNG, BMP, WebP or TIFF file"));
        EXPECT_EQ(batch.skipped[1].index, 11);
        EXPECT_THAT(batch.skipped[1].reason, HasSubstr("No such file"));
    }
}

TEST_F(LoaderTest, evaluation_drops_the_row_of_a_skipped_sample) {
    write_text(folder_ / "train/b/2.png", "no image");  // sample 9
    for (const int threads : {0, 5}) {
        const auto lenient = loader(
            {.batch_size = 4, .threads = threads, .pad = false, .broken = BrokenSamplePolicy::kSkip}, "sequential");
        const auto whole =
            rows_of(*loader({.batch_size = 1, .pad = false, .broken = BrokenSamplePolicy::kSkip}, "sequential"), 0);
        EXPECT_EQ(rows_of(*lenient, 0), whole);
        EXPECT_EQ(whole.size(), 20U);
        ASSERT_TRUE(lenient->start(0, 2));
        const Batch batch = lenient->next().value().value();
        EXPECT_EQ(batch.samples(), (std::vector<std::int64_t>{8, 10, 11}));
        EXPECT_EQ(batch.truth.labels, (std::vector<std::int64_t>{1, 1, 1}));
        EXPECT_EQ(batch.size, 3);
    }
}

TEST_F(LoaderTest, a_broken_sample_of_another_size_is_skipped_too) {
    const std::string large = encode_png(gradient_image(40, 30)).value();
    for (const char* place : {"train/a/0.png", "train/b/2.png", "train/c/6.png"})
        write_text(folder_ / place, large.substr(0, large.size() / 2));  // its header says 40x30, its pixels fail
    const auto plain = [&](int threads, bool pad, const char* order) {
        return loader({.batch_size = 4, .threads = threads, .pad = pad, .broken = BrokenSamplePolicy::kSkip}, order,
                      steps({{{"type", "LoadImage"}}, {{"type", "ToTensor"}}}));
    };
    for (const bool pad : {true, false}) {
        for (const char* order : {"sequential", "shuffle"}) {
            const auto alone = epoch_of(*plain(0, pad, order), 1);
            ASSERT_EQ(alone.size(), 6U) << order;
            std::size_t named = 0;
            for (const std::string& batch : alone) named += batch.find(" skipped ") != std::string::npos;
            EXPECT_GE(named, 2U);
            for (const int threads : {1, 2, 5, 16}) {
                for (int again = 0; again < 3; ++again)
                    ASSERT_EQ(epoch_of(*plain(threads, pad, order), 1), alone) << threads << " threads, " << order;
            }
        }
    }
}

TEST_F(LoaderTest, reports_how_many_samples_are_padded) {
    EXPECT_EQ(loader({.batch_size = 4})->padded_per_epoch(), 0);
    EXPECT_EQ(loader({.batch_size = 4, .world = 2})->padded_per_epoch(), 1);  // 11 rows on each rank for 21 samples
    EXPECT_EQ(loader({.batch_size = 4, .drop_last = true, .world = 2})->padded_per_epoch(), 0);
    EXPECT_EQ(loader({.batch_size = 4, .pad = false, .world = 2})->padded_per_epoch(), 0);
}

TEST_F(LoaderTest, a_data_set_without_a_readable_sample_is_an_error_even_with_skip) {
    for (const char* name : {"a", "b", "c"}) {
        for (int i = 0; i < 7; ++i) write_text(folder_ / fmt::format("train/{}/{}.png", name, i), "");
    }
    EXPECT_THAT(error_of(*loader({.batch_size = 4, .broken = BrokenSamplePolicy::kSkip}, "sequential")),
                HasSubstr("21 samples in a row cannot be used, the first is 'a/0.png'"));
}

TEST_F(LoaderTest, images_of_two_sizes_are_refused_with_the_fix) {
    write_png(folder_ / "train/a/2.png", gradient_image(9, 6));
    for (const int threads : {0, 3}) {
        EXPECT_EQ(error_of(*loader({.batch_size = 4, .threads = threads}, "sequential")),
                  "batch 0 mixes sizes: sample 'a/0.png' is 3x6x8 and sample 'a/2.png' is 3x6x9 (channels, height, "
                  "width); add Resize with "
                  "[height, width], or Resize and CenterCrop, to the pipeline");
    }
}

TEST_F(LoaderTest, a_pipeline_must_end_in_floats) {
    EXPECT_EQ(error_of(*loader({.batch_size = 4}, "sequential", steps({{{"type", "LoadImage"}}}))),
              "sample 'a/0.png' leaves the pipeline without floats; end the pipeline with ToTensor");
}

TEST_F(LoaderTest, an_exception_of_a_users_transform_is_an_error) {
    EXPECT_EQ(error_of(*loader({.batch_size = 4, .threads = 2}, "sequential", steps({{{"type", "Throws"}}}))),
              "sample 0 cannot be prepared: the user's own fault; fix it, or skip such samples with "
              "training.broken_samples=skip");
}

TEST_F(LoaderTest, can_be_destroyed_or_restarted_at_any_moment) {
    const auto whole = epoch_of(*loader({.batch_size = 2}), 9);
    for (int taken = 0; taken < 11; ++taken) {
        const auto cut = loader({.batch_size = 2, .threads = 4});
        ASSERT_TRUE(cut->start(8));
        for (int i = 0; i < taken; ++i) ASSERT_TRUE(cut->next());
        EXPECT_EQ(epoch_of(*cut, 9), whole);
        ASSERT_TRUE(cut->start(8));
    }  // dropped here with threads at work
}

TEST_F(LoaderTest, memory_comes_from_the_caller_and_is_bounded) {
    std::atomic<int> given = 0, alive = 0, most_alive = 0;
    LoaderOptions options{.batch_size = 1, .threads = 4, .ahead = 3};
    options.allocate = [&](std::size_t bytes) -> std::shared_ptr<void> {
        EXPECT_EQ(bytes, 3 * 6 * 8 * sizeof(float));
        ++given, ++alive;
        int seen = most_alive;
        while (alive > seen && !most_alive.compare_exchange_weak(seen, alive)) {
        }
        return {std::malloc(bytes), [&](void* memory) { std::free(memory), --alive; }};
    };
    EXPECT_EQ(epoch_of(*loader(options), 0).size(), 21U);
    EXPECT_EQ(given, 21);
    EXPECT_LE(most_alive, 4) << "three ahead and the one that the caller holds";
}

TEST_F(LoaderTest, misuse_is_refused) {
    const auto made = loader({.batch_size = 50, .drop_last = true});
    EXPECT_EQ(made->next().error().message, "next() was called before the first epoch was started");
    EXPECT_EQ(made->start(0).error().message,
              "the data set holds 21 samples, fewer than one batch of 50 on 1 ranks; lower training.batch_size or keep "
              "the last batch");
    EXPECT_EQ(loader({.batch_size = 4})->start(0, 7).error().message, "cannot start at batch 7, an epoch holds 6");
}

TEST_F(LoaderTest, reports_the_time_waited) {
    const auto made = loader({.batch_size = 4});
    epoch_of(*made, 0);
    EXPECT_GT(made->seconds_waited(), 0);
    ASSERT_TRUE(made->start(1));
    EXPECT_EQ(made->seconds_waited(), 0);
}

}  // namespace
}  // namespace goetia
