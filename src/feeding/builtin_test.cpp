// The lists of built-in components are complete: each component's file is named in one of them.
#include <fstream>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// The files of `folder` that define a component: those with an add_<file name>().
std::set<std::string> component_files(const std::string& folder, const std::string& registry) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(GOETIA_SOURCE_DIR) / "src" / folder)) {
        const std::string text = text_of(entry.path());
        std::smatch found;
        if (entry.path().extension() != ".cpp" ||
            !std::regex_search(text, found, std::regex("Status add_(\\w+)\\(" + registry + "&")))
            continue;
        EXPECT_EQ(found[1], entry.path().stem().native()) << "a component's file is named like its add_ function";
        EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_filename(entry.path().stem().native() + "_test.cpp")))
            << entry.path() << " has no test";
        names.insert(found[1]);
    }
    return names;
}

std::set<std::string> listed(const std::string& file) {
    const std::string text = text_of(fs::path(GOETIA_SOURCE_DIR) / "src" / file);
    std::set<std::string> names;
    const std::regex line("\n    GOETIA_ADD\\((\\w+)\\);");
    for (std::sregex_iterator one(text.begin(), text.end(), line), end; one != end; ++one) names.insert((*one)[1]);
    return names;
}

TEST(Builtin, every_component_file_is_listed) {
    EXPECT_EQ(component_files("feeding/transforms", "TransformRegistry"),
              listed("feeding/transforms/builtin_transforms.cpp"));
    EXPECT_EQ(component_files("feeding/batch_transforms", "BatchTransformRegistry"),
              listed("feeding/batch_transforms/builtin_batch_transforms.cpp"));
    EXPECT_EQ(component_files("feeding/samplers", "SamplerRegistry"), listed("feeding/samplers/builtin_samplers.cpp"));
    EXPECT_EQ(component_files("datasets/formats", "ReaderRegistry"), listed("datasets/formats/builtin_readers.cpp"));
}

TEST(Builtin, the_registries_hold_them) {
    TransformRegistry transforms(Kind::kTransform);
    BatchTransformRegistry batch_transforms(Kind::kBatchTransform);
    SamplerRegistry samplers(Kind::kSampler);
    DatasetRegistry datasets(Kind::kDataset);
    ASSERT_TRUE(register_builtin_transforms(transforms));
    ASSERT_TRUE(register_builtin_batch_transforms(batch_transforms));
    ASSERT_TRUE(register_builtin_samplers(samplers));
    ASSERT_TRUE(register_builtin_datasets(datasets));
    EXPECT_EQ(transforms.names().size(), listed("feeding/transforms/builtin_transforms.cpp").size() + 1)
        << "random_flips are two";
    EXPECT_EQ(batch_transforms.names(), (std::vector<std::string>{"CutMix", "Mixup"}));
    EXPECT_EQ(samplers.names().size(), listed("feeding/samplers/builtin_samplers.cpp").size());
    EXPECT_EQ(datasets.names().size(), listed("datasets/formats/builtin_readers.cpp").size() + 1) << "and Packed";
}

}  // namespace
}  // namespace goetia
