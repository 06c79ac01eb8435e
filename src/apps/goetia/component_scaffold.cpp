#include "apps/goetia/component_scaffold.h"

#include <cctype>

#include "base/files.h"
#include "base/nearest.h"
#include "component/schema.h"

namespace goetia::cli {
namespace fs = std::filesystem;
namespace {

bool is_upper(char letter) { return std::isupper(static_cast<unsigned char>(letter)) != 0; }
bool is_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

Status check_scaffold_kind(const std::string& kind) {
    if (kind_from_name(kind)) return {};
    std::vector<std::string> names;
    for (const Kind one : all_kinds()) names.emplace_back(kind_name(one));
    const std::string near = nearest_name(kind, names);
    return invalid("no kind of component is called '{}'{} (there are: {})", kind,
                   near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(names, ", "));
}

}  // namespace

std::string snake_case(const std::string& name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        // A word begins at a capital after a small letter, or at the last of several capitals: RGBModel is rgb_model.
        const bool begins = i > 0 && is_upper(name[i]) &&
                            (!is_upper(name[i - 1]) ||
                             (i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0));
        if (begins) text += '_';
        text += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
    }
    return text;
}

Status check_class_name(const std::string& name) {
    bool good = !name.empty() && is_upper(name[0]);
    for (const char letter : name) good = good && is_word(letter);
    if (good) return {};
    return invalid(
        "a component's name must be a C++ class name: a capital, then letters and digits, such as 'MyModel'; found "
        "'{}'",
        name);
}

Result<std::vector<fs::path>> write_scaffold(const fs::path& scaffolds, const std::string& kind,
                                             const std::string& name, const fs::path& output) {
    GOETIA_TRY(check_scaffold_kind(kind));
    GOETIA_TRY(check_class_name(name));
    const std::string file = snake_case(name);
    std::vector<fs::path> written;
    std::error_code code;
    for (const char* ending : {".cpp", ".yaml"}) {
        written.push_back(output / (file + ending));
        if (fs::exists(written.back(), code)) {
            return make_error(Code::kWrongState,
                              "'{}' exists already; choose another name, or another folder with --output",
                              written.back().native());
        }
    }
    GOETIA_TRY(make_folders(output));
    for (const fs::path& path : written) {
        GOETIA_ASSIGN(const std::string text, read_file(scaffolds / (kind + path.extension().native())));
        GOETIA_TRY(write_file_atomic(path, replaced(replaced(text, "MyComponent", name), "my_component", file)));
    }
    return written;
}

}  // namespace goetia::cli
