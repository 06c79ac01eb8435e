#include "package/bundle_parts.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "config/config.h"
#include "package/shared_libraries.h"
#include "protocol/runtime_build.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr const char* kLibraryPath = "$ORIGIN/../lib";
constexpr const char* kShare = "share/goetia";

class PartCollector {
  public:
    explicit PartCollector(const BundleSource& source) : source_(source) {}

    Result<BundleParts> run() {
        GOETIA_ASSIGN(result_.runtime, runtime_build_in(source_.share));
        GOETIA_TRY(add_programs());
        GOETIA_TRY(add_libraries());
        GOETIA_TRY(add_share());
        GOETIA_TRY(add_plugin_headers());
        std::ranges::sort(result_.parts, {}, &BundlePart::name);
        return std::move(result_);
    }

  private:
    void take_needs(const ElfFile& elf) {
        if (version_at_least(elf.glibc, result_.runtime.glibc)) result_.runtime.glibc = elf.glibc;
        result_.runtime.processor = elf.processor;
    }

    Status add_programs() {
        for (const char* name : {"goetia", "goetia-runtime", "goetia-supervisor"}) {
            const fs::path program = source_.programs / name;
            std::error_code code;
            if (name == std::string_view("goetia") && !fs::exists(program, code)) continue;
            GOETIA_ASSIGN(const std::optional<ElfFile> elf, read_elf(program));
            if (!elf) return invalid("'{}' is not a program", program.native());
            auto patches = inherited_run_path(*elf, kLibraryPath);
            if (!patches)
                return std::move(patches).error().within(
                    fmt::format("'{}' cannot run from another folder; rebuild goetia", program.native()));
            take_needs(*elf);
            programs_.push_back(program);
            result_.parts.push_back({fmt::format("bin/{}", name), program, "", true, *std::move(patches)});
        }
        return {};
    }

    Status add_libraries() {
        GOETIA_ASSIGN(const std::vector<SharedLibrary> libraries,
                      shared_libraries_of(programs_, source_.library_folders));
        for (const SharedLibrary& library : libraries) {
            BundlePart part{.name = "lib/" + library.name, .file = library.file};
            // A library with a run path of its own would not be searched for in the program's.
            if (library.elf.path_entry != 0 && !library.elf.run_path_is_inherited) {
                GOETIA_ASSIGN(part.patches, inherited_run_path(library.elf, ""));
            }
            take_needs(library.elf);
            result_.parts.push_back(std::move(part));
        }
        return {};
    }

    Status add_share() {
        GOETIA_TRY(add_folder(source_.share, kShare));
        std::error_code code;
        for (const auto& [name, folder] :
             {std::pair("contract", source_.contract), std::pair("configs", source_.configs)}) {
            if (!fs::is_directory(source_.share / name, code))
                GOETIA_TRY(add_folder(folder, fmt::format("{}/{}", kShare, name)));
        }
        // The one is written anew, the other is the master's.
        const std::string plugins = fmt::format("{}/plugin_build.json", kShare), page = fmt::format("{}/page/", kShare);
        std::erase_if(result_.parts,
                      [&](const BundlePart& part) { return part.name == plugins || part.name.starts_with(page); });
        return {};
    }

    // Headers that lie elsewhere come along, so that a node needs only a compiler.
    Status add_plugin_headers() {
        const fs::path file = source_.share / "plugin_build.json";
        GOETIA_ASSIGN(const std::string text, read_file(file));
        GOETIA_ASSIGN(Json build, parse_json(text, file.native()));
        std::vector<fs::path> outside;
        for (const Json& one : build.value("include_directories", Json::array())) {
            if (const fs::path folder = one.get<std::string>(); folder.is_absolute()) outside.push_back(folder);
        }
        Json folders = Json::array({"include"});
        for (const fs::path& folder : outside) {
            GOETIA_ASSIGN(const std::string name, headers_of(folder, outside));
            folders.push_back(name);
        }
        std::error_code code;
        if (fs::is_directory("/usr/include/nlohmann", code)) {  // the one of our own headers' that a node may not have
            GOETIA_TRY(add_folder("/usr/include/nlohmann", fmt::format("{}/headers/json/nlohmann", kShare)));
            folders.push_back("headers/json");
        }
        build["include_directories"] = folders;
        build["precompiled_header"] = "";
        build.erase("torch_folder");  // of the machine that built it
        result_.parts.push_back(
            {.name = fmt::format("{}/plugin_build.json", kShare), .file = {}, .bytes = json_text(build, 2) + "\n"});
        return {};
    }

    // The name below share/goetia of a folder of headers; one that lies in another of them is packed with it.
    Result<std::string> headers_of(const fs::path& folder, const std::vector<fs::path>& all) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const fs::path inside = folder.lexically_relative(all[i]);
            if (inside.empty() || *inside.begin() == "..") continue;
            std::string name = fmt::format("headers/{}", i + 1);
            if (inside != ".") return name + "/" + inside.native();
            GOETIA_TRY(add_folder(folder, fmt::format("{}/{}", kShare, name)));
            return name;
        }
        return failed("'{}' is in no list of headers", folder.native());
    }

    Status add_folder(const fs::path& folder, const std::string& name) {
        std::error_code code;
        fs::recursive_directory_iterator entries(folder, fs::directory_options::follow_directory_symlink, code);
        for (; !code && entries != fs::recursive_directory_iterator(); entries.increment(code)) {
            if (!entries->is_regular_file(code)) continue;
            const std::string inside = entries->path().lexically_relative(folder).native();
            result_.parts.push_back({.name = name + "/" + inside, .file = entries->path()});
        }
        return code ? Status(os_error("read", folder.native(), code.value())) : Status();
    }

    const BundleSource& source_;
    std::vector<fs::path> programs_;
    BundleParts result_;
};

void apply(const std::vector<BytePatch>& patches, std::int64_t begins, std::string_view piece, std::string& into) {
    into.assign(piece);
    for (const BytePatch& patch : patches) {
        for (std::size_t i = 0; i < patch.bytes.size(); ++i) {
            const std::int64_t at = patch.at + static_cast<std::int64_t>(i) - begins;
            if (at >= 0 && at < static_cast<std::int64_t>(into.size()))
                into[static_cast<std::size_t>(at)] = patch.bytes[i];
        }
    }
}

}  // namespace

BundleSource bundle_source(const fs::path& programs) {
    return {.programs = programs,
            .share = (programs / ".." / kShare).lexically_normal(),
            .contract = builtin_contract(),
            .configs = builtin_configs(),
            .library_folders = system_library_folders()};
}

Result<BundleParts> bundle_parts(const BundleSource& source) { return PartCollector(source).run(); }

Status for_each_piece(const BundlePart& part, const std::function<Status(std::string_view)>& take) {
    if (part.file.empty()) return take(part.bytes);
    const FileDescriptor file(::open(part.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("read", part.file.native(), errno);
    std::vector<char> buffer(1 << 20);
    std::string patched;
    for (std::int64_t at = 0;;) {
        const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", part.file.native(), errno);
        if (got == 0) return {};
        std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
        if (!part.patches.empty()) apply(part.patches, at, piece, patched), piece = patched;
        GOETIA_TRY(take(piece));
        at += got;
    }
}

Result<std::int64_t> bytes_of(const BundlePart& part) {
    if (part.file.empty()) return static_cast<std::int64_t>(part.bytes.size());
    struct stat info{};
    if (::stat(part.file.c_str(), &info) != 0) return os_error("read", part.file.native(), errno);
    return static_cast<std::int64_t>(info.st_size);
}

}  // namespace goetia
