// goetia doctor: reports what this machine has, what it lacks and which features that disables.
#include <sys/statvfs.h>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/doctor.h"
#include "base/files.h"
#include "base/process.h"
#include "experiment/environment.h"

namespace goetia::cli {
namespace {

// A wheel has its version in version.py, an unpacked LibTorch in build-version.
std::optional<std::string> torch_version(const std::filesystem::path& folder) {
    if (const auto text = read_file(folder / "version.py")) {
        const std::size_t begin = text->find("__version__ = '");
        const std::size_t end = begin == std::string::npos ? begin : text->find('\'', begin + 15);
        if (end != std::string::npos) return text->substr(begin + 15, end - begin - 15);
    }
    const auto text = read_file(folder / "build-version");
    if (!text) return std::nullopt;
    return text->substr(0, text->find('\n'));
}

std::optional<std::string> first_line_of(std::vector<std::string> words) {
    const auto done = run_process({.words = std::move(words), .timeout_seconds = 10});
    if (!done || done->exit_code != 0) return std::nullopt;
    return done->output.substr(0, done->output.find('\n'));
}

std::string runtime_fault() {
    const auto done =
        run_process({.words = {(own_folder() / "goetia-runtime").native(), "describe"}, .timeout_seconds = 60});
    if (!done) return done.error().message;
    if (done->timed_out) return "does not answer within 60 s";
    if (done->exit_code == 0) return {};
    return fmt::format("ended with {}: {}", done->exit_code, done->errors.substr(0, done->errors.find('\n')));
}

// What a node of a pool could not isolate here, by the program that would.
std::optional<std::vector<std::string>> sandbox_lacks() {
    const auto done =
        run_process({.words = {(own_folder() / "goetia-agent").native(), "facts", "--json"}, .timeout_seconds = 10});
    if (!done || done->exit_code != 0) return std::nullopt;
    const Json facts = Json::parse(done->output, nullptr, false);
    std::vector<std::string> lacks;
    for (const Json& sentence : facts.is_object() ? facts.value("lacks", Json::array()) : Json::array())
        lacks.push_back(sentence.get<std::string>());
    return lacks;
}

}  // namespace

MachineInfo inspect_machine(const std::filesystem::path& folder) {
    MachineInfo info;
    info.machine = machine_state();
    info.gpus = gpu_state();
    info.torch_folder = GOETIA_TORCH_FOLDER;
    info.torch_version = torch_version(info.torch_folder);
    info.torch_has_cuda = std::filesystem::exists(std::filesystem::path(info.torch_folder) / "lib/libtorch_cuda.so");
    info.runtime_fault = runtime_fault();
    info.sandbox_lacks = sandbox_lacks();
    info.compiler = first_line_of({"g++", "--version"});
    info.gnuplot = first_line_of({"gnuplot", "--version"});
    const auto fonts = first_line_of({"fc-list", ":lang=zh", "family"});
    info.chinese_font = fonts && !fonts->empty();
    info.folder = folder;
    info.writable = ::access(folder.c_str(), W_OK) == 0;
    struct statvfs disk{};
    if (::statvfs(folder.c_str(), &disk) == 0)
        info.free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    return info;
}

void add_doctor_command(Command& app, Context& context) {
    Command& doctor = app.command("doctor", "Report what this machine has, what it lacks and what that disables");
    context.on(doctor, []() -> Result<Outcome> {
        const std::vector<Finding> findings = findings_of(inspect_machine(std::filesystem::current_path()));
        return Outcome{doctor_json(findings), doctor_text(findings), can_train(findings) ? kOk : kProblemsFound};
    });
}

}  // namespace goetia::cli
