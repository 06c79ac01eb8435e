#include "data/formats/placing.h"

#include <algorithm>
#include <set>

#include "base/files.h"
#include "data/decode/image_size.h"

namespace goetia {
namespace fs = std::filesystem;

std::vector<std::string> picture_names(const AnnotatedSet& set) {
    std::vector<std::string> names;
    std::set<std::string> stems;
    for (const AnnotatedImage& image : set.images) {
        fs::path name = fs::path(image.name).lexically_normal();
        if (name.is_absolute() || name.native().starts_with("..")) name = name.filename();
        const fs::path extension = name.extension();
        const fs::path stem = fs::path(name).replace_extension();
        fs::path own = stem;
        for (int i = 2; !stems.insert(own.native()).second; ++i) own = fs::path(fmt::format("{}_{}", stem.native(), i));
        names.push_back(own.native() + extension.native());
    }
    return names;
}

Status place_file(const fs::path& from, const fs::path& to, Placing placing) {
    GOETIA_TRY(make_folders(to.parent_path()));
    std::error_code code;
    if (placing == Placing::kLink) {
        fs::create_hard_link(from, to, code);
        if (!code) return {};
    }
    fs::copy_file(from, to, code);
    if (code) return os_error(fmt::format("cannot copy '{}' to", from.native()), to.native(), code.value());
    return {};
}

Status place_pictures(const AnnotatedSet& set, const std::vector<std::string>& names, const fs::path& folder,
                      const WritePlan& plan) {
    if (plan.placing == Placing::kNone) return {};
    GOETIA_TRY(make_folders(folder));
    for (std::size_t i = 0; i < names.size(); ++i) {
        GOETIA_TRY(place_file(set.path(set.images[i]), folder / names[i], plan.placing));
        if (plan.told) plan.told(static_cast<std::int64_t>(i) + 1, std::ssize(names));
    }
    return {};
}

Status check_task(const AnnotatedSet& set, std::initializer_list<Task> tasks, std::string_view format) {
    if (std::ranges::find(tasks, set.task) != tasks.end()) return {};
    std::string allowed;
    for (const Task task : tasks) allowed += fmt::format("{}{}", allowed.empty() ? "" : " or ", task_name(task));
    return make_error(Code::kUnsupported, "'{}' holds sets for {}, this one is for {}", format, allowed,
                      task_name(set.task));
}

Status check_placed(const WritePlan& plan, std::string_view format) {
    if (plan.placing != Placing::kNone) return {};
    return make_error(Code::kUnsupported, "'{}' finds a picture's labels by its place; copy or link the pictures",
                      format);
}

Status write_new_file(const fs::path& file, std::string_view text) {
    std::error_code code;
    if (fs::exists(file, code))
        return make_error(Code::kWrongState, "'{}' is there already; choose an empty folder", file.native());
    GOETIA_TRY(make_folders(file.parent_path()));
    return write_file_atomic(file, text);
}

Result<std::pair<int, int>> size_of(const AnnotatedSet& set, const AnnotatedImage& image) {
    if (image.width > 0 && image.height > 0) return std::pair{image.width, image.height};
    GOETIA_ASSIGN(const ImageSize size, read_image_size(set.path(image)));
    return std::pair{size.width, size.height};
}

}  // namespace goetia
