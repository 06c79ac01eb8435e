#include "master/packages/package_inspector.h"

#include <future>

#include <gmock/gmock.h>

#include "testkit/small_package.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

PackageManifest trained_on_gpus() {
    PackageManifest manifest = testkit::small_manifest();
    manifest.runtime = {.goetia = "0.1.0", .libtorch = "2.13.0", .cuda = "13.0", .abi = "a", .processor = "x86_64"};
    manifest.data = {{"data", "ImageFolder", "/data/set", {{"whole", std::string(64, 'a')}}}};
    manifest.gpu_memory = 8 << 20;
    return manifest;
}

std::vector<std::string> paths(const Status& status) {
    std::vector<std::string> paths;
    if (!status) {
        for (const Fault& fault : status.error().faults) paths.push_back(fault.path);
    }
    return paths;
}

TEST(AgreeWithPackage, FillsInWhatIsLeftOpen) {
    TaskRequest request;
    request.task.needs.gpus = 1;
    ASSERT_TRUE(agree_with_package(trained_on_gpus(), std::nullopt, request));
    const TaskNeeds& needs = request.task.needs;
    EXPECT_EQ(needs.libtorch, "2.13.0");
    EXPECT_EQ(needs.cuda, "13");
    EXPECT_EQ(needs.processor, "x86_64");
    EXPECT_EQ(needs.gpu_memory, 8 << 20);
    ASSERT_EQ(request.wanted.data.size(), 1U);
    EXPECT_EQ(request.wanted.data[0].certificate, std::string(64, 'a'));
}

TEST(AgreeWithPackage, NamesEverythingThatIsSaidOtherwise) {
    TaskRequest request;
    request.task.needs = {.gpus = 1, .gpu_memory = 1, .libtorch = "1.0", .cuda = "12", .processor = "aarch64"};
    request.wanted.data = {{.name = "data", .source = "/elsewhere", .certificate = std::string(64, 'b')}};
    EXPECT_THAT(paths(agree_with_package(trained_on_gpus(), std::nullopt, request)),
                testing::ElementsAre("libtorch", "cuda", "processor", "gpu_memory", "data[0].certificate"));
    request = {};
    request.wanted.data = {{.name = "other"}};
    EXPECT_THAT(paths(agree_with_package(trained_on_gpus(), std::nullopt, request)), testing::ElementsAre("data"));
}

TEST(AgreeWithPackage, ComparesTheBundleThatIsAskedFor) {
    TaskRequest request;
    RuntimeBuild bundle = trained_on_gpus().runtime;
    bundle.glibc = "2.28";
    ASSERT_TRUE(agree_with_package(trained_on_gpus(), bundle, request));
    EXPECT_EQ(request.task.needs.libtorch, "") << "it brings its own";
    EXPECT_EQ(request.task.needs.glibc, "2.28");
    bundle.abi = "another";
    EXPECT_THAT(paths(agree_with_package(trained_on_gpus(), bundle, request)), testing::ElementsAre("runtime"));
}

class Inspection : public testing::Test {
  protected:
    Result<TaskRequest> inspect(const std::string& archive) {
        const std::string sha256 = sha256_hex(archive);
        EXPECT_TRUE(objects_.put("user1", {.fence = 1, .sha256 = sha256, .bytes = std::ssize(archive)}, archive));
        std::promise<Result<TaskRequest>> answer;
        TaskRequest request;
        request.wanted.package = {.sha256 = sha256, .bytes = 1};
        inspector_.inspect(std::move(request), [&](Result<TaskRequest> whole) { answer.set_value(std::move(whole)); });
        return answer.get_future().get();
    }

    testkit::TemporaryFolder folder_;
    ObjectStore objects_{folder_.path()};
    PackageInspector inspector_{objects_};
};

TEST_F(Inspection, TakesAPackageThatIsInOrderAndSaysItsTrueSize) {
    const std::string archive = testkit::small_package();
    const auto whole = inspect(archive);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->wanted.package.bytes, std::ssize(archive));
    EXPECT_TRUE(inspect(archive));
}

TEST_F(Inspection, RefusesWhatAnAgentWouldRefuse) {
    EXPECT_THAT(inspect("no archive").error().message, HasSubstr("package"));
    const auto tampered = inspect(testkit::packed(testkit::small_manifest(), "INPUT"));
    EXPECT_THAT(tampered.error().message, HasSubstr("'run.cbor' is not what its manifest says"));
    EXPECT_EQ(tampered.error().faults[0].path, "package");
    PackageManifest more = testkit::small_manifest();
    more.files.push_back({"other", 1, std::string(64, 'a')});
    EXPECT_THAT(inspect(testkit::packed(more)).error().message, HasSubstr("lacks 'other'"));
}

}  // namespace
}  // namespace goetia
