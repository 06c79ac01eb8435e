#include "package/task_package.h"

#include <random>

#include <gmock/gmock.h>

#include "archive/tar_reader.h"
#include "archive/tar_writer.h"
#include "archive/zstd_sink.h"
#include "archive/zstd_source.h"
#include "base/hash.h"
#include "base/json_text.h"
#include "launch/rank_input.h"
#include "testkit/experiment_config.h"

namespace goetia {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using testkit::ExperimentConfig;

class TaskPackageTest : public testing::Test {
  protected:
    TaskPackageTest() {
        files_.folder().write("data/train/a.png", "");
        options_.working_folder = files_.folder().path();
        options_.runtime = RuntimeBuild{.goetia = "0.1.0", .libtorch = "2.13.0", .abi = "abi", .processor = "x86_64"};
    }
    TaskPackage packed(const std::vector<std::string>& overrides = {}) {
        auto package = make_package(files_.checked(overrides).value(), options_);
        EXPECT_TRUE(package.ok()) << to_string(package.error());
        return std::move(package).value();
    }
    std::string refusal(const std::vector<std::string>& overrides = {}) {
        const auto package = make_package(files_.checked(overrides).value(), options_);
        return package ? "" : to_string(package.error());
    }
    static std::map<std::string, std::string> contents_of(const std::string& archive) {
        TextSource packed(archive);
        const auto plain = zstd_source(packed);
        TarReader reader(*plain);
        std::map<std::string, std::string> contents;
        std::string piece(1000, '\0');
        while (const auto entry = reader.next().value()) {
            std::string& content = contents[entry->path.native()];
            while (const std::size_t got = reader.read(piece).value()) content += piece.substr(0, got);
        }
        return contents;
    }
    static void add(TarWriter& tar, const std::string& name, const std::string& content) {
        EXPECT_TRUE(tar.add(name, content).ok());
    }
    static std::string archive_of(const std::map<std::string, std::string>& contents) {
        ArchiveText text;
        ZstdSink compressed(text);
        TarWriter tar(compressed);
        const auto manifest = contents.find("manifest.json");
        if (manifest != contents.end()) add(tar, manifest->first, manifest->second);
        for (const auto& [name, content] : contents) {
            if (name != "manifest.json") add(tar, name, content);
        }
        EXPECT_TRUE(tar.finish().ok());
        EXPECT_TRUE(compressed.finish().ok());
        return text.take();
    }

    ExperimentConfig files_;
    PackageOptions options_;
};

TEST_F(TaskPackageTest, holds_what_a_node_needs) {
    const TaskPackage package = packed({"training.epochs=3"});
    EXPECT_EQ(package.sha256, sha256_hex(package.archive));
    const auto contents = contents_of(package.archive);
    std::vector<std::string> names;
    for (const auto& [name, content] : contents) names.push_back(name);
    EXPECT_THAT(names, ElementsAre("experiment/config.yaml", "experiment/overrides.yaml", "manifest.json", "run.cbor"));
    const RankInput input = rank_input_from_text(contents.at("run.cbor")).value();
    EXPECT_EQ(input.document["dataset"]["data_root"], "@data/data");
    EXPECT_EQ(input.document["training"]["epochs"], 3);
    EXPECT_TRUE(input.document["training"].contains("threads")) << "with the schema's defaults";
    EXPECT_THAT(contents.at("experiment/config.yaml"), HasSubstr("data_root: data"));
    EXPECT_THAT(contents.at("experiment/overrides.yaml"), HasSubstr("training.epochs=3"));
    const PackageManifest manifest = read_package(package.archive).value();
    EXPECT_EQ(manifest, package.manifest);
    EXPECT_EQ(manifest.experiment, "tiny");
    EXPECT_EQ(manifest.data.at(0).source, (files_.folder() / "data").native());
    EXPECT_EQ(manifest.runtime, *options_.runtime);
    EXPECT_THAT(manifest.components, Contains(ComponentVersion{"model", "ImageClassifier", "built-in", "0.1.0"}));
    EXPECT_THAT(manifest.components, Contains(ComponentVersion{"loss", "CrossEntropyLoss", "built-in", "0.1.0"}));
    EXPECT_THAT(manifest.components, Contains(ComponentVersion{"scheduler", "CosineAnnealingLR", "built-in", "0.1.0"}));
}

TEST_F(TaskPackageTest, is_the_same_for_the_same_input) {
    const std::string archive = packed().archive;
    EXPECT_EQ(packed().archive, archive);
    EXPECT_NE(packed({"training.epochs=3"}).archive, archive);
}

TEST_F(TaskPackageTest, brings_plug_ins_with_their_headers) {
    files_.folder().write("mine/loss.cpp", "#include \"parts/help.h\"\n#include <vector>\n");
    files_.folder().write("mine/parts/help.h", "// help\n");
    files_.folder().write("mine/unused.h", "// nobody includes it\n");
    const TaskPackage package = packed({"+components=[mine/loss.cpp]"});
    const auto contents = contents_of(package.archive);
    EXPECT_TRUE(contents.contains("experiment/components/loss.cpp"));
    EXPECT_EQ(contents.at("experiment/components/parts/help.h"), "// help\n");
    EXPECT_FALSE(contents.contains("experiment/components/unused.h"));
    EXPECT_EQ(rank_input_from_text(contents.at("run.cbor"))->document["components"],
              Json::array({"@package/experiment/components/loss.cpp"}));
    EXPECT_THAT(contents.at("experiment/config.yaml"), HasSubstr("components/loss.cpp"));
    EXPECT_EQ(packed({"+components=[mine/loss.cpp]"}).archive, package.archive);
}

TEST_F(TaskPackageTest, a_component_of_a_plug_in_has_the_version_of_its_source) {
    files_.folder().write("mine/loss.cpp", "// a loss\n");
    CheckedConfig config = files_.checked({"+components=[mine/loss.cpp]"}).value();
    config.catalogue =
        Json::array({{{"kind", "loss"}, {"name", "CrossEntropyLoss"}, {"origin", config.plugins.at(0)}}});
    const PackageManifest manifest = make_package(config, options_).value().manifest;
    EXPECT_THAT(manifest.components,
                Contains(ComponentVersion{"loss", "CrossEntropyLoss", "experiment/components/loss.cpp",
                                          sha256_hex("// a loss\n")}));
}

TEST_F(TaskPackageTest, secrets_of_the_environment_do_not_travel) {
    ::setenv("GOETIA_TEST_SECRET", "canary-93", 1);
    const std::vector<std::string> overrides{"++experiment.description='${oc.env:GOETIA_TEST_SECRET}'"};
    const std::string told = refusal(overrides);
    EXPECT_THAT(told, HasSubstr("a text of the configuration comes from the environment"));
    EXPECT_THAT(told, HasSubstr("experiment.description"));
    EXPECT_EQ(told.find("canary-93"), std::string::npos);
    options_.environment_is_public = true;
    const auto contents = contents_of(packed(overrides).archive);
    ::unsetenv("GOETIA_TEST_SECRET");
    EXPECT_THAT(contents.at("run.cbor"), HasSubstr("canary-93"));
    EXPECT_THAT(contents.at("experiment/config.yaml"), HasSubstr("${oc.env:GOETIA_TEST_SECRET}"));
    EXPECT_EQ(contents.at("manifest.json").find("canary-93"), std::string::npos);
}

TEST_F(TaskPackageTest, that_is_too_large_names_its_largest_files) {
    const std::string large(23 << 20, 'x');
    for (const char* name : {"a.bin", "b.bin", "c.bin"}) files_.folder().write(name, large);
    const std::vector<std::string> three{"+model.a_file=a.bin", "+model.b_file=b.bin", "+model.c_file=c.bin"};
    EXPECT_THAT(refusal(three),
                HasSubstr("the files of the task take 69.0 MiB; a package may take 64.0 MiB. The largest: "
                          "files/model.c_file/c.bin (23.0 MiB), files/model.b_file/b.bin (23.0 MiB), "));
    std::filesystem::resize_file(files_.folder() / "a.bin", 65 << 20);
    EXPECT_THAT(refusal({"+model.a_file=a.bin"}), HasSubstr("model.a_file) takes 65.0 MiB; a package may take 64.0"));
}

TEST_F(TaskPackageTest, that_nobody_would_unpack_is_not_made) {
    files_.folder().write("zeros.bin", std::string(40 << 20, '\0'));
    EXPECT_THAT(refusal({"+model.a_file=zeros.bin"}), HasSubstr("decompress to more than 200 times their size"));
}

TEST_F(TaskPackageTest, certificates_belong_to_data_that_are_read) {
    const std::string hash(64, 'a');
    options_.certificates = {{"data", {{"train", hash}}}};
    EXPECT_EQ(packed().manifest.data.at(0).certificates.at("train"), hash);
    options_.certificates = {{"other", {{"train", hash}}}};
    EXPECT_THAT(refusal(), HasSubstr("data 'other', which the task does not read (allowed: data)"));
}

TEST_F(TaskPackageTest, what_its_manifest_does_not_say_is_refused) {
    const auto good = contents_of(packed().archive);
    ASSERT_TRUE(read_package(archive_of(good)).ok());
    const auto told = [&](const auto& change) {
        auto contents = good;
        change(contents);
        const auto read = read_package(archive_of(contents));
        return read ? "" : read.error().message;
    };
    EXPECT_THAT(told([](auto& c) { c["more"] = "x"; }), HasSubstr("holds 'more', which its manifest does not name"));
    EXPECT_THAT(told([](auto& c) { c.erase("run.cbor"); }), HasSubstr("lacks 'run.cbor', which its manifest names"));
    EXPECT_THAT(told([](auto& c) { c["run.cbor"][5] ^= 1; }), HasSubstr("'run.cbor' is not what its manifest says"));
    EXPECT_THAT(told([](auto& c) { c["run.cbor"] += "x"; }), HasSubstr("'run.cbor' has "));
    EXPECT_THAT(told([](auto& c) { c.erase("manifest.json"); }), HasSubstr("must begin with 'manifest.json', found"));
    EXPECT_THAT(told([](auto& c) { c["manifest.json"] = "{"; }), HasSubstr("not JSON"));
    EXPECT_THAT(told([](auto& c) { c["manifest.json"] = R"({"format": 7})"; }), HasSubstr("has format 7"));
}

TEST_F(TaskPackageTest, damaged_in_any_way_is_refused) {
    const std::string good = packed().archive;
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
        std::string bad = good;
        bad[random() % bad.size()] ^= static_cast<char>(1 + random() % 255);
        const auto read = read_package(bad);
        EXPECT_TRUE(!read || *read == read_package(good).value()) << "a flag without meaning";
    }
    for (std::size_t size = 0; size + 4 < good.size(); size += 41)
        EXPECT_FALSE(read_package(good.substr(0, size)).ok()) << size;
}

}  // namespace
}  // namespace goetia
