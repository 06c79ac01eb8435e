// goetia dataset setup: fetches the data sets that fit this machine.
#include <unistd.h>

#include "apps/goetia/command.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/error_json.h"
#include "config/experiment_schema.h"
#include "experiment/environment.h"
#include "fetch/catalogue/amounts.h"
#include "fetch/catalogue/set_up.h"

namespace goetia::cli {
namespace {

struct SetupCommandOptions {
    std::string mode = "auto";
    std::string gpu_memory, catalogue, given;
    std::string cache = default_cache().native();
    std::vector<std::string> sets;
    bool keep_archives = false;
    int connections = 4;
};

Result<Catalogue> load_catalogue(const std::string& named) {
    const std::filesystem::path file =
        named.empty() ? builtin_configs() / "data" / "sets.yaml" : std::filesystem::path(named);
    GOETIA_ASSIGN(const std::string text, read_file(file));
    GOETIA_ASSIGN(const Json document, parse_yaml(text, file.native()));
    GOETIA_ASSIGN(const Json schema, contract_schema("data_sets"));
    Error error = invalid("'{}' cannot be used as it stands", file.native());
    error.faults = check_against_schema(document, schema);
    if (!error.faults.empty()) return error;
    return read_catalogue(document);
}

struct Memory {
    std::optional<double> gigabytes;
    std::string source;  // "NVIDIA H200", "--gpu-memory", "no NVIDIA GPU was found"
};

// The largest GPU decides: a run uses one kind of GPU, and small ones next to it drive the display.
Result<Memory> gpu_memory(const std::string& text) {
    if (!text.empty()) {
        GOETIA_ASSIGN(const double gigabytes, parse_memory(text));
        return Memory{gigabytes, "--gpu-memory"};
    }
    Memory memory{std::nullopt, "no NVIDIA GPU was found"};
    const Json state = gpu_state();
    for (const Json& gpu : state.value("gpus", Json::array())) {
        if (!gpu.contains("memory_bytes") || !gpu["memory_bytes"].is_number()) continue;
        const double gigabytes = gpu["memory_bytes"].get<double>() / (1 << 30);
        if (!memory.gigabytes || gigabytes > *memory.gigabytes)
            memory = {gigabytes, gpu["name"].is_string() ? gpu["name"].get<std::string>() : "GPU"};
    }
    return memory;
}

std::string tier_for(const std::string& mode, const Memory& memory) {
    const std::string fitting = tier_for_memory(memory.gigabytes);
    if (mode == "debug") return "debug";
    return mode == "production" && fitting == "debug" ? "careful" : fitting;
}

std::string_view state_name(SetState state) {
    return state == SetState::kReady ? "ready" : state == SetState::kToFetch ? "to_fetch" : "needs_account";
}

std::string checked_by(const RemoteSet& set) {
    std::string weakest = "SHA-256";
    for (const RemoteFile& file : set.files) {
        if (!file.expected.has_sum()) return "nothing published";
        if (file.expected.sha256.empty()) weakest = "MD5";
    }
    return weakest;
}

Json to_json(const PlannedSet& planned, const std::string& cache) {
    const RemoteSet& set = *planned.set;
    Json files = Json::array();
    for (const RemoteFile& file : set.files)
        files.push_back({{"name", file.name},
                         {"urls", file.urls},
                         {"bytes", file.plan_bytes()},
                         {"sha256", file.expected.sha256.empty() ? Json(nullptr) : Json(file.expected.sha256)},
                         {"md5", file.expected.md5.empty() ? Json(nullptr) : Json(file.expected.md5)}});
    const CacheEntry place{cache, set.name};
    return {{"name", set.name},
            {"title", set.title},
            {"task", set.task},
            {"state", state_name(planned.state)},
            {"images", set.images},
            {"download_bytes", set.download_bytes()},
            {"to_fetch", planned.to_fetch},
            {"needed", planned.needed},
            {"unpacked_bytes", set.unpacked_bytes},
            {"checked_by", checked_by(set)},
            {"terms", set.terms},
            {"note", set.note},
            {"account_steps", set.account_steps},
            {"files", files},
            {"dir", planned.state == SetState::kReady ? Json(place.data().native()) : Json(nullptr)},
            {"dataset", planned.state == SetState::kReady ? dataset_section(set, place.data()) : Json(nullptr)}};
}

std::string text_of(const PlannedSet& planned, const std::string& cache) {
    const RemoteSet& set = *planned.set;
    std::string text =
        fmt::format("  {}  {}, {} images, {} to fetch, {} on the disk; checked by: {}\n", set.name, set.title,
                    set.images, bytes_text(set.download_bytes()), bytes_text(set.unpacked_bytes), checked_by(set));
    if (!set.terms.empty()) text += fmt::format("      terms: {}\n", set.terms);
    if (!set.note.empty()) text += fmt::format("      {}\n", set.note);
    if (planned.state == SetState::kReady)
        text += fmt::format("      ready in {}\n", CacheEntry{cache, set.name}.data().native());
    if (planned.state == SetState::kNeedsAccount) {
        text += "      it needs an account; what to do:\n";
        for (std::size_t i = 0; i < set.account_steps.size(); ++i)
            text += fmt::format("        {}. {}\n", i + 1, set.account_steps[i]);
    }
    return text;
}

// Where a set is and how to configure it.
std::string ready_text(const RemoteSet& set, const std::filesystem::path& folder) {
    std::string yaml = to_yaml({{"dataset", dataset_section(set, folder)}});
    std::string indented = "      ";
    for (const char c : yaml) {
        indented += c;
        if (c == '\n') indented += "      ";
    }
    return fmt::format("  {} is ready in {}\n{}\n", set.name, folder.native(),
                       indented.substr(0, indented.find_last_not_of(" \n") + 1));
}

// A progress line on a terminal; otherwise a line for each step.
class StepLine {
  public:
    explicit StepLine(const Context& context) : context_(context) {}
    void show(const std::string& what, std::int64_t done, std::int64_t all) {
        if (terminal_) {
            const std::string amounts = all > 0 && what.starts_with("writing") ? fmt::format("{} of {}", done, all)
                                        : all > 0 ? fmt::format("{} of {}", bytes_text(done), bytes_text(all))
                                                  : bytes_text(done);
            std::fputs(fmt::format("\r\x1b[K{}: {}", what, amounts).c_str(), stderr);
        } else if (what != last_) {
            context_.say(what);
        }
        last_ = what;
    }
    void clear() const {
        if (terminal_) std::fputs("\r\x1b[K", stderr);
    }

  private:
    const Context& context_;
    bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    std::string last_;
};

struct Prepared {
    Catalogue catalogue;
    Memory memory;
    const Tier* tier = nullptr;
    SetUpPlan plan;
};

Result<std::unique_ptr<Prepared>> prepare(const SetupCommandOptions& options) {
    auto made = std::make_unique<Prepared>();
    GOETIA_ASSIGN(made->catalogue, load_catalogue(options.catalogue));
    GOETIA_ASSIGN(made->memory, gpu_memory(options.gpu_memory));
    GOETIA_ASSIGN(made->tier, made->catalogue.tier(tier_for(options.mode, made->memory)));
    std::vector<const RemoteSet*> sets;
    for (const std::string& name : options.sets.empty() ? made->tier->sets : options.sets) {
        GOETIA_ASSIGN(const RemoteSet* set, made->catalogue.set(name));
        sets.push_back(set);
    }
    GOETIA_ASSIGN(const std::int64_t free, free_bytes(options.cache));
    made->plan = plan_set_up(sets, options.cache, free, options.given);
    return made;
}

Outcome plan_outcome(const SetupCommandOptions& options, const Prepared& prepared) {
    const SetUpPlan& plan = prepared.plan;
    const auto& memory = prepared.memory;
    Outcome outcome;
    outcome.text = fmt::format("GPU memory: {}{}\ntier: {} ({})\n",
                               memory.gigabytes ? fmt::format("{:.1f} GB, ", *memory.gigabytes) : "", memory.source,
                               prepared.tier->name, prepared.tier->sentence);
    outcome.json = {{"tier", prepared.tier->name},
                    {"gpu_memory_gb", memory.gigabytes ? Json(*memory.gigabytes) : Json(nullptr)},
                    {"gpu_memory_source", memory.source},
                    {"advice", prepared.tier->advice},
                    {"cache", options.cache},
                    {"to_fetch", plan.to_fetch},
                    {"needed", plan.needed},
                    {"free", plan.free},
                    {"fits", plan.fits()},
                    {"sets", Json::array()}};
    for (const PlannedSet& planned : plan.sets) {
        outcome.json["sets"].push_back(to_json(planned, options.cache));
        outcome.text += text_of(planned, options.cache);
    }
    outcome.text += fmt::format("advice: {}\ncache: {}\nto fetch: {}; needed on the disk: {}, free: {}{}\n",
                                prepared.tier->advice.dump(), options.cache, bytes_text(plan.to_fetch),
                                bytes_text(plan.needed), bytes_text(plan.free), plan.fits() ? "" : ": not enough");
    return outcome;
}

// Combines several errors; the first determines the code.
Error all_of(const std::vector<Error>& failed) {
    Error error = failed.front();
    for (std::size_t i = 1; i < failed.size(); ++i) error.message += "\n  " + to_string(failed[i]);
    if (error.code == Code::kUnavailable)
        error.message += "\n  partial downloads are resumed; archives downloaded by hand are used with --from DIR";
    return error;
}

Result<Outcome> fetch_planned(Context& context, const SetupCommandOptions& options, const Prepared& prepared) {
    GOETIA_TRY(check_space(prepared.plan, options.cache));
    const StopOnSignals signals;
    StepLine line(context);
    const SetUpCallbacks callbacks{
        .fetch = {.on_message = [&](const std::string& text) { line.clear(), context.say(text); },
                  .stop = signals.token(),
                  .seed = static_cast<std::uint64_t>(::getpid())},
        .on_progress = [&](const std::string& what, std::int64_t done, std::int64_t all) {
            line.show(what, done, all);
        }};
    const SetUpOptions set_up_options{options.cache, options.given, !options.catalogue.empty(), options.keep_archives,
                                      options.connections};
    Outcome outcome{
        .json = {{"tier", prepared.tier->name}, {"advice", prepared.tier->advice}, {"sets", Json::array()}}};
    int ready = 0;
    std::vector<Error> failed;
    for (const PlannedSet& planned : prepared.plan.sets) {
        Json json = to_json(planned, options.cache);
        if (planned.state == SetState::kNeedsAccount) {
            outcome.text += text_of(planned, options.cache);
        } else {
            auto made = set_up(*planned.set, set_up_options, callbacks);
            line.clear();
            if (!made && made.error().code == Code::kCancelled && signals.terminated())
                return Outcome{.json = goetia::to_json(made.error()),
                               .text = made.error().message + "\n",
                               .exit_code = kTerminated};
            if (!made && made.error().code == Code::kCancelled) return std::move(made).error();
            if (!made) {  // the others are of use without it
                failed.push_back(std::move(made).error().within(fmt::format("in data set '{}'", planned.set->name)));
                continue;
            }
            for (const std::string& notice : made->notices) context.say(notice);
            json["state"] = "ready";
            json["was_there"] = made->was_there;
            json["dir"] = made->folder.native();
            json["dataset"] = dataset_section(*planned.set, made->folder);
            outcome.text += ready_text(*planned.set, made->folder);
            ++ready;
        }
        outcome.json["sets"].push_back(std::move(json));
    }
    if (!failed.empty()) {
        if (!outcome.text.empty()) context.say(outcome.text);
        return all_of(failed);
    }
    if (ready == 0) outcome.exit_code = kDenied;
    return outcome;
}

Result<Outcome> setup(Context& context, SetupCommandOptions& options) {
    options.cache = std::filesystem::absolute(options.cache).lexically_normal().native();
    GOETIA_ASSIGN(const std::unique_ptr<Prepared> prepared, prepare(options));
    if (options.mode == "info") return plan_outcome(options, *prepared);
    if (prepared->plan.to_fetch > 0) context.say(plan_outcome(options, *prepared).text);
    return fetch_planned(context, options, *prepared);
}

}  // namespace

void add_dataset_setup(Command& dataset, Context& context) {
    const auto options = std::make_shared<SetupCommandOptions>();
    Command& command = dataset.command("setup", "Fetches the public data sets that fit this machine's GPU");
    command
        .positional("mode", options->mode,
                    "auto: by GPU memory; debug: small sets; production: the full ones; info: only show the plan")
        .choices({"auto", "debug", "production", "info"})
        .show_default();
    command.option("--gpu-memory", options->gpu_memory, "Assume this much GPU memory: 8GB, 24GB; 0 for none");
    command.option("--set", options->sets, "Set up these sets, whatever fits");
    command.option("--cache", options->cache, "Where the sets are stored").show_default();
    command.option("--from", options->given, "A folder with archives downloaded by hand");
    command.option("--catalogue", options->catalogue, "A YAML file with other sets than the built-in ones");
    command.flag("--keep-archives", options->keep_archives, "Keep the archives after unpacking");
    command.option("--connections", options->connections, "Number of parallel connections for large files")
        .range(1, 16)
        .show_default();
    command.footer("An interrupted call is resumed. 'goetia dataset cache' lists and removes what is kept.");
    context.on(command, [&context, options] { return setup(context, *options); });
}

}  // namespace goetia::cli
