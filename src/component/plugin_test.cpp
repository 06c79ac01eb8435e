// Plug-ins without LibTorch: files, cache and loading, tested with sources that compile in a fraction of a second.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "component/plugin_build.h"
#include "component/plugin_files.h"
#include "component/plugin_library.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMinimalPlugin =
    R"(extern "C" const char goetia_plugin_abi[]; const char goetia_plugin_abi[] = "goetia-plugin-abi:this one";
extern "C" int goetia_plugin_register() { return ANSWER; }
)";

class Plugins : public testing::Test {
  protected:
    void SetUp() override {
        ::unsetenv("CXX");
        write("cache/plugin.exports", "{ global: goetia_plugin_abi; goetia_plugin_register; local: *; };\n");
        build_ = {.abi = "this one",
                  .compiler = "g++",
                  .flags = {"-std=c++20", "-fPIC", "-DANSWER=42"},
                  .link_flags = {"-Wl,--version-script=" + (root_ / "cache/plugin.exports").native()},
                  .precompiled_header = {}};
    }
    fs::path write(const std::string& name, const std::string& text) const { return temporary_.write(name, text); }
    Result<fs::path> compile(const fs::path& source) {
        return compile_plugin(build_, source, root_ / "cache",
                              [this](const std::string& line) { said_.push_back(line); });
    }
    Error load_error(const fs::path& source) {
        const auto library = compile(source);
        if (!library) return library.error();
        return open_plugin(*library, source.filename(), build_.abi).error();
    }

    testkit::TemporaryFolder temporary_;
    const fs::path& root_ = temporary_.path();
    PluginBuild build_;
    std::vector<std::string> said_;
};

TEST_F(Plugins, are_files_and_folders_named_from_the_configuration) {
    const fs::path one = write("conf/one.cpp", ""), two = write("conf/more/two.cc", ""),
                   three = write("conf/more/three.cxx", "");
    write("conf/more/note.txt", ""), write("conf/more/deeper/four.cpp", "");
    const fs::path built = write("conf/built.so", "");
    const auto files = find_plugins({"one.cpp", "more/", built, "more/two.cc"}, root_ / "conf");
    ASSERT_TRUE(files) << to_string(files.error());
    EXPECT_EQ(*files, (std::vector<fs::path>{one, three, two, built}));
}

TEST_F(Plugins, that_cannot_be_found_are_reported_at_once_with_the_nearest_name) {
    write("my_model.cpp", ""), write("notes.txt", ""), fs::create_directory(root_ / "empty");
    const auto files = find_plugins({"my_modle.cpp", "notes.txt", "empty/", "my_model.cpp"}, root_);
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, Code::kNotFound);
    EXPECT_EQ(
        to_string(files.error()),
        fmt::format("cannot use 3 of the 4 plug-ins named in 'components'\n"
                    "  components[0]: there is no '{0}/my_modle.cpp', found my_modle.cpp (allowed: a C++ source "
                    "(.cpp, .cc, .cxx), a built "
                    "plug-in (.so) or a folder of sources); did you mean 'my_model.cpp'?\n"
                    "  components[1]: is not a plug-in, found notes.txt (allowed: a C++ source (.cpp, .cc, .cxx), a "
                    "built plug-in (.so) or a "
                    "folder of sources)\n"
                    "  components[2]: the folder holds no plug-in source, found {0}/empty (allowed: files that "
                    "end in .cpp, .cc or .cxx)",
                    root_.native()));
}

TEST_F(Plugins, are_named_by_a_list_of_strings) {
    EXPECT_EQ(*named_plugins({{"components", {"a.cpp", "b/"}}}), (std::vector<std::string>{"a.cpp", "b/"}));
    EXPECT_TRUE(named_plugins(Json::object())->empty());
    EXPECT_EQ(named_plugins({{"components", "a.cpp"}}).error().message,
              "'components' must be a list of plug-in files and folders, found \"a.cpp\"");
}

TEST_F(Plugins, are_copied_to_the_experiment_with_headers_and_hashes) {
    const fs::path one =
        write("a/one.cpp", "#include \"parts/one.h\"\n#include <vector>\n  #  include \"learn/model.h\"\n");
    write("a/parts/one.h", "#include \"two.h\"\n"), write("a/parts/two.h", ""), write("a/unused.h", "");
    const fs::path other = write("b/one.cpp", "int b;\n");
    const auto kept = copy_plugins({one, other}, root_ / "exp");
    ASSERT_TRUE(kept) << to_string(kept.error());
    EXPECT_EQ(*kept, (std::vector<std::string>{"components/1/one.cpp", "components/2/one.cpp"}));
    EXPECT_EQ(*find_plugins(*kept, root_ / "exp"),
              (std::vector<fs::path>{root_ / "exp/components/1/one.cpp", root_ / "exp/components/2/one.cpp"}));
    EXPECT_TRUE(fs::exists(root_ / "exp/components/1/parts/two.h"));
    EXPECT_FALSE(fs::exists(root_ / "exp/components/1/unused.h"));
    const Json manifest = Json::parse(*read_file(root_ / "exp/components/manifest.json"));
    ASSERT_EQ(manifest.size(), 4U);
    EXPECT_EQ(manifest[3], Json({{"file", "components/2/one.cpp"}, {"sha256", sha256_hex("int b;\n")}}));
    EXPECT_EQ(*copy_plugins({other}, root_ / "exp2"), std::vector<std::string>{"components/one.cpp"});
    EXPECT_TRUE(copy_plugins({}, root_ / "exp3")->empty());
    EXPECT_FALSE(fs::exists(root_ / "exp3"));
}

TEST_F(Plugins, may_not_include_headers_outside_their_folder) {
    const fs::path source = write("a/one.cpp", "#include \"../shared.h\"\n");
    write("shared.h", "");
    EXPECT_EQ(plugin_sources(source).error().message,
              fmt::format("'one.cpp' includes '../shared.h', which lies outside the plug-in's folder '{}/a'; put it "
                          "there, so that an experiment can keep "
                          "a complete copy",
                          root_.native()));
}

TEST_F(Plugins, compile_once_for_their_content_in_any_folder) {
    const std::string text = std::string("#include \"answer.h\"\n") + kMinimalPlugin;
    const fs::path source = write("a/one.cpp", text), copy = write("exp/components/one.cpp", text);
    write("a/answer.h", "// 1\n"), write("exp/components/answer.h", "// 1\n");
    const auto first = compile(source), again = compile(source), copied = compile(copy);
    ASSERT_TRUE(first) << to_string(first.error());
    EXPECT_EQ(said_, std::vector<std::string>{"compiling one.cpp (once, about 20 s)"});
    EXPECT_EQ(*first, *again);
    EXPECT_EQ(*first, *copied);
    write("a/answer.h", "// 2\n");
    EXPECT_NE(*compile(source), *first) << "a header changed";
    build_.abi = "another";
    EXPECT_NE(*compile(copy), *first) << "the build of goetia changed";
    build_.abi = "this one", build_.flags.push_back("-O2");
    EXPECT_NE(*compile(copy), *first) << "the flags changed";
}

TEST_F(Plugins, are_compiled_once_by_two_processes) {
    const fs::path source = write("one.cpp", kMinimalPlugin);
    std::atomic<int> compiled = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const auto library = compile_plugin(build_, source, root_ / "cache", [&](const std::string& line) {
                compiled += line.starts_with("compiling");
            });
            EXPECT_TRUE(library && fs::exists(*library));
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(compiled, 1);
}

TEST_F(Plugins, that_do_not_compile_report_the_first_faults_and_the_log) {
    const fs::path source = write("bad.cpp", "int one() { return missing; }\nint two( {\n");
    const auto library = compile(source);
    ASSERT_FALSE(library);
    const Error& error = library.error();
    EXPECT_EQ(error.code, Code::kInvalid);
    EXPECT_TRUE(error.message.starts_with("'bad.cpp' does not compile; the compiler's full output is in '" +
                                          (root_ / "cache/bad-").native()))
        << error.message;
    ASSERT_GE(error.faults.size(), 2U);
    EXPECT_EQ(error.faults[0].file, source);
    EXPECT_EQ(error.faults[0].line, 1);
    EXPECT_NE(error.faults[0].message.find("'missing' was not declared"), std::string::npos) << error.faults[0].message;
    const std::size_t begin = error.message.rfind(" '") + 2;
    const auto log = read_file(error.message.substr(begin, error.message.size() - begin - 1));
    ASSERT_TRUE(log);
    EXPECT_NE(log->find("bad.cpp:2:"), std::string::npos) << *log;
    for (const auto& entry : fs::directory_iterator(root_ / "cache")) EXPECT_NE(entry.path().extension(), ".so");
}

TEST_F(Plugins, with_unsupported_includes_are_refused) {
    const fs::path source =
        write("one.cpp", std::string("#define NAME \"hidden.h\"\n#include NAME\n") + kMinimalPlugin);
    write("hidden.h", "");
    EXPECT_EQ(compile(source).error().message,
              fmt::format("'one.cpp' includes '{}/hidden.h' in a form that is not supported; write '#include \"...\"' "
                          "with its name, from the plug-in's own folder",
                          root_.native()));
}

TEST_F(Plugins, need_a_compiler) {
    const fs::path source = write("one.cpp", kMinimalPlugin);
    ::setenv("CXX", "/nowhere/c++ -O2", 1);
    EXPECT_EQ(compile(source).error().message,
              "there is no compiler '/nowhere/c++' for 'one.cpp'; it is named by CXX: correct it or unset it");
    ::unsetenv("CXX");
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", "/nowhere", 1);
    build_.compiler = "/nowhere/g++-12";
    EXPECT_EQ(compile(source).error().message,
              "there is no C++ compiler for 'one.cpp': neither '/nowhere/g++-12' nor g++; install g++, or name a "
              "compiler with CXX");
    ::setenv("PATH", path.c_str(), 1);
}

TEST_F(Plugins, load_and_return_their_function) {
    const fs::path source = write("one.cpp", kMinimalPlugin);
    const auto library = compile(source);
    ASSERT_TRUE(library) << to_string(library.error());
    const auto function = open_plugin(*library, "one.cpp", "this one");
    ASSERT_TRUE(function) << to_string(function.error());
    EXPECT_EQ(reinterpret_cast<int (*)()>(*function)(), 42);
}

TEST_F(Plugins, of_another_build_are_refused_before_any_of_their_code_runs) {
    const fs::path source = write("other.cpp", R"(#include <cstdlib>
extern "C" const char goetia_plugin_abi[]; const char goetia_plugin_abi[] = "goetia-plugin-abi:goetia 0.0.9";
struct Early { Early() { std::abort(); } } early;
extern "C" void goetia_plugin_register() {})");
    EXPECT_EQ(load_error(source).message,
              "the plug-in 'other.cpp' was built for another goetia: found 'goetia 0.0.9', this one is 'this one'; "
              "rebuild it, or name its source");
}

TEST_F(Plugins, without_components_are_refused) {
    EXPECT_EQ(
        load_error(write("nothing.cpp", "int one = 1;\n")).message,
        "'nothing.cpp' is not a plug-in: it exports no components; write 'GOETIA_COMPONENTS(registry) { ... }' in "
        "it, once");
    EXPECT_EQ(load_error(write("half.cpp",
                               "extern \"C\" const char goetia_plugin_abi[]; const char goetia_plugin_abi[] = "
                               "\"goetia-plugin-abi:this one\";\n"))
                  .message,
              "the plug-in 'half.cpp' does not export 'goetia_plugin_register'; write GOETIA_COMPONENTS in it, once");
}

TEST_F(Plugins, with_undefined_symbols_are_refused) {
    const Error error =
        load_error(write("needs.cpp", std::string("int nowhere();\nint use = nowhere();\n") + kMinimalPlugin));
    EXPECT_EQ(error.message,
              "cannot load the plug-in 'needs.cpp': undefined symbol: _Z7nowherev; it uses something that this "
              "goetia-runtime does not have");
}

TEST_F(Plugins, a_build_says_how_they_are_compiled) {
    write("share/plugin_build.json",
          R"({"abi": "x", "compiler": "g++", "flags": ["-O2"], "include_directories": ["include", "/torch"],
                                         "exports": "plugin.exports", "precompiled_header": ""})");
    const auto build = read_plugin_build(root_ / "share");
    ASSERT_TRUE(build) << to_string(build.error());
    EXPECT_EQ(build->flags,
              (std::vector<std::string>{"-O2", "-isystem", root_ / "share/include", "-isystem", "/torch"}));
    EXPECT_EQ(build->link_flags,
              std::vector<std::string>{"-Wl,--version-script=" + (root_ / "share/plugin.exports").native()});
    write("share/plugin_build.json", "{}");
    EXPECT_TRUE(read_plugin_build(root_ / "share")
                    .error()
                    .message.starts_with("'" + (root_ / "share/plugin_build.json").native() + "' is damaged"));
    EXPECT_EQ(read_plugin_build(root_ / "gone").error().message,
              fmt::format("this goetia-runtime cannot compile plug-ins: cannot open "
                          "'{}/gone/plugin_build.json': No such file or directory",
                          root_.native()));
}

}  // namespace
}  // namespace goetia
