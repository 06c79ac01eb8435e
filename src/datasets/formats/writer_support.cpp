#include "datasets/formats/writer_support.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/files.h"
#include "datasets/formats/lines.h"
#include "imaging/decode/image_size.h"

namespace goetia {
namespace fs = std::filesystem;

namespace {

bool breaks_line(char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F; }

// The path of the image relative to its root; of one outside of the root only the file name.
fs::path own_name(const AnnotatedImage& image) {
    const fs::path name = fs::path(image.name).lexically_normal();
    return name.is_absolute() || name.native().starts_with("..") ? name.filename() : name;
}

// The stem, made fit for a line of text.
std::string as_line(std::string stem) {
    std::ranges::replace_if(stem, breaks_line, '_');
    stem = trimmed(stem);
    return stem.empty() ? "picture" : stem;
}

}  // namespace

ImageNames image_names(const AnnotatedSet& set, const NamingRules& naming) {
    ImageNames result;
    std::unordered_set<std::string> used;
    std::unordered_map<std::string, int> last;  // the last number tried for each name
    for (const AnnotatedImage& image : set.images) {
        const fs::path own = naming.place ? naming.place(image, own_name(image)) : own_name(image);
        const std::string extension = own.extension().native();
        const std::string stem = naming.on_lines ? as_line(stem_of(own.native())) : stem_of(own.native());
        const auto key = [&](const std::string& free) { return naming.own_stems ? free : free + extension; };
        const auto is_free = [&](const std::string& free) {
            return !used.contains(key(free)) && !(naming.taken && naming.taken(free + extension));
        };
        std::string free = stem;
        for (int& number = last.try_emplace(key(stem), 1).first->second; !is_free(free);)
            free = fmt::format("{}_{}", stem, ++number);
        used.insert(key(free));
        result.names.push_back(free + extension);
        result.renamed += result.names.back() != own.native() ? 1 : 0;
    }
    return result;
}

std::string stem_of(const std::string& name) { return fs::path(name).replace_extension().native(); }

Status transfer_file(const fs::path& from, const fs::path& to, FileTransfer transfer) {
    GOETIA_TRY(make_folders(to.parent_path()));
    std::error_code code;
    if (transfer == FileTransfer::kLink) {
        fs::create_hard_link(from, to, code);
        if (!code) return {};
    }
    fs::copy_file(from, to, code);
    if (code) return os_error(fmt::format("copy '{}' to", from.native()), to.native(), code.value());
    return {};
}

Status transfer_images(const AnnotatedSet& set, const std::vector<std::string>& names, const fs::path& folder,
                       const WritePlan& plan) {
    if (plan.transfer == FileTransfer::kNone) return {};
    GOETIA_TRY(make_folders(folder));
    for (std::size_t i = 0; i < names.size(); ++i) {
        GOETIA_TRY(check_stop(plan));
        GOETIA_TRY(transfer_file(set.path(set.images[i]), folder / names[i], plan.transfer));
        if (plan.on_progress) plan.on_progress(static_cast<std::int64_t>(i) + 1, std::ssize(names));
    }
    return {};
}

Status check_task(const AnnotatedSet& set, std::initializer_list<Task> tasks, std::string_view format) {
    if (std::ranges::find(tasks, set.task) != tasks.end()) return {};
    std::string allowed;
    for (const Task task : tasks) allowed += fmt::format("{}{}", allowed.empty() ? "" : " or ", task_name(task));
    return make_error(Code::kUnsupported, "'{}' stores sets for {}, this one is for {}", format, allowed,
                      task_name(set.task));
}

Status check_transfer(const WritePlan& plan, std::string_view format) {
    if (plan.transfer != FileTransfer::kNone) return {};
    return make_error(Code::kUnsupported, "'{}' finds the labels of an image by its path; copy or link the images",
                      format);
}

Result<std::string> class_list(const AnnotatedSet& set, std::string_view format) {
    std::string list;
    std::set<std::string_view> seen;
    for (const std::string& name : set.classes) {
        const auto refuse = [&](std::string_view why) {
            return make_error(Code::kUnsupported, "class '{}' {}, but '{}' lists one class per line; rename it", name,
                              why, format);
        };
        if (name.empty() || trimmed(name) != name) return refuse("begins or ends with a blank, or is empty");
        if (std::ranges::any_of(name, breaks_line)) return refuse("holds a line break or another control character");
        if (!seen.insert(name).second) return refuse("appears twice");
        list += name + "\n";
    }
    return list;
}

Status check_stop(const WritePlan& plan) {
    if (plan.stop.stop_requested()) return make_error(Code::kCancelled, "stopped before the set was written");
    return {};
}

Status write_new_file(const fs::path& file, std::string_view text) {
    std::error_code code;
    if (fs::exists(file, code))
        return make_error(Code::kWrongState, "'{}' already exists; choose an empty folder", file.native());
    GOETIA_TRY(make_folders(file.parent_path()));
    return write_file_atomic(file, text);
}

Result<std::pair<int, int>> size_of(const AnnotatedSet& set, const AnnotatedImage& image) {
    if (image.width > 0 && image.height > 0) return std::pair{image.width, image.height};
    GOETIA_ASSIGN(const ImageSize size, read_image_size(set.path(image)));
    return std::pair{size.width, size.height};
}

}  // namespace goetia
