#include "master/packages/own_bundle.h"

#include <future>

#include <gmock/gmock.h>

#include "package/runtime_bundle.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A master beside an installation whose runtime is the supervisor.
class OwnBundleTest : public testing::Test {
  protected:
    OwnBundleTest() {
        fs::create_directories(folder_ / "bin");
        for (const char* name : {"goetia-runtime", "goetia-supervisor"})
            fs::copy_file(fs::path(GOETIA_BUILD_DIR) / "bin" / "goetia-supervisor", folder_ / "bin" / name);
        folder_.write("share/goetia/plugin_build.json",
                      R"({"abi": "a", "goetia": "0.1.0", "libtorch": "2.13.0", "cuda": "", "processor": "x86_64"})");
        bare_.glibc = "2.99";
        bare_.processor = "x86_64";
        open();
    }
    void open() {
        bundle_.emplace(objects_, OwnBundleOptions{.data = folder_ / "data",
                                                   .programs = folder_ / "bin",
                                                   .log = {},
                                                   .on_ready = [this] { ready_.set_value(); }});
    }

    testkit::TemporaryFolder folder_;
    ObjectStore objects_{folder_ / "data"};
    NodeFacts bare_;  // of a machine that has nothing
    std::promise<void> ready_;
    std::optional<OwnBundle> bundle_;
};

TEST_F(OwnBundleTest, IsPackedWhenTheFirstNodeNeedsIt) {
    NodeFacts equipped = bare_;
    equipped.libtorch = {"2.13.0"};
    EXPECT_THAT(bundle_->brings(equipped), IsEmpty());
    EXPECT_EQ(bundle_->obstacle("2.13.0", bare_), "") << "nobody has needed it yet";
    EXPECT_THAT(bundle_->brings(bare_), IsEmpty());
    ready_.get_future().wait();
    EXPECT_THAT(bundle_->brings(bare_), ElementsAre("2.13.0"));
    const auto wanted = bundle_->runtime_for("2.13.0", {});
    ASSERT_TRUE(wanted);
    EXPECT_TRUE(objects_.contains(wanted->sha256));
    EXPECT_TRUE(bundle_->is_it(wanted->sha256));
    EXPECT_EQ(wanted->bytes, static_cast<std::int64_t>(fs::file_size(objects_.path(wanted->sha256))));
    EXPECT_EQ(read_bundle(objects_.path(wanted->sha256))->manifest.runtime.libtorch, "2.13.0");
    EXPECT_FALSE(bundle_->runtime_for("2.13.0", {"2.13.0"})) << "a node that has it keeps using its own";
    EXPECT_FALSE(bundle_->runtime_for("2.5.1", {})) << "another build is not what the task was checked against";
    EXPECT_FALSE(bundle_->runtime_for("", {}));
}

TEST_F(OwnBundleTest, IsThereAtTheNextStart) {
    static_cast<void>(bundle_->brings(bare_));
    ready_.get_future().wait();
    const auto before = bundle_->runtime_for("2.13.0", {});
    bundle_.reset();
    open();
    const auto after = bundle_->runtime_for("2.13.0", {});
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->sha256, before->sha256);
    EXPECT_EQ(after->bytes, before->bytes);
}

TEST_F(OwnBundleTest, SaysWhatItDoesNotHelpAgainst) {
    NodeFacts old = bare_;
    old.glibc = "2.5";
    static_cast<void>(bundle_->brings(bare_));
    ready_.get_future().wait();
    EXPECT_THAT(bundle_->brings(old), IsEmpty());
    EXPECT_THAT(bundle_->obstacle("2.13.0", old), HasSubstr("it has 2.5"));
    EXPECT_THAT(bundle_->obstacle("2.5.1", bare_), HasSubstr("has LibTorch 2.13.0"));
    fs::remove(folder_ / "bin/goetia-runtime");
    bundle_.reset();
    fs::remove_all(folder_ / "data");
    open();
    EXPECT_THAT(bundle_->brings(bare_), IsEmpty());
    EXPECT_THAT(bundle_->obstacle("2.13.0", bare_), HasSubstr("no runtime"));
}

TEST_F(OwnBundleTest, SaysWhyItCannotBePacked) {
    fs::remove(folder_ / "bin/goetia-supervisor");
    static_cast<void>(bundle_->brings(bare_));
    std::string said;
    for (int i = 0; i < 1000 && said.find("cannot be packed") == std::string::npos; ++i) {
        said = bundle_->obstacle("2.13.0", bare_);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_THAT(said, HasSubstr("goetia-supervisor"));
}

}  // namespace
}  // namespace goetia
