// goetia doctor: looks at this machine, says what it lacks and what that disables.
#include <sys/statvfs.h>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/doctor.h"
#include "base/files.h"
#include "base/process.h"
#include "experiment/environment.h"

namespace goetia::cli {
namespace {

// A wheel says its version in version.py, an unpacked LibTorch in build-version.
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

}  // namespace

MachineFacts look_at_machine(const std::filesystem::path& folder) {
    MachineFacts facts;
    facts.machine = machine_state();
    facts.gpus = gpu_state();
    facts.torch_folder = GOETIA_TORCH_FOLDER;
    facts.torch_version = torch_version(facts.torch_folder);
    facts.torch_has_cuda = std::filesystem::exists(std::filesystem::path(facts.torch_folder) / "lib/libtorch_cuda.so");
    facts.runtime_fault = runtime_fault();
    facts.compiler = first_line_of({"g++", "--version"});
    facts.gnuplot = first_line_of({"gnuplot", "--version"});
    const auto fonts = first_line_of({"fc-list", ":lang=zh", "family"});
    facts.chinese_font = fonts && !fonts->empty();
    facts.folder = folder;
    facts.writable = ::access(folder.c_str(), W_OK) == 0;
    struct statvfs disk{};
    if (::statvfs(folder.c_str(), &disk) == 0)
        facts.free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    return facts;
}

void add_doctor_command(Command& app, Context& context) {
    Command& doctor = app.command("doctor", "Say what this machine has, what it lacks and what that disables");
    context.on(doctor, []() -> Result<Outcome> {
        const std::vector<Finding> findings = findings_of(look_at_machine(std::filesystem::current_path()));
        return Outcome{doctor_json(findings), doctor_text(findings), can_train(findings) ? kOk : kProblemsFound};
    });
}

}  // namespace goetia::cli
