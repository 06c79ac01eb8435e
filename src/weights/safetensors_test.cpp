#include "weights/safetensors.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/weights.h"
#include "weights/compare.h"
#include "weights/named_tensors.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;
using testkit::equal;
using testkit::kAllTypes;
using testkit::TemporaryFolder;
using testkit::tensor;

class SafetensorsFile : public testing::Test {
  protected:
    // A file with this header, followed by as many bytes.
    std::string fault(std::string header, std::size_t bytes) {
        header.resize((header.size() + 7) / 8 * 8, ' ');
        std::string file(8, '\0');
        for (std::size_t i = 0; i < 8; ++i) file[i] = static_cast<char>(header.size() >> (8 * i));
        std::ofstream(path_, std::ios::binary) << file << header << std::string(bytes, '\1');
        const auto read = read_safetensors(path_);
        const std::string start = "cannot read '" + path_.native() + "': ";
        return read                                      ? "(it was read)"
               : read.error().message.starts_with(start) ? read.error().message.substr(start.size())
                                                         : read.error().message;
    }
    TemporaryFolder folder_;
    fs::path path_ = folder_.path() / "weights.safetensors";
};

TEST_F(SafetensorsFile, reads_back_what_it_wrote) {
    std::map<std::string, Tensor> tensors;
    for (const DType type : kAllTypes) tensors.emplace("of " + std::string(dtype_name(type)), tensor(type, {3, 2}));
    tensors.emplace("scalar", tensor(DType::kFloat64, {}));
    tensors.emplace("empty", tensor(DType::kFloat32, {2, 0}));
    ASSERT_TRUE(write_safetensors(path_, tensors, {{"format", "pt"}, {"题", "\"q\""}}));
    const auto read = read_safetensors(path_);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->as<Dict>().size(), tensors.size());
    for (const auto& [name, one] : tensors) EXPECT_TRUE(equal(one, *read->find(name))) << name;
    EXPECT_EQ(read->as<Dict>()[0].first.as<std::string>(), "of int64") << "the header's order: wide types first";
}

TEST_F(SafetensorsFile, what_the_format_forbids_is_refused) {
    const auto f32 = [](const char* name, int begin, int end) {
        return fmt::format(R"("{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})", name, (end - begin) / 4,
                           begin, end);
    };
    EXPECT_EQ(fault("{" + f32("a", 0, 8) + "}", 8), "(it was read)");
    EXPECT_EQ(fault("{" + f32("a", 4, 8) + "}", 8), "it is damaged: tensor 'a' begins at byte 4, expected 0");
    EXPECT_EQ(fault("{" + f32("a", 0, 8) + "," + f32("b", 4, 8) + "}", 8),
              "it is damaged: tensor 'b' begins at byte 4, expected 8");
    EXPECT_EQ(fault("{" + f32("a", 0, 8) + "}", 12), "it is truncated or damaged: its tensors need 8 bytes, found 12");
    EXPECT_EQ(fault("{" + f32("a", 0, 8) + "}", 4), "it is truncated or damaged: its tensors need 8 bytes, found 4");
    EXPECT_EQ(fault("{" + f32("a", 0, 8) + "," + f32("a", 8, 12) + "}", 12), "it names 'a' twice");
    EXPECT_EQ(fault(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", 1),
              "tensor 'a' is of type 'F8_E4M3'; known: I64, F64, F32, I32, BF16, F16, I16, I8, U8, BOOL");
    EXPECT_EQ(fault(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8),
              "it is damaged: tensor 'a' needs 12 bytes, its offsets are 0 to 8");
    EXPECT_EQ(fault(R"({"a":{"dtype":"F32","shape":[-3],"data_offsets":[0,8]}})", 8),
              "it is damaged: tensor 'a' lacks its dtype, shape or data_offsets");
    EXPECT_EQ(fault(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 0),
              "it is damaged: tensor 'a' is too large");
    EXPECT_EQ(fault(R"({"__metadata__":{"a":1}})", 0),
              "it is damaged: its '__metadata__' may hold texts only, found number under 'a'");
    EXPECT_EQ(fault(R"([1,2])", 0), "it is not a safetensors file: its header does not begin with a brace");
    EXPECT_EQ(fault("{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}", 0),
              "it is damaged: its header is not a JSON object of tensors");
}

TEST(NamedTensors, finds_the_state_dict_wherever_it_lies) {
    const Tensor one = tensor(DType::kFloat32, {2});
    const Dict state{{"fc.weight", one}, {"fc.bias", one}};
    for (const Value& value :
         {Value(state), Value(Dict{{"state_dict", state}, {"epoch", 3}}),
          Value(Dict{{"model", state}, {"optimizer", Dict{}}}), Value(Dict{{"model", Dict{{"state_dict", state}}}}),
          Value(Dict{{"module.fc.weight", one}, {"module.fc.bias", one}})}) {
        const auto found = named_tensors(value);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_EQ(found->size(), 2U);
        EXPECT_TRUE(found->contains("fc.bias"));
    }
    EXPECT_TRUE(named_tensors(Dict{{"module.fc", one}, {"head", one}})->contains("module.fc"))
        << "the model's own name";
}

TEST(NamedTensors, reports_what_was_found_instead) {
    EXPECT_EQ(named_tensors(3).error().message, "these weights are not a mapping of names to tensors");
    EXPECT_EQ(named_tensors(Dict{{"epoch", 3}, {"net", Dict{}}}).error().message,
              "no weights were found: there are no named tensors, neither here nor under 'model' or 'state_dict'; "
              "found: epoch, net");
    const auto mixed = named_tensors(Dict{{"a", tensor(DType::kInt8, {1})}, {"b", 1}, {7, Value()}});
    EXPECT_EQ(to_string(mixed.error()),
              "these weights hold more than named tensors\n  b: must be a tensor\n  7: must be a name");
}

TEST(CompareTensors, reports_each_kind_of_difference) {
    Tensor changed = tensor(DType::kFloat32, {2});
    const auto memory = aligned_memory(8);
    std::memcpy(memory.get(), changed.data, 8);
    const float number = 1.5;
    std::memcpy(memory.get() + 4, &number, 4);
    const double before = number_at(changed, 1);
    changed.memory = memory, changed.data = memory.get();
    const std::map<std::string, Tensor> a{{"gone", tensor(DType::kInt8, {1})},
                                          {"numbers", tensor(DType::kFloat32, {2})},
                                          {"same", tensor(DType::kInt8, {1})},
                                          {"shape", tensor(DType::kInt8, {2})},
                                          {"type", tensor(DType::kInt8, {1})}};
    const std::map<std::string, Tensor> b{{"new", tensor(DType::kInt8, {1})},
                                          {"numbers", changed},
                                          {"same", tensor(DType::kInt8, {1})},
                                          {"shape", tensor(DType::kInt8, {1, 2})},
                                          {"type", tensor(DType::kUInt8, {1})}};
    std::string told;
    double largest = 0;
    for (const TensorDifference& one : compare_tensors(a, b))
        told += fmt::format("{} {}, ", one.name, difference_name(one.kind)), largest = std::max(largest, one.largest);
    EXPECT_EQ(told, "gone only_in_first, numbers numbers, shape shape, type type, new only_in_second, ");
    EXPECT_DOUBLE_EQ(largest, std::abs(1.5 - before));
}

TEST(CompareTensors, reads_half_and_brain_floats) {
    const std::uint16_t bits[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x3fc0};
    Tensor half{.dtype = DType::kFloat16, .shape = {5}, .memory = {}, .data = reinterpret_cast<const std::byte*>(bits)};
    EXPECT_EQ(number_at(half, 0), 1.0);
    EXPECT_EQ(number_at(half, 1), -2.0);
    EXPECT_EQ(number_at(half, 2), 0x1p-24);
    EXPECT_EQ(number_at(half, 3), 65504.0);
    half.dtype = DType::kBFloat16;
    EXPECT_EQ(number_at(half, 4), 1.5);
}

}  // namespace
}  // namespace goetia
