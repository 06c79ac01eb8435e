#include "weights/safetensors.h"

#include <unistd.h>

#include <cstring>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace goetia {
namespace {

using testing::HasSubstr;

class Safetensors : public testing::Test {
  protected:
    Safetensors() {
        std::string pattern = (std::filesystem::temp_directory_path() / "safe_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~Safetensors() override { std::filesystem::remove_all(folder_); }

    Result<Value> read(const std::string& header, const std::string& data) {
        const std::uint64_t size = header.size();
        std::string bytes(reinterpret_cast<const char*>(&size), sizeof size);
        EXPECT_TRUE(write_file_atomic(folder_ / "w.safetensors", bytes + header + data).ok());
        return read_safetensors(folder_ / "w.safetensors");
    }
    std::string fault(const std::string& header, const std::string& data) {
        const auto value = read(header, data);
        return value.ok() ? "it was read" : value.error().message;
    }
    std::filesystem::path folder_;
};

TEST_F(Safetensors, reads_names_types_shapes_and_numbers) {
    const float numbers[] = {1, 2, 3, 4, 5, 6};
    const std::string floats(reinterpret_cast<const char*>(numbers), sizeof numbers);
    const auto value = read(R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"a":{"dtype":"I64","shape":[],"data_offsets":[24,32]},"e":{"dtype":"F16","shape":[0,4],"data_offsets":[32,32]}} )",
                            floats + std::string("\7\0\0\0\0\0\0\0", 8));
    ASSERT_TRUE(value.ok()) << value.error().message;
    ASSERT_EQ(value->as<Dict>().size(), 3U);
    const Tensor& b = value->find("b")->as<Tensor>();
    EXPECT_EQ(b.shape, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(std::memcmp(b.data, numbers, sizeof numbers), 0);
    EXPECT_EQ(static_cast<int>(value->find("a")->as<Tensor>().data[0]), 7);
    EXPECT_EQ(value->find("e")->as<Tensor>().elements(), 0);
}

TEST_F(Safetensors, refuses_what_the_format_forbids) {
    const std::string four(16, 'x');
    EXPECT_THAT(fault("[]", ""), HasSubstr("its header is no JSON object"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", four + "y"), HasSubstr("cover 16 bytes of data, the file holds 17"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", "xxxx"), HasSubstr("it may be cut short"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}})", four), HasSubstr("leave a hole or overlap at byte 0"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}})", four), HasSubstr("tensor 'a' needs 20 bytes, its data_offsets hold 16"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}})", four), HasSubstr("tensor 'a' is of type F8_E4M3, which this program does not read"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}})", four), HasSubstr("shape out of bounds"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}})", four), HasSubstr("ends before it begins"));
    EXPECT_THAT(fault(R"({"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}})", four), HasSubstr("a shape that is no list of sizes"));
    ASSERT_TRUE(write_file_atomic(folder_ / "short.safetensors", "abc").ok());
    EXPECT_THAT(read_safetensors(folder_ / "short.safetensors").error().message, HasSubstr("does not start like a safetensors file, or is cut short"));
}

}  // namespace
}  // namespace goetia
