#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "component/plugin_build.h"
#include "component/plugin_cache.h"
#include "component/plugin_files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr double kTimeoutSeconds = 900;
constexpr std::size_t kFaultsShown = 5;

// $CXX (which may contain options), else the compiler of the build, else g++.
Result<std::vector<std::string>> choose_compiler(const PluginBuild& build, const std::string& name) {
    const char* from_environment = std::getenv("CXX");
    std::istringstream text(from_environment == nullptr ? "" : from_environment);
    std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
    if (!words.empty()) {
        if (!find_program(words[0]).empty()) return words;
        return not_found("there is no compiler '{}' for '{}'; it is named by CXX: correct it or unset it", words[0],
                         name);
    }
    for (const std::string& one : {build.compiler, std::string("g++")}) {
        if (!find_program(one).empty()) return std::vector<std::string>{one};
    }
    return not_found(
        "there is no C++ compiler for '{}': neither '{}' nor g++; install g++, or name a compiler with CXX", name,
        build.compiler);
}

Result<std::string> version_of(const std::vector<std::string>& compiler) {
    Command command{.words = compiler};
    command.words.emplace_back("--version");
    GOETIA_ASSIGN(const ProcessResult result, run_process(command));
    if (result.exit_code != 0) return failed("'{} --version' failed: {}", compiler[0], result.errors);
    return result.output;
}

// Everything that the library depends on, but not the folder of its source: an experiment's copy is not compiled again.
Result<std::string> cache_key(const PluginBuild& build, const std::vector<std::string>& compiler,
                              const std::vector<fs::path>& parts) {
    Sha256 sum;
    const auto add = [&sum](std::string_view text) { sum.add(fmt::format("{}:", text.size())), sum.add(text); };
    GOETIA_ASSIGN(const std::string version, version_of(compiler));
    add(build.abi), add(version);
    for (const auto* list : {&compiler, &build.flags, &build.link_flags}) {
        for (const std::string& word : *list) add(word);
    }
    for (const fs::path& part : parts) {
        GOETIA_ASSIGN(const std::string bytes, read_file(part));
        add(part.lexically_relative(parts[0].parent_path()).native()), add(bytes);
    }
    return sum.hex().substr(0, 24);
}

// "my_model.cpp:12:5: error: what" as a fault.
std::optional<Fault> fault_in(const std::string& line, const fs::path& folder) {
    std::size_t at = std::string::npos, length = 0;
    for (const std::string_view mark : {": error: ", ": fatal error: "}) {
        if (const std::size_t found = line.find(mark); found < at) at = found, length = mark.size();
    }
    if (at == std::string::npos) return std::nullopt;
    const std::string place = line.substr(0, at);
    const std::size_t colon = place.find(':');
    Fault fault{.file = (folder / place.substr(0, colon)).lexically_normal(), .message = line.substr(at + length)};
    if (colon != std::string::npos) fault.line = std::atoi(place.c_str() + colon + 1);
    return fault;
}

Error compile_error(const ProcessResult& result, const fs::path& source, const fs::path& log) {
    const std::string name = source.filename();
    if (result.timed_out)
        return failed("compiling '{}' was aborted after {} s; the compiler's output is in '{}'", name, kTimeoutSeconds,
                      log.native());
    Error error = invalid("'{}' does not compile; the compiler's full output is in '{}'", name, log.native());
    std::istringstream lines(result.errors);
    for (std::string line; std::getline(lines, line) && error.faults.size() < kFaultsShown;) {
        if (auto fault = fault_in(line, source.parent_path())) error.faults.push_back(*std::move(fault));
    }
    if (error.faults.empty())
        error.faults.push_back({.file = source, .message = result.errors.substr(0, result.errors.find('\n'))});
    return error;
}

// The files listed in a compiler's dependency file.
std::vector<fs::path> read_dependencies(const std::string& text) {
    std::vector<fs::path> files;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty() && word.back() != ':') files.emplace_back(word);
        word.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '\\' && i + 1 < text.size();
        if (escaped && text[i + 1] != '\n') word += text[++i];
        else if (text[i] == ' ' || text[i] == '\n' || escaped) end_word();
        else word += text[i];
    }
    end_word();
    return files;
}

// A header missing from the cache key would make an outdated library look current.
Status check_dependencies(const fs::path& list, const std::vector<fs::path>& parts) {
    GOETIA_ASSIGN(const std::string text, read_file(list));
    const fs::path folder = parts[0].parent_path();
    for (const fs::path& named : read_dependencies(text)) {
        const fs::path file = (folder / named).lexically_normal();
        if (std::find(parts.begin(), parts.end(), file) != parts.end() || file.filename() == "cmake_pch.hxx") continue;
        return invalid(
            "'{}' includes '{}' in a form that is not supported; write '#include \"...\"' with its name, from the "
            "plug-in's own folder",
            parts[0].filename().native(), file.native());
    }
    return {};
}

Status run_compiler(const PluginBuild& build, std::vector<std::string> words, const std::vector<fs::path>& parts,
                    const fs::path& output) {
    const fs::path log = fs::path(output).replace_extension(".log"), list = fs::path(output).replace_extension(".d");
    words.insert(words.end(), build.flags.begin(), build.flags.end());
    std::error_code code;
    if (fs::exists(build.precompiled_header, code)) words.insert(words.end(), {"-include", build.precompiled_header});
    words.insert(words.end(), {"-shared", "-MMD", "-MF", list, "-o", output, parts[0].filename()});
    words.insert(words.end(), build.link_flags.begin(), build.link_flags.end());
    GOETIA_ASSIGN(const ProcessResult result, run_process({.words = words,
                                                           .environment = {{"LC_ALL", "C"}},
                                                           .folder = parts[0].parent_path(),
                                                           .input = {},
                                                           .timeout_seconds = kTimeoutSeconds}));
    std::string line;
    for (const std::string& word : words) line += word + " ";
    GOETIA_TRY(write_file_atomic(log, line + "\n" + result.output + result.errors));
    if (result.exit_code != 0) return compile_error(result, parts[0], log);
    return check_dependencies(list, parts);
}

// The library is complete and on the disk before it gets its name.
Status publish(const fs::path& made, const fs::path& library) {
    const FileDescriptor file(::open(made.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::fsync(file.get()) != 0) return os_error("sync", made.native(), errno);
    if (::rename(made.c_str(), library.c_str()) != 0) return os_error("rename", made.native(), errno);
    return sync_folder(library.parent_path());
}

}  // namespace

Result<fs::path> compile_plugin(const PluginBuild& build, const fs::path& source, const fs::path& cache,
                                const Say& say) {
    const std::string name = source.filename();
    GOETIA_ASSIGN(const std::vector<fs::path> parts, plugin_sources(source));
    GOETIA_ASSIGN(const std::vector<std::string> compiler, choose_compiler(build, name));
    GOETIA_ASSIGN(const std::string key, cache_key(build, compiler, parts));
    GOETIA_TRY(make_folders(cache));
    const fs::path stem = cache / fmt::format("{}-{}", source.stem().native(), key);
    const fs::path library = stem.native() + ".so";
    if (use_cached_plugin(library)) return library;
    GOETIA_ASSIGN(const PluginCacheBounds bounds, plugin_cache_bounds());
    GOETIA_ASSIGN(const FileDescriptor held, lock_plugin(stem.native() + ".lock", [&] {
                      say(fmt::format("waiting for another process that compiles {}", name));
                  }));
    if (use_cached_plugin(library)) return library;
    say(fmt::format("compiling {} (once, about 20 s)", name));
    const fs::path made = stem.native() + ".part";
    Status done = run_compiler(build, compiler, parts, made);
    if (done) done = publish(made, library);
    std::error_code code;
    fs::remove(made, code);
    fs::remove(stem.native() + ".d", code);
    if (!done) return std::move(done).error();
    if (!use_cached_plugin(library)) return failed("'{}' was removed right after it was compiled", library.native());
    // A library can be used even if the cache could not be trimmed.
    if (const auto trimmed = trim_plugin_cache(cache, bounds, now()); !trimmed) say(to_string(trimmed.error()));
    return library;
}

}  // namespace goetia
