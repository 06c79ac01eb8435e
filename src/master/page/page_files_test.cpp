#include "master/page/page_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PageFiles, AreReadWithTheirFormsTypesAndHashes) {
    const testkit::TemporaryFolder folder;
    folder.write("index.html", "<p>");
    folder.write("assets/index-DxDmvI-7.js", "go()");
    folder.write("assets/index-DxDmvI-7.js.br", "B");
    folder.write("assets/index-DxDmvI-7.js.gz", "G");
    folder.write("assets/inter-latin-wght-normal-Dx4kXJAl.woff2", "F");
    folder.write("assets/plain.css", "a{}");
    folder.write("deep/er/mark.svg", "<svg/>");
    const auto files = read_page(folder.path());
    ASSERT_TRUE(files) << to_string(files.error());
    std::vector<std::string> paths;
    for (const auto& [path, file] : *files) paths.push_back(path);
    EXPECT_THAT(paths, ElementsAre("/assets/index-DxDmvI-7.js", "/assets/inter-latin-wght-normal-Dx4kXJAl.woff2",
                                   "/assets/plain.css", "/deep/er/mark.svg", "/index.html"));
    const PageFile& script = files->at("/assets/index-DxDmvI-7.js");
    EXPECT_EQ(script.type, "text/javascript; charset=utf-8");
    EXPECT_TRUE(script.is_forever);
    ASSERT_EQ(script.forms.size(), 3U);
    EXPECT_EQ(script.forms[0].encoding + script.forms[1].encoding + script.forms[2].encoding, "brgzip");
    EXPECT_EQ(script.forms[1].etag, sha256_hex("B"));
    EXPECT_EQ(files->at("/assets/inter-latin-wght-normal-Dx4kXJAl.woff2").type, "font/woff2");
    EXPECT_FALSE(files->at("/assets/plain.css").is_forever) << "its name holds no hash";
    EXPECT_FALSE(files->at("/index.html").is_forever);
    EXPECT_EQ(files->at("/deep/er/mark.svg").type, "image/svg+xml");
}

TEST(PageFiles, AreNeitherHiddenNorLinks) {
    const testkit::TemporaryFolder folder, secret;
    folder.write("index.html", "<p>");
    folder.write(".built", "");
    folder.write(".git/config", "x");
    secret.write("key", "secret");
    std::filesystem::create_symlink(secret / "key", folder / "key.txt");
    std::filesystem::create_directory_symlink(secret.path(), folder / "keys");
    const auto files = read_page(folder.path());
    ASSERT_TRUE(files) << to_string(files.error());
    EXPECT_EQ(files->size(), 1U);
}

TEST(PageFiles, AreRefusedWhereTheFolderHoldsNoPage) {
    const testkit::TemporaryFolder folder;
    EXPECT_THAT(read_page(folder.path()).error().message,
                HasSubstr("holds no index.html; name the folder that the build of web/ writes"));
    folder.write("index.html", "<p>");
    folder.write("assets/gone.js.br", "B");
    EXPECT_THAT(read_page(folder.path()).error().message, HasSubstr("'gone.js.br' without the file"));
    EXPECT_EQ(read_page(folder / "nowhere").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace goetia
