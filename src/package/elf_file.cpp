#include "package/elf_file.h"

#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/files.h"
#include "protocol/runtime_needs.h"

namespace goetia {
namespace {

constexpr int kMostVersions = 100'000;

// Reads structs and texts at offsets that the file itself gives, and that may be anything.
class ElfBytes {
  public:
    explicit ElfBytes(std::string_view bytes) : bytes_(bytes) {}

    template <class T>
    bool get(std::uint64_t at, T& into) const {
        if (at > bytes_.size() || bytes_.size() - at < sizeof(T)) return false;
        std::memcpy(&into, bytes_.data() + at, sizeof(T));
        return true;
    }
    [[nodiscard]] std::optional<std::string> text(std::uint64_t at) const {
        if (at >= bytes_.size()) return std::nullopt;
        const std::string_view rest = bytes_.substr(at, 4096);
        const std::size_t end = rest.find('\0');
        return end == std::string_view::npos ? std::nullopt : std::optional(std::string(rest.substr(0, end)));
    }

  private:
    std::string_view bytes_;
};

std::string processor_name(std::uint16_t machine) {
    switch (machine) {
        case EM_X86_64: return "x86_64";
        case EM_AARCH64: return "aarch64";
        default: return "";
    }
}

class ElfReader {
  public:
    ElfReader(std::string_view bytes, std::string named) : bytes_(bytes), named_(std::move(named)) {}

    Result<std::optional<ElfFile>> read() {
        Elf64_Ehdr header;
        if (!bytes_.get(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
            return std::optional<ElfFile>();
        elf_.processor = processor_name(header.e_machine);
        if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB || elf_.processor.empty())
            return make_error(Code::kUnsupported,
                              "'{}' is a program of another sort of machine (allowed: 64-bit x86 "
                              "and ARM)",
                              named_);
        for (int i = 0; i < header.e_phnum; ++i) {
            Elf64_Phdr segment;
            if (!bytes_.get(header.e_phoff + static_cast<std::uint64_t>(i) * sizeof segment, segment)) return damaged();
            if (segment.p_type == PT_LOAD) loaded_.push_back(segment);
            if (segment.p_type == PT_DYNAMIC) dynamic_ = segment;
        }
        if (dynamic_) GOETIA_TRY(read_dynamic());
        return std::optional(std::move(elf_));
    }

  private:
    [[nodiscard]] Error damaged() const { return invalid("'{}' is a damaged ELF file", named_); }

    // Where in the file an address of the running program is.
    [[nodiscard]] std::optional<std::uint64_t> place_of(std::uint64_t address) const {
        for (const Elf64_Phdr& one : loaded_) {
            if (address >= one.p_vaddr && address - one.p_vaddr < one.p_filesz)
                return one.p_offset + (address - one.p_vaddr);
        }
        return std::nullopt;
    }

    Status read_dynamic() {
        std::vector<std::uint64_t> needed;
        std::uint64_t versions = 0, version_count = 0, entry_at = dynamic_->p_offset;
        const std::uint64_t end = dynamic_->p_offset + dynamic_->p_filesz;
        for (Elf64_Dyn entry; entry_at < end; entry_at += sizeof entry) {
            if (!bytes_.get(entry_at, entry)) return damaged();
            if (entry.d_tag == DT_NULL) break;
            if (entry.d_tag == DT_NEEDED) needed.push_back(entry.d_un.d_val);
            if (entry.d_tag == DT_STRTAB) texts_ = place_of(entry.d_un.d_ptr);
            if (entry.d_tag == DT_VERNEED) versions = entry.d_un.d_ptr;
            if (entry.d_tag == DT_VERNEEDNUM) version_count = entry.d_un.d_val;
            if (entry.d_tag == DT_RUNPATH || (entry.d_tag == DT_RPATH && elf_.path_entry == 0)) {
                elf_.path_entry = static_cast<std::int64_t>(entry_at);
                elf_.path_text = entry.d_un.d_val;
                elf_.run_path_is_inherited = entry.d_tag == DT_RPATH;
            }
        }
        if (needed.empty() && elf_.path_entry == 0) return {};
        if (!texts_) return damaged();
        for (const std::uint64_t one : needed) {
            GOETIA_ASSIGN(std::string name, text_at(one));
            elf_.needed.push_back(std::move(name));
        }
        if (elf_.path_entry != 0) {
            GOETIA_ASSIGN(elf_.run_path, text_at(elf_.path_text));
            elf_.path_at = static_cast<std::int64_t>(*texts_ + elf_.path_text);
        }
        return versions == 0 ? Status() : read_versions(versions, version_count);
    }

    [[nodiscard]] Result<std::string> text_at(std::uint64_t offset) const {
        std::optional<std::string> text = bytes_.text(*texts_ + offset);
        if (!text) return damaged();
        return *std::move(text);
    }

    // "GLIBC_2.34" of each library that is needed; the newest counts.
    Status read_versions(std::uint64_t address, std::uint64_t count) {
        std::optional<std::uint64_t> at = place_of(address);
        int steps = 0;  // a damaged list may lead in circles
        for (std::uint64_t i = 0; i < count; ++i) {
            Elf64_Verneed library;
            if (++steps > kMostVersions || !at || !bytes_.get(*at, library)) return damaged();
            std::uint64_t version_at = *at + library.vn_aux;
            for (int j = 0; j < library.vn_cnt; ++j) {
                Elf64_Vernaux version;
                if (++steps > kMostVersions || !bytes_.get(version_at, version)) return damaged();
                GOETIA_ASSIGN(const std::string name, text_at(version.vna_name));
                if (name.starts_with("GLIBC_2") && version_at_least(name.substr(6), elf_.glibc))
                    elf_.glibc = name.substr(6);
                version_at += version.vna_next;
            }
            if (library.vn_next == 0) break;
            *at += library.vn_next;
        }
        return {};
    }

    ElfBytes bytes_;
    std::string named_;
    ElfFile elf_;
    std::vector<Elf64_Phdr> loaded_;
    std::optional<Elf64_Phdr> dynamic_;
    std::optional<std::uint64_t> texts_;
};

std::string little_endian(std::uint64_t value) {
    std::string bytes(sizeof value, '\0');
    for (char& byte : bytes) byte = static_cast<char>(value & 0xFFU), value >>= 8U;
    return bytes;
}

}  // namespace

Result<std::optional<ElfFile>> elf_from_bytes(std::string_view bytes, const std::string& named) {
    return ElfReader(bytes, named).read();
}

Result<std::optional<ElfFile>> read_elf(const std::filesystem::path& file) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info{};
    if (!opened.valid() || ::fstat(opened.get(), &info) != 0) return os_error("read", file.native(), errno);
    if (info.st_size == 0) return std::optional<ElfFile>();
    const auto size = static_cast<std::size_t>(info.st_size);
    void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, opened.get(), 0);
    if (mapped == MAP_FAILED) return os_error("read", file.native(), errno);
    auto elf = elf_from_bytes({static_cast<const char*>(mapped), size}, file.native());
    ::munmap(mapped, size);
    return elf;
}

Result<std::vector<BytePatch>> inherited_run_path(const ElfFile& elf, const std::string& text) {
    const std::size_t begins = elf.run_path.find(text);
    if (elf.path_entry == 0 || begins == std::string::npos)
        return not_found("its run path does not contain '{}', found '{}'", text, elf.run_path);
    const std::uint64_t before = begins;
    std::vector<BytePatch> patches{{elf.path_entry, little_endian(DT_RPATH) + little_endian(elf.path_text + before)}};
    const std::size_t ends = begins + text.size();
    if (!text.empty() && ends < elf.run_path.size())
        patches.push_back(
            {elf.path_at + static_cast<std::int64_t>(ends), std::string(elf.run_path.size() - ends, '\0')});
    return patches;
}

}  // namespace goetia
