#include "weights/pth.h"

#include <csignal>
#include <cstring>
#include <fstream>
#include <sys/resource.h>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/hash.h"
#include "testkit/weights.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;
using testkit::equal;
using testkit::sample_value;
using testkit::TemporaryFolder;
using testkit::tensor;

class Pth : public testing::Test {
  protected:
    TemporaryFolder folder_;
    fs::path path_ = folder_.path() / "last.pth";
};

TEST_F(Pth, reads_back_what_it_wrote) {
    const Value value = sample_value();
    const auto written = write_pth(path_, value);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(written->bytes, fs::file_size(path_));
    EXPECT_EQ(written->sha256, *sha256_file(path_));
    const auto read = read_pth(path_);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(equal(value, *read));
}

TEST_F(Pth, the_same_value_gives_the_same_bytes_wherever_its_memory_lies) {
    const auto first = write_pth(path_, sample_value());
    const std::vector<std::byte> in_the_way(12345);
    const auto second = write_pth(folder_.path() / "other.pth", sample_value());
    EXPECT_EQ(first->sha256, second->sha256);
}

TEST_F(Pth, tensors_of_one_storage_are_written_once_and_share_memory_again) {
    const Tensor whole = tensor(DType::kFloat32, {64, 1024});
    Tensor row = whole;
    row.shape = {1024}, row.data += 4096;
    Tensor same = whole;
    same.memory = std::shared_ptr<const void>(
        whole.data, [keep = whole.memory](const void*) {});  // another owner of the same bytes
    ASSERT_TRUE(write_pth(path_, Dict{{"row", row}, {"whole", whole}, {"same", same}}));
    EXPECT_LT(fs::file_size(path_), 64 * 1024 * 4 + 3000);
    const auto read = read_pth(path_);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->find("whole")->as<Tensor>().data, read->find("same")->as<Tensor>().data);
    EXPECT_EQ(read->find("whole")->as<Tensor>().data + 4096, read->find("row")->as<Tensor>().data);
    EXPECT_TRUE(equal(*read->find("row"), row));
}

TEST_F(Pth, payloads_lie_at_multiples_of_64_bytes) {
    const Tensor marked = tensor(DType::kInt64, {333}, 77);
    ASSERT_TRUE(write_pth(path_, Dict{{"a", tensor(DType::kUInt8, {13})}, {"b", marked}}));
    const std::string file = *read_file(path_);
    const auto place = file.find(std::string(reinterpret_cast<const char*>(marked.data), marked.bytes()));
    ASSERT_NE(place, std::string::npos);
    EXPECT_EQ(place % 64, 0U);
}

TEST_F(Pth, what_python_could_not_read_back_is_refused_before_a_file_exists) {
    EXPECT_EQ(write_pth(path_, Value("\xff\xfe")).error().message,
              "cannot write '" + path_.native() + "': a text is not UTF-8, which Python could not read back");
    EXPECT_EQ(write_pth(path_, Dict{{Value(1.5), 1}}).error().message,
              "cannot write '" + path_.native() + "': a dict's key is neither a text nor an integer");
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(Pth, a_full_disk_leaves_the_old_file_only) {
    ASSERT_TRUE(write_pth(path_, Value("old")));
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    ::getrlimit(RLIMIT_FSIZE, &old_limit);
    const rlimit small{100'000, old_limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto written = write_pth(path_, tensor(DType::kFloat32, {100'000}));
    ::setrlimit(RLIMIT_FSIZE, &old_limit);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "cannot write '" + path_.native() + "': File too large");
    EXPECT_EQ(read_pth(path_)->as<std::string>(), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(Pth, a_missing_folder_is_named) {
    const fs::path nowhere = folder_.path() / "missing" / "last.pth";
    EXPECT_EQ(write_pth(nowhere, 1).error().message,
              "cannot write '" + nowhere.native() + "': No such file or directory");
    EXPECT_EQ(read_pth(nowhere).error().message, "cannot open '" + nowhere.native() + "': No such file or directory");
    EXPECT_EQ(read_pth(nowhere).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace goetia
