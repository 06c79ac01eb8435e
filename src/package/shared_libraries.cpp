#include "package/shared_libraries.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <glob.h>
#include <map>

#include "base/files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find(':'), path.size());
        if (end > 0) parts.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

std::vector<fs::path> run_folders(const ElfFile& elf, const fs::path& own_folder) {
    std::vector<fs::path> folders;
    for (std::string part : parts_of(elf.run_path)) {
        for (const std::string_view word : {"$ORIGIN", "${ORIGIN}"}) {
            if (const std::size_t at = part.find(word); at != std::string::npos)
                part.replace(at, word.size(), own_folder.native());
        }
        folders.push_back(fs::path(part).lexically_normal());
    }
    return folders;
}

// The folders of a file like /etc/ld.so.conf, and of those it includes.
void add_configured(const std::string& pattern, std::vector<fs::path>& folders, int depth) {
    if (depth > 8) return;
    glob_t found{};
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) {
            const auto text = read_file(found.gl_pathv[i]);
            std::string_view rest = text ? std::string_view(*text) : std::string_view();
            while (!rest.empty()) {
                const std::string_view line = rest.substr(0, rest.find('\n'));
                rest.remove_prefix(std::min(line.size() + 1, rest.size()));
                if (line.starts_with("include ")) add_configured(std::string(line.substr(8)), folders, depth + 1);
                else if (line.starts_with('/')) folders.emplace_back(line.substr(0, line.find_first_of(" \t#")));
            }
        }
    }
    ::globfree(&found);
}

// What is opened by name at run time, and so is in no list: companions of a library in its folder.
bool is_opened_beside(const fs::path& library, const std::string& name) {
    if (name.find(".so") == std::string::npos) return false;
    if (library.native().find("/nvidia/") != std::string::npos) return true;  // cuDNN's parts, NVRTC's tables
    return library.filename() == "libtorch_cuda.so" &&
           (name == "libtorch_cuda_linalg.so" || name == "libcaffe2_nvrtc.so");
}

class LibrarySearch {
  public:
    explicit LibrarySearch(const std::vector<fs::path>& system_folders) : system_folders_(system_folders) {}

    Status add_program(const fs::path& program) {
        GOETIA_ASSIGN(std::optional<ElfFile> elf, read_elf(program));
        if (!elf) return invalid("'{}' is not a program of this sort of machine", program.native());
        const fs::path folder = program.parent_path();
        waiting_.push_back({program, *elf, run_folders(*elf, folder)});
        while (!waiting_.empty()) {
            const Loaded next = std::move(waiting_.front());
            waiting_.pop_front();
            for (const std::string& name : next.elf.needed) GOETIA_TRY(add(name, next));
        }
        return {};
    }

    Result<std::vector<SharedLibrary>> result() {
        if (!faults_.empty()) {
            Error error =
                not_found("{} shared {} missing", faults_.size(), faults_.size() == 1 ? "library is" : "libraries are");
            error.faults = std::move(faults_);
            return error;
        }
        std::vector<SharedLibrary> libraries;
        for (auto& [name, library] : found_) libraries.push_back(std::move(library));
        return libraries;
    }

  private:
    struct Loaded {
        fs::path file;
        ElfFile elf;
        std::vector<fs::path> inherited;  // run path of the program, also where the loader would not use it: the
                                          // bundle's libraries all lie in one folder
    };

    Status add(const std::string& name, const Loaded& by) {
        if (belongs_to_machine(name) || found_.contains(name)) return {};
        std::vector<fs::path> folders = run_folders(by.elf, by.file.parent_path());
        folders.insert(folders.end(), by.inherited.begin(), by.inherited.end());
        folders.insert(folders.end(), system_folders_.begin(), system_folders_.end());
        for (const fs::path& folder : folders) {
            const fs::path place = folder / name;
            std::error_code code;
            if (!fs::is_regular_file(place, code)) continue;
            GOETIA_ASSIGN(std::optional<ElfFile> elf, read_elf(place));
            if (!elf || elf->processor != by.elf.processor) continue;
            return take(name, place, *std::move(elf), by);
        }
        faults_.push_back({.path = name,
                           .message = fmt::format("'{}' needs it, and it is in no folder that the loader searches",
                                                  by.file.filename().native())});
        found_.emplace(name, SharedLibrary{name, {}, {}});  // reported once
        return {};
    }

    Status take(const std::string& name, const fs::path& place, ElfFile elf, const Loaded& by) {
        std::error_code code;
        fs::path file = fs::canonical(place, code);
        if (code) return os_error("read", place.native(), code.value());
        waiting_.push_back({place, elf, by.inherited});
        found_.emplace(name, SharedLibrary{name, std::move(file), std::move(elf)});
        std::vector<std::string> beside;
        for (const fs::directory_entry& entry : fs::directory_iterator(place.parent_path(), code)) {
            if (is_opened_beside(place, entry.path().filename())) beside.push_back(entry.path().filename());
        }
        std::ranges::sort(beside);
        const Loaded neighbour{place, waiting_.back().elf, by.inherited};
        for (const std::string& one : beside) {
            if (found_.contains(one)) continue;
            GOETIA_ASSIGN(std::optional<ElfFile> other, read_elf(place.parent_path() / one));
            if (other) GOETIA_TRY(take(one, place.parent_path() / one, *std::move(other), neighbour));
        }
        return {};
    }

    const std::vector<fs::path>& system_folders_;
    std::deque<Loaded> waiting_;
    std::map<std::string, SharedLibrary> found_;
    std::vector<Fault> faults_;
};

}  // namespace

bool belongs_to_machine(std::string_view library) {
    constexpr std::array<std::string_view, 15> kNames{
        "libc",        "libm",    "libdl",           "libpthread", "librt",        "libresolv",         "libutil",
        "libanl",      "libmvec", "libBrokenLocale", "libnsl",     "libthread_db", "libc_malloc_debug", "libcuda",
        "libnvidia-ml"};
    if (library.starts_with("ld-linux") || library.starts_with("libnss_")) return true;
    const std::string_view name = library.substr(0, library.find(".so"));
    return std::ranges::find(kNames, name) != kNames.end();
}

std::vector<fs::path> system_library_folders() {
    std::vector<fs::path> folders;
    if (const char* named = std::getenv("LD_LIBRARY_PATH"); named != nullptr) {
        for (const std::string& part : parts_of(named)) folders.emplace_back(part);
    }
    add_configured("/etc/ld.so.conf", folders, 0);
    for (const char* built_in : {"/lib64", "/usr/lib64", "/lib", "/usr/lib"}) folders.emplace_back(built_in);
    return folders;
}

Result<std::vector<SharedLibrary>> shared_libraries_of(const std::vector<fs::path>& programs,
                                                       const std::vector<fs::path>& system_folders) {
    LibrarySearch search(system_folders);
    for (const fs::path& program : programs) GOETIA_TRY(search.add_program(program));
    return search.result();
}

}  // namespace goetia
