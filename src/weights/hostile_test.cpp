// Untrusted files: truncated, altered, or malicious. Never a crash; an Error, or the same value.
#include <fstream>

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/weights.h"
#include "weights/pth.h"
#include "weights/safetensors.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;
using testkit::equal;
using testkit::sample_value;
using testkit::TemporaryFolder;
using testkit::tensor;

class Hostile : public testing::Test {
  protected:
    fs::path put(const std::string& bytes, const std::string& name = "file.pth") {
        std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
        return folder_.path() / name;
    }

    // The fault of a file of these bytes, without the part that names it.
    std::string fault(const std::string& bytes) {
        const fs::path path = put(bytes);
        const auto read = read_pth(path);
        if (read) return "(it was read)";
        const std::string start = "cannot read '" + path.native() + "': ";
        return read.error().message.starts_with(start) ? read.error().message.substr(start.size())
                                                       : "(another start) " + read.error().message;
    }

    // The bytes of a legacy file around this pickled object, with these storage keys and bytes after them.
    static std::string legacy(const std::string& object, const std::string& tail = std::string("\x80\x02].", 4)) {
        return std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e\x80\x02M\xe9\x03.\x80\x02}.",
                           25) +
               object + tail;
    }

    TemporaryFolder folder_;
};

TEST_F(Hostile, a_pth_cut_at_any_byte_is_an_error) {
    const fs::path path = folder_.path() / "whole.pth";
    ASSERT_TRUE(write_pth(path, sample_value()));
    const std::string whole = *read_file(path);
    for (std::size_t size = 0; size < whole.size(); size += 97) {
        const auto read = read_pth(put(whole.substr(0, size)));
        ASSERT_FALSE(read) << size;
        ASSERT_EQ(read.error().code, Code::kInvalid) << size << ": " << read.error().message;
    }
    EXPECT_FALSE(read_pth(put(whole.substr(0, whole.size() - 1))));
}

TEST_F(Hostile, a_flipped_bit_is_an_error_or_changes_nothing) {
    const fs::path path = folder_.path() / "whole.pth";
    const Value value = sample_value();
    ASSERT_TRUE(write_pth(path, value));
    const std::string whole = *read_file(path);
    int refused = 0, tried = 0;
    for (std::size_t at = 0; at < whole.size(); at += 13, ++tried) {
        std::string altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
        const auto read = read_pth(put(altered));
        if (!read) ++refused;
        else ASSERT_TRUE(equal(value, *read)) << "byte " << at;
    }
    EXPECT_GT(refused, tried / 4);
}

TEST_F(Hostile, a_safetensors_file_cut_or_altered_never_crashes) {
    const fs::path path = folder_.path() / "whole.safetensors";
    ASSERT_TRUE(write_safetensors(path, {{"a", tensor(DType::kFloat32, {7, 3})}, {"b", tensor(DType::kInt64, {5})}}));
    const std::string whole = *read_file(path);
    for (std::size_t size = 0; size < whole.size(); ++size)
        ASSERT_FALSE(read_safetensors(put(whole.substr(0, size)))) << size;
    ASSERT_FALSE(read_safetensors(put(whole + "x")));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
        const auto read = read_safetensors(put(altered));
        ASSERT_TRUE(read || read.error().code == Code::kInvalid || read.error().code == Code::kUnsupported)
            << read.error().message;
    }
}

TEST_F(Hostile, an_altered_legacy_file_never_crashes) {
    std::string pickled = "\x80\x02";
    pickled += "ctorch._utils\n_rebuild_tensor_v2\n((";
    const auto text = [](const std::string& word) {
        return std::string("X") + static_cast<char>(word.size()) + std::string(3, '\0') + word;
    };
    pickled += text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") +
               std::string("K\x04NtQK\0K\x02K\x02\x86K\x02K\x01\x86\x89", 18) + "ccollections\nOrderedDict\n)RtR.";
    const std::string keys = "\x80\x02](" + text("0") + "e.";
    const std::string numbers = std::string("\x04\0\0\0\0\0\0\0", 8) + std::string(16, '\1');
    const std::string whole = legacy(pickled, keys + numbers);
    const auto read = read_pth(put(whole));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->as<Tensor>().shape, (std::vector<std::int64_t>{2, 2}));
    for (std::size_t size = 0; size < whole.size(); ++size) ASSERT_FALSE(read_pth(put(whole.substr(0, size)))) << size;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
        const auto changed = read_pth(put(altered));
        ASSERT_TRUE(changed || changed.error().code == Code::kInvalid || changed.error().code == Code::kUnsupported)
            << changed.error().message;
    }
}

TEST_F(Hostile, code_is_refused_by_its_name_and_not_run) {
    const std::string system =
        "\x80\x02"
        "cos\nsystem\nX" +
        std::string("\x06\0\0\0", 4) + "whoami\x85R.";
    EXPECT_EQ(fault(legacy(system)),
              "it holds 'os.system', which is not plain data; nothing was executed; allowed: tensors, numbers, texts, "
              "lists, tuples and dicts; save model.state_dict() in place of the object");
    EXPECT_EQ(fault(legacy("\x80\x04\x95")),
              "its pickle uses the opcode FRAME, which weights do not need; nothing was executed; save the file again "
              "with torch.save(..., pickle_protocol=2)");
    EXPECT_EQ(fault(legacy("\x80\x02\x7f.")),
              "its pickle uses the opcode 0x7f, which weights do not need; nothing was executed; save the file again "
              "with torch.save(..., pickle_protocol=2)");
}

TEST_F(Hostile, a_file_without_weights_is_refused) {
    EXPECT_EQ(fault(""), "it is empty");
    EXPECT_EQ(fault("hello"), "it is not a PyTorch file: it is neither a zip file nor torch.save's older format");
    EXPECT_EQ(fault(std::string("\x40\0\0\0\0\0\0\0{\"a\"", 12)),
              "it is not a PyTorch file; it looks like safetensors: rename it to end in .safetensors");
    EXPECT_EQ(fault("PK\3\4"), "it is truncated or damaged: the zip file's directory is missing");
    EXPECT_EQ(read_pth(folder_.path()).error().message,
              "cannot read '" + folder_.path().native() + "': it is not a regular file");
}

TEST_F(Hostile, a_small_pickle_cannot_claim_large_memory) {
    // A list that holds itself, and one that doubles forty times.
    EXPECT_EQ(fault(legacy("\x80\x02]q" + std::string(1, '\0') + "h" + std::string(1, '\0') + "a.")),
              "it is damaged: values are nested more than 200 deep");
    std::string bomb = "\x80\x02]q" + std::string(1, '\0');
    for (int i = 0; i < 40; ++i)
        bomb += "h" + std::string(1, static_cast<char>(i)) + "h" + std::string(1, static_cast<char>(i)) + "\x86q" +
                std::string(1, static_cast<char>(i + 1));
    bomb = "\x80\x02" + ("(" + bomb.substr(2)) + "t.";
    EXPECT_EQ(fault(legacy(bomb)), "it is damaged: it repeats the same values too often");
}

}  // namespace
}  // namespace goetia
