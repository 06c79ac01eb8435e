#include "package/elf_file.h"

#include <cstring>
#include <elf.h>
#include <random>

#include <gmock/gmock.h>

#include "base/files.h"
#include "package/shared_libraries.h"
#include "protocol/runtime_needs.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testkit::TemporaryFolder;
namespace fs = std::filesystem;

fs::path own_program() { return fs::read_symlink("/proc/self/exe"); }

// The start of this program up to what its dynamic section refers to is enough to read it.
std::string own_bytes() { return read_file(own_program()).value(); }

TEST(ElfFileTest, a_program_says_what_it_needs) {
    const ElfFile elf = read_elf(own_program()).value().value();
    EXPECT_THAT(elf.needed, Contains("libc.so.6"));
    EXPECT_THAT(elf.needed, Contains(HasSubstr("libcrypto.so")));
    EXPECT_TRUE(elf.processor == "x86_64" || elf.processor == "aarch64");
    EXPECT_TRUE(version_at_least(elf.glibc, "2.17")) << elf.glibc;
    EXPECT_FALSE(version_at_least(elf.glibc, "3")) << elf.glibc;
}

TEST(ElfFileTest, run_path_and_versions_are_read) {
    const fs::path seed = fs::path(GOETIA_SOURCE_DIR) / "fuzz/seeds/elf_file/good";
    const ElfFile elf = read_elf(seed).value().value();
    EXPECT_THAT(elf.needed, testing::ElementsAre("libc.so.6"));
    EXPECT_EQ(elf.run_path, "$ORIGIN/../lib");
    EXPECT_FALSE(elf.run_path_is_inherited);
    EXPECT_EQ(elf.glibc, "2.34");
    EXPECT_EQ(elf.processor, "x86_64");
    std::string bytes = read_file(seed).value();
    const std::vector<BytePatch> patches = inherited_run_path(elf, "ORIGIN/..").value();
    for (const BytePatch& patch : patches)
        bytes.replace(static_cast<std::size_t>(patch.at), patch.bytes.size(), patch.bytes);
    const ElfFile patched = elf_from_bytes(bytes, "patched").value().value();
    EXPECT_TRUE(patched.run_path_is_inherited);
    EXPECT_EQ(patched.run_path, "ORIGIN/..") << "what is before and behind it is gone";
    EXPECT_EQ(patched.glibc, "2.34") << "and nothing else changed";
}

TEST(ElfFileTest, what_is_no_program_is_told_from_what_is_damaged) {
    const TemporaryFolder folder;
    EXPECT_FALSE(read_elf(folder.write("script", "#!/bin/sh\n")).value());
    EXPECT_FALSE(read_elf(folder.write("empty", "")).value());
    EXPECT_FALSE(read_elf(folder / "gone").ok());
    std::string other = own_bytes().substr(0, 4096);
    other[EI_CLASS] = ELFCLASS32;
    EXPECT_EQ(elf_from_bytes(other, "x").error().code, Code::kUnsupported);
}

TEST(ElfFileTest, damaged_files_are_refused_or_read_but_never_left) {
    std::string good = own_bytes();
    const ElfFile elf = elf_from_bytes(good, "x").value().value();
    std::mt19937 random(1);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::vector<std::pair<std::size_t, char>> kept;
        for (int j = 0; j < 3; ++j) {  // in the headers, or in the dynamic section
            const std::size_t at = random() % 2 == 0 || elf.path_entry == 0
                                       ? random() % 1024
                                       : static_cast<std::size_t>(elf.path_entry) - 256 + random() % 768;
            if (at >= good.size()) continue;
            kept.emplace_back(at, good[at]);
            good[at] = static_cast<char>(random());
        }
        if (!elf_from_bytes(good, "x")) ++refused;
        for (auto one = kept.rbegin(); one != kept.rend(); ++one) good[one->first] = one->second;
    }
    EXPECT_GT(refused, 0);
    for (std::size_t size = 0; size < 4096; size += 61) (void)elf_from_bytes(good.substr(0, size), "x");
}

TEST(ElfFileTest, a_run_path_is_cut_to_what_a_bundle_has_and_inherited) {
    ElfFile elf{.run_path = "/opt/torch/lib:$ORIGIN/../lib", .path_entry = 1000, .path_text = 50};
    const std::vector<BytePatch> patches = inherited_run_path(elf, "$ORIGIN/../lib").value();
    ASSERT_EQ(patches.size(), 1U) << "nothing is behind it";
    EXPECT_EQ(patches[0].at, 1000);
    Elf64_Dyn entry;
    ASSERT_EQ(patches[0].bytes.size(), sizeof entry);
    std::memcpy(&entry, patches[0].bytes.data(), sizeof entry);
    EXPECT_EQ(entry.d_tag, DT_RPATH);
    EXPECT_EQ(entry.d_un.d_val, 50U + 15U);
    EXPECT_EQ(inherited_run_path({.run_path = "/opt", .path_entry = 8}, "$ORIGIN/../lib").error().message,
              "its run path does not contain '$ORIGIN/../lib', found '/opt'");
    EXPECT_FALSE(inherited_run_path({}, "").ok());
}

TEST(SharedLibrariesTest, are_found_as_the_loader_finds_them) {
    const auto found = shared_libraries_of({own_program()}, system_library_folders());
    ASSERT_TRUE(found.ok()) << to_string(found.error());
    std::vector<std::string> names;
    for (const SharedLibrary& one : *found) {
        names.push_back(one.name);
        EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(one.file))) << one.file << " is behind its links";
        EXPECT_FALSE(belongs_to_machine(one.name)) << one.name;
    }
    EXPECT_THAT(names, Contains(HasSubstr("libstdc++.so")));
    EXPECT_THAT(names, Contains(HasSubstr("libcrypto.so")));
    EXPECT_THAT(names, Contains(HasSubstr("libgcc_s.so")));
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST(SharedLibrariesTest, that_are_missing_are_all_named) {
    const TemporaryFolder empty;
    const Error error = shared_libraries_of({own_program()}, {empty.path()}).error();
    EXPECT_EQ(error.code, Code::kNotFound);
    EXPECT_GT(error.faults.size(), 1U);
    EXPECT_THAT(to_string(error), HasSubstr("needs it, and it is in no folder that the loader searches"));
}

TEST(SharedLibrariesTest, of_glibc_and_the_driver_stay_with_the_machine) {
    for (const char* name : {"libc.so.6", "libm.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2", "libcuda.so.1",
                             "libnvidia-ml.so.1", "libnss_files.so.2", "libresolv.so.2"})
        EXPECT_TRUE(belongs_to_machine(name)) << name;
    for (const char* name : {"libcrypto.so.3", "libstdc++.so.6", "libcudart.so.12", "libcurl.so.4", "libmd.so.0"})
        EXPECT_FALSE(belongs_to_machine(name)) << name;
}

}  // namespace
}  // namespace goetia
