#include "protocol/manifests.h"

#include <gmock/gmock.h>

#include "base/json.h"

namespace goetia {
namespace {

using testing::HasSubstr;

const RuntimeBuild kBuild{"0.1.0", "2.13.0", "13.0", "goetia 0.1.0, LibTorch 2.13.0", "2.34", "x86_64"};

PackageManifest full_manifest() {
    return {.experiment = "tiny",
            .components = {{"model", "ImageClassifier", "built-in", "0.1.0"}},
            .files = {{"run.cbor", 10, std::string(64, 'a')}, {"config.yaml", 5, std::string(64, 'b')}},
            .data = {{"data", "ImageFolder", "/data/shapes", {{"train", std::string(64, 'c')}}}},
            .runtime = kBuild,
            .world = 2,
            .gpu_memory = 1 << 30};
}

TEST(Manifests, are_read_as_they_were_written) {
    EXPECT_EQ(package_manifest_from(to_json(full_manifest())).value(), full_manifest());
    const BundleManifest bundle{.runtime = kBuild, .files = full_manifest().files};
    EXPECT_EQ(bundle_manifest_from(to_json(bundle)).value(), bundle);
    EXPECT_EQ(unpacked_bytes(bundle.files), 15);
}

TEST(Manifests, give_the_data_that_a_node_must_have) {
    PackageManifest manifest = full_manifest();
    ASSERT_EQ(wanted_data(manifest).size(), 1U);
    EXPECT_EQ(wanted_data(manifest)[0].source, "/data/shapes");
    EXPECT_EQ(wanted_data(manifest)[0].certificate, std::string(64, 'c')) << "of the only split";
    manifest.data[0].certificates["val"] = std::string(64, 'd');
    EXPECT_EQ(wanted_data(manifest)[0].certificate, "");
    manifest.data[0].certificates["whole"] = std::string(64, 'e');
    EXPECT_EQ(wanted_data(manifest)[0].certificate, std::string(64, 'e'));
}

TEST(Manifests, of_another_format_or_with_faults_are_refused) {
    Json json = to_json(full_manifest());
    json["format"] = 2;
    EXPECT_EQ(package_manifest_from(json).error().message,
              "the task's package has format 2, this version of Goetia reads 1; update it");
    json["format"] = 1;
    json["files"][0]["sha256"] = "short";
    json["files"][1]["bytes"] = -1;
    json["data"][0]["name"] = "../data";
    const Error error = package_manifest_from(json).error();
    EXPECT_EQ(error.code, Code::kInvalid);
    EXPECT_EQ(error.faults.size(), 3U);
    EXPECT_THAT(bundle_manifest_from(Json::array()).error().message, HasSubstr("must be an object"));
}

}  // namespace
}  // namespace goetia
