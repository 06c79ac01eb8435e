#include <gmock/gmock.h>

#include "base/files.h"
#include "datasets/fingerprint.h"
#include "feeding/packed/pack.h"
#include "feeding/packed/shard.h"
#include "testkit/feeding.h"
#include "testkit/transparent_webp.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

class PackedTest : public testing::Test {
  protected:
    void SetUp() override {
        make_classes(folder_ / "set", "train", {"a", "b"}, 5);
        for (int i = 0; i < 4; ++i)
            write_text(folder_ / fmt::format("set/train/b/j{}.jpg", i),
                       encode_jpeg(gradient_image(90, 70, i), 85).value());
        set_ = open({{"type", "ImageFolder"}, {"data_root", (folder_ / "set").native()}}).value();
    }
    [[nodiscard]] Result<std::shared_ptr<Dataset>> packed(const std::string& name = "packed") const {
        return open_any({{"type", "Packed"}, {"data_root", (folder_ / name).native()}});
    }

    TempFolder folder_;
    std::shared_ptr<Dataset> set_;
};

// All rows of an epoch, to the bit.
std::string rows_of(const std::shared_ptr<Dataset>& dataset, int threads = 0) {
    LoaderOptions options{.batch_size = 4, .threads = threads, .seed = 3};
    const auto loader = make_loader(
        dataset, sampler("shuffle", dataset),
        pipeline({{{"type", "LoadImage"}}, {{"type", "RandomResizedCrop"}, {"size", 20}}, {{"type", "ToTensor"}}})
            .value(),
        {}, std::move(options));
    EXPECT_TRUE(loader->start(1));
    std::string rows;
    for (;;) {
        const auto batch = loader->next();
        EXPECT_TRUE(batch) << to_string(batch.error());
        if (!batch || !*batch) return rows;
        for (const std::int64_t label : (*batch)->truth.labels) rows += std::to_string(label);
        rows.append(reinterpret_cast<const char*>((*batch)->images()),
                    static_cast<std::size_t>((*batch)->size) * 3 * 20 * 20 * sizeof(float));
    }
}

TEST_F(PackedTest, a_packed_set_gives_the_same_samples_as_its_source) {
    const std::string rows = rows_of(set_);
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "pixels", .decoded = true}));
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "small", .shard_bytes = 1}));
    for (const char* name : {"packed", "pixels", "small"}) {
        const auto set = packed(name);
        ASSERT_TRUE(set) << to_string(set.error());
        EXPECT_EQ(set.value()->classes(), set_->classes());
        EXPECT_TRUE(rows_of(set.value()) == rows) << name;
        EXPECT_TRUE(rows_of(set.value(), 3) == rows) << name;
    }
    EXPECT_TRUE(fs::exists(folder_ / "small/train-00013.pack")) << "a file for each sample";
}

TEST_F(PackedTest, transparent_images_keep_their_file_for_the_pipeline) {
    write_text(folder_ / "clear/train/a/0.webp", transparent_webp({200, 0, 0, 100}, 40, 30));
    write_png(folder_ / "clear/train/a/1.png", gradient_image(40, 30));
    const auto set = open({{"type", "ImageFolder"}, {"data_root", (folder_ / "clear").native()}}).value();
    ASSERT_TRUE(pack(*set, {.folder = folder_ / "packed"}));
    ASSERT_TRUE(pack(*set, {.folder = folder_ / "pixels", .decoded = true}));
    ASSERT_TRUE(pack(*set, {.folder = folder_ / "small", .decoded = true, .largest_side = 20}));
    const auto pixels_of = [](const Dataset& dataset) {
        Sample sample = dataset.sample(0).value();
        EXPECT_TRUE(pipeline({{{"type", "LoadImage"}, {"background", {10, 20, 30}}}})->apply(sample, 0, 0));
        return sample.image.pixels;
    };
    for (const auto& [name, width] : std::map<std::string, int>{{"packed", 0}, {"pixels", 40}, {"small", 20}}) {
        const auto other = packed(name).value();
        EXPECT_EQ(pixels_of(*other), pixels_of(*set)) << name;
        EXPECT_EQ(other->sample(1).value().stored.width, width) << name << ": others are packed as asked";
    }
}

TEST_F(PackedTest, threads_change_no_byte_and_the_first_error_is_reported) {
    const auto bytes_with = [&](int threads) {
        const fs::path to = folder_ / fmt::format("with {}", threads);
        std::int64_t told = 0;
        EXPECT_TRUE(
            pack(*set_, {.folder = to,
                         .shard_bytes = 2'000,
                         .parallel = {.threads = threads, .on_progress = [&](std::int64_t done, std::int64_t all) {
                                          EXPECT_EQ(all, set_->size());
                                          told = done;
                                      }}}));
        EXPECT_EQ(told, set_->size());
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::directory_iterator(to))
            files[entry.path().filename().native()] = read_file(entry.path()).value();
        return files;
    };
    const auto one = bytes_with(1);
    EXPECT_GT(one.size(), 3U) << "several shards and their list";
    for (const int threads : {2, 5, 16}) EXPECT_TRUE(bytes_with(threads) == one) << threads;

    write_text(folder_ / "set/train/b/j1.jpg", "broken");
    write_text(folder_ / "set/train/b/j3.jpg", "broken");
    for (const int threads : {1, 4, 16}) {
        const Status done =
            pack(*set_, {.folder = folder_ / fmt::format("broken {}", threads), .parallel = {.threads = threads}});
        ASSERT_FALSE(done);
        EXPECT_THAT(done.error().message, HasSubstr("j1.jpg"));
    }
}

TEST_F(PackedTest, missing_files_of_its_list_are_refused) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    EXPECT_EQ(open_any({{"type", "Packed"}, {"data_root", (folder_ / "packed").native()}}, Split::kVal).error().code,
              Code::kNotFound)
        << "nothing names a val split";
    fs::remove(folder_ / "packed/train-00000.pack");
    EXPECT_EQ(packed().error().code, Code::kInvalid);
    EXPECT_THAT(packed().error().message, HasSubstr("packed/train.json' lists 'train-00000.pack', which is missing; "
                                                    "copy it too, or pack the set again"));
    EXPECT_EQ(packed("nowhere").error().code, Code::kInvalid);
    EXPECT_THAT(packed("nowhere").error().message, HasSubstr("nowhere'; correct dataset.data_root"));
}

TEST_F(PackedTest, the_certificate_stays) {
    const std::string own = fingerprint(*set_).value();
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "smaller", .decoded = true, .largest_side = 45}));
    EXPECT_EQ(fingerprint(*packed().value()).value(), own);
    EXPECT_NE(fingerprint(*packed("smaller").value()).value(), own);
    // It is correct: computing the fingerprint of the packed set gives the same.
    FileHashes hashes;
    EXPECT_EQ(certify(*packed().value(), hashes).value().fingerprint, own);
}

TEST_F(PackedTest, labels_are_read_without_the_images) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    const fs::path file = folder_ / "packed/train-00000.pack";
    std::string bytes = read_file(file).value();
    const ShardHead head = *reinterpret_cast<const ShardHead*>(bytes.data());
    std::fill(bytes.begin() + sizeof(head), bytes.begin() + static_cast<std::ptrdiff_t>(head.metadata), '\0');
    write_text(file, bytes);
    const auto set = packed().value();
    for (std::int64_t i = 0; i < set->size(); ++i) EXPECT_EQ(set->info(i).value().label, set_->sample(i).value().label);
    EXPECT_FALSE(set->sample(0));
}

TEST_F(PackedTest, a_damaged_record_is_named_and_follows_the_policy) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    const fs::path file = folder_ / "packed/train-00000.pack";
    std::string bytes = read_file(file).value();
    bytes[sizeof(ShardHead) + 30] ^= 1;  // within the first record
    write_text(file, bytes);
    const auto set = packed().value();
    EXPECT_EQ(
        set->sample(0).error().message,
        fmt::format("record 0 of '{}' is damaged: its checksum does not match; pack the set again", file.native()));
    EXPECT_TRUE(set->sample(1));
    const auto loader = make_loader(
        set, sampler("sequential", set),
        pipeline({{{"type", "LoadImage"}}, {{"type", "Resize"}, {"size", {8, 8}}}, {{"type", "ToTensor"}}}).value(), {},
        {.batch_size = 4, .pad = false, .broken = BrokenSamplePolicy::kSkip});
    ASSERT_TRUE(loader->start(0));
    const auto batch = loader->next().value().value();
    ASSERT_EQ(batch.skipped.size(), 1U);
    EXPECT_THAT(batch.skipped[0].reason, HasSubstr("record 0 of"));
    EXPECT_EQ(batch.samples(), (std::vector<std::int64_t>{1, 2, 3}));
}

TEST_F(PackedTest, a_damaged_head_or_table_is_refused) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    const fs::path file = folder_ / "packed/train-00000.pack";
    const std::string bytes = read_file(file).value();
    const auto error_with = [&](const std::string& changed) {
        write_text(file, changed);
        const auto set = packed();
        return set ? "no error" : set.error().message;
    };
    EXPECT_THAT(error_with(bytes.substr(0, bytes.size() - 1)), HasSubstr("its table does not lie within"));
    EXPECT_THAT(error_with(bytes.substr(0, 20)), HasSubstr("it has 20 bytes, its head alone needs 72"));
    EXPECT_THAT(error_with("x" + bytes.substr(1)), HasSubstr("it does not begin with GOETPACK"));
    std::string table = bytes;
    table.back() ^= 1;
    EXPECT_THAT(error_with(table), HasSubstr("the checksum of its table does not match"));
    std::string newer = bytes;
    newer[8] = 9;
    EXPECT_THAT(error_with(newer), HasSubstr("is packed in version 9, this build reads version 4"));
    std::string metadata = bytes;
    metadata[reinterpret_cast<const ShardHead*>(bytes.data())->metadata + 3] ^= 1;
    write_text(file, metadata);
    EXPECT_THAT(packed().value()->info(0).error().message, HasSubstr("the metadata of '"));
    EXPECT_THAT(packed().value()->sample(0).error().message, HasSubstr("is damaged"));
    ASSERT_TRUE(pack(*open({{"type", "ImageFolder"}, {"data_root", (folder_ / "set").native()}}).value(),
                     {.folder = folder_ / "other", .shard_bytes = 1 << 10}));
    EXPECT_THAT(error_with(read_file(folder_ / "other/train-00000.pack").value()),
                HasSubstr("is not the file in the list"));
}

TEST_F(PackedTest, a_list_that_was_altered_is_refused) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    const fs::path file = folder_ / "packed/train.json";
    const Json list = Json::parse(read_file(file).value());
    const auto listed = [&](const char* key, const Json& value) {
        Json changed = list;
        changed[key] = value;
        write_text(file, changed.dump());
        const auto set = packed();
        return set ? "no error" : set.error().message;
    };
    EXPECT_EQ(listed("sum", list["sum"]), "no error") << "the layout does not matter";
    EXPECT_THAT(listed("version", 3),
                HasSubstr(fmt::format("'{}' is packed in version 3, this build reads version 4; pack the set again",
                                      file.native())));
    EXPECT_THAT(listed("version", "4"), HasSubstr("is not a list of packed data"));
    EXPECT_THAT(listed("classes", "a"), HasSubstr("is not what 'dataset pack' writes"));
    EXPECT_THAT(listed("samples", -1), HasSubstr("is not what 'dataset pack' writes"));
    EXPECT_THAT(listed("files", {1}), HasSubstr("is not what 'dataset pack' writes"));
    EXPECT_THAT(listed("files", {{{"file", "../a"}, {"records", 1}, {"sum", ""}}}),
                HasSubstr("is not what 'dataset pack' writes"));
    const std::string altered =
        fmt::format("'{}' was altered or damaged: its checksum does not match; pack the set again", file.native());
    EXPECT_THAT(listed("classes", Json::array()), HasSubstr(altered));
    EXPECT_THAT(listed("files", Json::array()), HasSubstr(altered));
    EXPECT_THAT(listed("fingerprint", std::string(64, '0')), HasSubstr(altered));
    EXPECT_THAT(listed("sum", "0"), HasSubstr(altered));
    EXPECT_THAT(listed("more", 1), HasSubstr(altered));
    write_text(file, list.dump().substr(0, 40));
    EXPECT_THAT(packed().error().message, HasSubstr("is not a list of packed data"));
    fs::remove(file);
    EXPECT_THAT(packed().error().message, HasSubstr("there is no packed train split"));
}

TEST_F(PackedTest, masks_of_classes_are_packed_with_their_images) {
    for (const char* name : {"a", "b"}) {
        write_png(folder_ / fmt::format("masked/images/train/{}.png", name), gradient_image(9, 6));
        write_png(folder_ / fmt::format("masked/masks/train/{}.png", name),
                  {9, 6, 1, std::vector<std::uint8_t>(54, name[0] - 'a')});
    }
    write_text(folder_ / "masked/classes.txt", "road\ncar\n");
    const auto set = open({{"type", "SemanticMasks"}, {"data_root", (folder_ / "masked").native()}}).value();
    ASSERT_TRUE(pack(*set, {.folder = folder_ / "packed"}));
    ASSERT_TRUE(pack(*set, {.folder = folder_ / "pixels", .decoded = true}));
    ASSERT_TRUE(pack(*packed().value(), {.folder = folder_ / "again"}));
    const auto step = transform({{"type", "LoadMask"}});
    Random random({});
    for (const char* name : {"packed", "pixels", "again"}) {
        const auto found = packed(name).value();
        for (const std::int64_t i : {0, 1}) {
            Sample sample = found->sample(i).value();
            ASSERT_TRUE(step->apply(sample, random));
            EXPECT_EQ(sample.mask.pixels, std::vector<std::uint8_t>(54, static_cast<std::uint8_t>(i)));
        }
    }
    FileHashes hashes;
    EXPECT_EQ(certify(*packed().value(), hashes).value().fingerprint, fingerprint(*set).value());
    EXPECT_THAT(pack(*set, {.folder = folder_ / "small", .decoded = true, .largest_side = 5}).error().message,
                HasSubstr("sample 'a.png' is 9 pixels long and has annotated classes, which packing does not scale"));
    write_png(folder_ / "masked/masks/train/b.png", {8, 6, 1, std::vector<std::uint8_t>(48, 1)});
    EXPECT_THAT(pack(*set, {.folder = folder_ / "other"}).error().message,
                HasSubstr("b.png' is 8x6 pixels, its image 'b.png' 9x6; write it in the image's size"));
    write_text(folder_ / "masked/masks/train/b.png", "no mask");
    EXPECT_FALSE(pack(*set, {.folder = folder_ / "broken"})) << "what is packed can be decoded";
}

TEST_F(PackedTest, sizes_are_read_without_the_images) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "pixels", .decoded = true, .largest_side = 45}));
    const std::int64_t jpeg = set_->size() - 1;
    EXPECT_EQ(packed().value()->info(jpeg).value().width, 90);
    EXPECT_EQ(packed().value()->info(jpeg).value().height, 70);
    EXPECT_EQ(packed("pixels").value()->info(jpeg).value().width, 45);
    SamplerRegistry samplers(Kind::kSampler);
    ASSERT_TRUE(register_builtin_samplers(samplers));
    EXPECT_TRUE(samplers.make({{"type", "aspect_ratio"}, {"batch", 2}}, "sampler", packed().value()));
}

TEST_F(PackedTest, existing_files_are_not_overwritten) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed"}));
    EXPECT_THAT(pack(*set_, {.folder = folder_ / "packed"}).error().message,
                HasSubstr("exists already; name another folder"));
}

TEST_F(PackedTest, large_images_are_scaled_down_on_request) {
    ASSERT_TRUE(pack(*set_, {.folder = folder_ / "packed", .decoded = true, .largest_side = 45}));
    const auto set = packed().value();
    const Sample sample = set->sample(set->size() - 1).value();
    EXPECT_EQ(sample.stored.width, 45);
    EXPECT_EQ(sample.stored.height, 35);
    EXPECT_EQ(set->sample(0).value().stored.width, 8);
}

}  // namespace
}  // namespace goetia
