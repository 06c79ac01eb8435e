#include "config/run_values.h"

#include <cstdlib>
#include <ctime>

#include <gmock/gmock.h>

#include "testkit/config_folder.h"

namespace goetia::config {
namespace {

using testing::HasSubstr;

// 2026-07-01 07:02:33.000042 in UTC.
const WallTime kMoment = WallTime(std::chrono::seconds(1782889353)) + std::chrono::microseconds(42);

// Sets the time zone of the process and restores it at the end.
class Zone {
  public:
    explicit Zone(const char* name) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~Zone() {
        if (before_) ::setenv("TZ", before_->c_str(), 1);
        else ::unsetenv("TZ");
        ::tzset();
    }

  private:
    std::optional<std::string> before_;
};

Result<Composed> composed_at(const Files& files, std::vector<std::string> overrides = {},
                             std::optional<int> job = std::nullopt) {
    return compose(
        {.file = files / "config.yaml", .overrides = std::move(overrides), .time = kMoment, .job_number = job});
}

TEST(TimeText, follows_the_pattern) {
    const Zone zone("UTC0");
    const std::pair<const char*, const char*> kCases[] = {{"%Y-%m-%d", "2026-07-01"},
                                                          {"%H-%M-%S", "07-02-33"},
                                                          {"%f", "000042"},
                                                          {"<%z%Z>", "<>"},
                                                          {"%%f", "%f"},
                                                          {"%%%f", "%000042"},
                                                          {"", ""},
                                                          {"100%", "100%"},
                                                          {"%j %a %p", "182 Wed AM"},
                                                          {"no time", "no time"},
                                                          {"%s", "1782889353"}};
    for (const auto& [pattern, text] : kCases) EXPECT_EQ(time_text(kMoment, pattern).value(), text) << pattern;
    EXPECT_THAT(time_text(kMoment, std::string(5000, 'x')).error().message, HasSubstr("gives more than 4096 bytes"));
}

TEST(TimeText, is_local_time) {
    const Zone zone("XYZ-8");
    EXPECT_EQ(time_text(kMoment, "%H:%M").value(), "15:02");
}

TEST(ComposingTime, may_be_set_by_the_environment) {
    ::setenv("SOURCE_DATE_EPOCH", "1782889353", 1);
    EXPECT_EQ(composing_time().value(), WallTime(std::chrono::seconds(1782889353)));
    for (const char* wrong : {"", "today", "1.5", "-1", "99999999999999", "5 "}) {
        ::setenv("SOURCE_DATE_EPOCH", wrong, 1);
        EXPECT_EQ(
            composing_time().error().message,
            fmt::format("SOURCE_DATE_EPOCH is '{}', which is not a time; it must be whole seconds since 1970", wrong));
    }
    ::unsetenv("SOURCE_DATE_EPOCH");
}

const Texts kRunTree{{"config.yaml",
                      "defaults:\n  - db: mysql\n  - _self_\nstamp: ${now:%Y-%m-%d}\nname: ${hydra:job.name}-${stamp}\n"
                      "choice: ${hydra:runtime.choices.db}\nlist: ['${now:%H}', 5]\nodd: '\\${x}-${now:%Y}'\n"},
                     {"db/mysql.yaml", "port: 3306\n"},
                     {"db/pg.yaml", "port: 5432\n"}};

TEST(RunValues, are_filled_in) {
    const Zone zone("UTC0");
    const Composed composed = composed_at(Files(kRunTree), {"db=pg"}).value();
    EXPECT_EQ(composed.document["stamp"], "2026-07-01");
    EXPECT_EQ(composed.document["name"], "config-2026-07-01");
    EXPECT_EQ(composed.document["choice"], "pg");
    EXPECT_EQ(composed.hydra["overrides"]["task"], Json({"db=pg"}));
    EXPECT_EQ(composed.hydra["mode"], "RUN");
}

// Whoever reads the stored config later, on another machine, must find the same values.
TEST(RunValues, are_fixed_in_the_stored_config) {
    const Zone zone("UTC0");
    const Files files(kRunTree);
    const Composed composed = composed_at(files).value();
    EXPECT_EQ(composed.unresolved["stamp"], "2026-07-01");
    EXPECT_EQ(composed.unresolved["name"], "config-2026-07-01");
    EXPECT_EQ(composed.unresolved["list"], Json({"07", 5}));
    EXPECT_EQ(composed.unresolved["odd"], "\\${x}-2026");
    const Files written(Texts{{"config.yaml", to_yaml(composed.unresolved)}});
    EXPECT_EQ(load_resolved(written / "config.yaml").value(), composed.document);
    EXPECT_EQ(compose_unresolved({.file = files / "config.yaml"})->unresolved["stamp"], "${now:%Y-%m-%d}");
}

TEST(RunValues, do_not_mix_with_the_environment_in_one_text) {
    ::setenv("GOETIA_RUN_VALUES_TEST", "secret", 1);
    const Files files(Texts{{"config.yaml",
                             "a: ${oc.env:GOETIA_RUN_VALUES_TEST}-${now:%Y}\n"
                             "b: ${oc.env:GOETIA_RUN_VALUES_TEST}-${c}\nc: ${now:%Y}\n"}});
    EXPECT_EQ(files.fault(),
              "a reference of the config cannot be resolved\n  config.yaml:1: a: one text cannot hold both the "
              "environment, which is never written down, and ${now:...} or ${hydra:...}, which a run fixes; give the "
              "latter a key of its own and refer to it, found ${oc.env:GOETIA_RUN_VALUES_TEST}-${now:%Y}");
    ::unsetenv("GOETIA_RUN_VALUES_TEST");
}

TEST(RunValues, know_the_number_of_a_sweeps_job) {
    const Files files(Texts{{"config.yaml", "seed: ${hydra:job.num}\nmode: ${hydra:mode}\n"}});
    const Composed composed = composed_at(files, {}, 3).value();
    EXPECT_EQ(composed.document["seed"], 3);
    EXPECT_EQ(composed.document["mode"], "MULTIRUN");
    EXPECT_THAT(files.fault(), HasSubstr("'${hydra:job.num}' is the number of a sweep's job; add --multirun"));
}

struct Refusal {
    const char* reference;
    const char* fault;
};

class RunValueRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(RunValueRefusals, say_what_is_allowed) {
    const Files files(Texts{{"config.yaml", fmt::format("a: {}\n", GetParam().reference)}});
    EXPECT_THAT(files.fault(), HasSubstr(GetParam().fault));
}

INSTANTIATE_TEST_SUITE_P(
    All, RunValueRefusals,
    testing::Values(Refusal{"${hydra:job.nam}",
                            "there is no '${hydra:job.nam}' here, did you mean 'job.name'? "
                            "(allowed: job, job.name, job.config_name, job.override_dirname, mode, "
                            "overrides, overrides.task, runtime, runtime.choices, runtime.cwd)"},
                    Refusal{"${hydra:run.dir}", "there is no '${hydra:run.dir}' here"},
                    Refusal{"${hydra:}", "${hydra:...} takes 1 arguments, found 0"},
                    Refusal{"${now:}", "${now:...} takes 1 arguments, found 0"},
                    Refusal{"${now:5}", "${now:...} needs text, found 5"},
                    Refusal{"${noww:%Y}", "there is no resolver 'noww', did you mean 'now'?"}));

TEST(RunValues, are_not_known_of_a_config_that_is_read_back) {
    const Files files(Texts{{"config.yaml", "a: ${hydra:job.name}\n"}});
    EXPECT_THAT(to_string(load_resolved(files / "config.yaml").error()),
                HasSubstr("'${hydra:job.name}' is known only while a run is composed from its configs and overrides"));
}

const Texts kConfigs{{"conf/config.yaml", "a: 1\n"},
                     {"conf/resnet50.yaml", "a: 2\n"},
                     {"conf/app/small.yaml", "a: 3\n"},
                     {"conf/db/pg.yaml", "port: 1\n"},
                     {"more/other.yaml", "defaults: [db: pg]\n"}};

TEST(ChooseConfig, finds_the_name_in_the_folder_or_the_config_dirs) {
    const Files files(kConfigs);
    const auto chosen = [&](const std::string& name) {
        ComposeRequest request{.config_dirs = {files / "more"}};
        EXPECT_TRUE(choose_config(request, files / "conf", name)) << name;
        return compose(request).value().document;
    };
    EXPECT_EQ(chosen(""), (Json{{"a", 1}}));
    EXPECT_EQ(chosen("resnet50"), (Json{{"a", 2}}));
    EXPECT_EQ(chosen("resnet50.yaml"), (Json{{"a", 2}}));
    EXPECT_EQ(chosen("app/small"), (Json{{"app", {{"a", 3}}}}));
    EXPECT_EQ(chosen("other"), (Json{{"db", {{"port", 1}}}}));
}

TEST(ChooseConfig, lists_the_configs_if_none_matches) {
    const Files files(kConfigs);
    const auto fault = [&](const std::string& folder, const std::string& name) {
        ComposeRequest request;
        const Status chosen = choose_config(request, files / folder, name);
        return chosen ? "chosen" : files.plain(chosen.error().message);
    };
    EXPECT_EQ(fault("conf", "resnt50"),
              "there is no config 'resnt50' in 'conf', did you mean 'resnet50'?; there are: config, resnet50");
    EXPECT_EQ(fault("conf", "app/smal"),
              "there is no config 'app/smal' in 'conf', did you mean 'app/small'?; there are: app/small");
    EXPECT_EQ(fault("conf", "nowhere/x"), "there is no config 'nowhere/x' in 'conf'; there are none");
    EXPECT_EQ(fault("none", ""), "there is no folder 'none' (--config-path)");
    EXPECT_EQ(
        fault("conf/config.yaml", ""),
        "'conf/config.yaml' is not a folder; --config-path is the folder of the configs, --config-name the config "
        "in it");
}

}  // namespace
}  // namespace goetia::config
