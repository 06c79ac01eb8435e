#include "apps/goetia/local_pool.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sstream>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/process.h"
#include "net/server_address.h"

namespace goetia::cli {
namespace fs = std::filesystem;
namespace {

constexpr double kMasterStart = 60, kEarlierEnds = 10;               // seconds
constexpr double kAgentEnd = 22, kLeaveNotice = 20, kMasterEnd = 7;  // seconds; together less than 30

std::string name_of_machine() {
    char host[256] = {};
    return ::gethostname(host, sizeof host - 1) == 0 && host[0] != '\0' ? host : "node";
}

// The process that wrote DATA/master.json; -1: none.
pid_t answering_master(const fs::path& data) {
    const auto text = read_file(data / "master.json");
    const auto json = text ? parse_json(*text, "master.json") : Result<Json>(text.error());
    return json && json->is_object() ? json->value("pid", -1) : -1;
}

Error with_log(Error error, const KeptProgram& program) {
    std::string words = program.last_words();
    while (!words.empty() && words.back() == '\n') words.pop_back();
    if (!words.empty()) error.message += ":\n" + words;
    return error;
}

// As each code is reported by the master itself (docs/reference/exit-codes.md).
Code code_of(int exit) {
    for (const Code code : {Code::kInvalid, Code::kNotFound, Code::kDenied, Code::kUnavailable, Code::kWrongState})
        if (exit_code(code) == exit) return code;
    return Code::kFailed;
}

}  // namespace

std::optional<PoolHolder> holder_of(const fs::path& data) {
    const FileDescriptor file(::open((data / "up.json").c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::flock(file.get(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return std::nullopt;
    const auto text = read_file(data / "up.json");
    const auto json = text ? parse_json(*text, "up.json") : Result<Json>(text.error());
    if (!json || !json->is_object()) return PoolHolder{};
    return PoolHolder{.pid = json->value("pid", -1), .url = json->value("url", "")};
}

LocalPool::LocalPool(LocalPoolOptions options)
    : options_(std::move(options)),
      data_(fs::absolute(options_.serve.data).lexically_normal()),
      node_(name_of_machine()) {
    options_.serve.data = data_;
}

Result<std::unique_ptr<LocalPool>> LocalPool::start(LocalPoolOptions options, const StopToken& stop) {
    std::unique_ptr<LocalPool> pool(new LocalPool(std::move(options)));
    GOETIA_TRY(pool->take());
    GOETIA_TRY(pool->begin(stop));
    return pool;
}

Status LocalPool::take() {
    GOETIA_TRY(make_folders(data_ / "logs"));
    const fs::path file = data_ / "up.json";
    lock_ = FileDescriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock_.valid()) return os_error("write", file.native(), errno);
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return note_holder();
    const PoolHolder holder = holder_of(data_).value_or(PoolHolder{});
    return make_error(Code::kWrongState,
                      "'{}' is held by another 'goetia up', process {}{}; stop it with 'kill {}', or "
                      "name another folder with --data",
                      data_.native(), holder.pid, holder.url.empty() ? "" : ", which answers at " + holder.url,
                      holder.pid);
}

// In place: the lock is on this very file.
Status LocalPool::note_holder() const {
    const std::string text = json_text({{"pid", ::getpid()}, {"url", access_.url}}) + "\n";
    if (::ftruncate(lock_.get(), 0) != 0 || ::pwrite(lock_.get(), text.data(), text.size(), 0) != std::ssize(text))
        return os_error("write", (data_ / "up.json").native(), errno);
    return {};
}

Result<std::vector<std::string>> LocalPool::master_words() const {
    std::vector<std::string> words = {own_folder() / "goetia", "master"};
    const std::vector<std::string> given = words_of(options_.serve);
    words.insert(words.end(), given.begin(), given.end());
    return words;
}

// The first time it joins with a token; then it has a secret of its own.
Result<std::vector<std::string>> LocalPool::agent_words() const {
    ServerAddress address;
    GOETIA_ASSIGN(address, ServerAddress::parse(access_.url));
    const bool everywhere = options_.serve.host == "0.0.0.0" || options_.serve.host == "::";
    if (everywhere) address.host = "127.0.0.1";
    std::vector<std::string> words = {own_folder() / "goetia-agent",
                                      "run",
                                      "--master",
                                      address.url(),
                                      "--data",
                                      data_ / "node",
                                      "--name",
                                      node_,
                                      "--programs",
                                      own_folder(),
                                      "--user",
                                      "own",
                                      "--leave-notice",
                                      fmt::format("{}", kLeaveNotice)};
    if (!access_.pin.empty()) words.insert(words.end(), {"--pin", access_.pin});
    words.insert(words.end(), options_.agent.begin(), options_.agent.end());
    if (std::error_code code; !fs::exists(data_ / "node" / "identity.json", code)) {
        GOETIA_ASSIGN(MasterCall master, MasterCall::open({.data = data_}));
        GOETIA_ASSIGN(const Json made, master.ask("POST", "/api/nodes/tokens", {{"name", node_}, {"seconds", 600}}));
        words.insert(words.end(), {"--token", made.value("token", "")});
    }
    return words;
}

Status LocalPool::begin(const StopToken& stop) {
    if (std::error_code code; !fs::exists(own_folder() / "goetia-agent", code))
        return not_found("'goetia-agent' is not beside this program, in '{}'; build or install it",
                         own_folder().native());
    master_.emplace("the master", [this] { return master_words(); }, data_ / "logs" / "master.log");
    agent_.emplace("the agent", [this] { return agent_words(); }, data_ / "logs" / "agent.log");
    GOETIA_TRY(master_->start());
    GOETIA_TRY(wait_for_master(stop));
    GOETIA_ASSIGN(access_, access_from(data_));
    GOETIA_ASSIGN(const ServerAddress address, ServerAddress::parse(access_.url));
    options_.serve.port = address.port;  // also when it is started again
    GOETIA_TRY(agent_->start());
    return note_holder();
}

// A master that ends at once has said why; but one of a pool whose holder was killed a moment ago may still be ending.
Status LocalPool::wait_for_master(const StopToken& stop) {
    const double begun = steady_seconds();
    const auto answers = [this] {
        return master_->runs() && answering_master(data_) == master_->pid() &&
               master_->last_words().find(" answers at ") != std::string::npos;
    };
    while (!answers()) {
        GOETIA_ASSIGN(const std::string ended, master_->advance(steady_seconds()));
        const double waited = steady_seconds() - begun;
        const bool is_taken = code_of(master_->exit_code()) == Code::kWrongState;
        if (!ended.empty() && !(is_taken && waited < kEarlierEnds))
            return with_log(Error{code_of(master_->exit_code()), "the master ended with " + master_->ending(), {}},
                            *master_);
        if (waited > kMasterStart)
            return with_log(
                Error{Code::kUnavailable, fmt::format("the master does not answer within {:.0f} s", kMasterStart), {}},
                *master_);
        if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped before the master answered");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
}

std::string LocalPool::setup_sentence() const {
    std::istringstream lines(master_->last_words());
    for (std::string line; std::getline(lines, line);) {
        if (line.find("/setup?token=") != std::string::npos) return line;
    }
    return {};
}

std::vector<std::string> LocalPool::advance() {
    std::vector<std::string> said;
    for (KeptProgram* program : {&*master_, &*agent_}) {
        const Result<std::string> happened = program->advance(steady_seconds());
        if (!happened) said.push_back(happened.error().message);
        else if (!happened->empty()) said.push_back(*happened);
    }
    return said;
}

void LocalPool::stop() {
    if (agent_) agent_->end(steady_seconds() + kAgentEnd);
    if (master_) master_->end(steady_seconds() + kMasterEnd);
}

}  // namespace goetia::cli
