#include "package/runtime_bundle.h"

#include <fcntl.h>
#include <sstream>

#include <gmock/gmock.h>

#include "archive/unpack_package.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "base/process.h"
#include "package/shared_libraries.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testkit::TemporaryFolder;
namespace fs = std::filesystem;

constexpr const char* kBuild = R"({"abi": "goetia 0.1.0, LibTorch 2.13.0", "goetia": "0.1.0", "libtorch": "2.13.0",
    "cuda": "", "processor": "x86_64", "torch_folder": "TORCH", "compiler": "/usr/bin/c++", "flags": [], "exports": "plugin.exports",
    "include_directories": ["include", "TORCH/include", "TORCH/include/api"], "precompiled_header": "/some/where.hxx"})";

// An installation whose runtime is the supervisor: both are programs with libraries.
class RuntimeBundleTest : public testing::Test {
  protected:
    RuntimeBundleTest() {
        fs::create_directories(folder_ / "bin");
        for (const char* name : {"goetia-runtime", "goetia-supervisor"})
            fs::copy_file(fs::path(GOETIA_BUILD_DIR) / "bin" / "goetia-supervisor", folder_ / "bin" / name);
        std::string build = kBuild;
        for (std::size_t at = build.find("TORCH"); at != std::string::npos; at = build.find("TORCH"))
            build.replace(at, 5, (folder_ / "torch").native());
        folder_.write("share/goetia/plugin_build.json", build);
        folder_.write("share/goetia/catalogue.json", "{}");
        folder_.write("share/goetia/include/goetia/component.h", "");
        folder_.write("share/goetia/page/index.html", "");  // of the master
        folder_.write("torch/include/ATen/Tensor.h", "");
        folder_.write("torch/include/api/torch.h", "");
        folder_.write("contract/experiment.schema.json", "{}");
        folder_.write("configs/groups/a.yaml", "");
        source_ = {.programs = folder_ / "bin",
                   .share = folder_ / "share/goetia",
                   .contract = folder_ / "contract",
                   .configs = folder_ / "configs",
                   .library_folders = system_library_folders()};
    }
    RuntimeBundle made() {
        auto bundle = make_bundle(source_, folder_ / "out", {.level = 1});
        EXPECT_TRUE(bundle.ok()) << to_string(bundle.error());
        return std::move(bundle).value();
    }
    fs::path unpacked(const RuntimeBundle& bundle) {
        const FileDescriptor file(::open(bundle.file.c_str(), O_RDONLY | O_CLOEXEC));
        const auto done = unpack_package(file.get(), bundle.sha256, folder_ / "moved/there");
        EXPECT_TRUE(done.ok()) << to_string(done.error());
        return folder_ / "moved/there";
    }

    TemporaryFolder folder_;
    BundleSource source_;
};

TEST_F(RuntimeBundleTest, holds_programs_libraries_and_share) {
    const RuntimeBundle bundle = made();
    std::vector<std::string> names;
    for (const ArchivedFile& file : bundle.manifest.files) names.push_back(file.name);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    for (const char* name : {"bin/goetia-runtime", "bin/goetia-supervisor", "share/goetia/catalogue.json",
                             "share/goetia/contract/experiment.schema.json", "share/goetia/configs/groups/a.yaml",
                             "share/goetia/include/goetia/component.h", "share/goetia/headers/1/ATen/Tensor.h",
                             "share/goetia/headers/1/api/torch.h", "share/goetia/plugin_build.json"})
        EXPECT_THAT(names, Contains(name));
    EXPECT_THAT(names, Contains(HasSubstr("lib/libstdc++.so")));
    EXPECT_THAT(names, Not(Contains(HasSubstr("lib/libc.so"))));
    EXPECT_THAT(names, Not(Contains(HasSubstr("/page/")))) << "a node serves none";
    EXPECT_EQ(bundle.manifest.runtime.libtorch, "2.13.0");
    EXPECT_TRUE(version_at_least(bundle.manifest.runtime.glibc, "2.17")) << bundle.manifest.runtime.glibc;
    EXPECT_EQ(bundle.file.filename(), bundle.sha256 + ".tar.zst");
    EXPECT_EQ(fs::file_size(bundle.file), static_cast<std::uintmax_t>(bundle.bytes));
}

TEST_F(RuntimeBundleTest, runs_from_another_folder_with_its_own_libraries) {
    const fs::path folder = unpacked(made());
    const auto listed =
        run_process({.words = {folder / "bin/goetia-supervisor"}, .environment = {{"LD_TRACE_LOADED_OBJECTS", "1"}}})
            .value();
    ASSERT_EQ(listed.exit_code, 0) << listed.errors;
    std::istringstream lines(listed.output);
    int ours = 0;
    for (std::string name; lines >> name;) {
        std::string rest;
        std::getline(lines, rest);
        const std::size_t at = rest.find("=> ");
        if (at == std::string::npos) continue;  // the loader, the kernel's page
        const std::string found = fs::path(rest.substr(at + 3, rest.rfind(" (") - at - 3)).lexically_normal();
        if (belongs_to_machine(name)) continue;
        EXPECT_TRUE(found.starts_with((folder / "lib").native())) << name << rest;
        ++ours;
    }
    EXPECT_GT(ours, 2);
}

TEST_F(RuntimeBundleTest, plug_ins_are_compiled_with_headers_of_the_bundle) {
    const fs::path folder = unpacked(made());
    const Json build = parse_json(read_file(folder / "share/goetia/plugin_build.json").value(), "").value();
    EXPECT_EQ(build["precompiled_header"], "");
    for (const Json& one : build["include_directories"])
        EXPECT_TRUE(fs::is_directory(folder / "share/goetia" / one.get<std::string>())) << one;
    EXPECT_THAT(build["include_directories"], Contains(Json("headers/1/api")));
    EXPECT_EQ(json_text(build).find(folder_.path().native()), std::string::npos);
}

TEST_F(RuntimeBundleTest, is_packed_once_for_the_same_files) {
    const RuntimeBundle first = made();
    EXPECT_TRUE(first.is_new);
    const RuntimeBundle again = made();
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(again.sha256, first.sha256);
    EXPECT_EQ(again.manifest, first.manifest);
    folder_.write("configs/groups/a.yaml", "changed: 1\n");
    const RuntimeBundle changed = made();
    EXPECT_TRUE(changed.is_new);
    EXPECT_NE(changed.sha256, first.sha256);
    fs::resize_file(changed.file, 100);
    EXPECT_TRUE(made().is_new) << "an archive that is not whole is packed again";
    EXPECT_EQ(made().sha256, changed.sha256) << "the same files give the same bytes";
}

TEST_F(RuntimeBundleTest, says_what_it_is) {
    const RuntimeBundle bundle = made();
    const RuntimeBundle read = read_bundle(bundle.file).value();
    EXPECT_EQ(read.manifest, bundle.manifest);
    EXPECT_EQ(read.sha256, bundle.sha256);
    EXPECT_EQ(read.bytes, bundle.bytes);
    const auto text = folder_.write("text", "no bundle");
    EXPECT_THAT(read_bundle(text).error().message, HasSubstr("archive '" + text.native() + "': "));
    EXPECT_FALSE(read_bundle(folder_ / "gone").ok());
}

TEST_F(RuntimeBundleTest, what_cannot_be_packed_is_said) {
    folder_.write("share/goetia/plugin_build.json", R"({"abi": "x"})");
    EXPECT_THAT(make_bundle(source_, folder_ / "out").error().message, HasSubstr("rebuild goetia"));
    folder_.write("share/goetia/plugin_build.json", R"({"abi": "x", "libtorch": "2.13.0"})");
    fs::remove(folder_ / "bin/goetia-runtime");
    fs::copy_file("/bin/true", folder_ / "bin/goetia-runtime");
    EXPECT_THAT(make_bundle(source_, folder_ / "out").error().message, HasSubstr("cannot run from another folder"));
    folder_.write("bin/goetia-runtime", "#!/bin/sh\n");
    EXPECT_THAT(make_bundle(source_, folder_ / "out").error().message, HasSubstr("is not a program"));
    EXPECT_TRUE(!fs::exists(folder_ / "out") || fs::is_empty(folder_ / "out"));
}

}  // namespace
}  // namespace goetia
