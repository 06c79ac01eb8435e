#include "agent/session/agent_options.h"

#include <charconv>
#include <cstdlib>
#include <unistd.h>

#include "base/hash.h"
#include "base/process.h"
#include "launch/rank_environment.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kFirstUser = 300'000;  // numbers that distributions give to nobody

struct OptionName {
    const char* name;
    const char* value;
    const char* sentence;
};
constexpr OptionName kOptions[] = {
    {"--master", "URL", "the master's address, https://HOST:PORT"},
    {"--token", "T", "what 'goetia node token create' printed; used once, then the node has a secret of its own"},
    {"--pin", "SHA256", "of the master's key, when no authority vouches for it"},
    {"--data", "DIR",
     "where the node keeps attempts and what it fetched (default: ~/.local/share/goetia/agent, of root "
     "/var/lib/goetia/agent)"},
    {"--name", "NAME", "of the node (default: the host's)"},
    {"--host", "ADDRESS", "by which the other nodes of a task reach this one (default: the host's name)"},
    {"--label", "KEY=VALUE", "that tasks may ask for; may be given several times"},
    {"--cache", "SIZE", "most disk space for what was fetched (default: 200GB)"},
    {"--programs", "DIR", "the node's own installation of Goetia, for tasks without a runtime bundle"},
    {"--readable", "PATH", "that the code of tasks may read too; may be given several times"},
    {"--leave-command", "COMMAND", "succeeds once the machine goes away soon; run every five seconds by sh -c"},
    {"--leave-notice", "SECONDS", "from the notice (or SIGTERM) to the end of the machine (default: 30)"},
    {"--user", "apart|own",
     "as whom the code of tasks runs where the agent is root: a user of its own (default), or root"},
    {"--sandbox", "on|off", "off: the code of tasks runs as the agent does (default: on)"},
};

// The code of tasks runs as other users where the agent is root, and these often may not enter root's home.
fs::path default_data() {
    if (::geteuid() == 0) return "/var/lib/goetia/agent";
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
        return fs::path(data) / "goetia" / "agent";
    const char* home = std::getenv("HOME");
    return fs::path(home != nullptr ? home : "/var/lib") / ".local" / "share" / "goetia" / "agent";
}

Status take_option(const std::string& name, const std::string& value, AgentOptions& options) {
    AgentNodeOptions& node = options.node;
    if (name == "--master") options.master = value;
    if (name == "--token") options.token = value;
    if (name == "--pin") options.pin = value;
    if (name == "--name") options.name = value;
    if (name == "--host") node.host = value;
    if (name == "--data") node.data = fs::absolute(value);
    if (name == "--programs") node.setup.programs = fs::absolute(value);
    if (name == "--readable") node.setup.readable.push_back(fs::absolute(value));
    if (name == "--leave-command") node.leave.command = {"/bin/sh", "-c", value};
    if (name == "--leave-notice") node.leave.notice = std::atof(value.c_str());
    if (name == "--cache") {
        GOETIA_ASSIGN(node.cache_quota, bytes_from(value));
    }
    if (name == "--sandbox") {
        if (value != "on" && value != "off") return invalid("--sandbox is '{}' (allowed: on, off)", value);
        node.setup.sandbox = value == "on";
    }
    if (name == "--user") {
        if (value != "apart" && value != "own") return invalid("--user is '{}' (allowed: apart, own)", value);
        node.setup.first_user = value == "apart" ? kFirstUser : 0;
    }
    if (name == "--label") {
        const std::size_t equals = value.find('=');
        if (equals == 0 || equals == std::string::npos)
            return invalid("label '{}' must be KEY=VALUE, such as rack=3", value);
        node.labels[value.substr(0, equals)] = value.substr(equals + 1);
    }
    return {};
}

}  // namespace

Result<std::int64_t> bytes_from(std::string_view text) {
    double number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr std::pair<std::string_view, double> kUnits[] = {{"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}};
    for (const auto& [name, factor] : kUnits) {
        if (fault == std::errc() && unit == name && number > 0 && number * factor < 1e18)
            return static_cast<std::int64_t>(number * factor);
    }
    return invalid("'{}' is no size (allowed: a number and MB, GB or TB, such as 200GB)", text);
}

std::string agent_usage() {
    std::string text =
        "usage: goetia-agent run --master URL [options]\n"
        "       goetia-agent facts [--json]    what this machine is\n"
        "       goetia-agent --version\n\noptions of run:\n";
    for (const OptionName& option : kOptions)
        text += fmt::format("  {:<28}{}\n", fmt::format("{} {}", option.name, option.value), option.sentence);
    return text;
}

Result<AgentOptions> agent_options_from(const std::vector<std::string>& words) {
    AgentOptions options;
    options.node.data = default_data();
    options.node.setup.agent = fs::read_symlink("/proc/self/exe");
    options.node.setup.cores = physical_cores();
    options.node.setup.first_user = kFirstUser;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool known = std::any_of(std::begin(kOptions), std::end(kOptions),
                                       [&](const OptionName& option) { return words[i] == option.name; });
        if (!known) return invalid("unknown option '{}'\n{}", words[i], agent_usage());
        if (i + 1 == words.size()) return invalid("option '{}' needs a value", words[i]);
        GOETIA_TRY(take_option(words[i], words[i + 1], options));
        ++i;
    }
    if (options.master.empty()) return invalid("--master is missing: the master's address, https://HOST:PORT");
    if (options.node.setup.programs.empty()) options.node.setup.programs = own_folder();
    GOETIA_ASSIGN(options.node.own_sha256, sha256_file("/proc/self/exe"));
    return options;
}

}  // namespace goetia
